-- Small pieces of arithmetic the models share.
create or replace temp macro unescape(x) as
    case when not contains(x, '&') then x else
    replace(replace(replace(replace(replace(replace(replace(replace(x,
        '&#40;', '('), '&#41;', ')'), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&nbsp;', ' '), '&amp;', '&') end;

-- A name without the suffix of its office, so that 和平社区居委会, 和平社区 and 和平 are one place.
create or replace temp macro bare(x) as
    regexp_replace(regexp_replace(replace(trim(x), ' ', ''), '(社区居民委员会|居民委员会|村民委员会|社区居委会|居委会|村委会)$', ''),
        '(社区|村|嘎查)$', '');

-- Most cells have no space around them, and trimming a named set of characters is slow.
create or replace temp macro tidy(x) as
    case when starts_with(x, ' ') or ends_with(x, ' ') or starts_with(x, chr(9)) or ends_with(x, chr(9))
            or starts_with(x, '　') or ends_with(x, '　') then trim(x, ' ' || chr(9) || '　') else x end;

create or replace temp macro code_or_null(x) as nullif(trim(x), '');

-- Two appeals are of one group when the same person, or the same address, brings the same minor category.
create or replace temp macro person_group(caller_hash, category_code) as
    case when caller_hash is not null and category_code is not null then 'p|' || caller_hash || '|' || category_code end;
create or replace temp macro place_group(community_code, address, category_code) as
    case when community_code is not null and address is not null and category_code is not null
        then 'a|' || community_code || '|' || address || '|' || category_code end;

-- A stage not yet reached is late once its deadline has come, and unknown before.
create or replace temp macro stage_on_time(reached_at, due_at, as_of) as
    case when due_at is null then null when reached_at is not null then reached_at <= due_at when due_at <= as_of then false end;

-- The first day of the month, quarter, half-year or year a day lies in, by how many months it has.
create or replace temp macro period_begin(day, months) as
    make_date(year(day), ((month(day) - 1) // months) * months + 1, 1);

-- The last day of the last such period that was over on a day.
create or replace temp macro last_period_end(day, months) as
    cast(period_begin(cast(day + interval 1 day as date), months) - interval 1 day as date);

-- The least of several values passes over what is missing; a share that is not known stays unknown.
create or replace temp macro at_most_100(x) as case when x > 100 then 100.0 else x end;
