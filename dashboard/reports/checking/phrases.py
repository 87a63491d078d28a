"""Sentences: what 环比 and 同比 are said of, changes of rates, shares of a whole, equations, changes that can be worked out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from dashboard.reports.checking.document import Line
from dashboard.reports.checking.finding import BLOCKING, WARNING, Finding, same
from dashboard.reports.checking.numerals import DIGITS, Number, number_of, plain, written
from dashboard.reports.checking.sums import OVERLAPS
from dashboard.texts import Text

HUNDRED = Decimal(100)
UNITS = "件|起|人次|人|个|项|户|条|例|次|家|名|宗|份|处|台|万元|元|万件|亿元"
COUNT = re.compile(rf"(?P<digits>{DIGITS})\s*(?P<unit>{UNITS})")
YEAR_OR_SAME = r"(?:(?:19|20)\d\d年|上年|去年|前年)(?!第?[一二三四1-4]季|\d{1,2}月|[上下]半年|末|底|年末)"
# What contradicts itself, whatever the numbers: the words, and what should stand there.
MISUSES = (
    (
        re.compile(r"(?:较|与|比|同)(?:上一?个?|前一?个?)(?:月|周|季度|季|半年|日|旬|期)(?:相比)?同比"),
        Text("较上月为环比；同比为较上年同期", "the month before is 环比; 同比 is the same period last year"),
    ),
    (
        re.compile(r"同比(?:上一?个?|前一?个?)(?:月|周|季度|季|旬|期)(?!、|和|及|环)"),
        Text("较上月为环比；同比为较上年同期", "the month before is 环比; 同比 is the same period last year"),
    ),
    (
        re.compile(rf"环比{YEAR_OR_SAME}(?:同期)?"),
        Text("与往年相比为同比；环比为较上一期", "earlier years are 同比; 环比 is the period before"),
    ),
    (
        re.compile(r"(?:较|与|比|同)(?:上年|去年|前年|(?:19|20)\d\d年)(?:同期|同月)?(?:相比)?环比"),
        Text("与往年相比为同比；环比为较上一期", "earlier years are 同比; 环比 is the period before"),
    ),
)
MONTH_AGAINST = re.compile(r"(?<![\d-])(\d{1,2})月(?:份)?[^。；;\d]{0,30}[^。；;]{0,40}?同比(\d{1,2})月")
RATE_NAMES = (
    r"(?:办结|满意|按[时期][^，。；、]{0,4}|成功|完成|解决|履行|达标|覆盖|合格|参评|知晓|立案|返工|退单|超期|延期|督办|重复[^，。；、]{0,3}|响应|受理|签收|化解|销号|"
    r"调处|确认|办理|回访|好评|参与|支持|及时|结案|整改|落实|到位|使用|普及|命中|准确)率|满意度|安全感|占比|比重"
)
RATE = re.compile(RATE_NAMES)
VERB = r"(?:提高|提升|上升|增长|增加|上涨|升高|下降|降低|减少|回落|下滑)"
CHANGED = re.compile(rf"^(?P<before>.*?){VERB}了?(?P<amount>\d+(?:\.\d+)?)%(?!点|个?百分点)")
LEADING = re.compile(
    r"^(?:其中|分别|也|均|又|则|再|总体|整体|继续|有所|大幅|小幅|略有|明显|的|为|同期|环比|同比|相比|(?:较|比|与)[^，。；]*?(?:年|月|周|日|季度?|期|时段)(?:末|底|同期)?|:|\(|\)|\d+月份?)+"
)
POINTS_OF_COUNT = re.compile(
    rf"(?:受理|诉求|案件|纠纷|办件|来件|信访)(?:总?量|件数|数量|总数|数)[^，。；]{{0,12}}?{VERB}了?\d+(?:\.\d+)?个?百分点"
)
WHOLE = re.compile(rf"(?:共|总|合计|总计|累计)[^，。；\d]{{0,20}}?(?P<digits>{DIGITS})\s*(?P<unit>{UNITS})")
PART = re.compile(
    rf"(?P<digits>{DIGITS})\s*(?P<unit>{UNITS})\s*[,，(]?\s*占(?P<of>[^\d，,。；;]{{0,16}}?)(?:的比重|的比例|的)?(?:为|达|约)?\s*(?P<percent>\d+(?:\.\d+)?)%"
)
OWN_WHOLE = re.compile(r"(?:总|全部|合计|比|受理)[^，。；]{0,6}|")
ABOUT = re.compile(r"约|近|余|左右|多|超过?|逾")
SHARE_AS_CHANGE = re.compile(r"(?P<kind>同比|环比)(?:(?:上升|下降|增长|增加|减少|提高)了?)?(?:为|达|约)?(?P<percent>\d+\.\d+)%")
EQUATION = re.compile(
    rf"(?P<whole>{DIGITS})[^\d=+。；;]{{0,8}}=(?P<parts>[^\d=+。；;]{{0,12}}{DIGITS}[^\d=+。；;]{{0,8}}(?:\+[^\d=+。；;]{{0,12}}{DIGITS}[^\d=+。；;)]{{0,8}})+)"
)
RECOMPUTED = re.compile(
    rf"(?P<now>{DIGITS})\s*(?P<unit>{UNITS})\s*[,，(]\s*(?:而|较|比)?(?P<base>上年同期|去年同期|上月|上周|上季度|上期)(?:的|为|是|同期)?\s*\(?(?P<was>{DIGITS})\s*(?P=unit)\s*\)?\s*[,，)]*\s*"
    rf"(?:同比|环比|相比)?(?P<verb>上升|增长|增加|提高|下降|减少|降低)了?(?P<percent>\d+(?:\.\d+)?)%(?!点)"
)  # fmt: skip


def phrase_findings(line: Line) -> Iterator[Finding]:
    """What a paragraph says that cannot be so."""
    text = plain(line.text)
    yield from _misused(line, text)
    yield from _rates(line, text)
    yield from _equations(line, text)
    for sentence in re.split(r"[。!?!?\n]", text):
        yield from _shares(line, sentence)
        yield from _shares_as_changes(line, sentence)
        yield from _recomputed(line, sentence)


def _misused(line: Line, text: str) -> Iterator[Finding]:
    for form, expected in MISUSES:
        for match in form.finditer(text):
            yield Finding("comparison", BLOCKING, line.where, expected, same(_around(text, match)))
    for match in MONTH_AGAINST.finditer(text):
        if int(match[1]) != int(match[2]):
            expected = Text(f"{match[1]}月的同比为较上年{match[1]}月", f"同比 of month {match[1]} is against month {match[1]} of last year")
            yield Finding("comparison", BLOCKING, line.where, expected, same(_around(text, match)))


def _around(text: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - 12, 0), min(match.end() + 12, len(text))
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def _rates(line: Line, text: str) -> Iterator[Finding]:
    """Rates that change by percent, and counts that change by percentage points."""
    for sentence in re.split(r"[。;\n]", text):
        subject = ""
        for clause in re.split(r"[,、()]|(?<=%)(?=环比|同比|较)", sentence):
            said = clause.strip()
            match = CHANGED.match(said)
            own = LEADING.sub("", match["before"] if match else said)
            if own or not match:
                subject = own or subject
            if match and RATE.search(_last_noun(subject)):
                yield Finding(
                    "points", BLOCKING, line.where, Text(f"{match['amount']}个百分点", f"{match['amount']} percentage points"), same(said),
                )  # fmt: skip
    for match in POINTS_OF_COUNT.finditer(text):
        yield Finding("points", WARNING, line.where, Text("件数的增减用%", "a count changes by %"), same(match[0]))


def _last_noun(subject: str) -> str:
    """The thing a clause speaks of: the end of its subject, without the value it goes on to state."""
    named = re.split(rf"(?:达到?|为|是|至|到|约)?\s*(?:{DIGITS})\s*(?:%|{UNITS})?", subject)[0]
    return named[-12:] if RATE.search(named[-8:]) else ""


def _equations(line: Line, text: str) -> Iterator[Finding]:
    for match in EQUATION.finditer(text):
        whole = number_of(match["whole"])
        parts = [number_of(digits) for digits in re.findall(DIGITS, match["parts"])]
        total = sum((part.value for part in parts), Decimal(0))
        slack = (
            sum((part.half for part in [*parts, whole]), Decimal(0))
            if whole.decimals or any(part.decimals for part in parts)
            else Decimal(0)
        )
        if abs(total - whole.value) > slack:
            yield Finding("equation", BLOCKING, line.where, same(written(total, whole.decimals)), same(match[0].strip()))


def _shares(line: Line, sentence: str) -> Iterator[Finding]:
    """Parts and shares of a sentence against the whole it names; parts that are more than the whole."""
    parts = [(match, number_of(match["digits"], match["unit"]), number_of(match["percent"], "%")) for match in PART.finditer(sentence)]
    wholes = [(match.start(), number_of(match["digits"], match["unit"])) for match in WHOLE.finditer(sentence)]
    yield from _more_than_whole(line, sentence, wholes)
    first = next((number for place, number in wholes if not parts or place < parts[0][0].start()), None)
    if first is None:
        return
    own = [(match, part, share) for match, part, share in parts if _is_of_first(match, part, first, sentence)]
    # Any number said before in the same unit may be the whole that is meant.
    said = [number_of(match["digits"], match["unit"]).value for match in COUNT.finditer(sentence)]
    wrong = [
        (match, part, share) for match, part, share in own
        if not any(whole > 0 and abs(HUNDRED * part.value / whole - share.value) <= share.half for whole in {first.value, *said})
    ]  # fmt: skip
    for match, part, share in wrong:
        right = f"{written(part.value)}÷{written(first.value)}＝{HUNDRED * part.value / first.value:.{share.decimals}f}%"
        if len(wrong) > 1 and (about := _one_whole(wrong)) is not None:
            yield Finding(
                "whole",
                BLOCKING,
                line.where,
                Text(f"占总数 {written(first.value)} 的比重，或写明整体", f"shares of {written(first.value)}, or a named whole"),
                Text(f"各占比的整体约为 {written(about)}，文中没有这个数", f"the shares are of about {written(about)}, which is not said"),
            )
            return
        yield Finding("share", BLOCKING, line.where, same(right), same(match[0]))


def _is_of_first(match: re.Match[str], part: Number, whole: Number, sentence: str) -> bool:
    """Whether a share is of the sentence's own whole: of the same unit, rounded by nobody, and not said to be of another thing."""
    is_rough = ABOUT.search(sentence[max(match.start() - 2, 0) : match.end() + 2])
    return part.unit == whole.unit and not is_rough and whole.value > 0 and OWN_WHOLE.fullmatch(match["of"]) is not None


