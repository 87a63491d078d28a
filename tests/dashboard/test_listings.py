"""Any listing becomes rows of cells: what they are for is said, keys tell nothing, and where nothing is listed a sentence says why."""

from __future__ import annotations

from datetime import date

import pandas as pd
from dash import html
from sqlalchemy import Engine

from dashboard.charts.base import NO_LIMITS, NO_ROWS, Cell, Listing, Row
from dashboard.components import listing_list
from dashboard.filters import ScopedFilters
from dashboard.rows import listing_rows
from dashboard.texts import Text
from dashboard.theme import Theme, theme

WALL, OFFICE = theme("wall", "zh"), theme("office", "zh")
TODAY = date(2026, 11, 20)


def rows(frame: pd.DataFrame, look: Theme, today: date) -> list[Row]:
    return [Row(key, (Cell("▲ 超期", "state", "bad"), Cell("占道", "what")), key) for key in frame["key"]]


def ask(_engine: Engine, _filters: ScopedFilters) -> pd.DataFrame:
    return pd.DataFrame()


THINGS = Listing("things", Text("事", "Things"), ask, ("key",), rows)


def test_cells_by_role_and_a_key_that_says_nothing() -> None:
    frame = pd.DataFrame({"key": ["desk:13912345678"]})
    wall, office = (listing_rows(THINGS, frame, look, TODAY)[0] for look in (WALL, OFFICE))
    assert wall["cells"] == [{"text": "▲ 超期", "role": "state", "state": "bad"}, {"text": "占道", "role": "what", "state": "plain"}]
    assert wall["key"] == office["key"]
    assert "139" not in str(wall)
    assert office["href"] == "/ticket?number=desk%3A13912345678"


def test_nothing_to_list_is_a_sentence() -> None:
    empty = pd.DataFrame()
    assert listing_rows(THINGS, empty, WALL, TODAY)[0]["cells"] == [{"text": NO_ROWS.zh, "role": "note", "state": "plain"}]
    empty.attrs["lack"] = NO_LIMITS
    assert listing_rows(THINGS, empty, WALL, TODAY)[0]["cells"][0]["text"] == NO_LIMITS.zh.replace("<br>", " ")


def test_the_office_links_what_a_row_is_about() -> None:
    drawn = listing_list("things", listing_rows(THINGS, pd.DataFrame({"key": ["a:1"]}), OFFICE, TODAY))
    state, what = drawn.children[0].children
    assert isinstance(state, html.B)
    assert state.className == "cell-state is-bad"
    assert what.children.href == "/ticket?number=a%3A1"
