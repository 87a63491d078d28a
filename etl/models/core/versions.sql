-- Of several versions of one thing one wins: the latest update, then the later batch (a running number, of any length), then the later row.
-- What was put together anew of all its versions replaces what it was before.
create or replace temp table held_{kind} as
select {columns} from {kind} where {key} in (select {key} from touched_{kind}) and {key} not in (select {key} from refilled_{kind});

-- Most things have one version: only the others are put in order, or every row would be carried through a window.
create or replace temp table contested_{kind} as
with keys as (select {key} from conformed_{kind} where reason_code is null and not is_duplicate union all select {key} from held_{kind})
select {key} from keys
-- By a number first: to count millions of texts takes far longer.
where hash({key}) in (select hash({key}) as number from keys group by number having count(*) > 1)
group by {key} having count(*) > 1;

create or replace temp {shape} winning_{kind} as
with versions as not materialized (
    select {columns} from conformed_{kind} where reason_code is null and not is_duplicate
    union all
    select {columns} from held_{kind}
)
select {columns} from versions where {key} not in (from contested_{kind})
union all
select {columns} from (
    select *, row_number() over (partition by {key} order by updated_at desc, strpos(batch_id, '-') desc, batch_id desc, row_number desc) as version_no
    from versions where {key} in (from contested_{kind})
) where version_no = 1;
