-- Small pieces of arithmetic the models share. Masks follow the rule: what identifies a person never enters a snapshot.
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

-- Identity numbers and other long numbers before telephones: they hold eleven digits that look like one. Telephones twice:
-- digits that follow a masked one at once can make a new one with its tail.
create or replace temp macro mask_digits(x) as
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(x,
        '([1-9]\d{5})[ -]?\d{8}[ -]?(\d{3}[\dXx])', '\1********\2', 'g'),
        '\d{8,}(\d{4})', '********\1', 'g'),
        '(1[3-9]\d)[ .·—-]{0,2}\d{4}[ .·—-]{0,2}(\d{4})', '\1****\2', 'g'),
        '(1[3-9]\d)\d{4}(\d{4})', '\1****\2', 'g'),
        '(0\d{2,3}[)） —-]{0,2})\d{4}(\d{3,4})', '\1****\2', 'g');

-- Text without a digit or an at sign holds none of these: it is let through unread, as it is most of the text.
create or replace temp macro mask(x) as
    case when not regexp_matches(x, '[0-9０-９@＠]') then x else
    regexp_replace(
    regexp_replace(
    mask_digits(case when regexp_matches(x, '[０-９＠－]') then translate(x, '０１２３４５６７８９＠－', '0123456789@-') else x end),
        '[A-Za-z0-9._%+*-]+@[A-Za-z0-9.-]+', '***@***', 'g'),
        '([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z])[·• -]?[A-Za-z0-9]{5,6}', '\1·*****', 'g')
    end;

-- Twelve digits alone are the statistics code of a place, to be mended by whoever reads the list; a telephone has eleven.
create or replace temp macro mask_unless_code(x) as case when regexp_matches(x, '^[1-8]\d{11}$') then x else mask(x) end;

create or replace temp macro mask_name(x) as
    case when x is null then null when length(x) <= 1 then '*' else x[1] || repeat('*', least(length(x) - 1, 2)) end;

-- The name of the caller inside a text, with the surname kept.
create or replace temp macro mask_caller(x, caller_name) as
    case when caller_name is null or not contains(x, caller_name) then x else replace(x, caller_name, mask_name(caller_name)) end;

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
