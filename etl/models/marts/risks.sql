-- Risks as the reader asks them: under control until struck off, overdue by their own source's clock.
create or replace temp table derived_risks as
select r.*, r.closed_at is null as is_open, r.closed_at is null and r.due_at <= s.as_of as is_overdue
from winning_risks r
join sources s on s.source_code = r.source_code;
