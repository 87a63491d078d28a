"""The day in one screen: what needs attention, how the places stand, how the platforms are; each line leads to a filtered view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import places
from dashboard.charts.base import with_labels
from dashboard.components import brief_path, table
from dashboard.day_rows import NOWS, level_of_day, overdue_units, place_rows, troubled_platforms
from dashboard.filters import Filters
from dashboard.key_figures import NOT_DELIVERED, NOW, PERIOD_NAMES, lacking
from dashboard.metrics import METRICS
from dashboard.platforms import FRESH, IDLE, LATE, SILENT
from dashboard.reference import data_state
from dashboard.risk_rows import printed, risk_rows
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

MOST = 6
ATTENTION, PLACES = Text("需要关注", "Needs attention"), Text("各地今日", "Places today")
BY_UNIT = Text("超期未结最多的单位", "Units with most overdue")
BY_RISK = Text("高风险逾期未销号", "High risks overdue")
BY_PLATFORM = Text("平台迟到或无数据", "Platforms late or silent")
NO_UNIT, NO_RISK, NO_PLATFORM = Text("没有超期未结", "Nothing overdue"), Text("没有", "None"), Text("全部按时送达", "All on time")
OF_OPEN, ALL_OF = Text("占在办 {}", "{} of open"), Text("共 {}", "{} in all")
DAYS_LATE = Text("逾期 {} 天", "{} d late")
PLATFORMS, ON_TIME = Text("联网平台", "Linked platforms"), Text("/ {} 个正常", "of {} on time")
STATES = {LATE: Text("迟到", "late"), SILENT: Text("无数据", "silent"), IDLE: Text("未报送", "not delivering")}
MINUTES, HOURS, DAYS = Text("{} 分钟", "{} min"), Text("{} 小时", "{} h"), Text("{} 天", "{} d")
HEADINGS = [
    (Text("区域", "Place"), "text"), (Text("今日", "Today"), "num"), (Text("昨日", "Yesterday"), "num"), (Text("在办", "Open"), "num"),
    (Text("超期", "Overdue"), "num"),
]  # fmt: skip
IN_TIME = Text("按期办结率 {}", "On time, {}")
NO_PLACES = Text("今日没有诉求", "No appeals today")


def _view_of(path: str, view: View, **choices: tuple[str, ...]) -> str:
    """The address of a page filtered to `choices`, over the city's period."""
    return f"{path}?{Filters(period=view.city.period, **choices).to_query()}"


def attention(view: View, _wish: Filters) -> list[Component]:
    """Overdue by unit, high risks overdue, platforms that are late: what somebody has to act on, each with its view."""
    parts = [_overdue(view)] if "tickets" in view.city.has else []
    if "risks" in view.city.has:
        parts.append(_high_risks(view))
    return [html.H2(view.say(ATTENTION)), *parts, _late_platforms(view)]


def _group(view: View, title: Text, href: str, total: str, rows: list[Component], none: Text) -> Component:
    head = html.H3([html.A(view.say(title), href=href), html.Small(view.say(ALL_OF).format(total) if total else "")])
    return html.Div([head, html.Ul(rows) if rows else html.P(view.say(none), className="none")], className="day-group")


def _line(name: str, href: str, note: str, value: str, *, is_bad: bool = True) -> Component:
    return html.Li([html.A(name, href=href, title=name), html.Span(note, title=note), html.B(value, className="is-poor" if is_bad else "")])


def _overdue(view: View) -> Component:
    metric, look = METRICS["overdue_open"], view.theme("office")
    lack = lacking(metric, data_state(view.engine, "tickets"))
    frame = pd.DataFrame() if lack else overdue_units(view.engine, view.scoped(Filters(period=view.city.period)))
    total = look.count(float(frame["value"].sum())) if len(frame) else ""
    named = with_labels(frame.head(MOST), view.engine, "unit_code").to_dict("records") if len(frame) else []
    rows = [_unit_line(row, view) for row in named]
    return _group(view, BY_UNIT, _view_of("/tickets", view), total, rows, lack or NO_UNIT)


def _unit_line(row: dict[Any, Any], view: View) -> Component:
    look, units = view.theme("office"), _code(row["unit_code"])
    share = view.say(OF_OPEN).format(look.percent(row["share"]))
    return _line(row[look.label_column], _view_of("/tickets", view, units=units), share, look.count(row["value"]))


def _code(value: Any) -> tuple[str, ...]:
    """A choice of one code; none where it is missing."""
    return () if pd.isna(value) else (str(value),)


