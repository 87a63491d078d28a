-- Disputes as the reader asks them; time to settlement runs to the source's as_of while a dispute is open.
create or replace temp table derived_disputes as
select d.*,
    d.outcome_code = 'success' as is_successful,
    d.concluded_at is null and not g.is_deleted as is_open,
    g.is_deleted, not g.is_deleted as is_counted, g.deleted_at, g.last_seen_at, g.last_seen_batch,
    greatest(date_diff('second', d.accepted_at, coalesce(d.concluded_at, s.as_of)), 0) as elapsed_seconds
from winning_disputes d
join states_disputes g on g.dispute_key = d.dispute_key
join sources s on s.source_code = d.source_code;
