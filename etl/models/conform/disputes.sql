-- One row per delivered dispute, read and matched, with the reason why it cannot count, if there is one.
create or replace temp table conformed_disputes as
with seen as (
    select n.*, b.received_at, b.ordinal,
        least(n.accepted_at, n.concluded_at, n.updated_at, n.fulfil_due_at) as earliest_at,
        greatest(n.accepted_at, n.concluded_at, n.updated_at) as latest_at
    from named_disputes n
    join incoming b on b.batch_id = n.batch_id
),
type_names as (
    select name, min(dispute_type_code) as dispute_type_code from (
        select dispute_type_code, dispute_type_code as name from dispute_types
        union all select dispute_type_code, label from dispute_types
        union all select d.dispute_type_code, a.alias from dispute_types d
            cross join unnest(string_split(coalesce(d.aliases, ''), '|')) as a(alias)
    ) where name <> '' group by name having count(distinct dispute_type_code) = 1
),
organisation_names as (
    select name, min(organisation_code) as organisation_code from (
        select organisation_code, organisation_code as name from organisations
        union all select organisation_code, label from organisations
    ) group by name having count(distinct organisation_code) = 1
)
select
    n.source_code || ':' || n.number as dispute_key, n.source_code, n.number as dispute_number, n.batch_id, n.row_number,
    n.ordinal, n.row_hash, false as is_duplicate,
    t.dispute_type_code, n.origin as origin_code, coalesce(n.referral, 'none') as referral_code,
    coalesce(oc.organisation_code, o.organisation_code) as organisation_code,
    n.level as level_code, n.outcome as outcome_code,
    n.agreement as agreement_code,
    p.division_code, p.district_code, p.town_code, p.community_code,
    n.accepted_at, n.concluded_at, n.fulfil_due_at, coalesce(n.updated_at, n.received_at) as updated_at,
    coalesce(n.is_deleted, false) as delivered_deleted, n.party_count, n.amount_yuan, n.is_confirmed, n.is_fulfilled, n.is_escalation_prevented,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    (n.type is not null and t.dispute_type_code is null) as has_unknown_dispute_type, n.type as delivered_dispute_type,
    (coalesce(n.organisation_code, n.organisation) is not null and oc.organisation_code is null and o.organisation_code is null)
        as has_unknown_organisation,
    coalesce(n.organisation, n.organisation_code) as delivered_organisation,
    case
        when n.number is null then 'no_number'
        when n.bad is not null then 'unreadable_time'
        when n.accepted_at is null then 'no_report_time'
        when n.earliest_at < timestamp '1990-01-01' then 'before_1990'
        when n.latest_at > n.received_at + interval 1 hour then 'after_arrival'
        when n.concluded_at < n.accepted_at then 'closed_before_reported'
    end as reason_code,
    n.bad, n.earliest_at, n.latest_at
from seen n
left join resolved_places p on p.place_key = n.place_key
left join type_names t on t.name = n.type
left join organisation_names oc on oc.name = n.organisation_code
left join organisation_names o on o.name = n.organisation;
