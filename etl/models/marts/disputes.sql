-- Disputes as the reader asks them; time to settlement runs to the source's as_of while a dispute is open.
create or replace temp table derived_disputes as
select d.*,
    d.outcome_code = 'success' as is_successful,
    d.concluded_at is null as is_open,
    greatest(date_diff('second', d.accepted_at, coalesce(d.concluded_at, s.as_of)), 0) as elapsed_seconds
from winning_disputes d
join sources s on s.source_code = d.source_code;
