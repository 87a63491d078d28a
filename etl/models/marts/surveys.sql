-- Survey results as delivered: answers, not averages of averages.
create or replace temp table derived_surveys as select * from winning_surveys;
