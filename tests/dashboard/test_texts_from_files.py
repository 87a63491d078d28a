"""Names that come from files are shown as they are: never as markup, never as today's when they are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from dashboard.charts.base import with_labels
from dashboard.rows import event_rows
from dashboard.settings import Settings, read_city
from dashboard.theme import theme
from dashboard.view import view_of
from etl.load import load

SOURCE = """label = "来件"
kind = "tickets"
delivers = []
[csv]
[columns]
number = "no"
reported_at = "at"
town = "town"
community = "community"
"""
ROWS = """no,at,town,community
1,2026-10-01 08:00:00,<a href="http://evil.example/">镇</a>,一社区
2,2026-10-01 09:00:00,西镇,一社区
3,2026-10-02 09:00:00,西镇,二社区
"""


def test_derived_names_are_harmless_and_belong_to_their_town(tmp_path: Path) -> None:
    folder = tmp_path / "cities" / "little"
    (folder / "sources").mkdir(parents=True)
    (folder / "city.toml").write_text('code="little"\nlabel="小"\nlabel_en="L"\ndivision_code="1"\n', encoding="utf-8")
    (folder / "sources" / "in.toml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "in.csv").write_text(ROWS, encoding="utf-8")
    settings = Settings(city="little", cities=tmp_path / "cities", warehouse=tmp_path / "warehouse")
    load(settings, [(tmp_path / "in.csv", "in")])
    view = view_of(read_city(folder), settings.city_warehouse, "zh")
    with view.engine.connect() as connection:
        found = pd.read_sql_query("select ticket_number, town_code, community_code from tickets order by 1", connection)
    assert found["community_code"].notna().all()
    assert found["community_code"].nunique() == 3
    named = with_labels(found, view.engine, "town_code")
    assert not named["label"].str.contains("[<>]").any()


def test_only_today_goes_without_its_date() -> None:
    texts = {name: "x" for column in ("stage", "what", "place", "who") for name in (column, f"{column}_en")}
    frame = pd.DataFrame([{"key": "k", "at": pd.Timestamp("2026-11-10 16:34"), "state": "", **texts}])
    look = theme("office", "zh")
    assert event_rows(frame, look, date(2026, 11, 22))[0]["at"] == "11-10 16:34"
    assert event_rows(frame, look, date(2026, 11, 10))[0]["at"] == "16:34"
