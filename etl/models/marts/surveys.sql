-- Survey results as delivered: answers, not averages of averages.
create or replace temp {shape} derived_surveys as select * from winning_surveys;
