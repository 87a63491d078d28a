-- The rows of this load that were not taken, each with its reason and what stood in the column it is rejected for.
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
