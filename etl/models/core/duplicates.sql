-- A duplicate is identical to a row that was landed before it and not rejected: a row that came too early may come again.
create or replace temp table duplicate_rows as
with often as (
    select batch_id, ordinal, row_number, source_code, row_hash, reason_code from conformed_{kind}
    where row_hash in (select row_hash from conformed_{kind} group by row_hash having count(*) > 1)
),
counted as (
    select batch_id, row_number, count(*) filter (where reason_code is null) over (
        partition by source_code, row_hash order by ordinal, row_number rows between unbounded preceding and 1 preceding
    ) as accepted_before
    from often
)
select batch_id, row_number from counted where accepted_before > 0
union
select c.batch_id, c.row_number
from conformed_{kind} c
join landed_before l on l.source_code = c.source_code and l.row_hash = c.row_hash;

update conformed_{kind} set is_duplicate = true
from duplicate_rows d where d.batch_id = conformed_{kind}.batch_id and d.row_number = conformed_{kind}.row_number;
