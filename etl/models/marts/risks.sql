-- Risks as the reader asks them: under control until struck off, overdue by their own source's clock.
create or replace temp {shape} derived_risks as
select r.*, r.closed_at is null and not r.is_deleted as is_open, r.closed_at is null and r.due_at <= s.as_of and not r.is_deleted as is_overdue,
    not r.is_deleted as is_counted
from states_risks r
join sources s on s.source_code = r.source_code;
