"""Rows of a listing as printed texts, for the office page and the wall alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd

from dashboard.charts.base import Cell, Listing, Row
from dashboard.charts.events import moment
from dashboard.theme import Theme


def listing_rows(chart: Listing, frame: pd.DataFrame, look: Theme, today: date) -> list[dict[str, Any]]:
    """Any listing as rows of cells: `key`, `cells` of `{text, role, state}`, and in the office `href` where a row leads to a ticket.

    Where there is nothing to list, one row of one cell (role `note`) says why.
    """
    if frame.empty:
        why = look.say(frame.attrs.get("lack", chart.empty)).replace("<br>", " ")
        return [_plain(Row("note", (Cell(why, "note"),)), look)]
    return [_plain(row, look) for row in chart.rows(frame, look, today)]


def _plain(row: Row, look: Theme) -> dict[str, Any]:
    # A key is told to the wall, where no number of a ticket may be read: what it is made of cannot be seen in it.
    found: dict[str, Any] = {
        "key": hashlib.blake2s(row.key.encode(), digest_size=8).hexdigest(),
        "cells": [{"text": cell.text, "role": cell.role, "state": cell.state} for cell in row.cells],
    }
    if row.ticket and not look.is_dark:
        found["href"] = f"/ticket?number={quote(row.ticket)}"
    return found


def event_rows(frame: pd.DataFrame, look: Theme, today: date) -> list[dict[str, str]]:
    """Events as texts: `at, stage, what, place, who, state`; the date is left out for today only."""
    if frame.empty:
        return []
    end = "_en" if look.language == "en" else ""
    return [
        {
            "key": str(row["key"]),
            "at": moment(row["at"], today),
            **{name: str(row[f"{name}{end}"]) for name in ("stage", "what", "place", "who")},
            "state": str(row["state"]),
        }
        for row in frame.to_dict("records")
    ]


def place_name(codes: Mapping[str, Any], names: Mapping[Any, str], unknown: str) -> str:
    """Where a row is: its town and the smallest place known of it; a code nobody knows is not printed."""
    order = ("community_code", "town_code", "district_code", "division_code")
    found = [str(names[codes[name]]) for name in order if codes.get(name) in names]
    upper = names.get(codes.get("town_code"))
    if not found:
        return unknown
    return f"{upper} {found[0]}" if upper is not None and upper != found[0] else found[0]
