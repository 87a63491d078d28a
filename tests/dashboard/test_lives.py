"""One ticket found by its number: its stages by hand, what it repeats, what secrecy and scope hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.filters import Filters, Scope, ScopedFilters, scoped
from dashboard.lives import Life, lives
from dashboard.queries import fetch
from dashboard.view import View
from dashboard.warehouse import tickets
from layouts import ticket

EVER = scoped(Filters(), date(2026, 10, 14))


def life(view: View, number: str, filters: ScopedFilters = EVER) -> list[Life]:
    return lives(view.engine, number, filters, "zh", view.city.closure)


def words(component: object) -> str:
    if isinstance(component, Component):
        return words(getattr(component, "children", None))
    return " ".join(map(words, component)) if isinstance(component, list | tuple) else str(component or "")


def test_a_life_by_hand(tiny_view: View) -> None:
    (found,) = life(tiny_view, "T02")
    stages = {stage.code: stage for stage in found.stages}
    assert stages["accepted"].at == datetime(2026, 9, 28, 13)
    assert (stages["accepted"].due_at, stages["accepted"].is_on_time) == (datetime(2026, 9, 28, 12), False)
    # Closing belongs to the stage that closes a ticket in this city.
    assert (stages["resolved"].at, stages["resolved"].is_on_time) == (datetime(2026, 10, 12, 10), False)
    assert stages["closed"].due_at is None
    assert (found.row["file_name"], found.row["row_number"], found.names["source"]) == ("ten.csv", 2, "诉求平台")


def test_repeats_and_duplicates_lead_to_each_other(tiny_view: View) -> None:
    assert life(tiny_view, "T06")[0].row["repeat_of"] == "appeals:T05"
    assert life(tiny_view, "T10")[0].row["duplicate_root"] == "appeals:T08"
    assert life(tiny_view, "appeals:T08")[0].row["ticket_number"] == "T08"


def test_nothing_is_found_of_no_number_nor_beyond_the_scope(tiny_view: View) -> None:
    assert life(tiny_view, "nothing") == []
    place = life(tiny_view, "T02")[0].row["town_code"]
    inside, outside = (replace(EVER, scope=Scope(divisions=(code,))) for code in (place, "nowhere"))
    assert len(life(tiny_view, "T02", inside)) == 1
    assert life(tiny_view, "T02", outside) == []


def test_a_secret_ticket_says_so_and_no_more(demo_view: View) -> None:
    t = tickets.c
    number = fetch(demo_view.engine, select(t.ticket_number).where(t.is_secret).limit(1))["ticket_number"].iloc[0]
    (found,) = life(demo_view, number)
    assert [found.row[name] for name in ("summary", "address", "unit_code", "channel_code", "caller_hash")] == [None] * 5
    assert "涉密件" in words(ticket.layout(demo_view, {"number": number}))


def test_every_stage_of_the_demo_is_drawn(demo_view: View) -> None:
    t = tickets.c
    sample = fetch(demo_view.engine, select(t.ticket_key, t.ticket_number).order_by(t.ticket_key).limit(40))
    for key, number in sample.itertuples(index=False):
        text = words(ticket.layout(demo_view, {"number": key}))
        assert number in text
        assert "None" not in text
        assert "NaT" not in text
    for language in ("zh", "en"):
        view = replace(demo_view, language=language)
        assert "<b>x" in words(ticket.layout(view, {"number": "<b>x"}))
