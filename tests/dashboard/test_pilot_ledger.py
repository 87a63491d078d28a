"""The committee's ledger: its roll-up, totals, gates and heat-tables against rows worked by hand and by pandas; its filters and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote

import numpy as np
import pandas as pd
import pytest

from app import create_app
from dashboard import warehouse as contract
from dashboard.charts import CHARTS
from dashboard.filters import Filters
from dashboard.pilot_cards.ledger import PAGE_ROWS, opened, shown
from dashboard.pilot_cards.reading import Reading, reading_in, reading_of
from dashboard.pilot_cards.small import bullet
from dashboard.pilot_cards.words import gap
from dashboard.pilot_ledger import gates
from dashboard.pilot_ledger.gates import gates_of
from dashboard.pilot_ledger.parts import ORDER, parts_of, series_of
from dashboard.pilot_ledger.rolled import BY, ledger_rows, rolled_up, tasks_by_state, totals_of
from dashboard.pilot_ledger.steps import steps_of
from dashboard.queries import total
from dashboard.settings import Settings
from dashboard.theme import theme
from dashboard.view import View
from tests.dashboard.test_metrics import raw
from tests.dashboard.test_registries import YEAR

DAY = pd.Timestamp("2026-10-31")
# task, unit, place, progress, elapsed, done, reported, due, past due
BY_HAND = [
    ("A", "U1", "D1", 90.0, 80.0, False, True, "2026-12-31", False),
    ("A", "U1", "D2", 60.0, 80.0, False, True, "2026-12-31", False),
    ("A", "U2", "D1", None, 80.0, False, False, "2026-12-31", False),
    ("B", "U1", "D1", 100.0, 100.0, True, True, "2026-06-30", True),
    ("B", "U2", "D1", 99.0, 100.0, False, True, "2026-06-30", True),
    ("C", "U2", "D2", 100.0, 80.0, True, True, "2026-12-31", False),
    ("D", "U2", None, None, 80.0, False, False, "2027-06-30", False),
]


def hand() -> pd.DataFrame:
    names = ["target_code", "unit_code", "division_code", "progress_pct", "elapsed_pct", "is_done", "is_reported", "due_on", "is_due"]
    frame = pd.DataFrame(BY_HAND, columns=names)
    frame["part"] = frame["target_code"] + "·" + frame["unit_code"] + "·" + frame["division_code"].fillna("-")
    frame["gap_pct"] = frame["progress_pct"] - frame["elapsed_pct"]
    lamps = np.select([frame["gap_pct"] < -10, frame["gap_pct"] < 0, frame["gap_pct"] >= 0], ["red", "yellow", "green"], "")
    frame["lamp_code"] = pd.Series(lamps).where(lambda held: held != "")
    frame["state"] = frame["lamp_code"].astype("object").fillna("none").mask(frame["is_done"], "done")
    frame["due_on"], frame["observed_on"] = pd.to_datetime(frame["due_on"]), DAY
    empty = ("label", "label_en", "block", "kind", "measure_unit", "better", "baseline_value", "target_value", "start_on", "value")
    return frame.assign(elapsed_on=DAY, **dict.fromkeys(empty))


def test_tasks_by_hand() -> None:
    """A is red by its slowest part, B yellow though one has done it, C done, D never reported."""
    rows = rolled_up(hand(), "target").set_index("code")
    assert rows["state"].to_dict() == {"A": "red", "B": "yellow", "C": "done", "D": "none"}
    assert rows["parts"].to_dict() == {"A": 3, "B": 2, "C": 1, "D": 1}
    assert rows["reported"].to_dict() == {"A": 2, "B": 2, "C": 1, "D": 0}
    assert rows.loc["A", ["unit_code", "division_code", "gap_pct", "median_gap", "median_progress", "units", "divisions"]].tolist() == [
        "U1", "D2", -20.0, -5.0, 75.0, 2, 2,
    ]  # fmt: skip
    assert rows.loc["A", list(ORDER)].tolist() == [1, 0, 1, 0, 1]
    assert rows.loc["B", [*ORDER, "behind", "late"]].tolist() == [0, 1, 0, 1, 0, 1, 1]
    assert rows["due_on"].dt.strftime("%m-%d").to_dict() == {"A": "12-31", "B": "06-30", "C": "12-31", "D": "06-30"}
    assert pd.isna(rows.loc["D", "gap_pct"])


def test_units_by_hand() -> None:
    rows = rolled_up(hand(), "unit").set_index("code")
    assert rows.loc["U1", ["tasks", "parts", "lit", "behind", "state", "target_code"]].tolist() == [2, 3, 3, 1, "red", "A"]
    assert rows.loc["U2", ["tasks", "parts", "lit", "behind", "state", "target_code"]].tolist() == [4, 4, 2, 1, "yellow", "B"]
    # What is not yet done is due first in June; of U1 that is A, in December.
    assert rows["due_on"].dt.strftime("%Y-%m").to_dict() == {"U1": "2026-12", "U2": "2026-06"}
    assert set(rolled_up(hand(), "division")["code"]) == {"", "D1", "D2"}


@pytest.fixture(scope="module")
def standing(demo_view: View) -> pd.DataFrame:
    return raw(demo_view.engine, contract.pilot_standing)


@pytest.fixture(scope="module")
def work(standing: pd.DataFrame) -> pd.DataFrame:
    return standing[standing["kind"] != "negative"]


def test_the_head_agrees_with_the_metrics(demo_view: View, work: pd.DataFrame) -> None:
    found = tasks_by_state(demo_view.engine, YEAR)
    number = {code: total(demo_view.engine, code, YEAR).value for code in ("task_count", "tasks_red", "tasks_behind", "tasks_lit")}
    assert sum(found.values()) == number["task_count"] == work["target_code"].nunique()
    assert found["red"] == number["tasks_red"] > 0
    assert found["yellow"] == number["tasks_behind"] - number["tasks_red"] > 0
    assert found["done"] == work.groupby("target_code")["is_done"].all().sum() > 0
    assert found["none"] == number["task_count"] - number["tasks_lit"]
    assert tasks_by_state(demo_view.engine, YEAR.only(lamps=("red",))) == found


@pytest.mark.parametrize("by", BY)
def test_rows_of_every_reading_by_pandas(by: str, demo_view: View, work: pd.DataFrame) -> None:
    rows = ledger_rows(demo_view.engine, YEAR, by).set_index("code")
    key = {"target": "target_code", "unit": "unit_code", "division": "division_code"}.get(by)
    groups = work.groupby(work[key] if key else work["target_code"] + "·" + work["unit_code"] + "·" + work["division_code"])
    assert rows["gap_pct"].to_dict() == pytest.approx(groups["gap_pct"].min().to_dict(), nan_ok=True)
    assert rows["parts"].to_dict() == groups.size().to_dict()
    assert rows["behind"].to_dict() == groups["lamp_code"].agg(lambda held: held.isin(["red", "yellow"]).sum()).to_dict()
    assert rows["median_gap"].to_dict() == pytest.approx(groups["gap_pct"].median().to_dict(), nan_ok=True)
    assert rows["gap_pct"].dropna().is_monotonic_increasing
    assert rows["parts"].sum() == len(work)


def test_totals_say_what_they_leave_out(demo_view: View, standing: pd.DataFrame, work: pd.DataFrame) -> None:
    totals = totals_of(demo_view.engine, YEAR, parts_of(demo_view.engine, YEAR))
    assert (totals.tasks, totals.parts) == (work["target_code"].nunique(), len(work))
    assert totals.gap == pytest.approx(total(demo_view.engine, "schedule_gap", YEAR).value)
    assert totals.gap_parts + totals.unreported + totals.timeless == totals.parts
    assert totals.unreported == (~work["is_reported"].astype(bool)).sum() > 0
    assert totals.negative == standing.loc[standing["kind"].eq("negative"), "target_code"].nunique() > 0
    assert sum(totals.states.values()) == totals.parts
    assert gap(-0.04) == "0.0"


def test_lamps_choose_rows_by_the_lamp_of_the_row(demo_view: View) -> None:
    every = ledger_rows(demo_view.engine, YEAR, "target")
    for lamp, count in tasks_by_state(demo_view.engine, YEAR).items():
        found = ledger_rows(demo_view.engine, YEAR.only(lamps=(lamp,)), "target")
        assert len(found) == count
        if count:
            assert set(found["state"]) == {lamp}
            same = every.set_index("code").loc[found["code"]]
            assert same["parts"].tolist() == found["parts"].tolist(), "a row is made of all its parts"


PAST = pd.Timestamp("2026-11-20")
SPANS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "past": lambda due: due < PAST,
    "days_30": lambda due: due.between(PAST, PAST + pd.Timedelta(days=30)),
    "quarter": lambda due: due.between(PAST, pd.Timestamp("2026-12-31")),
    "later": lambda due: due > pd.Timestamp("2026-12-31"),
}


@pytest.mark.parametrize("span", SPANS)
def test_due_dates_choose_parts_by_the_day_of_the_data(span: str, demo_view: View, work: pd.DataFrame) -> None:
    expected = work[SPANS[span](pd.to_datetime(work["due_on"]))]
    found = parts_of(demo_view.engine, YEAR.only(dues=(span,)))
    assert sorted(found["target_code"]) == sorted(expected["target_code"])
    assert total(demo_view.engine, "task_parts", YEAR.only(dues=(span, "no such"))).value == len(expected)
    assert total(demo_view.engine, "reported_count", YEAR.only(dues=(span,))).value == total(demo_view.engine, "reported_count", YEAR).value


def test_other_choices_narrow_every_number(demo_view: View, work: pd.DataFrame) -> None:
    for filters, rows in (
        (YEAR.only(kinds=("task",)), work["kind"].eq("task")), (YEAR.only(lamps=("none",)), work["lamp_code"].isna()),
        (YEAR.only(lamps=("done", "red")), work["is_done"].astype(bool) | work["lamp_code"].eq("red")),
    ):  # fmt: skip
        assert total(demo_view.engine, "task_parts", filters).value == rows.sum() > 0
    # Units and resources have kinds of their own.
    assert total(demo_view.engine, "reported_count", YEAR.only(kinds=("task",))).value > 0


def test_a_filtered_view_is_a_link() -> None:
    wish = Filters(blocks=("法治",), lamps=("red", "none"), dues=("past", "quarter"), kinds=("task",), units=("U",))
    assert Filters.from_parts(dict(parse_qsl(wish.to_query()))) == wish
    assert reading_in(dict(parse_qsl(Reading("unit", "-due").query))) == Reading("unit", "-due")
    assert reading_of("x'; drop", ["gap"]) == Reading()


def test_a_gate_is_triggered_clear_or_not_fully_reported(demo_view: View, standing: pd.DataFrame) -> None:
    found = gates_of(demo_view.engine, YEAR)
    negative = standing[standing["kind"] == "negative"]
    assert {gate.code for gate in found} == set(negative["target_code"])
    hit = {gate.code for gate in found if gate.state == "hit"}
    assert hit == set(negative.loc[negative["is_hit"].astype(bool), "target_code"])
    assert found[0].state == "hit"
    told = found[0].hits[0]
    observed = raw(demo_view.engine, contract.pilot_observations)
    mine = observed[(observed["target_code"] == found[0].code) & (observed["value"] > 0)]
    assert (told.times, told.value) == (len(mine), mine["value"].sum())
    assert (told.evidence, told.submitted_by) == (mine["evidence"].iloc[-1], mine["submitted_by"].iloc[-1])
    assert all(gate.owed == gate.reported == gate.carriers for gate in found if gate.state == "clear")
    # Nothing that chooses among tasks hides a gate.
    assert gates_of(demo_view.engine, YEAR.only(lamps=("green",), units=("nobody",), kinds=("task",))) == found


@pytest.mark.parametrize(("name", "column"), [("pilot_unit_blocks", "unit_code"), ("pilot_place_blocks", "district_code")])
def test_heat_tables_by_pandas(name: str, column: str, demo_view: View, work: pd.DataFrame) -> None:
    frame = CHARTS[name].ask(demo_view.engine, YEAR.only(lamps=("red",)))
    lit = work[work["lamp_code"].notna()].assign(
        behind=lambda rows: rows["lamp_code"].ne("green"), of=lambda rows: rows[column].fillna("-")
    )
    cells = lit.groupby(["of", "block"])["behind"].agg(["sum", "size"])
    found = frame[frame["block"] != "all"].assign(of=frame["code"].fillna("-"))
    found = found.set_index(["of", "block"])[["numerator", "denominator"]]
    assert found.astype(int).apply(tuple, axis=1).to_dict() == cells.astype(int).apply(tuple, axis=1).to_dict()
    whole = frame[frame["block"] == "all"]
    assert whole["numerator"].sum() == lit["behind"].sum()
    assert list(whole["numerator"]) == sorted(whole["numerator"], reverse=True)
    assert total(demo_view.engine, "parts_behind", YEAR).value == pytest.approx(100 * lit["behind"].mean())


def test_every_division_that_reports_has_a_tile(demo_view: View, work: pd.DataFrame) -> None:
    frame = CHARTS["pilot_tiles"].ask(demo_view.engine, YEAR).set_index("code")
    lamps = work[work["district_code"].notna()].groupby("district_code")["lamp_code"].value_counts().unstack(fill_value=0)
    assert frame[list(lamps.columns)].astype(int).to_dict("index") == lamps.to_dict("index")
    assert not frame[["column", "row"]].duplicated().any()


def test_a_gate_that_somebody_did_not_report_is_not_clear() -> None:
    said = {"target_code": "N", "label": "门", "label_en": None, "block": None, "is_hit": False, "is_reported": True}
    rows = pd.DataFrame({"part": ["a", "b"], **said})
    owed = pd.DataFrame({"target_code": "N", "period_on": DAY, "is_submitted": [True, False]})
    none = pd.DataFrame({"part": []})
    found = gates._gate("N", rows, owed, none)
    assert (found.state, found.owed, found.reported, found.label_en) == ("unreported", 2, 1, "门")
    assert gates._gate("N", rows, owed.assign(is_submitted=True), none).state == "clear"
    assert gates._gate("N", rows.assign(is_reported=[True, False]), owed.assign(is_submitted=True), none).state == "unreported"


@pytest.mark.parametrize(("better", "bar", "mark"), [("up", 0, 119), ("down", 120, 39)])
def test_a_bullet_runs_the_way_its_target_does(better: str, bar: int, mark: int) -> None:
    """A quarter of the way at three quarters of the time, of 160: from the left, or from the right where less is better."""
    row = {"better": better, "progress_pct": 25.0, "elapsed_pct": 75.0, "state": "red", "parts": 1}
    shapes = unquote(bullet(row, theme("office", "zh"), "").src)
    assert f"<rect x='{bar:.1f}' y='6' width='40.0'" in shapes or f"<rect x='{bar}' y='6' width='40.0'" in shapes
    assert f"<rect x='{mark:.1f}' y='0' width='2'" in shapes


def test_lines_and_steps_are_those_of_the_part(demo_view: View) -> None:
    observed = raw(demo_view.engine, contract.pilot_observations)
    reached = raw(demo_view.engine, contract.pilot_milestone_parts)
    one = reached.iloc[0]
    key = f"{one['target_code']}·{one['unit_code']}·{one['division_code']}"
    mine = reached[
        (reached[["target_code", "unit_code", "division_code"]] == one[["target_code", "unit_code", "division_code"]]).all(axis=1)
    ]
    steps = steps_of(demo_view.engine, [key])[key]
    assert [len(steps), sum(step.is_reached for step in steps)] == [len(mine), mine["is_reached"].sum()]
    held = observed[
        (observed[["target_code", "unit_code", "division_code"]] == one[["target_code", "unit_code", "division_code"]]).all(axis=1)
    ]
    assert series_of(demo_view.engine, [key])[key] == held.sort_values("observed_on")["value"].tolist()
    assert steps_of(demo_view.engine, []) == series_of(demo_view.engine, []) == {}


def test_the_ledger_on_its_page(demo_view: View, work: pd.DataFrame) -> None:
    wish = Filters(period="last_12_months")
    parts = shown(demo_view, wish, Reading("part"), None, 0)
    assert parts.place == f"第 1–{PAGE_ROWS} 行，共 {len(work)} 行"
    after = shown(demo_view, wish, Reading("part"), parts.state, 1)
    assert (after.state["page"], after.is_first, after.is_last) == (1, False, True)
    assert shown(demo_view, wish, Reading("unit"), after.state, 0).state["page"] == 0
    assert shown(demo_view, wish, Reading("part"), after.state, 10**9).state["page"] == 1
    nothing = shown(demo_view, Filters(units=("nobody",)), Reading(), None, 0)
    assert (nothing.place, nothing.is_last) == ("", True)
    code = str(work.groupby("target_code").size().idxmax())
    assert len(opened(demo_view, wish, code)) == (work["target_code"] == code).sum()


def test_the_ledger_as_a_file(demo: Settings, work: pd.DataFrame) -> None:
    client = create_app(demo).server.test_client()
    answer = client.get("/pilots.csv?by=target&sort=code&lang=zh&kinds=target")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0] == ["试点任务台账", "乌海市"]
    said = {line[0]: line[1] for line in lines if len(line) == 2}
    assert said["筛选"] == "性质：指标"
    assert "不含负面清单" in said["合计"]
    table = lines[lines.index([]) + 1 :]
    assert table[0][:3] == ["序号", "编号", "目标任务"]
    assert [line[1] for line in table[1:]] == sorted(set(work.loc[work["kind"] == "target", "target_code"]))
    assert client.get("/pilots.xlsx?by=unit&lang=en").data.startswith(b"PK")
