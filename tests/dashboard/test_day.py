"""The start page: who has most overdue, how the places stand, which platforms are late, how old the data are."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from dash.development.base_component import Component

from dashboard.data_age import data_age
from dashboard.day import DAY
from dashboard.day_rows import overdue_units, place_rows, troubled_platforms
from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of
from layouts import PAGES, home
from tests.dashboard.test_registries import parts


def rows(view: View, query: str) -> pd.DataFrame:
    with view.engine.connect() as connection:
        return pd.read_sql_query(query, connection)


def test_the_units_with_most_overdue_are_those_that_pandas_counts(demo_view: View) -> None:
    found = overdue_units(demo_view.engine, demo_view.scoped(Filters()))
    held = rows(demo_view, "select unit_code, is_open, is_overdue from tickets where is_counted")
    late = held[held["is_overdue"]].groupby("unit_code", dropna=False).size()
    assert dict(zip(found["unit_code"].fillna(""), found["value"], strict=True)) == late.rename(index=lambda code: code or "").to_dict()
    assert found["value"].is_monotonic_decreasing
    opened = held[held["is_open"]].groupby("unit_code").size()
    first = found.dropna(subset=["unit_code"]).iloc[0]
    assert first["share"] == pytest.approx(100 * first["value"] / opened[first["unit_code"]])


def test_the_places_of_the_tiny_city(tiny_view: View) -> None:
    """Ten tickets by hand: on the 13th three were reported in 河东, 河西 and nowhere; T10 repeats T08."""
    spans = {name: tiny_view.scoped(Filters.from_json({"period": "custom", "since": day, "until": day}))
             for name, day in (("today", "2026-10-13"), ("yesterday", "2026-10-12"))}  # fmt: skip
    frame = place_rows(tiny_view.engine, spans, tiny_view.scoped(Filters(period="last_30_days")), "town_code")
    named = rows(tiny_view, "select division_code, label from divisions").set_index("division_code")["label"]
    found = {named.get(code, ""): (today, before, held) for code, today, before, held in
             frame[["town_code", "today", "yesterday", "open_count"]].itertuples(index=False)}  # fmt: skip
    assert found == {"河东街道": (1, 1, 2), "河西街道": (1, 0, 1), "": (1, 0, 1)}


def test_silent_platforms_come_first_and_none_is_left_out(demo_view: View) -> None:
    frame = troubled_platforms(demo_view.engine, datetime(2026, 11, 21, 12))
    assert len(frame) == 39
    order = frame["state"].map({"silent": 0, "late": 1}).fillna(2)
    assert order.is_monotonic_increasing


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", DAY)
def test_every_line_leads_to_a_page_that_is(name: str, language: str, demo_view: View) -> None:
    view = View(demo_view.city, demo_view.folder, demo_view.snapshot, language)
    made = DAY[name](view, Filters())
    links = [str(part.href) for part in parts(made) if getattr(part, "href", None)]
    assert links
    assert {link.partition("?")[0] for link in links} <= {page.PATH for page in PAGES}
    if language == "en":
        said = [str(getattr(part, "children", "")) for part in parts(made) if part.__class__.__name__ in ("H2", "Th", "Small")]
        assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in said)


def test_a_line_of_attention_is_a_view_of_what_it_names(demo_view: View) -> None:
    links = [part for part in parts(DAY["attention"](demo_view, Filters())) if "units=" in str(getattr(part, "href", ""))]
    query = dict(piece.split("=") for piece in str(links[0].href).partition("?")[2].split("&"))
    chosen = Filters.from_parts(query)
    assert len(chosen.units) == 1
    top = overdue_units(demo_view.engine, demo_view.scoped(Filters())).dropna(subset=["unit_code"]).iloc[0]
    assert chosen.units[0] == top["unit_code"]


def test_the_start_page_names_metrics_and_leaves_out_what_the_city_has_not(tiny_view: View, demo_view: View) -> None:
    assert {code for code, _, _ in home.FIGURES} <= set(METRICS)

    def keys(view: View) -> int:
        made: Component = home.layout(view, {})
        return sum(1 for part in parts(made) if isinstance(getattr(part, "id", None), dict) and part.id["type"] == "key")

    assert keys(demo_view) == len(home.FIGURES)
    assert keys(tiny_view) == sum(needed == "tickets" for _, _, needed in home.FIGURES)


def test_data_older_than_their_rhythm_say_so(demo: Settings, tiny_view: View, tmp_path: Path) -> None:
    assert data_age(tiny_view, "tickets").late == ""  # Its clock stands at its last delivery.
    city = read_city(demo.city_folder).model_copy(update={"today": "server"})
    late = data_age(view_of(city, demo.city_warehouse, "zh"), "tickets")
    newest = view_of(city, demo.city_warehouse, "zh").data_state().newest
    assert newest is not None
    assert late.time.startswith(f"{newest:%Y-%m-%d %H:%M}")
    assert re.fullmatch(r"已 \d+ (小时|天)未更新", late.late)
    assert data_age(tiny_view, "risks").time == "—"
