-- Masks: what identifies a person never enters a snapshot. Every pattern is tried only on text that may hold it, because
-- most text holds none; a masked text masked again stays as it is.
-- Not seen, and documented in docs/decisions/0006-the-life-of-a-ticket.md: entities escaped three times, digits mixed with Chinese numerals,
-- digits more than three signs apart, numbers of fewer than eleven digits that no word announces.

-- Signs that show nothing and may stand between digits or inside a name: zero-width, right-to-left, keycaps.
create or replace temp macro visible(x) as regexp_replace(x, '[\p{Cf}\x{FE00}-\x{FE0F}\x{20E3}]', '', 'g');

-- &#49; and &#x31; as the signs they mean. What is left of &# afterwards loses its &, so that nothing can be read twice.
create or replace temp macro entity_sign(code) as
    case when code between 32 and 55295 or code between 57344 and 1114111 then chr(code) else ' ' end;
create or replace temp macro entity_piece(piece) as case
    when regexp_matches(piece, '^[0-9]{1,7};?') then
        entity_sign(cast(regexp_extract(piece, '^([0-9]{1,7})', 1) as integer)) || regexp_replace(piece, '^[0-9]{1,7};?', '')
    when regexp_matches(piece, '^[xX][0-9a-fA-F]{1,6};?') then
        entity_sign(cast('0x' || regexp_extract(piece, '^[xX]([0-9a-fA-F]{1,6})', 1) as integer))
            || regexp_replace(piece, '^[xX][0-9a-fA-F]{1,6};?', '')
    else '&#' || piece end;
create or replace temp macro without_amp(x) as regexp_replace(x, '&(amp;)+', '&', 'g');
create or replace temp macro without_entities(x) as
    case when not contains(x, '&#') then x
    else regexp_replace(without_amp(string_split(x, '&#')[1]
        || array_to_string(list_transform(string_split(x, '&#')[2:], lambda piece: entity_piece(piece)), '')), '&+#+', '#', 'g') end;

-- Digits of every width and shape as 0-9.
create or replace temp macro plain_digits(x) as translate(x,
    '０１２３４５６７８９＠－＋⓪①②③④⑤⑥⑦⑧⑨⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿',
    '0123456789@-+0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789');
create or replace temp macro is_disguised(x) as regexp_matches(x, '<disguise>');
create or replace temp macro undisguised(x) as visible(plain_digits(visible(without_entities(without_amp(x)))));

-- Identity numbers and other long numbers before telephones: they hold eleven digits that look like one.
-- Digits that stand together are most of all: plain patterns do for them.
create or replace temp macro mask_long(x) as
    case when regexp_matches(x, '\d{12}') then regexp_replace(regexp_replace(x,
        '([1-9]\d{5})\d{8}(\d{3}[\dXx])\d*', '\1********\2', 'g'),
        '\d{8,}(\d{4})[Xx]?', '********\1', 'g') else x end;
create or replace temp macro mask_together(x) as
    regexp_replace(
    regexp_replace(mask_long(x),
        '(1[3-9]\d)\d{4}(\d{4})', '\1****\2', 'g'),
        '(^|[^\d])(0(?:10|2\d|[3-9]\d{2})[)）]?)\d{4}(\d{3,4})(?:(?:转|分机|[Ee]xt\.?|[xX#])[:：]?\d{1,6})?', '\1\2****\3', 'g');
create or replace temp macro mask_apart(x) as
    -- The country's code and a landline.
    regexp_replace(
    -- A landline with its extension, by an area code of three or four digits.
    regexp_replace(
    -- A mobile.
    regexp_replace(
    -- A bank card in groups of four.
    regexp_replace(
    -- Every digit by itself.
    regexp_replace(
    regexp_replace(
    -- Identity numbers: of eighteen digits however they stand, of fifteen as they are grouped.
    regexp_replace(
    regexp_replace(x,
        '([1-9](?:<gap>\d){5})<gap>(?:19|20)(?:<gap>\d){2}<gap>(?:0<gap>[1-9]|1<gap>[0-2])<gap>(?:[0-2]<gap>\d|3<gap>[01])<gap>(\d<gap>\d<gap>\d<gap>[\dXx])<rest>', '\1********\2', 'g'),
        '([1-9]\d{5})<gap>\d{6}<gap>\d{3}', '\1*********', 'g'),
        '\d{8,}(\d{4})[Xx]?', '********\1', 'g'),
        '\d(?:[\s\p{Z}\p{Pd}.·•_,，、/|]{1,3}\d){9,}[Xx]?', '***********', 'g'),
        '[3-9]\d{3}(?:[\s\p{Z}\p{Pd}.]{1,2}\d{4}){2}[\s\p{Z}\p{Pd}.]{1,2}(?:\d[\s\p{Z}\p{Pd}.]?){0,6}(\d)', '************\1', 'g'),
        '(^|[^\d])(1<gap>[3-9]<gap>\d)(?:<gap>\d){4}<gap>(\d<gap>\d<gap>\d<gap>\d)<rest>', '\1\2****\3', 'g'),
        '(^|[^\d])(0(?:10|2\d|[3-9]\d{2})[\s\p{Z}\p{Pd}.·()（）]{0,3})\d(?:<gap>\d){3}(<gap>\d(?:<gap>\d){2,3})(?:\d*<gap>(?:转|分机|[Ee]xt\.?|[xX#])[\s:：]?\d{1,6})?<rest>', '\1\2****\3', 'g'),
        '(\+<gap>86<gap>[1-9]\d{1,2})<gap>\d(?:<gap>\d){3}(<gap>\d(?:<gap>\d){2,3})<rest>', '\1****\2', 'g');

