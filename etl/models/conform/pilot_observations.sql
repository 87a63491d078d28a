-- One row per delivered observation of a pilot target, with the reason why it cannot count, if there is one.
create or replace temp table conformed_pilot_observations as
select
    concat_ws(':', n.source_code, n.target_code, coalesce(u.unit_code, ''), coalesce(p.division_code, ''), n.observed_on) as observation_key,
    n.source_code, n.batch_id, n.row_number, b.ordinal,
    n.row_hash, false as is_duplicate,
    n.target_code, u.unit_code, p.division_code, p.district_code, p.town_code, p.community_code,
    n.shown_evidence as evidence, n.shown_narrative as narrative, n.confidence as confidence_code, mask_name(n.submitted_by) as submitted_by,
    mask_name(n.confirmed_by) as confirmed_by, mask_name(n.reviewed_by) as reviewed_by, n.observed_on, n.value, n.progress_pct,
    n.submitted_at, n.reviewed_at, coalesce(n.updated_at, greatest(n.submitted_at, n.reviewed_at), b.received_at) as updated_at,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    (u.unit_code is null and u.delivered is not null) as has_unknown_unit, u.delivered as delivered_unit,
    case
        when n.target_code is null then 'no_number'
        when n.target_code not in (select target_code from pilot_targets) then 'unknown_target'
        when n.bad is not null then 'unreadable_time'
        when n.observed_on is null then 'no_report_time'
        -- What has no number goes by its progress from milestone to milestone.
        when n.value is null and n.progress_pct is null then 'no_value'
        when least(n.observed_on, n.submitted_at, n.reviewed_at, n.updated_at) < timestamp '1990-01-01' then 'before_1990'
        when greatest(n.observed_on, n.submitted_at, n.reviewed_at, n.updated_at) > b.received_at + interval 1 hour then 'after_arrival'
    end as reason_code,
    n.bad, least(n.observed_on, n.submitted_at, n.reviewed_at, n.updated_at) as earliest_at,
    greatest(n.observed_on, n.submitted_at, n.reviewed_at, n.updated_at) as latest_at
from masked_pilot_observations n
join incoming b on b.batch_id = n.batch_id
left join resolved_places p on p.place_key = n.place_key
left join resolved_units u on u.unit_key = n.unit_key;
