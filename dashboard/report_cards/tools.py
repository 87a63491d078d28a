"""Buttons that do an act on a report: what they send, what they ask before, and what is said while that is under way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.acts import ACTS
from dashboard.components import attributes
from dashboard.report_cards import words
from dashboard.report_cards.markup import aria
from dashboard.report_cards.script_words import SCRIPT
from dashboard.texts import Text
from dashboard.view import View


class Field(NamedTuple):
    """Something to be filled in before an act: one line, a text (`area`) or the name of who acts (`person`)."""

    name: str
    label: Text
    kind: str = "line"
    is_needed: bool = True
    value: str = ""


PERSON = Field("name", words.PERSON, "person")


def may(view: View, code: str) -> bool:
    return view.profile in ACTS[code].roles


def act(
    view: View, code: str, form: Mapping[str, Any], *, ask: Sequence[Field] = (), label: Text | None = None, look: str = "",
) -> Component:  # fmt: skip
    """A button that does an act; nothing where the profile at work may not."""
    if not may(view, code):
        return html.Span()
    done = ACTS[code]
    name = view.say(label or done.label)
    said = {"rp-act": code, "form": json.dumps(form, ensure_ascii=False), "title": name, "text": view.say(done.confirm)}
    if ask:
        fields = [
            {"name": one.name, "label": view.say(one.label), "kind": one.kind, "needed": one.is_needed, "value": one.value} for one in ask
        ]
        said["ask"] = json.dumps(fields, ensure_ascii=False)
    return html.Button(name, className=f"rp-button {look}".rstrip(), type="button", **attributes(**said))


def spoken(view: View) -> Component:
    """The words that the page's script says, in the language of the page."""
    said = {"away": texts.AWAY, "cancel": texts.NOT_NOW, **SCRIPT}
    return html.Div(
        id="rp-words",
        hidden=True,
        **attributes(words=json.dumps({name: view.say(text) for name, text in said.items()}, ensure_ascii=False)),
    )


def progress(view: View, job: int | None = None, *, is_ours: bool = True) -> Component:
    """Where work under way is told: words, a bar, and a way to cancel; the script fills it in."""
    cancel = html.Button(view.say(texts.NOT_NOW), className="rp-button", type="button", hidden=not may(view, "cancel_report"))
    told = {"job": "" if job is None else str(job), "ours": "yes" if is_ours else ""}
    return html.Div(
        [
            html.P("", role="status"), cancel,
            html.Div(html.I(), className="rp-bar", role="progressbar", **aria(valuemin="0", valuemax="100")),
            html.P("", className="rp-slow"),
        ],
        className="rp-progress", hidden=job is None, **attributes(**told),
    )  # fmt: skip
