-- The books of this load for one kind: every received row is accepted, a duplicate or rejected, and the source's clock moves.
insert into load_batches by name
select b.batch_id, b.source_code, b.kind, b.file_name, b.file_sha256, b.loaded_by,
    concat_ws(chr(10), nullif(b.warnings, ''), case when b.control_count <> b.received_count
        then format('the sender counts {{:,}} rows, {{:,}} were received', b.control_count, b.received_count) end) as warnings,
    b.received_at, b.received_count,
    b.broken_count, b.control_count, b.land_seconds,
    count(c.row_number) filter (where c.reason_code is null and not c.is_duplicate) as accepted_count,
    count(c.row_number) filter (where c.is_duplicate) as duplicate_count,
    count(c.row_number) filter (where c.reason_code is not null and not c.is_duplicate) + max(b.broken_count) as rejected_count
from incoming b
left join conformed_{kind} c on c.batch_id = b.batch_id
where b.kind = '{kind}'
group by all;

update sources set
    as_of = greatest(sources.as_of, m.as_of),
    last_event_at = greatest(sources.last_event_at, m.last_event_at)
from (
    -- A delivery without rows moves the clock too: the source is alive and has nothing to tell.
    select b.source_code, max(c.latest_at) as last_event_at,
        case max(d.as_of_rule) when 'latest' then max(c.latest_at) else max(b.received_at) end as as_of
    from incoming b
    join delivering d on d.source_code = b.source_code
    left join conformed_{kind} c on c.batch_id = b.batch_id and c.reason_code is null
    where b.kind = '{kind}'
    group by b.source_code
) m
where m.source_code = sources.source_code;
