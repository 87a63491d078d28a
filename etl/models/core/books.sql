-- The books of this load for one kind: every received row is accepted, a duplicate or rejected, and the source's clock moves.
insert into load_batches by name
select b.batch_id, b.source_code, b.kind, b.file_name, b.file_sha256, b.loaded_by, b.warnings, b.received_at, b.received_count,
    b.broken_count,
    count(c.row_number) filter (where c.reason_code is null and not c.is_duplicate) as accepted_count,
    count(c.row_number) filter (where c.is_duplicate) as duplicate_count,
    count(c.row_number) filter (where c.reason_code is not null and not c.is_duplicate) + max(b.broken_count) as rejected_count
from incoming b
left join conformed_{kind} c on c.batch_id = b.batch_id
where b.kind = '{kind}'
group by all;

insert into rejected_rows by name
select c.batch_id, c.source_code, b.file_name, c.row_number, c.reason_code,
    case when c.bad is not null then c.bad.column_name end as column_name,
    case when c.bad is not null then c.bad.expected end as expected,
    left(mask(case
        when c.bad is not null then c.bad.value
        when c.reason_code = 'before_1990' then cast(c.earliest_at as varchar)
        when c.reason_code in ('after_arrival', 'closed_before_reported') then cast(c.latest_at as varchar)
    end), 200) as masked_value
from conformed_{kind} c
join incoming b on b.batch_id = c.batch_id
where c.reason_code is not null and not c.is_duplicate;

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
    select c.source_code, max(c.latest_at) as last_event_at,
        case max(d.as_of_rule) when 'latest' then max(c.latest_at) else max(b.received_at) end as as_of
    from incoming b
    join conformed_{kind} c on c.batch_id = b.batch_id and c.reason_code is null
    join delivering d on d.source_code = b.source_code
    group by c.source_code
) m
where m.source_code = sources.source_code;
