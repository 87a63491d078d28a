-- Resources as delivered.
create or replace temp {shape} derived_resources as select * from winning_resources;
