"""High risks and overdue appeals as lists, and risks on a map: against rows counted by pandas; nothing said that must not be."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dashboard.charts import CHARTS, Chart
from dashboard.charts.base import Listing
from dashboard.charts.overdue_tickets import rows as overdue_rows
from dashboard.rows import listing_rows
from dashboard.theme import MISSING, theme
from dashboard.view import View
from tests.dashboard.test_registries import YEAR

WALL, OFFICE = theme("wall", "zh"), theme("office", "zh")


def rows_of(view: View, query: str) -> pd.DataFrame:
    with view.engine.connect() as connection:
        return pd.read_sql(query, connection)


def test_high_risks_are_those_of_the_register(demo_view: View) -> None:
    found = CHARTS["high_risks"].ask(demo_view.engine, YEAR)
    risks = rows_of(demo_view, "select r.*, s.as_of from risks r join sources s using (source_code) where is_open and level_code = 'high'")
    assert set(found["key"]) == set(risks["risk_key"])
    held = found.merge(risks, left_on="key", right_on="risk_key")
    late = held["due_at"] < held["as_of"]
    assert held["days_late"].notna().equals(late)
    assert held["days_late"][late].tolist() == (held["as_of"] - held["due_at"]).dt.days[late].tolist()
    assert held["days_open"].tolist() == (held["as_of"] - held["registered_at"]).dt.days.tolist()
    assert late.tolist() == sorted(late, reverse=True), "overdue first"


def test_the_wall_tells_no_names_and_no_words_of_a_risk(demo_view: View) -> None:
    chart = CHARTS["high_risks"]
    assert isinstance(chart, Listing)
    shown = str(listing_rows(chart, chart.asked(demo_view.engine, YEAR), WALL, demo_view.today))
    risks = rows_of(demo_view, "select label, duty, measure, risk_number from risks where is_open and level_code = 'high'")
    said = [text for column in risks for text in risks[column].dropna()]
    assert said
    assert not [text for text in said if text in shown]


def test_the_longest_overdue_come_first(demo_view: View) -> None:
    found = CHARTS["overdue_tickets"].ask(demo_view.engine, YEAR)
    query = "select t.*, s.as_of from tickets t join sources s using (source_code) where is_overdue and is_counted"
    tickets = rows_of(demo_view, query)
    over = ((tickets["as_of"] - tickets["close_due_at"]).dt.total_seconds() / 3600).sort_values(ascending=False)
    assert found["over_hours"].tolist() == pytest.approx(over.head(len(found)).tolist())
    assert len(found) == min(50, len(over))


def test_numbers_are_masked_on_the_wall_and_secrecy_is_kept() -> None:
    """By hand: three days and an hour over, forty hours over and under secrecy, half an hour over with a short number."""
    names = {
        "what": "占道",
        "what_en": "x",
        "place": "海北",
        "place_en": "x",
        "who": "城管局",
        "who_en": "x",
        "due": pd.Timestamp("2026-11-01"),
    }
    frame = pd.DataFrame(
        [
            {**names, "key": "s:WG241203", "number": "WG241203", "over_hours": 73.0},
            {**names, "key": MISSING, "number": MISSING, "who": MISSING, "over_hours": 40.0},
            {**names, "key": "s:A12", "number": "A12", "over_hours": 0.5},
        ]
    )
    wall, office = ([[cell.text for cell in row.cells] for row in overdue_rows(frame, look, YEAR.until)] for look in (WALL, OFFICE))
    assert wall == [
        ["▲ 超 3 天", "占道", "海北", "城管局", "**1203"],
        ["▲ 超 40 小时", "占道", "海北", "—", "—"],
        ["▲ 超不足 1 小时", "占道", "海北", "城管局", "**2"],
    ]
    assert [row[-1] for row in office] == ["WG241203", "—", "A12"]
    assert [row.ticket for row in overdue_rows(frame, OFFICE, YEAR.until)] == ["s:WG241203", "", "s:A12"]


def test_what_cannot_be_overdue_is_said(demo_view: View) -> None:
    chart = CHARTS["overdue_tickets"]
    assert isinstance(chart, Listing)
    rows = listing_rows(chart, chart.asked(demo_view.engine, YEAR.only(sources=("no_such_source",))), WALL, demo_view.today)
    assert [cell["role"] for cell in rows[0]["cells"]] == ["note"]
    assert "办结时间" in rows[0]["cells"][0]["text"]


def test_every_open_risk_is_on_the_map_or_counted_beside_it(demo_view: View) -> None:
    chart = CHARTS["risk_map"]
    assert isinstance(chart, Chart)
    frame = chart.ask(demo_view.engine, YEAR)
    risks = rows_of(demo_view, "select town_code, level_code from risks where is_open")
    assert frame.set_index("code")["value"].astype(int).to_dict() == (
        risks.groupby("town_code").size().reindex(frame["code"], fill_value=0).to_dict()
    )
    high = risks[risks["level_code"] == "high"].groupby("town_code").size()
    assert frame[frame["high"] > 0].set_index("code")["high"].astype(int).to_dict() == high.to_dict()
    assert frame["value"].sum() + frame.attrs["elsewhere"] == len(risks)
    outlined = chart.draw(frame, WALL).data[-1]
    assert sorted(outlined.locations) == sorted(high.index)
    texts = [re.sub("<[^>]+>", "", text) for trace in chart.draw(frame, WALL).data if trace.type == "scattergeo" for text in trace.text]
    assert any("▲" in text for text in texts)
