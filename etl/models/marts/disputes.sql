-- Disputes as the reader asks them; time to settlement runs to the source's as_of while a dispute is open.
create or replace temp {shape} derived_disputes as
select d.*,
    d.outcome_code = 'success' as is_successful,
    d.concluded_at is null and not d.is_deleted as is_open, not d.is_deleted as is_counted,
    greatest(date_diff('second', d.accepted_at, coalesce(d.concluded_at, s.as_of)), 0) as elapsed_seconds
from states_disputes d
join sources s on s.source_code = d.source_code;
