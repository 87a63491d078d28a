-- One row per delivered survey result.
create or replace temp table conformed_surveys as
select
    concat_ws(':', n.source_code, n.survey_code, coalesce(p.division_code, ''), n.held_on, n.question) as survey_key,
    n.source_code, n.batch_id, n.row_number, b.ordinal,
    n.row_hash, false as is_duplicate,
    n.survey_code,
    -- What was asked about: as delivered, else by the words of the question, else of the label.
    coalesce(n.topic, case
        when contains(n.shown_question, '满意') then 'governance'
        when contains(n.shown_question, '安全') then 'security'
        when n.shown_question is not null then 'other'
        when contains(n.shown_label, '满意') then 'governance'
        when contains(n.shown_label, '安全') then 'security'
        else 'other'
    end) as topic_code,
    n.shown_label as label, n.shown_question as question, p.division_code, p.district_code, n.held_on, n.valid_count, n.positive_count,
    b.received_at as updated_at,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    case
        when n.survey_code is null then 'no_number'
        when n.bad is not null then 'unreadable_time'
        when n.held_on is null then 'no_report_time'
        when n.held_on < date '1990-01-01' then 'before_1990'
        when n.held_on > b.received_at then 'after_arrival'
        when n.valid_count is null or n.positive_count is null or n.positive_count > n.valid_count then 'impossible_count'
    end as reason_code,
    n.bad, cast(n.held_on as timestamp) as earliest_at, cast(n.held_on as timestamp) as latest_at
from masked_surveys n
join incoming b on b.batch_id = n.batch_id
left join resolved_places p on p.place_key = n.place_key;
