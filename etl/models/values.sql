-- How texts are read as times. A year of four digits, or it is no date; an impossible date or hour is null, never shifted.

-- The hour of the day that is meant by an hour beside a word for a part of the day; null where the two contradict each other
-- or could mean two days (晚上12点). Both stand in a list of one, or each would be planned and worked out wherever it is compared.
create or replace temp macro hour_of(part, said) as list_transform([struct_pack(part := part, said := said)], lambda t:
    case
        when t.part = '' then case when t.said <= 24 then t.said end
        when t.part in ('上午', 'AM') then case when t.said = 12 then 0 when t.said < 12 then t.said end
        when t.part in ('下午', '午后', 'PM') then case when t.said = 12 then 12 when t.said < 12 then t.said + 12 when t.said < 24 then t.said end
        when t.part = '凌晨' then case when t.said = 12 then 0 when t.said <= 6 then t.said end
        when t.part = '中午' then case when t.said between 11 and 14 then t.said when t.said in (1, 2) then t.said + 12 end
        when t.part = '傍晚' then case when t.said between 4 and 8 then t.said + 12 when t.said between 16 and 20 then t.said end
        when t.part in ('晚上', '晚间', '夜间', '夜里', '晚') then
            case when t.said between 5 and 11 then t.said + 12 when t.said between 17 and 23 then t.said end
        when t.part in ('清晨', '早晨', '早上') then case when t.said between 4 and 11 then t.said end
    end)[1];

create or replace temp macro moment_of(day_on, hour, minute, second) as
    case when hour * 3600 + minute * 60 + second <= 86400 and minute < 60 and second < 60
        then day_on + to_seconds(hour * 3600 + minute * 60 + second) end;

create or replace temp macro digits(x) as coalesce(try_cast(nullif(x, '') as integer), 0);

-- 2024年3月5日 下午1:05 · 2018/10/30 上午11:05:00 · 2024-3-5 9:5 · 2024年3月5日 星期二 9时30分 · 20240305093000 · 2024-03-05 24:00
create or replace temp macro chinese_time(x) as
    list_transform([case when regexp_matches(x, '^\d{8}') then regexp_extract(x,
        '^(\d{4})(\d\d)(\d\d)(?:[ T]?()(\d\d):?(\d\d)(?::?(\d\d))?)?()$', ['y', 'm', 'd', 'part', 'h', 'i', 's', 'after'])
    else regexp_extract(upper(x),
        '^(\d{4}) *[-/.年] *(\d{1,2}) *[-/.月] *(\d{1,2}) *[日号]? *[T,，]? *(?:(?:星期|周|礼拜)[一二三四五六日天])? *'
        '(上午|下午|午后|凌晨|清晨|早晨|早上|中午|傍晚|晚上|晚间|夜间|夜里|晚|AM|PM)? *'
        '(?:(\d{1,2}) *[:时點点] *(?:(\d{1,2}) *(?:[:分] *(?:(\d{1,2})(?:\.\d+)? *秒?)?)?)?)? *(AM|PM)?$', ['y', 'm', 'd', 'part', 'h', 'i', 's', 'after'])
    end], lambda p: case when p.y <> '' and (p.part || p.after = '' or p.h <> '') then moment_of(
        try_cast(concat(p.y, '-', p.m, '-', p.d) as date), hour_of(p.part || p.after, digits(p.h)), digits(p.i), digits(p.s)) end)[1];

-- A spreadsheet's day number, to the second; before March 1900 spreadsheets disagree about the days.
create or replace temp macro excel_time(x) as
    case when regexp_matches(x, '^\d{2,7}(\.\d+)?$') and cast(x as double) between 61 and 2958465.99999
        then date '1899-12-30' + to_seconds(cast(round(cast(x as double) * 86400) as bigint)) end;

-- ISO 8601 to the city's clock: what has an offset is converted, what has none is taken as it stands.
create or replace temp macro iso_time(x) as
    case
        when regexp_matches(x, '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?$') then try_cast(replace(x, ',', '.') as timestamp)
        when regexp_matches(x, '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)? ?([Zz]|[+-]\d\d(:?\d\d)?)$')
            then civic(try_cast(replace(regexp_replace(regexp_replace(x, ' ?[Zz]$', '+00:00'), ' ([+-])', '\1'), ',', '.') as timestamptz))
    end;

-- 24:00 is the end of the day, which no format of strptime knows.
create or replace temp macro is_day_end(x) as ends_with(x, '24:00') or ends_with(x, '24:00:00');
create or replace temp macro before_midnight(x) as regexp_replace(x, '([ T])24:00(:00)?$', '\100:00\2');

-- 1e400 is infinity to a computer and no number to anybody; nan compares as greater than all.
create or replace temp macro finite(x) as case when abs(x) < 1e300 then x end;
