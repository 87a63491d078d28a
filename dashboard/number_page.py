"""A number taken apart: what it is and means, what it is made of, what it was before, and how it divides."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.column_words import BASES, PIECES, ROWS, THINGS, title_of
from dashboard.components import CONTROLS, number_path
from dashboard.filter_words import NAMES, days_in_words, word
from dashboard.filters import CHOICES, Filters, ScopedFilters, narrows
from dashboard.key_figures import COMPANIONS, PERIOD_NAMES, key_figure, lacking
from dashboard.metrics import Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, Weighted, metric_of
from dashboard.metrics.parts import words
from dashboard.number_parts import compared_card, drills, made_card, readings
from dashboard.queries import interval, total
from dashboard.rows_behind import Behind, behind, made_of
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View
from dashboard.warehouse import BASES as TIMES

BETTER = {"up": Text("越高越好", "higher is better"), "down": Text("越低越好", "lower is better"), "neither": Text("不评价高低", "neither")}
ABOVE, BELOW = Text("分子", "Numerator"), Text("分母", "Denominator")
COUNTED, RANGE = Text("计入", "Counted"), Text("范围", "Range")
PEOPLE, ANSWERS = Text("人", "people"), Text("份", "answers")
DEFINITION, BASE, BETTER_IS, READING = (
    Text("口径", "Definition"),
    Text("统计口径", "Base"),
    Text("方向", "Direction"),
    Text("采用读法", "Reading"),
)
PERIOD, ZONE, INTERVAL = Text("时段", "Period"), Text("时区 {}", "time zone {}"), Text("95% 区间（Wilson）", "95 % interval (Wilson)")
REFERENCE = Text("公式出处", "Formula from")
BY_TIME = Text("{base}：按“{column}”计入时段", "{base}: a row enters the period by “{column}”")
DUE_TOO = Text("，且至来源数据时间已到期", ", and has fallen due at its source's data time")
BY_NOW = Text("{base}：截至各来源数据时间的全部记录，不分时段", "{base}: all rows as of their source's data time, whatever the period")
NOW = Text("当前", "Now")
NO_FILTER, CLEAR = Text("未筛选（全市）", "No filter (whole city)"), Text("去掉“{}”", "Remove “{}”")
FILTERS = Text("筛选", "Filters")
DOES_NOTHING = Text("该指标不受此筛选影响", "does not narrow this number")


def facts(view: View, code: str, wish: Filters) -> list[Component]:
    """Everything about a number but its rows."""
    found = behind(code, view.scoped(wish, metric_of(code).table.name))
    made = made_of(view.engine, found)
    return [
        html.Div(
            [
                html.Div([_head(view, code, found), _scope(view, code, wish, found)], className="number-left"),
                html.Div(
                    [made_card(view, found, made), compared_card(view, code, found), *readings(view, code, found)], className="number-right"
                ),
            ],
            className="number-grid",
        ),
        html.Div(drills(view, code, wish, found), className="number-drills"),
    ]


def controls_of(metric: Metric) -> tuple[str, ...]:
    """The controls that narrow a metric's table; grades are those of risks alone."""
    graded = metric.table.name == "risks"
    return tuple(name for name in CONTROLS if narrows(metric.table, name) and (graded or name != "levels"))


def reading_of(code: str, filters: ScopedFilters) -> str:
    """The name of the reading the city counts a metric by; empty for the first."""
    return dict(filters.variants).get(code, "")


def _head(view: View, code: str, found: Behind) -> Component:
    """The number as its card shows it, and the two it is made of, in words."""
    look, metric = view.theme("office"), found.metric
    figure = key_figure(view.engine, code, found.filters, look)
    state = " is-alarm" if figure.is_alarm else " is-small" if figure.is_small else ""
    lack = lacking(metric, view.data_state(metric.table.name))
    parts = [] if lack is not None else _fraction(view, code, found)
    value = html.Div([figure.value, html.Small(figure.unit)], className=f"key-value{state}")
    # What the number must not stand without; a share's own parts are said beside it.
    note = (
        [html.P(figure.note, className="number-note")]
        if figure.note and (code in COMPANIONS or not metric.is_rate or lack is not None)
        else []
    )
    return html.Section(
        [html.H2([figure.label, html.Small(figure.period)]), html.Div([value, *parts], className="number-value"), *note],
        className="card number-card number-head",
    )


