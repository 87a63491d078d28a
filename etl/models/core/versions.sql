-- Of several versions of one thing one wins: the latest update, then the later batch (a running number, of any length), then the later row.
create or replace temp table winning_{kind} as
select {columns} from (
    select *, row_number() over (partition by {key} order by updated_at desc, strpos(batch_id, '-') desc, batch_id desc, row_number desc) as version_no
    from (
        select {columns} from conformed_{kind} where reason_code is null and not is_duplicate
        union all
        -- What was put together anew of all its versions replaces what it was before.
        select {columns} from {kind} where {key} in (select {key} from touched_{kind}) and {key} not in (select {key} from refilled_{kind})
    )
) where version_no = 1;
