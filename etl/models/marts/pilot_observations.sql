-- Observations with the latest of each target, unit and division marked.
create or replace temp {shape} derived_pilot_observations as
select *,
    row_number() over (
        partition by target_code, unit_code, division_code order by observed_on desc, updated_at desc, observation_key
    ) = 1 as is_latest
from winning_pilot_observations;
