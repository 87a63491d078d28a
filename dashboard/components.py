"""The parts pages are put together from: cards, key figures, the filter bar, the frame of a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import dash
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, places, texts
from dashboard.acts import ACTS
from dashboard.card_tools import card_words, chart_tools
from dashboard.charts import CHARTS, Chart, Listing
from dashboard.charts.lamps import BLOCKS
from dashboard.charts.risk_levels import LEVELS, marked
from dashboard.data_age import data_age
from dashboard.filters import Filters
from dashboard.key_figures import PERIOD_NAMES, KeyFigure, spark_image
from dashboard.periods import PERIODS
from dashboard.pilot_choices import WORDS as PILOT_WORDS
from dashboard.profiles import PROFILES
from dashboard.reference import blocks, has_majors, labels, risk_types
from dashboard.texts import FIRST_PAGE, Text
from dashboard.theme import OFFICE
from dashboard.unit_choice import profile_name, unit_choice
from dashboard.view import View

NUMBER_PATH, BRIEF_PATH = "/number", "/brief"
GRAPH_CONFIG: Any = {
    "displayModeBar": False, "responsive": True, "showSendToCloud": False, "plotlyServerURL": "", "scrollZoom": False,
    "doubleClick": False,
}  # fmt: skip
BLANK = {
    "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}
}


# Field of Filters -> what its control is called, and whose codes it offers.
CONTROLS: dict[str, tuple[Text, str]] = {
    "divisions": (texts.PLACE, "division_code"), "majors": (texts.CATEGORY, "major_code"),
    "categories": (texts.MINOR, "category_code"), "units": (texts.UNIT, "unit_code"), "channels": (texts.CHANNEL, "channel_code"),
    "types": (texts.DISPUTE_TYPE, "dispute_type_code"), "organisations": (texts.ORGANISATION, "organisation_code"),
    "levels": (texts.LEVEL, "level_code"), "risk_types": (texts.RISK_TYPE, "risk_type"),
    "blocks": (texts.BLOCK, "block"), "lamps": (texts.LAMP, "lamps"), "dues": (texts.DUE, "dues"), "kinds": (texts.KIND, "kinds"),
}  # fmt: skip


def graph(id_: dict[str, str]) -> dcc.Graph:
    return dcc.Graph(id=id_, config=GRAPH_CONFIG, className="card-body", figure=BLANK, responsive=True)


def chart_card(name: str, view: View, at: str, size: str = "m", above: Sequence[Component] = ()) -> Component:
    """A card with one chart or listing of the registry; the callback of its kind fills it. `size` is s, m, l or xl.

    `above` stands between its note and its chart.
    """
    chart = CHARTS[name]
    body = graph(ids.chart(name, at)) if isinstance(chart, Chart) else html.Div(id=ids.listing(name, at), className="card-body listing")
    # What shows while an answer is under way is a still skeleton, set by CSS on the blank figure.
    head = html.Div([html.H2(view.say(chart.title)), chart_tools(name, view)], className="card-head")
    look = f"card card-{size} chart-{name.replace('_', '-')}{_choosing(chart)}"
    return html.Section([head, *noted(chart, view), *above, body], className=look)


def _choosing(chart: Chart | Listing) -> str:
    return " selects" if isinstance(chart, Chart) and (chart.selects or chart.selects_any) else ""


def noted(chart: Chart | Listing, view: View) -> list[Component]:
    """What a chart counts and by which clock, where it says so."""
    return [html.P(view.say(chart.note), className="chart-note")] if chart.note else []


def switched_card(names: dict[str, Text], view: View, at: str, size: str = "m", above: Sequence[Component] = ()) -> Component:
    """One card of several charts, of which a small switch shows one; `names` says each chart's name on the switch, the first is shown.

    All are drawn: a stylesheet alone shows and hides them, each with its tools. `above` stands over the charts.
    """
    codes = list(names)
    words = [{"label": view.say(text), "value": code} for code, text in names.items()]
    switch = dcc.RadioItems(options=words, value=codes[0], inline=True, className="switch")
    faces = [
        html.Div(
            [chart_tools(name, view), *noted(CHARTS[name], view), graph(ids.chart(name, at))],
            className=f"face chart-{name.replace('_', '-')}{_choosing(CHARTS[name])}",
        )
        for name in codes
    ]
    head = html.Div([html.H2(view.say(CHARTS[codes[0]].title)), switch], className="card-head")
    return html.Section([head, *above, html.Div(faces, className="faces")], className=f"card card-{size}")


def key_card(code: str, at: str, period: str = "") -> Component:
    """A place for one key figure, over the page's filters or a period of its own."""
    return html.Div(id=ids.key_figure(code, f"{at}:{period}"), className="key-card")


