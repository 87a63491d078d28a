"""What a number is made of, how it is read otherwise, what it was before, and how it divides: the tables of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.charts.base import UNKNOWN
from dashboard.column_words import OF_TABLE
from dashboard.components import number_path, table
from dashboard.filter_words import NAMES, word
from dashboard.filters import Filters, ScopedFilters
from dashboard.guard import guard_of
from dashboard.key_figures import BEFORE_NAMES, MOM, YOY, change, printed
from dashboard.metrics import METRICS, Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, is_of_things
from dashboard.metrics.parts import DENOMINATOR, NUMERATOR, OUT
from dashboard.places import divisions_of
from dashboard.queries import Against, Comparison, compare, measure, total
from dashboard.reference import category_level
from dashboard.rows_behind import Behind, Made
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View
from dashboard.warehouse import R

MOST_GROUPS = 8
MOST_DRILLS = 4
NONE = Text("所选范围内没有数据", "Nothing in this selection")
AGAINST, THEN, BEFORE, CHANGE = Text("对比", "Against"), Text("本期", "Now"), Text("对比期", "Before"), Text("变化", "Change")
TO_DATE, SPAN, UNTIL = Text("累计同比", "Year to date, YoY"), Text("{} 至 {}", "{} to {}"), Text("{} 至 {} {}", "{} to {} {}")
NO_PAST = Text("现状数没有对比期：一个快照只有一个“现在”。", "A number about now has no past within one snapshot.")
READINGS, READING, IN_USE = Text("各种读法", "Readings"), Text("读法", "Reading"), Text("本市采用", "in use here")
MADE, COMPARED = Text("分母校核", "What it is made of"), Text("环比与同比", "Compared")
SEEN, COUNTED = Text("来件", "Seen"), Text("计入", "Counted")
REPEATS, DELETED = Text("关联重复，不计", "duplicates, not counted"), Text("已删除，不计", "deleted, not counted")
ABOVE, BELOW = Text("分子", "Numerator"), Text("分母", "Denominator")
REST, REST_OF_COUNT = Text("其余，仅在分母", "the rest, in the denominator only"), Text("范围内其余", "the rest of the range")
IN_RANGE, IN_NUMBER = Text("范围", "Range"), Text("计入本数", "In this number")
ENDED, WATCHED, OPEN_END = Text("已结束", "Ended"), Text("观察", "Watched"), Text("未结束，截尾", "not ended, censored")
NO_PART, OF_COUNTED = Text("不参与计算", "Take no part"), Text("计入中{}", "of counted, {}")
MORE = Text("另有 {n} 组", "{n} more")
HAVE_VALUE = Text("参与计算", "Take part")
ALL_ROWS, AS_ASKED, NOT_SO = Text("参与的各条", "Rows that take part"), Text("符合条件", "as asked"), Text("不符合", "not as asked")
EVERY = Text("按项计数：{rows} 条分属 {things} 项，各条均符合的 {counted} 项计入分子。",
    "Counted by item: {rows} rows belong to {things} items, of which {counted} have every row as asked.")  # fmt: skip
SOME = Text("按项计数：{rows} 条分属 {things} 项，有一条符合即计入，共 {counted} 项。",
    "Counted by item: {rows} rows belong to {things} items, of which {counted} have any row as asked.")  # fmt: skip
SHARED = Text("一项可由几方分担，各组相加可多于总数。", "An item may be shared by several: groups may add up to more than the whole.")
VALUE, MADE_OF, SHARE, PEOPLE = (
    Text("数值", "Value"),
    Text("分子 / 分母", "Num. / denom."),
    Text("占比", "Share"),
    Text("件数 / 人口", "Rows / residents"),
)
ENDED_OF = Text("已结束 / 观察", "Ended / watched")
TOO_FEW = Text("样本不足 {n}", "fewer than {n}")
LACKS = {
    "category_code": Text("未归类", "uncategorised"), "dispute_type_code": Text("未归类", "uncategorised"),
    "risk_type": Text("未归类", "untyped"),
    "division_code": Text("未定位", "not placed"), "unit_code": Text("未定单位", "without unit"),
    "organisation_code": Text("未定组织", "without organisation"),
}  # fmt: skip
# A column rows are divided by -> the choice a click on a group makes, and of which tables alone.
DRILLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "unit_code": ("units", ()), "channel_code": ("channels", ()), "dispute_type_code": ("types", ()),
    "organisation_code": ("organisations", ()), "risk_type": ("risk_types", ()), "level_code": ("levels", ("risks",)),
    "block": ("blocks", ()), "target_code": ("targets", ()), "source_code": ("sources", ()),
}  # fmt: skip
# What a group without a code is called.
NOWHERE = {
    "divisions": UNKNOWN["division_code"], "units": UNKNOWN["unit_code"], "organisations": UNKNOWN["organisation_code"],
    "channels": Text("未知渠道", "No channel"), "sources": Text("未知来源", "No source"), "levels": Text("未定级", "Ungraded"),
}  # fmt: skip
# What a city carries itself is not without a place.
ITSELF = Text("本级，未再分解", "itself, not divided further")
UNDIVIDED = {(table, "divisions"): ITSELF for table in ("pilot_standing", "pilot_reports", "pilot_observations")}
NEXT = {"city": "district_code", "district": "town_code", "town": "community_code", "community": "community_code"}


def card(title: str, children: list[Any], kind: str = "") -> Component:
    return html.Section([html.H2(title), *children], className=f"card number-card {kind}".strip())


def made_card(view: View, found: Behind, made: Made) -> Component:
    """Seen = counted + duplicates + deleted; counted = above the line + the rest + what takes no part, and why it does not."""
    metric = found.metric
    guard = guard_of(view.engine, metric.table, R if isinstance(metric, Duration) else metric.base, found.filters)
    lines: list[tuple[str, int, int]] = []
    if guard.seen != guard.counted:
        lines.append((view.say(SEEN), guard.seen, 0))
        lines += [(view.say(text), n, 1) for text, n in ((REPEATS, guard.repeats), (DELETED, guard.deleted)) if n]
    lines.append((view.say(COUNTED), guard.counted, 0))
    lines += [(view.say(OF_COUNTED).format(view.say(LACKS[name])), n, 2) for name, n in guard.lacking.items()]
    above, below, rest = _names(metric)
    if not isinstance(metric, PerPopulation):
        lines.append((view.say(below), made.rows[DENOMINATOR], 0))
    # Of a mean every row is in both.
    if not isinstance(metric, Mean):
        lines.append((view.say(above), made.rows[NUMERATOR], 0 if isinstance(metric, PerPopulation) else 1))
    if not isinstance(metric, PerPopulation | Mean):
        lines.append((view.say(rest), made.rows[DENOMINATOR] - made.rows[NUMERATOR], 1))
    lines.append((view.say(NO_PART), made.rows[OUT], 0))
    lines += [(view.say(text), n, 1) for text, n in zip(found.reasons, made.reasons, strict=True) if n]
    rows = [
        html.Tr([html.Th(name, scope="row"), html.Td(f"{n:,}", className="num")], className=f"depth-{depth}") for name, n, depth in lines
    ]
    sums = [f"{guard.counted:,} ＝ {made.rows[DENOMINATOR]:,} ＋ {made.rows[OUT]:,}"]
    if guard.seen != guard.counted:
        sums.insert(0, f"{guard.seen:,} ＝ {guard.counted:,} ＋ {guard.repeats:,} ＋ {guard.deleted:,}")
    return card(
        view.say(MADE),
        [
            html.Table(html.Tbody(rows), className="made"),
            html.P([html.Span(line) for line in sums], className="number-note sums"),
            *(html.P(line, className="number-note") for line in things_note(view, metric, made)),
        ],
        "number-made",
    )


def things_note(view: View, metric: Metric, made: Made) -> list[str]:
    """How rows become what is counted, where that is things which may have several; nothing elsewhere."""
    if not made.things:
        return []
    text = EVERY if isinstance(metric, Rate) else SOME
    told = {"rows": made.rows[DENOMINATOR], "things": made.things[DENOMINATOR], "counted": made.things[NUMERATOR]}
    return [view.say(text).format(**{name: f"{count:,}" for name, count in told.items()})]


def _names(metric: Metric) -> tuple[Text, Text, Text]:
    if isinstance(metric, Duration):
        return ENDED, WATCHED, OPEN_END
    if is_of_things(metric):
        return AS_ASKED, ALL_ROWS, NOT_SO
    if isinstance(metric, Mean):
        return HAVE_VALUE, HAVE_VALUE, REST
    return (IN_NUMBER, IN_RANGE, REST_OF_COUNT) if isinstance(metric, Count | Amount) else (ABOVE, BELOW, REST)


def compared_card(view: View, code: str, found: Behind) -> Component:
    """The same number of other periods, with the days they mean; why there is none."""
    filters = found.filters
    asked: list[tuple[Against, Text]] = [("previous", BEFORE_NAMES.get(filters.wish.period, MOM))]
    # A year's period before is the last year; a period that begins the year is the year to date.
    if filters.wish.period not in ("this_year", "last_year"):
        asked.append(("last_year", YOY))
    if filters.year_to_date().since != filters.since:
        asked.append(("year_to_date", TO_DATE))
    compared = [(against, text, compare(view.engine, code, filters, against)) for against, text in asked]
    if any(found_.reason == "now" for _, _, found_ in compared):
        return card(view.say(COMPARED), [html.P(view.say(NO_PAST), className="number-note")], "number-compared")
    rows = [_compared(view, found.metric, text, other, _span(view, filters, against)) for against, text, other in compared]
    headings = [(AGAINST, "text"), (THEN, "num"), (BEFORE, "num"), (CHANGE, "num")]
    return card(view.say(COMPARED), [table(headings, rows, view, NONE)], "number-compared")


def _compared(view: View, metric: Metric, name: Text, found: Comparison, span: str) -> list[Any]:
    look = view.theme("office")
    said = change(metric, found, "", look)
    told: Any = (
        MISSING
        if said is None
        else html.Span([html.B(said.text, className=f"is-{said.state}"), *([html.Small(said.why)] if said.why else [])])
    )
    return [html.Span([view.say(name), html.Small(span)]), _value(view, metric, found.value), _value(view, metric, found.before), told]


def _value(view: View, metric: Metric, value: float) -> str:
    if isinstance(metric, Duration) and pd.isna(value):
        return printed(metric, value, view.theme("office"))
    return MISSING if pd.isna(value) else printed(metric, value, view.theme("office"))


def _span(view: View, filters: ScopedFilters, against: Against) -> str:
    """The days compared with; to which hour, where the running period is cut."""
    base = filters.year_to_date() if against == "year_to_date" else filters
    other = base.previous() if against == "previous" else base.last_year()
    cut = "" if other.end_at is None or other.end_at.date() > other.until else f"{other.end_at:%H:%M}"
    return view.say(UNTIL).format(other.since, other.until, cut) if cut else view.say(SPAN).format(other.since, other.until)


def readings(view: View, code: str, found: Behind) -> list[Component]:
    """Every way the field counts this number, with its value here; nothing where there is one alone."""
    first = METRICS[code]
    if not first.variants:
        return []
    chosen = dict(found.filters.variants).get(code, "")
    rows = []
    for name, metric in {"": first, **first.variants}.items():
        others = tuple(pair for pair in found.filters.variants if pair[0] != code)
        parts = total(view.engine, code, replace(found.filters, variants=(*others, *([(code, name)] if name else []))))
        mark = [html.Small(view.say(IN_USE), className="in-use")] if name == chosen else []
        said = html.Span([view.say(metric.label), *mark], title=view.say(metric.definition))
        rows.append([said, _value(view, metric, parts.value), _over(parts.numerator, parts.denominator)])
    return [card(view.say(READINGS), [table([(READING, "text"), (VALUE, "num"), (MADE_OF, "num")], rows, view, NONE)], "number-readings")]


def drills(view: View, code: str, wish: Filters, found: Behind) -> list[Component]:
    """The same number by place, category, unit and channel, as far as its table has them."""
    columns = found.metric.table.c
    held: list[tuple[str, str]] = []
    if "division_code" in columns:
        held.append((_place_level(view, wish), "divisions"))
    if "category_code" in columns:
        level = category_level(view.engine, wish.majors)
        held.append((level, "majors" if level == "major_code" else "categories"))
    held += [(name, choice) for name, (choice, only) in DRILLS.items() if name in columns and (not only or found.metric.table.name in only)]
    return [_drill(view, code, wish, found, column, choice) for column, choice in held[:MOST_DRILLS]]


def _place_level(view: View, wish: Filters) -> str:
    """The level below the chosen place; a city without districts is told by its towns."""
    levels = divisions_of(view.engine)["level"]
    level = str(levels.get(wish.divisions[0], "city")) if wish.divisions else "city"
    column = NEXT.get(level, "community_code")
    return "town_code" if column == "district_code" and (levels == "district").sum() < 2 else column


def _drill(view: View, code: str, wish: Filters, found: Behind, column: str, choice: str) -> Component:
    metric = found.metric
    frame = measure(view.engine, code, found.filters, (column,))
    is_sum = isinstance(metric, Count | Amount)
    frame = frame.sort_values(["value" if is_sum else "denominator", "numerator"], ascending=False, na_position="last")
    # Groups without a row of this number say nothing; where residents are unknown there are rows.
    frame = frame[frame["value"] > 0] if is_sum else frame[frame["denominator"] != 0]
    is_shared = is_sum and is_of_things(metric)
    # Things do not add up over groups: a share is of all there are.
    whole = total(view.engine, code, found.filters).value if is_shared else float(frame["value"].sum())
    title = OF_TABLE.get((metric.table.name, column), NAMES[choice])
    headings = [(title, "text"), (VALUE, "num"), (_second(metric), "num")]
    rows = [_group(view, code, wish, metric, choice, row, whole) for row in frame.head(MOST_GROUPS).to_dict("records")]
    more = len(frame) - MOST_GROUPS
    said = [
        *([view.say(MORE).format(n=more)] if more > 0 else []),
        *([view.say(SHARED)] if is_shared and frame["value"].sum() > whole else []),
    ]
    note = [html.P(line, className="number-note") for line in said]
    return card(view.say(title), [table(headings, rows, view, NONE), *note], "number-drill")


def _second(metric: Metric) -> Text:
    if isinstance(metric, Duration):
        return ENDED_OF
    return SHARE if isinstance(metric, Count | Amount) else PEOPLE if isinstance(metric, PerPopulation) else MADE_OF


def _group(view: View, code: str, wish: Filters, metric: Metric, choice: str, row: dict[Any, Any], whole: float) -> list[Any]:
    group = next(value for name, value in row.items() if name not in ("value", "numerator", "denominator"))
    least = view.city.minimum_count
    few = not isinstance(metric, Count | Amount) and row["denominator"] < least
    if pd.isna(group) or group == "":
        none = UNDIVIDED.get((metric.table.name, choice)) or NOWHERE.get(choice, UNKNOWN["category_code"])
        said: Any = html.Span(view.say(none), className="faint")
    else:
        said = html.A(word(view, choice, str(group)), href=number_path(code, wish.model_copy(update={choice: (str(group),)})))
    value = html.Span(
        _value(view, metric, row["value"]),
        className="faint" if few else "",
        title=view.say(TOO_FEW).format(n=least) if few else "",
    )
    if isinstance(metric, Count | Amount):
        return [said, value, view.theme("office").percent(100 * row["value"] / whole) if whole else MISSING]
    return [said, value, _over(row["numerator"], row["denominator"])]


def _over(numerator: float, denominator: float) -> str:
    """Two parts of a number; what is below zero has the sign of the number itself."""
    return " / ".join(MISSING if pd.isna(part) else f"{part:,.0f}".replace("-", "−") for part in (numerator, denominator))
