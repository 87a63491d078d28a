-- Resources as delivered.
create or replace temp table derived_resources as select * from winning_resources;