def _high_risks(view: View) -> Component:
    look = view.theme("office")
    frame, _ = risk_rows(view.engine, view.scoped(Filters(period=view.city.period, levels=("high",)), "risks"))
    frame = frame[frame["is_overdue"].eq(True)]
    shown = frame.head(MOST)
    rows = [
        _line(
            row["label"], _view_of("/risks", view, levels=("high",), units=_code(code)), row["unit"],
            view.say(DAYS_LATE).format(row["days"]),
        )
        for row, code in zip(printed(shown, view.engine, look), shown["unit_code"], strict=True)
    ]  # fmt: skip
    return _group(view, BY_RISK, _view_of("/risks", view, levels=("high",)), str(len(frame)) if len(frame) else "", rows, NO_RISK)


def _late_platforms(view: View) -> Component:
    frame = troubled_platforms(view.engine, view.standing_at)
    bad = frame[frame["state"].isin([LATE, SILENT])]
    column = "label_en" if view.language == "en" else "label"
    rows = [
        _line(
            str(row[column]), f"/data?part=batches&source={row['source_code']}", view.say(STATES[row["state"]]),
            _age(float(row["age_minutes"]), view), is_bad=row["state"] == SILENT,
        )
        for row in bad.head(MOST).to_dict("records")
    ]  # fmt: skip
    return _group(view, BY_PLATFORM, "/data?part=platforms", str(len(bad)) if len(bad) else "", rows, NO_PLATFORM)


def _age(minutes: float, view: View) -> str:
    if minutes < 90:
        return view.say(MINUTES).format(round(minutes))
    return view.say(HOURS).format(round(minutes / 60)) if minutes < 48 * 60 else view.say(DAYS).format(int(minutes // 1440))


def platforms_card(view: View, _wish: Filters) -> list[Component]:
    """How many platforms deliver at their rhythm, beside how many do not: the inside of a key card."""
    frame = troubled_platforms(view.engine, view.standing_at)
    counts = frame["state"].value_counts()
    late = [
        html.Span([f"{view.say(text)} ", html.B(str(counts[state]), className="is-bad" if state == SILENT else "is-flat")])
        for state, text in STATES.items()
        if counts.get(state, 0)
    ]
    linked = int((frame["state"] != IDLE).sum())
    return [
        html.Div([html.A(view.say(PLATFORMS), href="/data?part=platforms", className="key-link"), html.Small(view.say(NOW))],
                 className="key-label"),
        html.Div([str(counts.get(FRESH, 0)), html.Small(view.say(ON_TIME).format(linked))], className="key-value"),
        html.Div(className="key-spark"),
        html.Div(late, className="key-changes"),
    ]  # fmt: skip


def places_table(view: View, _wish: Filters) -> list[Component]:
    """Today and yesterday so far by district or town, with what is open, overdue and in time; most overdue first."""
    title = html.H2(view.say(PLACES))
    if not places.in_order(view.engine):
        return [title, html.P(view.say(NOT_DELIVERED), className="none")]
    column = level_of_day(view.engine)
    spans = {name: view.scoped(Filters(period=name)) for name in ("today", "yesterday")}
    frame = place_rows(view.engine, spans, view.scoped(Filters(period=view.city.period)), column)
    named = with_labels(frame, view.engine, column)
    state = data_state(view.engine, "tickets")
    unknown = {code for code in NOWS if lacking(METRICS[code], state) is not None}
    rows = [_place_row(row, column, unknown, view) for row in named.to_dict("records")]
    period = PERIOD_NAMES[view.city.period]
    in_time = Text(IN_TIME.zh.format(period.zh), IN_TIME.en.format(period.en.lower()))
    return [title, table([*HEADINGS, (in_time, "num")], rows, view, NO_PLACES)]


def _place_row(row: dict[Any, Any], column: str, unknown: set[str], view: View) -> list[Any]:
    look, name = view.theme("office"), row[view.theme("office").label_column]
    counts = {code: MISSING if code in unknown else look.count(row[code]) for code in ("today", "yesterday", "open_count", "overdue_open")}
    is_late = "overdue_open" not in unknown and row["overdue_open"] > 0
    return [
        html.A(name, href=brief_path("division", row[column], Filters(period=view.city.period))) if pd.notna(row[column]) else name,
        counts["today"], counts["yesterday"], counts["open_count"],
        html.B(counts["overdue_open"], className="is-poor") if is_late else counts["overdue_open"],
        MISSING if "on_time_closure" in unknown else look.percent(row["on_time_closure"]),
    ]  # fmt: skip


DAY: dict[str, Callable[[View, Filters], list[Component]]] = {"attention": attention, "places": places_table, "platforms": platforms_card}
