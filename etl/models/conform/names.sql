-- Which of the city's divisions, units, categories and channels the names and codes in the deliveries mean.
-- Input: named_rows_places, named_rows_units, named_rows_categories, named_rows_channels (distinct texts as delivered).
-- A name that means two things means nothing: it is left out of the look-up and the row is counted as 未定位 / 未定单位 / 未归类.

create or replace temp table division_levels as
select
    d.division_code,
    max(case when a.level = 'district' then a.division_code end) as district_code,
    max(case when a.level = 'town' then a.division_code end) as town_code,
    max(case when a.level in ('community', 'grid') and a.level = 'community' then a.division_code end) as community_code
from divisions d
join division_paths p on p.division_code = d.division_code
join divisions a on a.division_code = p.ancestor_code
group by d.division_code;

create or replace temp table division_names as
select distinct d.level, l.district_code, l.town_code, d.division_code, n.name
from divisions d
join division_levels l on l.division_code = d.division_code
cross join unnest(list_concat(
    [d.division_code, d.statistics_code, d.label, bare(d.label), d.short_label],
    list_concat(string_split(coalesce(d.aliases, ''), '|'), list_transform(string_split(coalesce(d.aliases, ''), '|'), lambda x: bare(x)))
)) as n(name)
where n.name is not null and n.name <> '';

create or replace temp table unique_names as
select level, name, min(division_code) as division_code
from division_names group by level, name having count(distinct division_code) = 1;

create or replace temp table unique_names_in_town as
select town_code, name, min(division_code) as division_code
from division_names where level = 'community' group by town_code, name having count(distinct division_code) = 1;

create or replace temp table unique_towns_in_district as
select district_code, name, min(division_code) as division_code
from division_names where level = 'town' group by district_code, name having count(distinct division_code) = 1;

create or replace temp table resolved_places as
with by_code as (
    select p.*,
        coalesce(dc.division_code, dn.division_code) as found_district,
        coalesce(tc.division_code, td.division_code, tn.division_code) as found_town,
        cc.division_code as found_code
    from named_rows_places p
    left join unique_names dc on dc.level = 'district' and dc.name = p.district_code
    left join unique_names dn on dn.level = 'district' and dn.name = trim(p.district)
    left join unique_names tc on tc.level = 'town' and tc.name = p.town_code
    left join unique_towns_in_district td on td.district_code = coalesce(dc.division_code, dn.division_code) and td.name = trim(p.town)
    left join unique_names tn on tn.level = 'town' and tn.name = trim(p.town)
    left join unique_names cc on cc.level = 'community' and cc.name = p.community_code
),
by_name as (
    select b.*, coalesce(b.found_code, nt.division_code, n.division_code) as found_community
    from by_code b
    left join unique_names_in_town nt on nt.town_code = b.found_town and nt.name = bare(b.community)
    left join unique_names n on n.level = 'community' and n.name = bare(b.community)
        -- A community by its bare name alone, but never against the town that was named beside it.
        and (b.found_town is null or b.found_town = (select l.town_code from division_levels l where l.division_code = n.division_code))
),
deepest as (
    select b.*, coalesce(any_code.division_code, b.found_community, b.found_town, b.found_district) as found_division
    from by_name b
    left join divisions any_code on any_code.division_code = b.division_code
)
select d.place_key, d.found_division as division_code, l.district_code, l.town_code, l.community_code,
    coalesce(d.division_code, d.community_code, d.community, d.town_code, d.town, d.district_code, d.district) as delivered,
    (coalesce(d.community, d.community_code) is not null and l.community_code is null)
        or (coalesce(d.division_code, d.town, d.town_code, d.district, d.district_code) is not null and d.found_division is null)
        as is_unmatched
from deepest d
left join division_levels l on l.division_code = d.found_division;

create or replace temp table unit_names as
select name, min(unit_code) as unit_code
from (
    select unit_code, unit_code as name from units
    union all select unit_code, label from units
    union all select unit_code, short_label from units
    union all select u.unit_code, a.alias from units u cross join unnest(string_split(coalesce(u.aliases, ''), '|')) as a(alias)
)
where name is not null and name <> ''
group by name having count(distinct unit_code) = 1;

create or replace temp table resolved_units as
select k.unit_key, coalesce(c.unit_code, n.unit_code) as unit_code, coalesce(k.unit, k.unit_code) as delivered
from named_rows_units k
left join unit_names c on c.name = k.unit_code
left join unit_names n on n.name = k.unit;

create or replace temp table category_names as
select name, min(category_code) as category_code
from (
    select category_code, category_code as name from categories
    union all select category_code, label from categories
    union all select category_code, major_label || '/' || label from categories
    union all select category_code, major_code || '/' || category_code from categories
    union all select c.category_code, a.alias from categories c cross join unnest(string_split(coalesce(c.aliases, ''), '|')) as a(alias)
)
where name is not null and name <> ''
group by name having count(distinct category_code) = 1;

create or replace temp table major_names as
select name, min(major_code) as major_code
from (select major_code, major_code as name from categories union all select major_code, major_label from categories)
group by name having count(distinct major_code) = 1;

create or replace temp table resolved_categories as
select k.category_key, found.category_code, coalesce(found.major_code, m.major_code, mn.major_code) as major_code,
    concat_ws('/', k.major, coalesce(k.category, k.category_code)) as delivered
from (
    select k.*, coalesce(c.category_code, f.category_code, n.category_code) as found_code
    from named_rows_categories k
    left join category_names c on c.name = k.category_code
    left join category_names f on f.name = k.major || '/' || coalesce(k.category, '')
    left join category_names n on n.name = k.category
) k
left join categories found on found.category_code = k.found_code
left join major_names m on m.name = k.major_code
left join major_names mn on mn.name = k.major;

create or replace temp table channel_names as
select name, min(channel_code) as channel_code
from (
    select channel_code, channel_code as name from channels
    union all select channel_code, label from channels
    union all select c.channel_code, a.alias from channels c cross join unnest(string_split(coalesce(c.aliases, ''), '|')) as a(alias)
)
where name is not null and name <> ''
group by name having count(distinct channel_code) = 1;