def _fraction(view: View, code: str, found: Behind) -> list[Component]:
    """The two numbers of a ratio, or what a count is part of; nothing for a count of all rows."""
    metric, look = found.metric, view.theme("office")
    if isinstance(metric, Count) and metric.of is None and metric.among is None:
        return []
    parts = total(view.engine, code, found.filters)
    is_count = isinstance(metric, Count | Amount | Duration)
    names = (COUNTED, RANGE) if is_count else (ABOVE, BELOW)
    lines = [
        _line(view, name, what, number, unit)
        for name, what, number, unit in zip(
            names,
            words(code, reading_of(code, found.filters), metric),
            (parts.numerator, parts.denominator),
            _units(view, metric),
            strict=True,
        )
    ]
    said: list[Component] = [html.Div(lines, className="fraction is-count" if is_count else "fraction")]
    if isinstance(metric, Rate | Weighted):
        low, high = interval(parts.numerator, parts.denominator)
        said.append(html.P([view.say(INTERVAL), " ", html.B(f"{look.percent(low)} – {look.percent(high)}")], className="number-note"))
    return said


def _line(view: View, name: Text, what: Text, number: float, unit: str) -> Component:
    amount = MISSING if pd.isna(number) else f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"
    colon = "：" if view.language == "zh" else ":"
    return html.Div([html.Span(f"{view.say(name)}{colon}"), html.Span(view.say(what)), html.B([amount, html.Small(unit)])])


def _units(view: View, metric: Metric) -> tuple[str, str]:
    thing = THINGS.get(getattr(getattr(metric, "each", None), "name", ""))
    piece = view.say(PIECES.get(metric.table.name, ROWS) if thing is None else thing)
    if isinstance(metric, Weighted):
        return view.say(ANSWERS), view.say(ANSWERS)
    if isinstance(metric, PerPopulation):
        return piece, view.say(PEOPLE)
    return (view.say(metric.unit), piece) if isinstance(metric, Amount | Mean) else (piece, piece)


def _scope(view: View, code: str, wish: Filters, found: Behind) -> Component:
    """What the number means and over what it is asked."""
    metric = found.metric
    facts_of = [(DEFINITION, view.say(metric.definition)), (BASE, _base(view, metric))]
    if metric.variants or (found.filters.variants and reading_of(code, found.filters)):
        facts_of.append((READING, view.say(metric.label)))
    facts_of.append((BETTER_IS, view.say(BETTER[metric.better])))
    if metric.reference.zh:
        facts_of.append((REFERENCE, view.say(metric.reference)))
    is_now = TIMES[metric.table.name][metric.base] is None
    days = view.say(NOW) if is_now else f"{days_in_words(view, wish)}（{view.say(PERIOD_NAMES[wish.period])}）"
    facts_of += [(PERIOD, f"{days} · {view.say(ZONE).format(view.city.time_zone)}"), (texts.DATA_TIME, _data_time(view, metric))]
    rows = [html.Div([html.Dt(view.say(name)), html.Dd(said)]) for name, said in facts_of]
    rows.append(html.Div([html.Dt(view.say(FILTERS)), html.Dd(_chips(view, code, wish, metric), className="chips")]))
    return html.Section(html.Dl(rows), className="card number-card")


def _base(view: View, metric: Metric) -> str:
    base = view.say(BASES[metric.base[0]])
    column = TIMES[metric.table.name][metric.base]
    if column is None:
        return view.say(BY_NOW).format(base=base)
    title = title_of(metric.table.name, column)
    said = view.say(BY_TIME).format(base=base, column=column if title is None else view.say(title))
    return said + (view.say(DUE_TOO) if metric.base.startswith("D") else "")


def _data_time(view: View, metric: Metric) -> str:
    state = view.data_state(metric.table.name)
    times = [f"{at:%Y-%m-%d %H:%M}" for at in (state.as_of, state.newest) if at is not None]
    return " – ".join(dict.fromkeys(times)) or MISSING


def _chips(view: View, code: str, wish: Filters, metric: Metric) -> list[Any]:
    """What was chosen, each with a link to the number without it."""
    chips = []
    colon = "：" if view.language == "zh" else ": "
    for choice in ("divisions", *CHOICES):
        held = getattr(wish, choice)
        for one in held:
            said = f"{view.say(NAMES[choice])}{colon}{word(view, choice, one)}"
            clear = view.say(CLEAR).format(said)
            less = wish.model_copy(update={choice: tuple(other for other in held if other != one)})
            told: Any = {"aria-label": clear}
            away = html.A("×", href=number_path(code, less), title=clear, **told)
            works = narrows(metric.table, choice)
            chips.append(
                html.Span([said, away], className="chip" if works else "chip is-idle", title="" if works else view.say(DOES_NOTHING))
            )
    return chips or [view.say(NO_FILTER)]
