"""The card by which a report is begun: kind, period, whose and in which language, and what it will say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, places, texts
from dashboard.components import CONTROLS, attributes
from dashboard.filter_words import choices_in_words
from dashboard.issuing.products import PRODUCTS, REPORT
from dashboard.reference import data_state, has_majors, labels
from dashboard.report_cards import words
from dashboard.report_cards.chosen import (
    FURTHER,
    SCOPES,
    SPECIAL,
    Chosen,
    earliest,
    is_beyond_data,
    is_running,
    kinds_of,
    products_of,
    spans,
)
from dashboard.report_cards.markup import aria
from dashboard.reports.edition import Edition
from dashboard.reports.spans import Span
from dashboard.reports.subjects import BULLETINS, REPORTS, SUBJECTS
from dashboard.view import View

EMPTY = {"divisions": words.WHOLE_CITY, "units": words.ALL_UNITS}
# How the days of a kind are chosen: from a list, as one day, as two.
SHAPES = {"day": "day", SPECIAL: "days"}


def choose_card(view: View, chosen: Chosen) -> Component:
    """The card as an address says it; the callbacks keep it up."""
    return html.Section(
        [
            html.H2(view.say(words.NEW)),
            html.Div(_controls(view, chosen), id=ids.REPORT_CHOOSE, className=shape_of(chosen.kind)),
            html.Div(says(view, chosen), id=ids.REPORT_SAYS, className="rp-says", **live()),
            html.Div(
                [
                    html.Button(
                        view.say(words.DRAFT), id=ids.REPORT_DRAFT, className="rp-button is-main",
                        **attributes(**{"rp-act": "draft_report", "form": form_of(chosen), "away": view.say(texts.AWAY)}),
                    ),
                    html.P("", className="rp-told", role="status"),
                ],
                className="rp-go",
            ),
            dcc.Store(id=ids.REPORT_ASKED, data=chosen.query(view.language)),
            html.Div(id=ids.REPORT_ADDRESS, hidden=True),
        ],
        className="card card-free rp-new",
    )  # fmt: skip


def live() -> dict[str, Any]:
    """What is read out when it changes."""
    return {"aria-live": "polite"}


def shape_of(kind: str) -> str:
    return f"rp-choose is-{SHAPES.get(kind, 'listed')}"


def form_of(chosen: Chosen) -> str:
    return json.dumps(chosen.form, ensure_ascii=False)


def _controls(view: View, chosen: Chosen) -> list[Component]:
    span, listed = chosen.span, period_options(view, chosen.kind)
    products = [{"label": view.say(PRODUCTS[code].label), "value": code} for code in products_of(view)]
    only = "is-none" if len(products) < 2 else ""
    return [
        _labelled(view.say(words.PRODUCT), _pills("product", products, chosen.product), f"rp-products {only}"),
        _labelled(view.say(words.KIND), _pills("kind", kind_options(view, chosen.product), chosen.kind), ""),
        _labelled(view.say(words.PERIOD), _dropdown(view, "period", listed, str(span.since), clearable=False), "rp-listed"),
        _labelled(view.say(words.DAY), _one_day(view, span), "rp-day"),
        _labelled(view.say(words.DAYS), _two_days(view, span), "rp-days"),
        *[_narrowing(view, name, chosen, "") for name in SCOPES],
        *[_narrowing(view, name, chosen, "rp-further") for name in FURTHER],
        _labelled(
            view.say(words.LANGUAGE),
            _pills("in", [{"label": view.say(text), "value": code} for code, text in words.LANGUAGES.items()], chosen.language), "",
        ),
    ]  # fmt: skip


def _pills(name: str, options: list[dict[str, str]], value: str) -> Component:
    said: Any = options
    return dcc.RadioItems(id=ids.report_choice(name), options=said, value=value, className="rp-kinds")


def kind_options(view: View, product: str) -> list[dict[str, str]]:
    """The kinds of a document: reports are called by them, of others they are the periods."""
    names = REPORTS if product == REPORT else BULLETINS
    return [{"label": view.say(names[kind]), "value": kind} for kind in kinds_of(product)]


def _labelled(text: str, control: Component, look: str) -> Component:
    """A group and its name; a label cannot name several marks at once."""
    return html.Div([html.Span(text, className="rp-label"), control], className=f"rp-field {look}", role="group", **aria(label=text))


def _dropdown(view: View, name: str, options: list[dict[str, str]], value: Any, **more: Any) -> Component:
    said: Any = {word: view.say(text) for word, text in texts.DROPDOWN.items()}
    return dcc.Dropdown(id=ids.report_choice(name), options=options, value=value, labels=said, className="control", **more)


def _narrowing(view: View, name: str, chosen: Chosen, look: str) -> Component:
    label, dimension = CONTROLS[name]
    held = _codes(view, dimension)
    control = _dropdown(view, name, held, list(getattr(chosen.wish, name)), multi=True, placeholder=view.say(EMPTY.get(name, texts.ALL)))
    return _labelled(view.say(label), control, f"{look}{'' if held else ' is-none'}")


def _codes(view: View, dimension: str) -> list[dict[str, str]]:
    if dimension == "major_code" and not has_majors(view.engine):
        return []
    if dimension in ("dispute_type_code", "organisation_code") and "disputes" not in view.city.has:
        return []
    names = labels(view.engine, dimension)
    if dimension == "division_code":
        names = names.loc[[code for code in places.in_order(view.engine) if code in names.index]]
    column = "label_en" if view.language == "en" else "label"
    return [{"value": str(code), "label": str(name)} for code, name in names[column].items()]


def period_options(view: View, kind: str) -> list[dict[str, str]]:
    """The periods of a kind to choose from; the one that runs says so."""
    if kind in SHAPES:
        return []
    return [{"value": str(span.since), "label": span_name(view, span)} for span in spans(view, kind)]


def span_name(view: View, span: Span) -> str:
    name = span.name(view.language)
    return view.say(words.RUNNING).format(name=name) if is_running(view, span) else name


def _one_day(view: View, span: Span) -> Component:
    first = earliest(view.engine)
    return dcc.DatePickerSingle(
        id=ids.REPORT_DAY, date=str(span.since), display_format="YYYY-MM-DD", month_format=view.say(texts.MONTH), first_day_of_week=1,
        min_date_allowed=str(first) if first else None, max_date_allowed=str(view.today), clearable=False, className="control",
    )  # fmt: skip


def _two_days(view: View, span: Span) -> Component:
    return dcc.DatePickerRange(
        id=ids.REPORT_DAYS, start_date=str(span.since), end_date=str(span.until), display_format="YYYY-MM-DD",
        month_format=view.say(texts.MONTH), first_day_of_week=1, minimum_nights=0, max_date_allowed=str(view.today), className="control",
    )  # fmt: skip


def says(view: View, chosen: Chosen) -> list[Component]:
    """What the report will be: its days, whose, its chapters, and what its reader should know of the data."""
    city = view.city.label_en if view.language == "en" else view.city.label
    whose = "；".join(choices_in_words(view, chosen.wish, (*SCOPES, *FURTHER))) or city
    name = PRODUCTS[chosen.product].label if chosen.product != REPORT else REPORTS[chosen.kind]
    head = html.P([html.B(f"{span_name(view, chosen.span)} {view.say(name)}"), html.Span(whose)])
    told = [html.P(line, className=look) for line, look in _remarks(view, chosen)]
    return [head, html.P(view.say(words.CHAPTERS).format(chapters_in_words(view, chosen))), *told]


def chapters_in_words(view: View, chosen: Chosen) -> str:
    """The chapters that a report of these choices has in this city."""
    subject = SUBJECTS[chosen.product]
    edition = Edition(view, chosen.span, chosen.wish, subject.kinds)
    had = [view.say(one.title) for one in subject.chapters if not one.has or any(edition.has(kind) for kind in one.has)]
    return ("、" if view.language == "zh" else ", ").join(had)


def _remarks(view: View, chosen: Chosen) -> list[tuple[str, str]]:
    newest, first = data_state(view.engine, "").newest, earliest(view.engine)
    if first is not None and chosen.span.until < first:
        return [(f"▲ {view.say(words.NO_DATA)}", "is-bad")]
    if newest is None:
        return []
    if is_running(view, chosen.span):
        return [(f"◆ {view.say(words.IS_RUNNING).format(day=f'{newest:%Y-%m-%d %H:%M}')}", "is-warn")]
    if is_beyond_data(view, chosen.span):
        return [(f"◆ {view.say(words.NOT_REACHED).format(time=f'{newest:%Y-%m-%d %H:%M}')}", "is-warn")]
    return [(view.say(words.DATA_TO).format(f"{newest:%Y-%m-%d %H:%M}"), "faint")]


def parts_of(values: Mapping[str, Any], days: tuple[Any, Any, Any], *, is_new_kind: bool) -> dict[str, str | list[str]]:
    """What the controls hold, as an address would say it; another kind begins with its last whole period."""
    kind = str(values.get("kind") or "")
    shape = SHAPES.get(kind, "listed")
    day, first, last = ((str(one)[:10] if one else "") for one in days)
    since = {"listed": str(values.get("period") or ""), "day": day, "days": first}[shape]
    said: dict[str, str | list[str]] = {"product": str(values.get("product") or ""), "kind": kind, "in": str(values.get("in") or "")}
    if not is_new_kind or shape != "listed":
        said |= {"since": since, "until": last if shape == "days" else ""}
    for name in (*SCOPES, *FURTHER):
        codes = values.get(name)
        if isinstance(codes, list):
            said[name] = [str(code).replace("\\", "\\\\").replace(",", "\\,") for code in codes]
    return said
