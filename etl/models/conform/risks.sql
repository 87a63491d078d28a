-- One row per delivered risk, read and matched, with the reason why it cannot count, if there is one.
create or replace temp table conformed_risks as
select
    n.source_code || ':' || n.number as risk_key, n.source_code, n.number as risk_number, n.batch_id, n.row_number,
    b.ordinal,
    n.row_hash, false as is_duplicate,
    n.shown_label as label, n.shown_type as risk_type, n.level as level_code, n.likelihood, n.impact, mask_duty(n.shown_duty) as duty,
    n.shown_measure as measure, p.division_code, p.district_code, p.town_code, p.community_code, u.unit_code,
    coalesce(n.is_deleted, false) as delivered_deleted, n.registered_at, n.due_at, n.closed_at, coalesce(n.updated_at, b.received_at) as updated_at,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    (u.unit_code is null and u.delivered is not null) as has_unknown_unit, u.delivered as delivered_unit,
    case
        when n.number is null then 'no_number'
        when n.bad is not null then 'unreadable_time'
        when n.registered_at is null then 'no_report_time'
        when least(n.registered_at, n.due_at, n.closed_at, n.updated_at) < timestamp '1990-01-01' then 'before_1990'
        when greatest(n.registered_at, n.closed_at, n.updated_at) > b.received_at + interval 1 hour then 'after_arrival'
        when n.closed_at < n.registered_at then 'closed_before_reported'
    end as reason_code,
    n.bad, least(n.registered_at, n.due_at, n.closed_at, n.updated_at) as earliest_at,
    greatest(n.registered_at, n.closed_at, n.updated_at) as latest_at
from masked_risks n
join incoming b on b.batch_id = n.batch_id
left join resolved_places p on p.place_key = n.place_key
left join resolved_units u on u.unit_key = n.unit_key;
