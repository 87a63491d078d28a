-- One row per delivered observation of a pilot target, with the reason why it cannot count, if there is one.
create or replace temp table conformed_pilot_observations as
select
    concat_ws(':', n.source_code, n.target_code, coalesce(u.unit_code, ''), coalesce(p.division_code, ''), n.observed_on) as observation_key,
    n.source_code, n.batch_id, n.row_number, b.ordinal,
    row_number() over (partition by n.source_code, n.row_hash order by b.ordinal, n.row_number) > 1
        or l.row_hash is not null as is_duplicate,
    n.target_code, u.unit_code, p.division_code, p.district_code, p.town_code, p.community_code,
    n.evidence, mask_name(n.submitted_by) as submitted_by, n.observed_on, n.value, n.progress_pct, n.submitted_at,
    coalesce(n.updated_at, n.submitted_at, b.received_at) as updated_at,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    (u.unit_code is null and u.delivered is not null) as has_unknown_unit, u.delivered as delivered_unit,
    case
        when n.target_code is null then 'no_number'
        when n.target_code not in (select target_code from pilot_targets) then 'unknown_target'
        when n.bad is not null then 'unreadable_time'
        when n.observed_on is null then 'no_report_time'
        when n.value is null then 'no_value'
        when n.observed_on > cast(b.received_at as date) then 'after_arrival'
    end as reason_code,
    n.bad, cast(n.observed_on as timestamp) as earliest_at, cast(n.observed_on as timestamp) as latest_at
from named_pilot_observations n
join incoming b on b.batch_id = n.batch_id
left join landed_before l on l.source_code = n.source_code and l.row_hash = n.row_hash
left join resolved_places p on p.place_key = n.place_key
left join resolved_units u on u.unit_key = n.unit_key;
