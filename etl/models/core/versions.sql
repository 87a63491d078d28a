-- Of several versions of one thing one wins: the latest update, then the later batch (a running number, of any length), then the later row.
create or replace temp table winning_{kind} as
with versions as not materialized (
    select {columns} from conformed_{kind} where reason_code is null and not is_duplicate
    union all
    -- What was put together anew of all its versions replaces what it was before.
    select {columns} from {kind} where {key} in (select {key} from touched_{kind}) and {key} not in (select {key} from refilled_{kind})
),
-- Most things have one version: only the others are put in order, or every row would be carried through a window.
contested as (select {key} from versions group by {key} having count(*) > 1)
select * from versions where {key} not in (from contested)
union all
select {columns} from (
    select *, row_number() over (partition by {key} order by updated_at desc, strpos(batch_id, '-') desc, batch_id desc, row_number desc) as version_no
    from versions where {key} in (from contested)
) where version_no = 1;