-- A number said in words has eleven of them.
create or replace temp macro mask_numerals(x) as
    regexp_replace(x, '<num>(?:[\s\p{Z}\p{Pd}.·,，、]{0,2}<num>){10,}', '***********', 'g');
create or replace temp macro mask_mail(x) as
    regexp_replace(x, '[A-Za-z0-9._%+*-]+\s?@\s?[A-Za-z0-9][A-Za-z0-9.-]*', '***@***', 'g');
-- Five signs, six of new energy, four and the word of its kind; embassies' by their word.
create or replace temp macro mask_plates(x) as
    regexp_replace(
    regexp_replace(x,
        '([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s·•-]?[A-Za-z])(?:(?:[\s·•.-]{0,2}[A-Za-z0-9]){4}[警学挂港澳领试超使]|(?:[\s·•.-]{0,2}[A-Za-z0-9]){5,6})', '\1·*****', 'g'),
        '([使领])[\s·•-]?\d{3}[\s·•-]?\d{3}', '\1·*****', 'g');
create or replace temp macro mask_accounts(x) as
    regexp_replace(x,
        '((?:微信|薇信|[Qq][Qq]|扣扣|[VvWw][Xx]|[Vv]信|[Ww]e[Cc]hat)\s?(?:号码|账号|帐号|号|[Ii][Dd]|群)?[\s是为:：=]{0,4})[A-Za-z0-9][A-Za-z0-9_-]{3,}',
        '\1***', 'g');

-- A name behind the word that announces it keeps its surname, the compound ones whole.
create or replace temp macro mask_announced(x) as
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(x,
        '(<named>)(欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|司空|夏侯|长孙|宇文|轩辕|端木|独孤|南宫|澹台|闻人|赫连|钟离|鲜于|申屠|公冶|太史|万俟|淳于|濮阳|东郭|呼延|西门|第五|百里|完颜|纳兰|拓跋)\p{Han}{1,2}([（(，。；、,;\s\d]|$)', '\1\2**\3', 'g'),
        '(<named>)(\p{Han})\p{Han}<given>([（(，。；、,;\s\d]|$)', '\1\2**\3', 'g'),
        '(<named>)(\p{Han})<given>([（(，。；、,;\s\d]|$)', '\1\2*\3', 'g'),
        '((?:<person>))(\p{Han})\p{Han}<given>([（(\d])', '\1\2**\3', 'g'),
        '((?:<person>))(\p{Han})<given>([（(\d])', '\1\2*\3', 'g');

create or replace temp macro blanked(x) as
    regexp_replace(x, '(\d[ ._·()（）-]{0,2})[\t\r\n\f\v\x{A0}\x{1680}\x{2000}-\x{2029}\x{202F}\x{205F}\x{3000}\x{FE58}\x{FE63}\x{FF0D}•]', '\1 ', 'g');
create or replace temp macro mask_digits(x) as
    case when not regexp_matches(x, '(?:\d[\s\p{Z}\p{Pd}.·•_()（）,，、/|]{0,3}){7}') then x
        when regexp_matches(x, '\d[\s\p{Z}\p{Pd}.·•_()（），,、/|]{1,3}\d') then mask_apart(blanked(blanked(blanked(x))))
        else mask_together(x) end;
-- One reading of a text tells whether there is anything to mask, for most texts hold nothing: the pieces of the patterns above
-- that all their matches have, and what may disguise them.
create or replace temp macro may_hold_words(x) as regexp_matches(x, '<words>');
create or replace temp macro may_hold(x) as regexp_matches(x, '(?:\d[\s\p{Z}\p{Pd}.·•_()（）,，、/|]{0,3}){7}|<disguise>|<words>');
create or replace temp macro mask_words(x) as mask_announced(mask_accounts(mask_numerals(mask_plates(mask_mail(x)))));
-- For few texts: lists of one, or every step would be planned anew wherever the next one uses it. Many texts go through masked_<kind>.
create or replace temp macro mask(x) as case when x is not null then
    list_transform([x], lambda said: case when not may_hold(said) then said else
        list_transform(
        list_transform([case when is_disguised(said) then undisguised(said) else said end],
            lambda plain: mask_digits(plain)),
            -- Asked of the masked text as well as may be: masked digits make no new word.
            lambda shown: case when may_hold_words(shown) then mask_words(shown) else shown end)[1]
    end)[1] end;

