-- Risks as the reader asks them: under control until struck off, overdue by their own source's clock.
create or replace temp table derived_risks as
select r.*, r.closed_at is null and not g.is_deleted as is_open, r.closed_at is null and r.due_at <= s.as_of and not g.is_deleted as is_overdue,
    g.is_deleted, not g.is_deleted as is_counted, g.deleted_at, g.last_seen_at, g.last_seen_batch
from winning_risks r
join states_risks g on g.risk_key = r.risk_key
join sources s on s.source_code = r.source_code;
