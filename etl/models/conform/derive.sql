-- For a city whose folder lacks them: divisions, units, categories and channels read off the deliveries.
-- A code with several names takes the most frequent one, the others become aliases; markup in names is undone.

-- derive divisions
insert into divisions by name
with places as (
    select coalesce(district_code, district) as district_key, coalesce(district, district_code) as district, town_code,
        coalesce(town_code, town) as town_key, town, community_code, community, row_count
    from named_rows_places
    -- A name that tells of a person is none of a place, and neither of a unit, a category, a channel: it is listed, masked.
    where coalesce(town, district, district_code) is not null
        and is_plain(coalesce(district_code, '')) and is_plain(coalesce(district, '')) and is_plain(coalesce(town_code, ''))
        and is_plain(coalesce(town, '')) and is_plain(coalesce(community_code, '')) and is_plain(coalesce(community, ''))
),
-- A town with a code stands in the district most of its rows name; one with a name only is another town in every district.
coded as (
    select town_key, arg_max(district_key, row_count) as district_key
    from places where town_code is not null and town is not null and district_key is not null group by town_key
),
sole as (
    select town_key, min(district_key) as district_key
    from places where town_code is null and town is not null group by town_key having count(distinct district_key) = 1
),
towns as (
    select concat_ws('/', getvariable('root_code'), coalesce(c.district_key, p.district_key, s.district_key)) as district_division,
        concat_ws('/', getvariable('root_code'), coalesce(c.district_key, p.district_key, s.district_key), p.town_key) as town_division,
        p.town_key, p.town, p.community_code, p.community, p.row_count,
        -- 和平社区居委会, 和平社区 and 和平 are one.
        coalesce(p.community_code, nullif(bare(p.community), ''), p.community) as community_key
    from places p
    left join coded c on c.town_key = p.town_key and p.town_code is not null
    left join sole s on s.town_key = p.town_key and p.town_code is null
    where p.town is not null
)
select getvariable('root_code') as division_code, getvariable('root_label') as label, getvariable('root_label_en') as label_en,
    getvariable('root_label') as short_label, 'city' as level, 'statutory' as kind, null as parent_code,
    getvariable('root_code') as statistics_code, 'both' as tree, null as aliases
union all
select getvariable('root_code') || '/' || district_key, mask(unescape(arg_max(district, row_count))), null, null, 'district', 'statutory',
    getvariable('root_code'), null, 'both', district_key
from places where district_key is not null group by district_key
union all
select town_division, mask(unescape(arg_max(town, row_count))), null, null, 'town', 'statutory', any_value(district_division),
    null, 'both', string_agg(distinct town_key, '|')
from towns group by town_division
union all
-- A code is a community wherever it is written; a name is one only within its town.
select arg_max(town_division, row_count) || '/' || any_value(community_key),
    mask(unescape(arg_max(community, row_count))), null, null, 'community', 'statutory', arg_max(town_division, row_count), null, 'both',
    string_agg(distinct coalesce(community_code, community), '|')
from towns where community is not null
group by coalesce(community_code, concat_ws('/', town_division, community_key));

-- derive units
insert into units by name
select coalesce(unit_code, unit) as unit_code, mask(unescape(arg_max(unit, row_count))) as label, 'department' as kind,
    getvariable('root_code') as division_code,
    nullif(string_agg(distinct unit, '|') filter (where unit in (
        select unit from named_rows_units group by unit having count(distinct coalesce(unit_code, unit)) = 1)), '') as aliases
from named_rows_units where unit is not null and is_plain(unit) and is_plain(coalesce(unit_code, unit)) group by coalesce(unit_code, unit);

-- derive categories
insert into categories by name
with shared as (
    -- 其他 under several majors is several categories, unless codes say otherwise.
    select category from named_rows_categories where category_code is null and category is not null
    group by category having count(distinct coalesce(major_code, major)) > 1
),
undivided as (
    select coalesce(major_code, major) as major_key from named_rows_categories where major is not null
    group by coalesce(major_code, major) having count(category) = 0 and count(category_code) = 0
),
named as (
    select k.major_code, k.major, k.row_count, coalesce(k.category, k.major) as category,
        case
            when k.category is null then k.major || '/'
            when k.category_code is not null then k.category_code
            when s.category is not null then concat_ws('/', k.major, k.category)
            else k.category
        end as category_code
    from named_rows_categories k
    left join shared s on s.category = k.category
    left join undivided u on u.major_key = coalesce(k.major_code, k.major)
    where k.category is not null or u.major_key is not null
)
select category_code, mask(unescape(arg_max(category, row_count))) as label,
    arg_max(coalesce(major_code, major), row_count) as major_code, mask(unescape(arg_max(major, row_count))) as major_label
from named where is_plain(category_code) and is_plain(category) and is_plain(coalesce(major, '')) group by category_code;

-- derive channels
insert into channels by name
select channel as channel_code, channel as label from named_rows_channels where channel is not null and is_plain(channel) group by channel;
