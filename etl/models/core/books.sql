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

insert into rejected_rows by name
with faulty as (
    select c.batch_id, c.source_code, b.file_name, c.row_number, c.row_number + b.header_lines as line_number, c.reason_code, c.bad, n.*
        exclude (batch_id, source_code, row_number, row_hash, bad),
        case c.reason_code
            when 'no_number' then '{number}'
            when 'no_report_time' then '{time}'
            when 'before_1990' then [{time_names}][list_position([{times}], c.earliest_at)]
            when 'after_arrival' then [{time_names}][list_position([{times}], c.latest_at)]
            when 'closed_before_reported' then {closing}
            when 'unknown_target' then 'target_code'
            when 'no_value' then 'value'
            when 'impossible_count' then 'positive_count'
        end as blamed
    from conformed_{kind} c
    join incoming b on b.batch_id = c.batch_id
    join named_{kind} n on n.batch_id = c.batch_id and n.row_number = c.row_number
    where c.reason_code is not null and not c.is_duplicate
)
select n.batch_id, n.source_code, n.file_name, n.row_number, n.line_number, n.reason_code,
    case when n.bad is not null and n.reason_code = 'unreadable_time' then n.bad.column_name else m.theirs end as column_name,
    case when n.bad is not null and n.reason_code = 'unreadable_time' then n.bad.expected end as expected,
    left(mask(case
        when n.reason_code = 'unreadable_time' then only_time_words(n.bad.value)
        else [{values}][list_position([{names}], n.blamed)]
    end), 200) as masked_value
from faulty n
left join mapped_columns m on m.source_code = n.source_code and m.ours = n.blamed;

insert into rejected_rows by name
select k.batch_id, b.source_code, b.file_name, k.row_number, k.line_number, 'broken_row' as reason_code, k.column_name, k.expected,
    left(mask(k.reason), 200) as masked_value
from broken_rows k
join incoming b on b.batch_id = k.batch_id
where b.kind = '{kind}';

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