def number_path(code: str, wish: Filters) -> str:
    """The address that takes a number apart: the metric, and what it was asked for."""
    return f"{NUMBER_PATH}?metric={code}&{wish.to_query()}"


def brief_path(kind: str, code: str, wish: Filters) -> str:
    """The address of the brief of a `unit` or a `division` over the days of a wish."""
    days = Filters(period=wish.period, since=wish.since, until=wish.until)
    return f"{BRIEF_PATH}?{kind}={quote(code)}&{days.to_query()}"


def key_figure(figure: KeyFigure, path: str) -> list[Component]:
    """The inside of a key card; its label is the link of the whole card to `path`."""
    state = (" is-alarm" if figure.is_alarm else "") + (" is-small" if figure.is_small else "")
    changes = [html.Span([f"{c.against} ", html.B(c.text, className=f"is-{c.state}")], title=c.why) for c in figure.changes]
    return [
        html.Div(
            [html.A(figure.label, href=path, className="key-link", title=figure.definition), html.Small(figure.period)],
            className="key-label",
        ),
        html.Div([figure.value, html.Small(figure.unit)], className=f"key-value{state}"),
        html.Img(src=spark_image(figure.spark, OFFICE.accent), alt="", className="key-spark")
        if figure.spark
        else html.Div(className="key-spark"),
        html.Div([*changes, html.Span(figure.note, className="key-note")], className="key-changes"),
    ]


CELL_TAGS = {"time": html.Time, "state": html.B, "note": html.P}


def listing_list(name: str, rows: list[dict[str, Any]]) -> Component:
    """The rows of a listing on an office page; the wall draws the same rows itself."""
    look = "events events-office" if name == "events" else "listed"
    return html.Ul([html.Li(_cells_of(row)) for row in rows], className=f"{look} listed-{name.replace('_', '-')}")


def _cells_of(row: dict[str, Any]) -> list[Component]:
    """A row's cells; what it is about is the link."""
    found = []
    for cell in row["cells"]:
        tag = CELL_TAGS.get(cell["role"], html.Span)
        text = html.A(cell["text"], href=row["href"]) if cell["role"] == "what" and "href" in row else cell["text"]
        found.append(tag(text, className=f"cell-{cell['role']} is-{cell['state']}"))
    return found


