"""The card of the units' scoreboard: listed by volume, and ranked only where the city wants it, by groups that chance cannot tell apart."""

from __future__ import annotations

import math
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.filters import Filters
from dashboard.key_figures import NOT_REACHED
from dashboard.metrics import metric_of
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.topic_cards.parts import UNIT_NAME, Topic, names_of, none, number, onward, said, total_line
from dashboard.topics.unit_board import NUMBERS, UNIT, ask, ranked
from dashboard.view import View

# More rows keep a browser busy for long; a unit that is not among them is found by the filter.
MOST = 40
RULE = Text(
    "口径：各单位同一时段的各项指标，按受理量排列，不排名；少于 {fewest} 件的比率以灰色列出。",
    "Rule: the same figures of every unit in the chosen days, by volume, not ranked; rates of fewer than {fewest} cases are grey.",
)
RANKED = Text(
    "口径：按按期办结率排名，同值同名次；各单位的区间同时成立的把握为 95%（Wilson 区间，Bonferroni 校正），"
    "区间相交的单位同组，同组之间不可区分。"
    "少于 {fewest} 件的样本不足，不排名。",
    "Rule: ranked by on-time closure, ties share a rank; the units' intervals hold all at once with 95 % (Wilson, by"
    " Bonferroni), units whose"
    " intervals overlap share a group: within a group they are not distinguishable. Under {fewest} due: too few, not ranked.",
)
COUNT = Text("{n} 个单位。", "{n} units.")
GROUPS = Text(
    "{n} 个单位参与排名，分 {groups} 组（同组不可区分），{few} 个样本不足。",
    "{n} units ranked, in {groups} groups (not distinguishable within one), {few} with too few.",
)
NONE = Text("所选范围内没有单位", "No units in this selection")
RANK, GROUP, FEW = Text("名次", "Rank"), Text("组", "Group"), Text("样本不足", "too few")
INTERVAL = Text("95% 区间", "95 % interval")
TOOK_PART = Text("参评 {}", "{} took part")


def fill(view: View, wish: Filters) -> list[Component]:
    """Every unit with its figures; what nobody delivers is “—”."""
    filters = view.scoped(wish)
    frame = ask(view.engine, filters)
    if frame.empty:
        return [none(view, NONE)]
    look, fewest, is_ranked = view.theme("office"), filters.minimum_count, view.city.rankings
    frame = ranked(frame, fewest) if is_ranked else frame
    name = names_of(view, UNIT)
    labels = {code: metric_of(code, filters.variants).label for code in NUMBERS}
    headings = [
        *([(RANK, "num"), (GROUP, "num")] if is_ranked else []), (UNIT_NAME, "text"), (labels["received_count"], "num"),
        (labels["on_time_closure"], "num"), (INTERVAL, "num"), (labels["overdue_open"], "num"), (labels["median_hours"], "num"),
        (labels["satisfaction_rate"], "num"),
    ]  # fmt: skip
    rows = []
    for row in frame.head(MOST).to_dict("records"):
        due = row["on_time_closure_among"]
        place = _place(view, row) if is_ranked else []
        rows.append(
            [
                *place, onward(name(row[UNIT]), "/tickets", wish, units=(row[UNIT],)), number(row["received_count"]),
                _rate(view, row, "on_time_closure", fewest), _interval(view, row, due, fewest), number(row["overdue_open"], alarm=True),
                _median(view, row), [_rate(view, row, "satisfaction_rate", fewest), _part(view, row)],
            ]
        )  # fmt: skip
    few = int(frame["rank"].isna().sum()) if is_ranked else 0
    most = frame["last_group"].max() if is_ranked else 0
    counts = {"n": f"{len(frame) - few:,}", "groups": f"{0 if math.isnan(most) else most:.0f}", "few": few}
    head = said(view, GROUPS if is_ranked else COUNT, **counts)
    more = total_line(view, len(frame), min(len(frame), MOST))
    return [head, *more, html.Div(table(headings, rows, view, NONE), className=f"topic-long is-{look.name}")]


def _place(view: View, row: dict[Any, Any]) -> list[Any]:
    if math.isnan(row["rank"]):
        return [html.Span(view.say(FEW), className="faint"), ""]
    first, last = row["first_group"], row["last_group"]
    return [f"{row['rank']:.0f}", f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"]


def _rate(view: View, row: dict[Any, Any], code: str, fewest: int) -> Any:
    """A rate over its count; grey where that is too small."""
    among = row[f"{code}_among"]
    if not among > 0:
        return MISSING
    base = html.Small(f"{row[f'{code}_of']:,.0f} / {among:,.0f}", className="faint")
    return html.Span([view.theme("office").percent(row[code]), base], className="" if among >= fewest else "faint")


def _interval(view: View, row: dict[Any, Any], due: float, fewest: int) -> Any:
    if not due > 0:
        return ""
    return (
        html.Span(f"{row['low']:.1f} – {row['high']:.1f}", className="faint")
        if due >= fewest
        else html.Span(view.say(FEW), className="faint")
    )


def _median(view: View, row: dict[Any, Any]) -> str:
    if not row["median_hours_among"] > 0:
        return MISSING
    return view.say(NOT_REACHED) if math.isnan(row["median_hours"]) else view.theme("office").hours(row["median_hours"])


def _part(view: View, row: dict[Any, Any]) -> Any:
    """Satisfaction never stands without who took part."""
    if not row["participation_rate_among"] > 0:
        return ""
    return html.Small(view.say(TOOK_PART).format(view.theme("office").percent(row["participation_rate"])), className="faint")


def rule(view: View) -> str:
    return view.say(RANKED if view.city.rankings else RULE).format(fewest=view.city.minimum_count)


TOPIC = Topic("unit_board", Text("承办单位一览", "Units"), rule, fill)
