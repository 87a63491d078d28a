"""The pages of meetings: all of them, one of them with its agenda, and the windows that show it step by step."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.filters import one_of
from dashboard.meeting_cards import words
from dashboard.meeting_cards.agenda import meeting_cards
from dashboard.meeting_cards.listing import actions_card, left_open, meetings_card, new_card, proposed_card, title_of
from dashboard.meetings.words import STATE_WORDS
from dashboard.profiles import COMMITTEE
from dashboard.reference import labels
from dashboard.request import current_store
from dashboard.store import meetings
from dashboard.store.meeting_tables import Meeting
from dashboard.view import View

VIEWS = ("show", "presenter")
LARGEST_NUMBER = 2**31 - 1


def meeting_parts(view: View, query: dict[str, str]) -> list[Component]:
    """The cards of the page."""
    if view.profile is not COMMITTEE:
        return [html.P(view.say(words.NOT_YOURS), className="meet-refused"), proposed_card(view, [])]
    store = current_store()
    if one_of(query, "meeting"):
        held = asked_for(query)
        if held is not None:
            return meeting_cards(view, store, held)
        return [html.P([view.say(words.NONE_SUCH), " ", html.A(view.say(words.BACK), href=words.PATH)], className="none")]
    left = html.Div([meetings_card(view, store), actions_card(view, store), proposed_card(view, left_open(store))], className="meet-column")
    return [html.Div([left, new_card(view, store)], className="meet-top")]


def asked_for(query: dict[str, str]) -> Meeting | None:
    """The meeting an address names."""
    number = one_of(query, "meeting")
    is_number = number.isascii() and number.isdigit() and int(number[:11]) <= LARGEST_NUMBER
    return meetings.meeting(current_store(), int(number)) if is_number else None


def window(view: View, query: dict[str, str]) -> Component | None:
    """A window that shows a meeting step by step, if the address asks for one."""
    wanted = one_of(query, "view")
    held = asked_for(query) if wanted in VIEWS and view.profile is COMMITTEE else None
    if held is None:
        return None
    names = labels(view.engine, "unit_code")["label_en" if view.language == "en" else "label"]
    at = f"{held.as_of:%Y-%m-%d}" if held.as_of else ""
    said = {
        "meeting": str(held.meeting_id),
        "view": wanted,
        "agenda": f"{words.PATH}?meeting={held.meeting_id}",
        "title": title_of(view, held),
        "frozen": view.say(words.FROZEN_AT).format(snapshot=held.snapshot_name.partition("-")[0], at=at),
        "demo": view.say(words.DEMO) if view.city.is_demo else "",
        "words": json.dumps({name: view.say(text) for name, text in words.WINDOW.items()}, ensure_ascii=False),
        "states": json.dumps({code: view.say(text) for code, text in STATE_WORDS.items()}, ensure_ascii=False),
        "units": json.dumps([[code, str(name)] for code, name in names.items()], ensure_ascii=False),
    }
    return html.Div(
        html.Div(className="meet-window", **attributes(**said)), className=f"office meet meet-{wanted}",
        lang="en" if view.language == "en" else "zh-CN",
    )  # fmt: skip