def filter_bar(view: View, wish: Filters, choices: tuple[str, ...]) -> Component:
    """One row of controls: period, days and `choices` (see CONTROLS); each sets one field of Filters.

    A page names what narrows it: a control that does nothing must not stand there. The wish itself travels in a store beside them.
    """
    english = view.language == "en"
    column = "label_en" if english else "label"
    since, until = wish.resolved(view.today)

    def options(dimension: str) -> list[dict[str, str]]:
        if dimension == "level_code":
            return [{"value": code, "label": marked(level, look)} for code, level in LEVELS.items() if code]
        if dimension == "risk_type":
            return [{"value": word, "label": word} for word in risk_types(view.engine)]
        if dimension == "block":
            return [{"value": block, "label": BLOCKS.get(block, block) if english else block} for block in blocks(view.engine)]
        if dimension in PILOT_WORDS:
            return [{"value": code, "label": view.say(text)} for code, text in PILOT_WORDS[dimension].items() if code != "negative"]
        names = labels(view.engine, dimension)
        if dimension == "division_code":
            names = names.loc[[code for code in places.in_order(view.engine) if code in names.index]]
        return [{"value": str(code), "label": str(name)} for code, name in names[column].items()]

    look = view.theme("office")
    words: Any = {name: view.say(text) for name, text in texts.DROPDOWN.items()}

    def dropdown(name: str) -> Component | None:
        label, dimension = CONTROLS[name]
        held = options(dimension) if dimension != "major_code" or has_majors(view.engine) else []
        if not held:  # What a city does not have cannot be chosen.
            return None
        control = dcc.Dropdown(
            id=ids.choice(name), options=held, value=list(getattr(wish, name)), multi=True, placeholder=view.say(texts.ALL),
            labels=words,
            className="control",
        )  # fmt: skip
        return html.Label([html.Span(view.say(label)), control])

    periods = [{"value": period, "label": view.say(PERIOD_NAMES[period])} for period in PERIODS]
    return html.Div(
        [
            dcc.Store(id=ids.FILTERS, data=wish.model_copy(update={"snapshot": view.snapshot}).to_json()),
            dcc.Interval(id=ids.CLOCK, interval=30_000),
            html.Label(
                [
                    html.Span(view.say(texts.PERIOD)),
                    dcc.Dropdown(id=ids.choice("period"), options=periods, value=wish.period, clearable=False, className="control"),
                ]
            ),
            html.Label([html.Span(view.say(texts.DAYS)), _days(since, until, view)], className="wide"),
            *[control for name in choices if (control := dropdown(name)) is not None],
            html.Button(view.say(texts.RESET), id=ids.RESET, n_clicks=0, className="quiet"),
            html.Div(id=ids.CHIPS, className="filter-chips"),
            html.Div(id=ids.ADDRESS, hidden=True),
        ],
        className="filter-bar",
    )


def _days(since: date, until: date, view: View) -> Component:
    """Two days; the names in its calendar are those of assets/00-dates.js."""
    return dcc.DatePickerRange(
        id=ids.DAYS, start_date=since.isoformat(), end_date=until.isoformat(), display_format="YYYY-MM-DD",
        month_format=view.say(texts.MONTH),
        first_day_of_week=1, minimum_nights=0, className="control",
    )  # fmt: skip


def _is_part_of(path: str, entry: str) -> bool:
    """Whether a page is a menu's own, or one that hangs under it."""
    return path == entry or (entry != "/" and path.startswith(f"{entry}/"))


def page(
    view: View, title: Text, children: list[Component], *, path: str, bar: Component | None = None, kind: str = "tickets",
    about: str = "",
) -> Component:  # fmt: skip
    """The frame of an office page: product, menu, language, data time of `kind`; then the filter bar; then what the page holds.

    `about` is the part of its address that says what the page is about, kept by the switch of languages.
    """
    other = "zh" if view.language == "en" else "en"
    menu = [
        html.A(entry["title_of"](view.language), href=entry["path"], className="is-here" if _is_part_of(path, entry["path"]) else "")
        for entry in menu_entries(view)
    ]
    age = data_age(view, kind)
    time = html.Span(
        [view.say(texts.DATA_TIME), " ", html.Time(age.time), html.B(age.late)],
        className="data-time",
        title=view.zone,
        **attributes(kind=kind),
    )
    name = view.city.label_en if view.language == "en" else view.city.label
    sources = places.imprint(view.engine, "district")
    small_print = [view.say(texts.DEMO)] * view.city.is_demo + [view.say(texts.OUTLINES).format(sources)] * bool(sources)
    switch = html.A(view.say(texts.OTHER_LANGUAGE), href=f"{path}?{about}{'&' if about else ''}lang={other}")
    return html.Div(
        [
            html.Header(
                [
                    html.A([html.B(name), html.Span(view.say(view.product))], href="/", className="brand"),
                    html.Nav(menu),
                    html.Div([time, profile_chooser(view), switch], className="aside"),
                ],
                className="top",
            ),
            *([bar] if bar is not None else []),
            html.Main([html.H1(view.say(title)), *children]),
            html.Footer(" · ".join(small_print), className="imprint"),
            card_words(view),
        ],
        className="office", lang="en" if view.language == "en" else "zh-CN",
    )  # fmt: skip


