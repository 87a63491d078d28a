-- For a city whose folder lacks them: divisions, units, categories and channels read off the deliveries.
-- A code with several names takes the most frequent one, the others become aliases; markup in names is undone.

-- derive divisions
insert into divisions by name
with places as (
    select getvariable('root_code') as root, town_code, town, community_code, community, row_count
    from named_rows_places
    -- A name that tells of a person is none of a place, and neither of a unit, a category, a channel: it is listed, masked.
    where town is not null and is_plain(coalesce(town_code, town)) and is_plain(town)
)
select getvariable('root_code') as division_code, getvariable('root_label') as label, getvariable('root_label_en') as label_en,
    getvariable('root_label') as short_label, 'city' as level, 'statutory' as kind, null as parent_code,
    getvariable('root_code') as statistics_code, 'both' as tree, null as aliases
union all
select root || '/' || coalesce(town_code, town), mask(unescape(arg_max(town, row_count))), null, null, 'town', 'statutory', root,
    null, 'both', string_agg(distinct coalesce(town_code, town), '|')
from places group by root, coalesce(town_code, town)
union all
-- A code is a community wherever it is written; a name is one only within its town.
select root || '/' || arg_max(coalesce(town_code, town), row_count) || '/' || any_value(coalesce(community_code, community)),
    mask(unescape(arg_max(community, row_count))), null, null, 'community', 'statutory',
    root || '/' || arg_max(coalesce(town_code, town), row_count), null, 'both', string_agg(distinct coalesce(community_code, community), '|')
from places where community is not null and is_plain(coalesce(community_code, community)) and is_plain(community)
group by root, coalesce(community_code, concat_ws('/', coalesce(town_code, town), community));

-- derive units
insert into units by name
select coalesce(unit_code, unit) as unit_code, mask(unescape(arg_max(unit, row_count))) as label, 'department' as kind,
    getvariable('root_code') as division_code,
    nullif(string_agg(distinct unit, '|') filter (where unit in (
        select unit from named_rows_units group by unit having count(distinct coalesce(unit_code, unit)) = 1)), '') as aliases
from named_rows_units where unit is not null and is_plain(unit) and is_plain(coalesce(unit_code, unit)) group by coalesce(unit_code, unit);

-- derive categories
insert into categories by name
select coalesce(category_code, category) as category_code, mask(unescape(arg_max(category, row_count))) as label,
    arg_max(coalesce(major_code, major), row_count) as major_code, mask(unescape(arg_max(major, row_count))) as major_label
from named_rows_categories where category is not null and is_plain(category) and is_plain(coalesce(category_code, category)) group by coalesce(category_code, category);

-- derive channels
insert into channels by name
select channel as channel_code, channel as label from named_rows_channels where channel is not null and is_plain(channel) group by channel;