def _one_whole(pairs: list[tuple[re.Match[str], Number, Number]]) -> Decimal | None:
    """The one number that several shares are of, if there is one."""
    ranges = [
        (HUNDRED * part.value / (share.value + share.half), HUNDRED * part.value / (share.value - share.half))
        for _, part, share in pairs if share.value > share.half
    ]  # fmt: skip
    if len(ranges) < 2:
        return None
    low, high = max(first for first, _ in ranges), min(last for _, last in ranges)
    return (low + high) / 2 if low <= high and high - low <= low / 10 else None


def _more_than_whole(line: Line, sentence: str, wholes: list[tuple[int, Number]]) -> Iterator[Finding]:
    """The parts that `其中` lists may be fewer than the whole, never more, unless something is counted twice."""
    opened = re.search(r"其中[:,]?", sentence)
    if opened is None or OVERLAPS.search(sentence):
        return
    before = [number for place, number in wholes if place < opened.start()]
    if len(before) != 1 or ABOUT.search(sentence[: opened.start()]):
        return
    listed = re.split(r";|以及|同比|环比|较", sentence[opened.end() :])[0]
    parts = [number_of(match["digits"], match["unit"]) for match in COUNT.finditer(re.sub(r"\([^)]*\)", "", listed))]
    parts = [part for part in parts if part.unit == before[0].unit]
    total = sum((part.value for part in parts), Decimal(0))
    if len(parts) > 1 and total > before[0].value:
        stands = f"{' + '.join(written(part.value, part.decimals) for part in parts)} = {written(total)}"
        yield Finding(
            "total",
            BLOCKING,
            line.where,
            Text(f"各部分之和不大于 {written(before[0].value)}", f"parts of no more than {written(before[0].value)}"),
            same(stands),
        )