def menu_entries(view: View) -> list[dict[str, Any]]:
    """The registered pages that stand in the menu; one that needs a file of the city's folder (`stands`) only where that is."""
    return [
        entry
        for entry in dash.page_registry.values()
        if entry.get("title_of") and entry.get("in_menu", True) and (entry.get("stands") is None or entry["stands"](view.city_folder))
    ]


def skeleton() -> Component:
    """Every id a callback names, for Dash to check callbacks against whatever page is asked for first."""
    stand_ins: list[Component] = [
        dcc.Store(id=ids.FILTERS), dcc.Interval(id=ids.CLOCK), html.Div(id=ids.ADDRESS), html.Button(id=ids.RESET),
        html.Div(id=ids.CHIPS), html.Button(id=ids.chip("", "")),
        html.Div(id=ids.guard("")), dcc.DatePickerRange(id=ids.DAYS),
        dcc.Graph(id=ids.chart("", "")), html.Div(id=ids.listing("", "")), html.Div(id=ids.key_figure("", "")),
        dcc.Dropdown(id=ids.choice("")), dcc.Graph(id=ids.panel("", "")),
        html.Div(id=ids.part("")), html.Div(id=ids.ALERTS), dcc.Interval(id=ids.ALERTS_TICK), dcc.Store(id=ids.ALERTS_SHOWN),
        dcc.Store(id=ids.NUMBER), html.Div(id=ids.NUMBER_FACTS), dcc.RadioItems(id=ids.NUMBER_PART), html.Div(id=ids.NUMBER_ROWS),
        dcc.Store(id=ids.NUMBER_SHOWN),
        dcc.Store(id=ids.BRIEF), dcc.Dropdown(id=ids.BRIEF_CHOICE), html.Span(id=ids.BRIEF_GONE), html.Div(id=ids.BRIEF_SHEET),
        *[html.Button(id=ids.register("", part)) for part in ("back", "on")], dcc.Store(id=ids.register("", "state")),
        *[html.A(id=ids.register("", part)) for part in ("rows", "place", "csv", "xlsx")],
        *[html.Button(id=ids.ledger(part)) for part in ("back", "on")], *[dcc.Store(id=ids.ledger(part)) for part in ("sort", "state")],
        *[html.A(id=ids.ledger(part)) for part in ("rows", "place", "csv", "xlsx", "address")], dcc.RadioItems(id=ids.ledger("by")),
        html.Button(id=ids.ledger_open("")), html.Div(id=ids.ledger_parts("")),
        dcc.Dropdown(id=ids.report_choice("")), dcc.Dropdown(id=ids.report_choice("period")), dcc.DatePickerSingle(id=ids.REPORT_DAY),
        dcc.DatePickerRange(id=ids.REPORT_DAYS),
        *[html.Div(id=name) for name in (ids.REPORT_CHOOSE, ids.REPORT_SAYS, ids.REPORT_DESK, ids.REPORT_ADDRESS)],
        html.Button(id=ids.REPORT_DRAFT), dcc.Store(id=ids.REPORT_ASKED), dcc.Store(id=ids.REPORT), dcc.Interval(id=ids.REPORT_TICK),
        dcc.Interval(id=ids.REPORT_COMPARE), html.Div(id=ids.REPORT_CHANGES),
    ]  # fmt: skip
    return html.Div(stand_ins)


def sorry(language: str, title: Text, hint: Text, *, again: bool = True) -> Component:
    """A page that has nothing to show, and says what would change that; `again` makes it look for itself every ten seconds."""
    look = [html.Meta(httpEquiv="refresh", content="10")] if again else []
    words = [html.H1(title.in_(language)), html.P(hint.in_(language)), html.P(html.A(FIRST_PAGE.in_(language), href="/"))]
    return html.Div([*look, *words], className="office sorry")


