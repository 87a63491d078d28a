-- One row per delivered resource: grids, grid staff, mediation rooms, cameras, party branches.
create or replace temp table conformed_resources as
select
    n.source_code || ':' || n.resource_code as resource_code, n.source_code, n.batch_id, n.row_number, b.ordinal,
    n.row_hash, false as is_duplicate,
    n.shown_type as resource_type, n.shown_label as label,
    coalesce(o.division_code, p.division_code) as division_code, coalesce(o.district_code, p.district_code) as district_code,
    coalesce(o.town_code, p.town_code) as town_code, coalesce(o.community_code, p.community_code) as community_code,
    o.division_code is not null as is_placed_by_point, n.lon, n.lat,
    coalesce(n.resource_count, 1) as resource_count, b.received_at as updated_at,
    p.is_unmatched as has_unknown_place, p.delivered as delivered_place,
    case when n.resource_code is null then 'no_number' when n.bad is not null then 'unreadable_time' end as reason_code,
    n.bad, cast(null as timestamp) as earliest_at, cast(null as timestamp) as latest_at
from masked_resources n
join incoming b on b.batch_id = n.batch_id
left join resolved_places p on p.place_key = n.place_key
left join placed_points o on o.place_key = n.place_key and o.lon = n.lon and o.lat = n.lat;
