-- One row per delivered row: read, matched, masked, and with the reason why it cannot be a ticket, if there is one.
-- The units a cell of assisting units names: distinct texts are few, so they are matched once, not per row.
create or replace temp table assisting_names as
select distinct t.assisting_units, trim(a.name) as name
from (select distinct assisting_units from named_tickets where assisting_units is not null) t
cross join unnest(regexp_split_to_array(t.assisting_units, '[;；、,，|\n]')) as a(name)
where trim(a.name) <> '';

create or replace temp table resolved_assisting as
select n.assisting_units, mask_unless_code(n.assisting_units) as shown,
    list(distinct u.unit_code order by u.unit_code) filter (where u.unit_code is not null) as unit_codes
from assisting_names n left join unit_names u on u.name = n.name
group by n.assisting_units;

-- Where a ticket of several units has a row for each, the first row's leads and the others assist; all its rows say the same.
create or replace temp table units_by_rows as
select n.batch_id, n.number, coalesce(n.updated_at, timestamp '1900-01-01') as version_at,
    arg_min(u.unit_code, n.row_number) filter (where u.unit_code is not null) as lead_code,
    list(distinct u.unit_code order by u.unit_code) filter (where u.unit_code is not null) as unit_codes
from named_tickets n
join delivering d on d.source_code = n.source_code and d.units_in_rows
join resolved_units u on u.unit_key = n.unit_key
where n.number is not null
group by all;

create or replace temp table conformed_tickets as
with seen as (
    select n.*,
        coalesce(n.is_secret, false) as is_hidden,
        b.received_at, b.ordinal, s.has_closing_times, s.has_ratings, s.channel as source_channel,
        least(n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at,
            n.closed_at, n.rated_at, n.updated_at, n.close_due_at) as earliest_at,
        greatest(n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at,
            n.closed_at, n.rated_at, n.updated_at) as latest_at,
        case city.closure when 'closed' then n.closed_at else coalesce(n.resolved_at, n.closed_at) end as completed_at
    from masked_tickets n
    join incoming b on b.batch_id = n.batch_id
    join delivering s on s.source_code = n.source_code
    cross join city
)
select
    n.source_code || ':' || n.number as ticket_key, n.source_code, n.number as ticket_number, n.batch_id, n.row_number,
    n.ordinal, n.row_hash, false as is_duplicate,
    -- Of a secret ticket only category, town, time and status enter, and the number to look it up by.
    case when not n.is_hidden then coalesce(ch.channel_code, sc.channel_code) end as channel_code,
    c.category_code, c.major_code,
    case when not n.is_hidden then coalesce(r.lead_code, u.unit_code) end as unit_code,
    case when not n.is_hidden then a.shown end as assisting_units,
    case when not n.is_hidden and coalesce(a.unit_codes, r.unit_codes) is not null then nullif(array_to_string(list_filter(
        list_sort(list_distinct(list_concat(a.unit_codes, r.unit_codes))), lambda code: code is distinct from coalesce(r.lead_code, u.unit_code)
    ), ';'), '') end as assisting_codes,
    case when n.is_hidden then coalesce(o.town_code, p.town_code, o.district_code, p.district_code)
        else coalesce(o.division_code, p.division_code) end as division_code,
    coalesce(o.district_code, p.district_code) as district_code, coalesce(o.town_code, p.town_code) as town_code,
    case when not n.is_hidden then coalesce(o.community_code, p.community_code) end as community_code,
    o.division_code is not null as is_placed_by_point,
    case when not n.is_hidden then mask_unless_code(n.grid) end as grid_code,
    case when not n.is_hidden then n.lon end as lon, case when not n.is_hidden then n.lat end as lat,
    case when not n.is_hidden then n.shown_address end as address,
    case when not n.is_hidden then left(n.shown_said, 500) end as summary,
    case when not n.is_hidden then sha256(city.caller_key || caller_identity(n.caller)) end as caller_hash,
    case
        when n.is_deleted then 'deleted'
        when n.status in ('open', 'closed', 'withdrawn', 'deleted', 'unknown') then n.status
        when n.has_closing_times and n.completed_at is not null then 'closed'
        when n.has_closing_times then 'open'
        else 'unknown'
    end as status_code,
    coalesce(n.is_deleted, false) or coalesce(n.status = 'deleted', false) as delivered_deleted,
    -- A number is a key like the ticket's own, not a text; a text in its place is masked.
    case when not n.is_hidden then n.source_code || ':' || case when regexp_matches(n.duplicate_of, '^[0-9A-Za-z_./-]+$') then n.duplicate_of
        else mask(n.duplicate_of) end end as duplicate_of,
    n.reported_at, n.accepted_at, n.filed_at, n.dispatched_at, n.signed_at, n.resolved_at, n.verified_at, n.closed_at,
    n.rated_at, coalesce(n.updated_at, n.received_at) as updated_at, n.completed_at,
    n.close_due_at as delivered_due_at, n.is_on_time as delivered_on_time, n.has_closing_times,
    case when not n.is_hidden then n.is_solved end as is_solved,
    -- A source that delivers ratings asks everybody, unless it says whom it asked.
    case when not n.is_hidden then coalesce(n.is_asked, n.has_ratings) end as is_asked,
    n.is_hidden as is_secret,
    case when not n.is_hidden then n.rework_count end as rework_count, case when not n.is_hidden then n.refusal_count end as refusal_count,
    case when not n.is_hidden then n.supervision_count end as supervision_count,
    case when not n.is_hidden then n.extension_count end as extension_count,
    case when n.satisfaction between 1 and 5 and not n.is_hidden then n.satisfaction end as satisfaction_score,
    -- Nor is a name of a secret ticket listed for mending.
    p.is_unmatched and not n.is_hidden as has_unknown_place, p.delivered as delivered_place,
    (u.unit_code is null and u.delivered is not null and not n.is_hidden) as has_unknown_unit, u.delivered as delivered_unit,
    (c.category_code is null and c.delivered <> '' and not n.is_hidden) as has_unknown_category, c.delivered as delivered_category,
    (n.channel is not null and ch.channel_code is null and not n.is_hidden) as has_unknown_channel, n.channel as delivered_channel,
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
left join placed_points o on o.place_key = n.place_key and o.lon = n.lon and o.lat = n.lat
left join resolved_units u on u.unit_key = n.unit_key
left join resolved_categories c on c.category_key = n.category_key
left join channel_names ch on ch.name = n.channel
left join channel_names sc on sc.name = n.source_channel
left join resolved_assisting a on a.assisting_units = n.assisting_units
left join units_by_rows r on r.batch_id = n.batch_id and r.number = n.number
    and r.version_at = coalesce(n.updated_at, timestamp '1900-01-01');