def wish_store(view: View) -> Component:
    """The default wish of a page without a filter bar, renewed when a new snapshot appears."""
    return html.Div(
        [
            dcc.Store(id=ids.FILTERS, data=Filters(period=view.city.period, snapshot=view.snapshot).to_json()),
            dcc.Interval(id=ids.CLOCK, interval=30_000),
            html.Div(id=ids.ADDRESS, hidden=True),
        ],
        hidden=True,
    )


def profile_chooser(view: View) -> Component:
    """As whom this browser acts, where that may be chosen; until there are accounts that is this machine alone."""
    if not view.chooses_profile:
        return html.Span(view.say(view.profile.label), className="profile")
    held = [profile for profile in PROFILES.values() if not profile.has or profile.has in view.city.has]
    choices: list[Component] = [
        html.Button(view.say(profile.label), className="is-here" if profile is view.profile else "", **attributes(profile=profile.code))
        for profile in held
    ]
    if any(profile.of_unit for profile in held):
        choices.append(unit_choice(view))
    return html.Details([html.Summary(profile_name(view)), html.Div(choices)], className="profile")


def load_button(view: View) -> Component:
    """A button that sends a file as a delivery of one of the city's sources."""
    names = labels(view.engine, "source_code")["label_en" if view.language == "en" else "label"]
    choices = json.dumps(list(names.items()), ensure_ascii=False)
    words = {"choose-text": view.say(texts.SOURCE), "file-text": view.say(texts.FILE)}
    return act_button("load_file", view, {}, more={"choices": choices, **words})


def act_button(
    code: str, view: View, form: Mapping[str, object], *, ask: tuple[str, Text] | None = None, more: dict[str, str] | None = None
) -> Component:
    """A button that does an act after a question; nothing where the profile at work may not. `ask` is a field to fill in."""
    act = ACTS[code]
    if view.profile not in act.roles:
        return html.Span()
    words = {"title": act.label, "text": act.confirm, "ok": act.label, "cancel": texts.NOT_NOW, "close": texts.CLOSE, "away": texts.AWAY}
    said = {name: view.say(text) for name, text in words.items()} | {"act": code, "form": json.dumps(form)} | (more or {})
    if ask:
        said |= {"field": ask[0], "ask": view.say(ask[1])}
    return html.Button(said["title"], className="act-button", **attributes(**said))


def table(headings: list[tuple[Text, str]], rows: list[list[Any]], view: View, empty: Text) -> Component:
    """A plain table; a heading's class says how its column stands: `num`, `text`, `when`. `empty` is said where there is no row."""
    if not rows:
        return html.P(view.say(empty), className="none")
    head = html.Thead(html.Tr([html.Th(view.say(text), className=kind, scope="col") for text, kind in headings]))
    cells = [html.Tr([html.Td(cell, className=kind) for cell, (_, kind) in zip(row, headings, strict=True)]) for row in rows]
    return html.Div(html.Table([head, html.Tbody(cells)]), className="table")


def doors(view: View) -> Component:
    """A row of the pages one goes on to from the first one, with the day it is and the period its charts speak of."""
    links = [
        html.A(entry["title_of"](view.language), href=entry["path"], className="door")
        for entry in menu_entries(view)
        if entry["path"] != "/"
    ]
    said = f"{day_in_words(view)} · {view.say(texts.CHARTS_SPEAK_OF).format(view.say(PERIOD_NAMES[view.city.period]))}"
    return html.Div([html.P(said), html.Nav(links, className="doors")], className="day-head")


def part_of_day(name: str, kind: str) -> Component:
    """A place for a part of the start page (see day.PARTS)."""
    return html.Div(id=ids.part(name), className=f"{kind} day-{name}")


def day_in_words(view: View) -> str:
    """The civic day and its weekday."""
    day, english = view.today, view.language == "en"
    weekday = (texts.WEEKDAYS_EN if english else texts.WEEKDAYS)[day.weekday()]
    return f"{weekday} {day.isoformat()}" if english else f"{day.year}年{day.month}月{day.day}日 星期{weekday}"


def attributes(**data: str) -> dict[str, Any]:
    """`data-…` attributes, by which the wall's script finds its places and words."""
    return {f"data-{name}": value for name, value in data.items()}
