-- One row per delivered row: read, matched, masked, and with the reason why it cannot be a ticket, if there is one.
create or replace temp table conformed_tickets as
-- Written down, not worked out in place: a mask asks its text several times.
with seen as materialized (
    select n.* exclude (title, description, address),
        mask_caller(unescape(n.address), n.caller_name) as address,
        mask_caller(unescape(coalesce(n.title, n.description)), n.caller_name) as said, b.received_at, b.ordinal, s.has_closing_times, s.has_ratings, s.channel as source_channel,
        least(n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at,
            n.closed_at, n.rated_at, n.updated_at, n.close_due_at) as earliest_at,
        greatest(n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at,
            n.closed_at, n.rated_at, n.updated_at) as latest_at,
        case city.closure when 'closed' then n.closed_at else coalesce(n.resolved_at, n.closed_at) end as completed_at
    from named_tickets n
    join incoming b on b.batch_id = n.batch_id
    join delivering s on s.source_code = n.source_code
    cross join city
)
select
    n.source_code || ':' || n.number as ticket_key, n.source_code, n.number as ticket_number, n.batch_id, n.row_number,
    n.ordinal, n.row_hash, false as is_duplicate,
    coalesce(ch.channel_code, sc.channel_code) as channel_code, n.channel as delivered_channel,
    c.category_code, c.major_code, u.unit_code, mask(n.assisting_units) as assisting_units,
    p.division_code, p.district_code, p.town_code, p.community_code, case when not coalesce(n.is_secret, false) then n.grid end as grid_code,
    -- Zero is how many platforms write “unknown”; a latitude beyond 90 is a longitude in the wrong column.
    case when n.is_secret or n.lon = 0 or n.lat = 0 then null when abs(n.lat) > 90 then n.lat else n.lon end as lon,
    case when n.is_secret or n.lon = 0 or n.lat = 0 then null when abs(n.lat) > 90 then n.lon else n.lat end as lat,
    case when n.is_secret then null else mask(n.address) end as address,
    case when n.is_secret then null
        else left(mask(n.said), 500)
    end as summary,
    sha256(city.caller_key || caller_identity(n.caller)) as caller_hash,
    case
        when n.status in ('open', 'closed', 'withdrawn', 'unknown') then n.status
        when n.has_closing_times and n.completed_at is not null then 'closed'
        when n.has_closing_times then 'open'
        else 'unknown'
    end as status_code,
    n.source_code || ':' || n.duplicate_of as duplicate_of,
    n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at, n.closed_at,
    n.rated_at, coalesce(n.updated_at, n.received_at) as updated_at, n.completed_at,
    n.close_due_at as delivered_due_at, n.is_on_time as delivered_on_time, n.has_closing_times,
    n.is_solved, -- A source that delivers ratings asks everybody, unless it says whom it asked.
    coalesce(n.is_asked, n.has_ratings) as is_asked,
    coalesce(n.is_secret, false) as is_secret,
    n.rework_count, n.refusal_count, n.supervision_count, n.extension_count,
    case when n.satisfaction between 1 and 5 then n.satisfaction end as satisfaction_score,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    (u.unit_code is null and u.delivered is not null) as has_unknown_unit, u.delivered as delivered_unit,
    (c.category_code is null and c.delivered <> '') as has_unknown_category, c.delivered as delivered_category,
    case
        when n.number is null then 'no_number'
        when n.bad is not null then 'unreadable_time'
        when n.reported_at is null then 'no_report_time'
        when n.earliest_at < timestamp '1990-01-01' then 'before_1990'
        -- An hour of grace: the clocks of forty platforms do not agree.
        when n.latest_at > n.received_at + interval 1 hour then 'after_arrival'
        when n.completed_at < n.reported_at or n.closed_at < n.reported_at then 'closed_before_reported'
    end as reason_code,
    n.bad, n.earliest_at, n.latest_at
from seen n
cross join city
left join resolved_places p on p.place_key = n.place_key
left join resolved_units u on u.unit_key = n.unit_key
left join resolved_categories c on c.category_key = n.category_key
left join channel_names ch on ch.name = n.channel
left join channel_names sc on sc.name = n.source_channel;