def _shares_as_changes(line: Line, sentence: str) -> Iterator[Finding]:
    """同比 6.11% that is the quotient of two numbers of the sentence: a share, not a change."""
    counts = [number_of(match["digits"], match["unit"]) for match in COUNT.finditer(sentence)]
    for match in SHARE_AS_CHANGE.finditer(sentence):
        printed = number_of(match["percent"], "%")
        found = next(
            (
                (part, whole) for part in counts for whole in counts
                if part.unit == whole.unit and 0 < part.value < whole.value and printed.decimals > 1
                and abs(HUNDRED * part.value / whole.value - printed.value) <= printed.half and not _explains(part, whole, printed)
            ),
            None,
        )  # fmt: skip
        if found is not None:
            part, whole = found
            yield Finding(
                "comparison",
                BLOCKING,
                line.where,
                Text(
                    f"{match['kind']}是与{'上年同期' if match['kind'] == '同比' else '上一期'}之比；此处是占比",
                    f"{match['kind']} is a change; this is a share",
                ),
                same(f"{match[0]}＝{written(part.value)}÷{written(whole.value)}"),
            )


def _explains(part: Number, whole: Number, printed: Number) -> bool:
    """Whether the same two numbers also make the printed change: 100 of 200 is half of it, and half less."""
    return abs(HUNDRED * (whole.value - part.value) / whole.value - printed.value) <= printed.half


def _recomputed(line: Line, sentence: str) -> Iterator[Finding]:
    for match in RECOMPUTED.finditer(sentence):
        now, was, printed = number_of(match["now"]), number_of(match["was"]), number_of(match["percent"])
        if was.value <= 0 or match["unit"].startswith(("万", "亿")):
            continue
        change = HUNDRED * (now.value - was.value) / was.value
        is_up = match["verb"] in ("上升", "增长", "增加", "提高")
        if abs(abs(change) - printed.value) > printed.half or (change != 0 and (change > 0) != is_up):
            yield Finding("change", BLOCKING, line.where, same(f"{change:+.{max(printed.decimals, 2)}f}%"), same(match[0]))
