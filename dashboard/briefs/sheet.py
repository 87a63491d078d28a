"""A brief put together: its head, its parts, the reasons of what is missing; and the list to choose another from."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.briefs.figures import Reasons
from dashboard.briefs.parts import parts_of
from dashboard.briefs.subject import DIVISION, UNIT, Subject, choices, kind_of, subject_of
from dashboard.components import attributes, brief_path, table
from dashboard.filter_words import days_in_words
from dashboard.filters import Filters
from dashboard.key_figures import PERIOD_NAMES
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PRINT = Text("打印", "Print")
SNAPSHOT = Text("数据快照", "Snapshot")
ANOTHER = Text("查找单位或区划 …", "Find a unit or division …")
UNITS, DIVISIONS = Text("单位", "Units"), Text("区划", "Divisions")
KIND, NONE = Text("类别", "Kind"), Text("没有", "None")
WHY_MISSING = Text("“—”的原因：{}", "Why “—”: {}")
IN_CHARGE = Text("诉求按主办单位统计。", "Appeals are counted by the unit in charge.")
STOCKS = Text("现存数与一天前、七天前同一时刻相比。", "1 d, 7 d: a stock against itself a day and a week before.")
DEMO = Text("演示数据", "Demonstration data")


def brief_of(view: View, kind: str, code: str, wish: Filters) -> list[Component]:
    """The sheet: every number of it is one of the metrics, narrowed to the unit or division."""
    subject, reasons = subject_of(view, kind, code, wish), Reasons()
    parts = parts_of(view, subject, subject.wish(wish), reasons)
    said = [view.say(WHY_MISSING).format(reasons.said())] if reasons.held else []
    said += [view.say(IN_CHARGE)] if kind == UNIT and "tickets" in view.city.has else []
    said.append(view.say(STOCKS))
    foot = html.P(" ".join(said), className="card-note brief-foot")
    return [_head(view, subject, wish), html.Div(parts, className="brief-parts"), foot]


def _head(view: View, subject: Subject, wish: Filters) -> Component:
    newest = view.data_state("").newest
    facts: list[tuple[Text, Any]] = [
        *subject.facts,
        (texts.PERIOD, f"{view.say(PERIOD_NAMES[wish.period])} {days_in_words(view, wish)}"),
        (texts.DATA_TIME, MISSING if newest is None else f"{newest:%Y-%m-%d %H:%M}"),
        (SNAPSHOT, view.snapshot),
    ]
    city = view.city.label_en if view.language == "en" else view.city.label
    demo = f" · {view.say(DEMO)}" if view.city.is_demo else ""
    title = html.H2([subject.label, html.Small(f"{city} · {view.say(view.product)}{demo}", className="on-paper")])
    button = html.Button(view.say(PRINT), className="act-button", **attributes(print="page"))
    rows = [html.Div([html.Dt(view.say(name)), html.Dd(value)]) for name, value in facts]
    return html.Section([html.Div([title, button], className="card-head"), html.Dl(rows)], className="card card-free brief-head")


def chooser(view: View) -> Component:
    """A list that can be searched, of all units and divisions; one chosen is gone to."""
    kinds = {UNIT: view.say(UNITS), DIVISION: view.say(DIVISIONS)}
    options = [{"value": f"{kind}:{code}", "label": f"{name} · {kinds[kind]}"} for kind, code, name in choices(view)]
    words: Any = {name: view.say(text) for name, text in texts.DROPDOWN.items()}
    control = dcc.Dropdown(
        id=ids.BRIEF_CHOICE, options=options, placeholder=view.say(ANOTHER), labels=words, clearable=False,
        className="control",
    )  # fmt: skip
    return html.Div([control, html.Span(id=ids.BRIEF_GONE, hidden=True)], className="brief-choose")


def every_brief(view: View, wish: Filters) -> list[Component]:
    """All units and divisions, each a link to its brief."""
    cards = []
    for kind, title in ((DIVISION, DIVISIONS), (UNIT, UNITS)):
        rows = [
            [html.A(name, href=brief_path(kind, code, wish)), view.say(kind_of(view, kind, code))]
            for held, code, name in choices(view)
            if held == kind
        ]
        cards.append(
            html.Section([html.H2(view.say(title)), table([(title, "text"), (KIND, "when")], rows, view, NONE)], className="card card-free")
        )
    return [html.Div(cards, className="brief-every")]
