"""The parts of a brief: pilot targets, appeals, disputes and risks of one unit or division, each from its metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.briefs.figures import Reasons, before_of, change_cell, figures_table
from dashboard.briefs.subject import DIVISION, UNIT, Subject
from dashboard.charts import disputes_by_level, pilot_behind
from dashboard.charts.base import with_labels
from dashboard.charts.lamps import LAMPS, lamp_counts
from dashboard.charts.risk_levels import LEVELS, level_of
from dashboard.components import number_path, table
from dashboard.filters import Filters, narrows
from dashboard.key_figures import MOM, change
from dashboard.metrics import METRICS, metric_of
from dashboard.queries import Comparison, ask_ahead, compare_by, measure, total
from dashboard.risk_rows import printed, risk_rows
from dashboard.texts import DATA_TIME, Text
from dashboard.theme import MISSING
from dashboard.view import View

MOST = 5
# The counts of lamps -> the metric that takes each apart.
LAMP_METRICS = {"red": "tasks_red", "yellow": "tasks_behind", "green": "tasks_lit", "none": "task_count"}
PILOTS = (
    "task_count", "task_completion", "schedule_gap", "tasks_due_soon", "tasks_unreported", "reports_missing", "reports_on_time",
    "negative_hits",
)  # fmt: skip
TICKETS = (
    "reported_count", "open_count", "overdue_open", "due_soon", "on_time_closure", "median_hours", "satisfaction_rate",
    "participation_rate",
)  # fmt: skip
DISPUTES = (
    "disputes_received", "disputes_open", "disputes_long_open", "mediation_success", "settled_low_level", "dispute_median_hours",
    "disputes_per_10k",
)  # fmt: skip
RISKS = ("risks_open", "risks_high_open", "risks_overdue", "risks_registered", "risks_closed_rate")
ALL = Text("全部 →", "All →")
NONE_BEHIND = Text("没有慢于序时的任务", "No task is behind its schedule")
WORST_HEADINGS = ((Text("进度 / 时间", "Done / time"), "num"), (Text("序时差", "Gap"), "num"), (Text("灯", "Lamp"), "when"))
WORST = {
    UNIT: Text("最慢的任务 · 在哪里", "Furthest behind · where"), DIVISION: Text("最慢的任务 · 责任单位", "Furthest behind · unit"),
}  # fmt: skip
NO_TICKETS = Text("期内没有诉求", "No appeals in these days")
CATEGORY_HEADINGS = (
    (Text("诉求最多的小类", "Most frequent appeals"), "text"), (Text("件", "Count"), "num"), (Text("占比", "Share"), "num"),
)  # fmt: skip
OVERDUE_LIST = Text("超期未结 {} 件：查看清单 →", "{} overdue: the list →")
NONE_SETTLED = Text("期内没有化解的纠纷", "Nothing was settled in these days")
SETTLED_HEADINGS = ((Text("化解在哪一级", "Settled at which level"), "text"), (Text("件", "Count"), "num"), (Text("占比", "Share"), "num"))
NO_RISKS = Text("没有在控风险", "No risk is open")
RISK_HEADINGS = (
    (Text("等级", "Level"), "when"), (Text("最重的在控风险 · 地点", "Gravest open risks · place"), "text"), (Text("期限", "Due"), "num"),
)  # fmt: skip
LATE = Text("逾 {} 天", "{} d late")


def pilots(view: View, subject: Subject, wish: Filters, reasons: Reasons) -> list[Component]:
    """Lamps, the numbers of the ledger, and of the tasks those furthest behind."""
    filters, look = view.scoped(wish, "pilot_standing"), view.theme("office")
    ask_ahead(view.engine, [*LAMP_METRICS.values(), *(code for code in PILOTS if metric_of(code).table.name == "pilot_standing")], filters)
    lamps = lamp_counts(view.engine, filters, ())
    strip = [
        html.A(
            [html.Span(lamp.shape, className=f"is-{lamp.colour}"), " ", view.say(lamp.word), " ", html.B(look.count(lamps[code].iloc[0]))],
            href=number_path(LAMP_METRICS[code], wish), className=f"lamp lamp-{code}",
        )
        for code, lamp in (LAMPS.items() if len(lamps) else ())
    ]  # fmt: skip
    return [
        html.Div(strip, className="brief-strip"),
        _halves(figures_table(view, PILOTS, wish, reasons), _worst(view, subject, wish)),
    ]


def _worst(view: View, subject: Subject, wish: Filters) -> Component:
    end = "_en" if view.language == "en" else ""
    frame = pilot_behind.ask(view.engine, view.scoped(wish, "pilot_standing")).head(MOST)
    # A unit is told where its parts are, a division who carries them.
    other = "place" if subject.kind == UNIT else "unit"
    rows: list[list[Any]] = []
    for row in frame.to_dict("records"):
        lamp = LAMPS[row["lamp_code"]]
        code = str(row["code"])
        gap = number_path("schedule_gap", wish.model_copy(update={"targets": (code,)}))
        rows.append([
            [html.A(row[f"label{end}"], href=f"/pilots/target?code={code}"), html.Small(row[f"{other}_label{end}"])],
            f"{row['progress']:.0f}% / {row['elapsed']:.0f}%", html.A(f"−{abs(row['gap']):.1f}", href=gap),
            html.Span([html.Span(lamp.shape, className=f"is-{lamp.colour}"), " ", view.say(lamp.word)]),
        ])  # fmt: skip
    return table([(WORST[subject.kind], "text"), *WORST_HEADINGS], rows, view, NONE_BEHIND)


def tickets(view: View, subject: Subject, wish: Filters, reasons: Reasons) -> list[Component]:
    """The numbers of appeals, what they are about, and the way to those that are late."""
    codes = (*TICKETS, "per_10k") if subject.kind == DIVISION else TICKETS
    late = total(view.engine, "overdue_open", view.scoped(wish, "tickets")).value
    listed = html.A(view.say(OVERDUE_LIST).format(f"{late:,.0f}"), href=f"{number_path('overdue_open', wish)}&part=numerator")
    more = [html.P(listed, className="brief-duty")] if late > 0 else []
    return [_halves(figures_table(view, codes, wish, reasons), _categories(view, wish, reasons), more)]


def _categories(view: View, wish: Filters, reasons: Reasons) -> Component:
    filters, look = view.scoped(wish, "tickets"), view.theme("office")
    metric, whole = metric_of("reported_count", filters.variants), total(view.engine, "reported_count", filters).value
    found = compare_by(view.engine, "reported_count", filters, "category_code", "previous")
    found = found[found["value"] > 0].sort_values(["value", "category_code"], ascending=[False, True]).head(MOST)
    rows: list[list[Any]] = []
    for row in with_labels(found, view.engine, "category_code").to_dict("records"):
        value, above, below, before, moved = (float(row[name]) for name in ("value", "numerator", "denominator", "before", "change"))
        against = Comparison(value, above, below, before, moved, "previous", str(row["reason"]))
        compared = change(metric, against, view.say(MOM), look)
        chosen = wish.model_copy(update={"categories": (str(row["category_code"]),)} if pd.notna(row["category_code"]) else {})
        count = html.A(look.count(row["value"]), href=number_path("reported_count", chosen))
        share = f"{100 * row['value'] / whole:.1f}%" if whole else MISSING
        rows.append([str(row[look.label_column]), count, share, change_cell(view, compared, reasons) if compared else MISSING])
    return table([*CATEGORY_HEADINGS, (before_of(wish), "num")], rows, view, NO_TICKETS)


def disputes(view: View, subject: Subject, wish: Filters, reasons: Reasons) -> list[Component]:
    """The numbers of disputes, and at which level they were settled."""
    assert subject.kind == DIVISION  # noqa: S101 no unit carries disputes
    return [_halves(figures_table(view, DISPUTES, wish, reasons), _settled(view, wish))]


def _settled(view: View, wish: Filters) -> Component:
    look, frame = view.theme("office"), disputes_by_level.ask(view.engine, view.scoped(wish, "disputes"))
    rows: list[list[Any]] = []
    for row in frame.to_dict("records"):
        chosen = wish.model_copy(update={"levels": (str(row["code"]),)} if pd.notna(row["code"]) else {})
        count = html.A(look.count(row["value"]), href=number_path("settled_low_level", chosen))
        rows.append([row[look.label_column], count, f"{100 * row['value'] / row['whole']:.1f}%"])
    return table(list(SETTLED_HEADINGS), rows, view, NONE_SETTLED)


def risks(view: View, _subject: Subject, wish: Filters, reasons: Reasons) -> list[Component]:
    """Open risks by level, their numbers, and the gravest of them as the register prints them, masked."""
    filters, look = view.scoped(wish, "risks"), view.theme("office")
    held = measure(view.engine, "risks_open", filters, ("level_code",)).set_index("level_code")["value"]
    held.index = held.index.fillna("")
    strip = [
        html.A(
            [html.Span(level.shape, className=f"is-{level.colour}"), " ", view.say(level.word), " ", html.B(look.count(held.get(code, 0)))],
            href=number_path("risks_open", wish.model_copy(update={"levels": (code,) if code else ()})), className="lamp",
        )
        for code, level in LEVELS.items()
        if code or held.get(code, 0)
    ]  # fmt: skip
    figures = figures_table(view, RISKS, wish, reasons)
    return [html.Div(strip, className="brief-strip"), _halves(figures, _gravest(view, wish))]


def _gravest(view: View, wish: Filters) -> Component:
    look = view.theme("office")
    frames = [
        risk_rows(view.engine, view.scoped(wish.model_copy(update={"levels": (code,)}), "risks"), 0, MOST)[0] for code in LEVELS if code
    ]
    frame = pd.concat([one[one["is_open"].eq(True)] for one in frames], ignore_index=True).head(MOST)
    rows = []
    for row, code in zip(printed(frame, view.engine, look), frame["level_code"], strict=True):
        register = f"/risks?{wish.model_copy(update={'levels': (str(code),)}).to_query()}"
        late = html.B(view.say(LATE).format(row["days"]), className="is-poor") if row["days"] else row["due"][:10] or MISSING
        level = html.B(row["level"], className=f"risk-level is-{level_of(code).colour}")
        rows.append([level, [html.A(row["label"], href=register), html.Small(f"{row['type']} · {row['place']}")], late])
    return table(list(RISK_HEADINGS), rows, view, NO_RISKS)


def _halves(figures: Component, listed: Component, more: Sequence[Component] = ()) -> Component:
    """Numbers on the left, what leads on the right."""
    return html.Div([html.Div(figures), html.Div([listed, *more])], className="brief-halves")


Part = Callable[[View, Subject, Filters, Reasons], list[Component]]
# What a city may have -> its title, page, the metric whose range says whether there is anything at all, and what its part says.
PARTS: dict[str, tuple[Text, str, str, Text, Part]] = {
    "pilots": (Text("试点任务", "Pilot targets"), "/pilots", "task_parts", Text("没有承担试点任务", "Carries no pilot targets"), pilots),
    "tickets": (Text("诉求", "Appeals"), "/tickets", "open_count", Text("没有诉求", "No appeals"), tickets),
    "disputes": (Text("矛盾纠纷", "Disputes"), "/disputes", "disputes_open", Text("没有矛盾纠纷", "No disputes"), disputes),
    "risks": (Text("风险防控", "Risks"), "/risks", "risks_open", Text("没有登记的风险", "No risks on the register"), risks),
}


def parts_of(view: View, subject: Subject, wish: Filters, reasons: Reasons) -> list[Component]:
    """The parts of what the city has and the subject may carry, in order."""
    choice = "units" if subject.kind == UNIT else "divisions"
    return [
        _part(view, subject, wish, reasons, kind)
        for kind, (_, _, metric, _, _) in PARTS.items()
        if kind in view.city.has and narrows(METRICS[metric].table, choice)
    ]


def _part(view: View, subject: Subject, wish: Filters, reasons: Reasons, kind: str) -> Component:
    title, path, metric, none, fill = PARTS[kind]
    newest = view.data_state(kind).newest
    time = "" if newest is None else f"{view.say(DATA_TIME)} {newest:%Y-%m-%d %H:%M}"
    head = html.Div(
        [html.H2([view.say(title), html.Small(time)]), html.A(view.say(ALL), href=f"{path}?{wish.to_query()}", className="act-button")],
        className="card-head",
    )
    # All there ever was is what a number about now is counted among.
    is_any = total(view.engine, metric, view.scoped(wish, METRICS[metric].table.name)).denominator > 0
    body = fill(view, subject, wish, reasons) if is_any else [html.P(view.say(none), className="none")]
    return html.Section([head, *body], className=f"card card-free brief-part brief-{kind}")
