"""Forms of meetings as data: the browser builds them, since a page's own components know no field for a day or an hour."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.acts.meeting_forms import A_MONTH
from dashboard.asking import fetch
from dashboard.charts.lamps import BLOCKS
from dashboard.components import attributes
from dashboard.meeting_cards.words import DEFAULT_LABEL, EACH_LINE, FIELDS, FORM_WORDS, SCOPE, SCOPES
from dashboard.reference import labels
from dashboard.store.meeting_tables import Meeting
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import pilot_standing

KINDS = {"number": "number", "held_at": "moment", "next_on": "day", "attended": "lines", "excused": "lines", "observing": "lines"}
WIDE = ("label", "attended", "excused", "observing", "sent_to")
NINE = time(9, 30)


def form(act: str, fields: list[dict[str, Any]], view: View, button: Text, fixed: dict[str, Any] | None = None) -> Component:
    """A place where the browser builds a form that does an act; `fixed` is sent with what is filled in."""
    said = {"act": act, "fields": json.dumps(fields, ensure_ascii=False), "fixed": json.dumps(fixed or {}), "ok": view.say(button)}
    return html.Div(
        className="meet-form",
        **attributes(
            **{f"meet-{name}": value for name, value in said.items()},
            away=view.say(texts.AWAY),
            words=json.dumps({name: view.say(text) for name, text in FORM_WORDS.items()}, ensure_ascii=False),
        ),
    )


# Those who meet again meet in the same place.
KEPT = ("label", "place", "chair", "recorder", "attended", "observing", "sent_to")


def likely_time(view: View) -> datetime:
    """When a meeting called now is likely to be held."""
    return datetime.combine(view.today + timedelta(days=1), NINE)


def about_fields(view: View, meeting: Meeting | None, number: int | None = None, last: Meeting | None = None) -> list[dict[str, Any]]:
    """What a meeting says of itself; of a new one what is likely: much as the last one."""
    held = likely_time(view)
    before = {name: getattr(last, name) for name in KEPT} if last is not None else {"label": DEFAULT_LABEL.zh}
    values: dict[str, Any] = before | {"number": number, "held_at": held, "next_on": (held + A_MONTH).date()}
    if meeting is not None:
        values = {name: getattr(meeting, name) for name in FIELDS}
    return [_field(view, name, values.get(name)) for name in FIELDS]


def _field(view: View, name: str, value: Any) -> dict[str, Any]:
    text = "" if value is None else value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(value)
    kind = KINDS.get(name, "text")
    hint = view.say(EACH_LINE) if kind == "lines" else ""
    return {"name": name, "label": view.say(FIELDS[name]), "type": kind, "value": text, "hint": hint, "wide": name in WIDE,
        "needed": name in ("label", "held_at")}  # fmt: skip


def scope_field(view: View) -> dict[str, Any]:
    """Which targets: one switch, and what it opens."""
    english = view.language == "en"
    column = "label_en" if english else "label"
    p = pilot_standing.c
    parts = fetch(view.engine, pilot_standing.select().with_only_columns(p.block, p.unit_code, p.division_code).distinct())
    options: dict[str, list[list[str]]] = {
        "blocks": [[code, BLOCKS.get(code, code) if english else code] for code in dict.fromkeys(parts["block"].dropna())]
    }
    for name, dimension in (("units", "unit_code"), ("divisions", "division_code")):
        held = labels(view.engine, dimension)[column]
        options[name] = [[code, str(held[code])] for code in sorted(set(parts[dimension].dropna())) if code in held.index]
    kinds = [[code, view.say(text)] for code, text in SCOPES.items() if not code or options[code]]
    return {"name": "scope", "label": view.say(SCOPE), "type": "scope", "kinds": kinds, "options": options, "wide": True}
