"""The latest that happened to appeals: time, stage, what, where, who; masked, and without free text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.charts.base import Cell, Listing, Row, rows_of, with_labels
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import N, stages, tickets

MOST = 24


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, stage, stage_en, what, what_en, place, place_en, who, who_en, state`, newest first."""
    t = tickets.c
    query = (
        select(t.ticket_key, t.stage_at, t.stage_code, t.category_code, t.town_code, t.unit_code, t.is_overdue, t.is_secret)
        .where(where(tickets, N, filters))
        .order_by(t.stage_at.desc(), t.ticket_key)
        .limit(MOST)
    )
    frame = fetch(engine, query)
    names = fetch(engine, select(stages)).set_index("stage_code")
    found = pd.DataFrame({"key": frame["ticket_key"], "at": frame["stage_at"]})
    found["stage"], found["stage_en"] = frame["stage_code"].map(names["label"]), frame["stage_code"].map(names["label_en"])
    for column, dimension in (("what", "category_code"), ("place", "town_code"), ("who", "unit_code")):
        named = with_labels(frame[[dimension]], engine, dimension)
        # A ticket under secrecy shows category, town, time and status, no more.
        hidden = frame["is_secret"] & (column == "who")
        found[column] = named["short_label" if column == "who" else "label"].mask(hidden, "—")
        found[f"{column}_en"] = named["label_en"].mask(hidden, "—")
    found["state"] = frame["is_overdue"].map({True: "overdue", False: ""}).fillna("")
    return found


def rows(frame: pd.DataFrame, look: Theme, today: date) -> list[Row]:
    """Time, stage (bad where the ticket is overdue), what, where, who."""
    return [
        Row(
            f"{event['key']} {event['stage']}",
            (
                Cell(moment(event["at"], today), "time"),
                Cell(f"▲ {event['stage']}" if event["state"] else event["stage"], "state", "bad" if event["state"] else "plain"),
                Cell(event["what"], "what"),
                Cell(event["place"], "place"),
                Cell(event["who"], "who"),
            ),
            event["key"],
        )
        for event in said(frame, look)
    ]


def said(frame: pd.DataFrame, look: Theme) -> list[dict[str, Any]]:
    """The frame's rows, of texts in both languages only that of the theme."""
    end = "_en" if look.language == "en" else ""
    return [{name: row.get(f"{name}{end}", row[name]) for name in row if not name.endswith("_en")} for row in rows_of(frame)]


def moment(at: pd.Timestamp, today: date) -> str:
    """A time; the date is left out for today only."""
    return f"{at:%H:%M}" if at.date() == today else f"{at:%m-%d %H:%M}"


LATEST = Text(
    "最近发生的环节，至多 24 条；涉密件只列类别、镇街、时间与状态。",
    "The latest stages, at most 24; of tickets under secrecy category, town, time and status only.",
)
CHART = Listing(
    "events", Text("最新动态", "Latest events"), ask, ("stage", "what", "place", "who"), rows, headings={"at": Text("时间", "Time")},
    definition=LATEST,
)  # fmt: skip