-- A code stays readable, to be mended or matched by whoever reads it, unless it is a telephone or an identity number.
create or replace temp macro is_code(x) as
    regexp_matches(x, '^[0-9A-Za-z_/-]+$') and not regexp_matches(x,
        '(^|[^0-9])1[3-9]\d{9}([^0-9]|$)|[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]|[Qq][Qq]|[VvWw][Xx]|[Ww]e[Cc]hat');
create or replace temp macro mask_unless_code(x) as case when is_code(x) then x else mask(x) end;

create or replace temp macro is_plain(x) as mask_unless_code(x) = x;

-- What should have been a time may be anything, somebody's name too: of Chinese signs only those are shown that times are written with.
create or replace temp macro only_time_words(x) as regexp_replace(x,
    '[^\x{00}-\x{2FFF}\x{3000}-\x{303F}\x{FF00}-\x{FFEF}年月日号时點点分秒上下午后凌清早晨中傍晚间夜里星期周礼拜零〇一二三四五六七八九十天两昨今明前去]', '□', 'g');

create or replace temp macro is_nobody(x) as regexp_matches(x,
    '^(匿名|匿名者|匿名用户|无|无名|无名氏|没有|未提供|不提供|未知|不详|保密|未留|不愿透露|先生|女士|市民|群众|居民|本人|来电人|诉求人|[-—/.\\*?？]*|[Nn]/?[Aa]|[Nn]ull|NULL|[Nn]one)$');
-- How many signs of a name are the surname.
create or replace temp macro surname_length(x) as
    case when length(x) > 2 and x[1:2] in ('欧阳', '司马', '上官', '诸葛', '东方', '皇甫', '尉迟', '公孙', '慕容', '令狐', '司徒', '司空', '夏侯', '长孙',
        '宇文', '轩辕', '端木', '独孤', '南宫', '澹台', '闻人', '赫连', '钟离', '鲜于', '申屠', '公冶', '太史', '万俟', '淳于', '濮阳', '东郭', '呼延',
        '西门', '第五', '百里', '完颜', '纳兰', '拓跋') then 2 else 1 end;
create or replace temp macro mask_name(x) as
    case when x is null then null when length(x) <= 1 then '*'
        else x[:surname_length(x)] || repeat('*', least(length(x) - surname_length(x), 2)) end;
-- Who is in charge: a person's name is masked like any other, an office or a title stays.
create or replace temp macro mask_duty(x) as
    case when regexp_matches(x, '^\p{Han}{2,4}$') and not regexp_matches(x, '[局委所队办科室站部处组院会厅长员]$|中心$') then mask_name(x) else x end;
-- The name of the caller inside a text, with the surname kept: as it is, with its signs apart, and each part of a name with points.
create or replace temp macro name_parts(x) as
    case when strlen(x) > 9 and regexp_matches(x, '[·•・‧．.\s]') then list_filter(regexp_split_to_array(x, '[·•・‧．.\s]+'), lambda part: length(part) > 1)
        else cast([] as varchar[]) end;
create or replace temp macro apart(name, sign) as array_to_string(string_split(name, ''), sign);
-- `covered` is the name masked.
create or replace temp macro mask_caller(x, caller_name, covered) as
    case when length(caller_name) > 1 and (contains(x, caller_name) or contains(x, ' ') or contains(x, '　') or strlen(caller_name) > 12)
            and not is_nobody(caller_name)
        then list_reduce(name_parts(caller_name), lambda text, part: replace(text, part, mask_name(part)),
            replace(replace(replace(x, caller_name, covered), apart(caller_name, ' '), covered), apart(caller_name, '　'), covered))
        else x end;

-- One person is one text, however the telephone is written; who did not say who he is, is nobody.
create or replace temp macro squeezed(x) as regexp_replace(undisguised(x), '[\s\p{Z}\p{Pd}.·•_()（）]', '', 'g');
create or replace temp macro mobile_or_whole(x) as
    case when regexp_matches(x, '^(?:\+|00)?(?:86)?0?1[3-9]\d{9}$') then right(x, 11)
        when regexp_matches(x, '^[^0-9]*1[3-9]\d{9}(?:[^0-9]|$)') then regexp_extract(x, '1[3-9]\d{9}')
        else upper(regexp_replace(x, '^(?:\+|00)86(\d)', '0\1')) end;
create or replace temp macro caller_identity(x) as
    case
        when regexp_matches(x, '^1[3-9]\d{9}$') then x
        when is_nobody(trim(x)) then null
        else list_transform(list_transform([x], lambda said: squeezed(said)), lambda plain:
            case when regexp_matches(plain, '^(?:0+|1{6,}|2{6,}|3{6,}|4{6,}|5{6,}|6{6,}|7{6,}|8{6,}|9{6,})?$') or is_nobody(plain) then null
                else mobile_or_whole(plain) end)[1]
    end;
