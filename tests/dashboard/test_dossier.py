"""The dossier of a pilot target: its numbers against pandas, milestones and versions by hand, and what its page and files say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app import create_app
from dashboard.dossier.found import dossier_of, listed, narrative_months, neighbours, observation_count, observations_of
from dashboard.dossier.head import head_card
from dashboard.dossier.observed import page_of, reports_file
from dashboard.dossier.page import target_parts
from dashboard.dossier.tables import article, changes, reached
from dashboard.dossier.words import ledger_path, measured, number, period_word, signed, target_path
from dashboard.filters import Filters
from dashboard.settings import Settings
from dashboard.view import View
from tests.dashboard.test_number_page import text_of

LANGUAGES = ("zh", "en")


def frame_of(view: View, query: str) -> pd.DataFrame:
    with view.engine.connect() as connection:
        return pd.read_sql(text(query), connection)


@pytest.fixture(scope="module")
def client(demo: Settings) -> FlaskClient:
    return create_app(demo).server.test_client()


@pytest.fixture(scope="module")
def english(demo_view: View) -> View:
    return View(demo_view.city, demo_view.folder, demo_view.snapshot, "en")


def every(part: object) -> Iterator[Component]:
    for one in part if isinstance(part, (list, tuple)) else [part]:
        if isinstance(one, Component):
            yield one
            yield from every(getattr(one, "children", None))


def test_numbers_of_a_target_are_those_of_the_ledger(demo_view: View) -> None:
    standing = frame_of(demo_view, "select * from pilot_standing")
    observed = frame_of(demo_view, "select * from pilot_observations")
    for code in ("T01", "T04", "N01"):
        found = dossier_of(demo_view, code)
        assert found is not None
        own = standing[standing["target_code"] == code]
        assert len(found.parts) == len(own)
        assert found.lamp == next((lamp for lamp in ("red", "yellow", "green") if (own["lamp_code"] == lamp).any()), "none")
        reports = observed[observed["target_code"] == code]
        assert observation_count(demo_view.engine, found.filters) == len(reports) > 0
        newest = observations_of(demo_view.engine, found.filters, 0, 5)["observed_on"]
        assert newest.tolist() == sorted(pd.to_datetime(reports["observed_on"]), reverse=True)[:5]
        told = pd.to_datetime(reports.loc[reports["narrative"].notna(), "observed_on"]).dt.date.unique()
        assert narrative_months(demo_view.engine, found.filters) == sorted(told, reverse=True)
        gaps = found.parts["gap_pct"].dropna().tolist()
        assert gaps == sorted(gaps), "the worst first, as lamps follow the gap"


def test_milestones_of_a_target_against_its_reports(demo_view: View) -> None:
    """A task of one unit goes by what it reported: each milestone since the first report that held it to the end."""
    found = dossier_of(demo_view, "T19")
    assert found is not None
    observed = frame_of(
        demo_view,
        "select unit_code, division_code, observed_on, case when value >= 100 then 100 else progress_pct end as pct"
        " from pilot_observations where target_code = 'T19' order by observed_on",
    ).fillna({"division_code": ""})
    for row in found.milestones.to_dict("records"):
        since = []
        for _, reports in observed.groupby(["unit_code", "division_code"]):
            below = reports.loc[reports["pct"] < row["progress_pct"], "observed_on"]
            held = reports[reports["observed_on"] > below.max()] if len(below) else reports
            since += held["observed_on"].head(1).tolist()
        assert row["reached"] == len(since)
        assert row["parts"] == len(found.parts)
        assert (pd.isna(row["last_on"]) and not since) or row["last_on"] == pd.Timestamp(max(since))


MILESTONE = {"parts": 3, "reached": 0, "behind": 0, "late": 0, "last_on": pd.Timestamp("2026-06-30")}


@pytest.mark.parametrize(
    ("counts", "said", "look"),
    [
        ({"reached": 3}, "✓ 2026-06-30 达成", "is-good"),
        ({"reached": 3, "late": 1}, "✓ 2026-06-30 达成，1 条晚于期限", "is-late"),
        ({"reached": 1, "behind": 2}, "▲ 逾期：2 条未达，已达 1/3", "is-poor"),
        ({"reached": 1}, "○ 未到期，已达 1/3", "faint"),
        ({"parts": 1}, "○ 未到期", "faint"),
        ({"parts": 1, "behind": 1}, "▲ 逾期未达", "is-poor"),
        ({"parts": 1, "reached": 1, "late": 1}, "✓ 2026-06-30 达成，晚于期限", "is-late"),
    ],
)
def test_a_milestone_in_words(counts: dict[str, int], said: str, look: str, demo_view: View) -> None:
    assert reached(demo_view, MILESTONE | counts) == (said, look)


VERSION: dict[Any, Any] = {
    "target_value": 95.0, "baseline_value": 60.0, "due_on": pd.Timestamp("2026-12-31"), "start_on": pd.Timestamp("2026-01-01"),
    "weight": 1.0, "measure_unit": "%", "label": "率",
}  # fmt: skip


def test_what_a_version_changed(demo_view: View, english: View) -> None:
    later = VERSION | {"target_value": 98.0, "due_on": pd.Timestamp("2027-06-30")}
    assert changes(demo_view, VERSION, later) == "目标值 95 → 98；期限 2026-12-31 → 2027-06-30"
    assert changes(english, VERSION, later) == "target 95 → 98; due 2026-12-31 → 2027-06-30"
    assert changes(demo_view, VERSION, dict(VERSION)) == "数值未变"
    assert changes(demo_view, VERSION | {"weight": float("nan")}, VERSION) == "权重 — → 1"


def test_values_days_and_addresses() -> None:
    assert [number(value) for value in (21000.0, 0.5, 87.25, None, float("nan"))] == ["21,000", "0.5", "87.25", "—", "—"]
    assert (measured(98.0, "%"), measured(60.0, "项"), measured(None, "项"), measured(5.0, None)) == ("98%", "60 项", "—", "5")
    assert [signed(value) for value in (3.14, -2.0, -0.01, None)] == ["+3.1", "−2.0", "0.0", "—"]
    wish = Filters(period="this_year", blocks=("法治",), targets=("T09",))
    assert target_path("T01", wish).startswith("/pilots/target?code=T01&period=this_year&blocks=")
    assert ledger_path(wish).startswith("/pilots?period=this_year&blocks=")
    assert "targets" not in target_path("T01", wish) + ledger_path(wish)
    assert [page_of(asked) for asked in ("", "1", "3", "x", "0", "-1", "²", "9" * 30)] == [0, 0, 2, 0, 0, 0, 0, 0]
    assert article("000_cca5346681a6ead8 重庆日报《某文》2021-11-25") == "重庆日报《某文》2021-11-25"
    assert article("法治日报 头版") == "法治日报 头版"


def test_quarters_in_words(demo_view: View, english: View) -> None:
    assert period_word(demo_view, pd.Timestamp("2026-09-30").date()) == "2026年第三季度"
    assert period_word(english, pd.Timestamp("2026-12-31").date()) == "Q4 2026"
    assert period_word(demo_view, pd.Timestamp("2026-09-29").date()) == "2026-09-29"


def test_targets_before_and_after_are_those_of_the_ledgers_filters(demo_view: View) -> None:
    codes = listed(demo_view.engine, demo_view.scoped(Filters(), "pilots"))["target_code"].tolist()
    assert codes[:2] == ["T01", "T02"]
    assert codes[-3:] == ["N01", "N02", "N03"]
    law = listed(demo_view.engine, demo_view.scoped(Filters(blocks=("法治",)), "pilots"))["target_code"].tolist()
    assert neighbours(law, "T15") == ("T14", "T16")
    assert (neighbours(codes, "T01"), neighbours(codes, "N03"), neighbours(law, "T01")) == ((None, "T02"), ("N02", None), (None, None))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["T06", "T19", "N01", "N02"])
def test_the_page_of_a_target_says_what_it_is(code: str, language: str, demo_view: View) -> None:
    view = View(demo_view.city, demo_view.folder, demo_view.snapshot, language)
    found = dossier_of(view, code)
    assert found is not None
    parts = target_parts(view, code, Filters(blocks=("法治",)), {})
    said = text_of(parts)
    row = found.row
    assert str(row["label_en" if language == "en" else "label"]) in said
    assert str(row["basis_en" if language == "en" else "basis"]) in said
    links = [part.href for part in every(parts) if type(part).__name__ == "A"]
    assert any(href.startswith("/pilots?") and "blocks" in href for href in links)
    assert any(href.startswith("/data?part=batches&batch=") for href in links)
    if code == "N01":
        assert ("▲ 已触发" if language == "zh" else "▲ Touched") in said
        assert ("自评" if language == "zh" else "Confidence of those") not in said, "a gate has neither confidence nor progress"
    if code == "N02":
        assert ("✓ 未触发" if language == "zh" else "✓ Clear") in said
    if code == "T06":
        assert "99.17%" in said, "what the press printed of the same stands beside"


def test_confidence_stands_beside_the_lamp_and_does_not_change_it(demo_view: View) -> None:
    found = dossier_of(demo_view, "T01")
    assert found is not None
    said = text_of(head_card(demo_view, found))
    counts = found.parts["confidence_code"].value_counts()
    words = {"high": "有把握", "medium": "基本有把握", "low": "有困难"}
    for code, count in counts.items():
        assert f"{words[str(code)]}  {count}" in said.replace("\xa0", " ")
    parts = found.parts.assign(confidence_code="low")
    assert type(found)(**{**vars(found), "parts": parts}).lamp == found.lamp


def test_the_files_hold_every_report(client: FlaskClient, demo_view: View) -> None:
    count = len(frame_of(demo_view, "select * from pilot_observations where target_code = 'T01'"))
    answer = client.get("/pilots/target.csv?code=T01")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    start = rows.index([]) + 1
    assert len(rows) - start - 1 == count
    assert rows[start][:3] == ["数据日期", "责任单位", "区划"]
    assert 'filename="T01_wuhai_' in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/pilots/target.xlsx?code=T01&lang=en").get_data()))
    assert len(book.get_sheet_by_index(0).to_python()) == start + 1 + count
    found = dossier_of(demo_view, "T01")
    assert found is not None
    assert len(list(reports_file(demo_view, found).rows)) == count


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pilots/target", 200), ("/pilots/target?code=T01", 200), ("/pilots/target?code=T01&page=999&quarter=never&period=x", 200),
        ("/pilots/target?code=T99", 404), ("/pilots/target?code=%27", 404),
        ("/pilots/target.csv?code=T99", 404), ("/pilots/target.xlsx", 404),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_not_there(path: str, status: int, client: FlaskClient) -> None:
    assert client.get(path).status_code == status
