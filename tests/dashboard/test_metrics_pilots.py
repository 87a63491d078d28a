"""Where pilot targets stand: the model on rows worked out by hand, and the demo city's lamps as they were meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pandas as pd
import pytest
from duckdb_engine import Dialect

from dashboard.filters import Filters, scoped
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.queries import measure, total
from dashboard.settings import City, CityError, Pilots, read_city
from dashboard.theme import MISSING, theme
from dashboard.view import View
from etl.books import MODELS
from etl.build import create_tables
from tests.dashboard.oracle import custom

NOW = custom(date(2026, 1, 1), date(2026, 11, 20))
TARGETS = """
    ('A', '率', '法治', 'target', 'up', 60, 100, '2026-01-01', '2026-12-31', 3, '2026-01-01'),
    ('A', '率', '法治', 'target', 'up', 60, 80, '2025-01-01', '2025-12-31', 3, '2025-01-01'),
    ('B', '数', '综治', 'target', 'down', 14, 8, '2026-01-01', '2026-12-31', 1, null),
    ('C', '事', '智治', 'task', 'up', 0, 100, '2026-01-01', '2026-06-30', 1, null),
    ('G', '门', '法治', 'negative', 'down', 0, 0, '2026-01-01', '2026-12-31', 0, null),
    ('L', '后', '法治', 'target', 'up', 0, 10, '2027-01-01', '2027-12-31', 1, '2027-01-01')
"""
# target, unit, observed_on, value, progress, submitted_at
OBSERVED = """
    ('A', 'U1', '2026-09-30', 88, null, '2026-10-03 09:00'), ('A', 'U1', '2026-10-31', 96, null, '2026-11-10 23:59:59'),
    ('A', 'U2', '2026-08-31', 88, 70, '2026-09-11 00:00'),
    ('B', 'U1', '2026-10-31', 8, 40, '2026-11-02 09:00'),
    ('C', 'U1', '2026-06-30', 99, 99, '2026-07-02 09:00'), ('C', 'U2', '2026-05-31', 100, null, '2026-06-02 09:00'),
    ('G', 'U1', '2026-03-31', 1, null, '2026-04-02 09:00'), ('G', 'U1', '2026-04-30', 0, null, '2026-05-02 09:00'),
    ('L', 'U9', '2026-10-31', 0, null, '2026-11-02 09:00')
"""
ASSIGNED = "('A', 'U1'), ('A', 'U2'), ('A', 'U3'), ('B', 'U1'), ('C', 'U1'), ('C', 'U2'), ('G', 'U1'), ('G', 'U2')"
# target, code, due_on, progress: half of A by the end of June, nine tenths by mid October, the rest by the end of the year.
MILESTONES = """
    ('A', 'M1', '2026-06-30', 50), ('A', 'M2', '2026-10-15', 90), ('A', 'M3', '2026-12-31', 100),
    ('B', 'M1', '2026-10-31', 60), ('C', 'M1', '2026-05-31', 50), ('C', 'M2', '2026-06-30', 100), ('G', 'M1', '2026-06-30', 50)
"""
AS_OF = datetime(2026, 11, 12, 9)


def prepare(con: duckdb.DuckDBPyConnection, observed: str, as_of: datetime | str = AS_OF) -> None:
    """Run the real model on the targets above and the reports a SELECT brings."""
    create_tables(con)
    con.execute((MODELS / "macros.sql").read_text(encoding="utf-8"))
    names = "target_code, label, block, kind, better, baseline_value, target_value, start_on, due_on, weight, valid_from"
    con.execute(f"insert into pilot_targets ({names}) values {TARGETS}")
    con.execute(f"insert into pilot_milestones (target_code, milestone_code, due_on, progress_pct) values {MILESTONES}")
    con.execute(f"insert into pilot_assignments (target_code, unit_code) values {ASSIGNED}")
    con.execute("insert into sources (source_code, kind, as_of) values ('ledger', 'pilot_observations', ?)", [as_of])
    con.execute(
        "insert into pilot_observations by name select *, concat_ws(':', target_code, unit_code, observed_on) as observation_key,"
        " 'ledger' as source_code, row_number() over (partition by target_code, unit_code order by observed_on desc) = 1 as is_latest,"
        " '0001' as batch_id, row_number() over () as row_number"
        f" from ({observed}) o(target_code, unit_code, observed_on, value, progress_pct, submitted_at)"
    )
    con.execute("create temp table city as select 0.0 as yellow_below, -10.0 as red_below, 1 as report_months, 10 as report_days")
    levels = "null as district_code, null as town_code, null as community_code"
    con.execute(f"create temp table division_levels as select '' as division_code, {levels}")
    con.execute((MODELS / "pilot_standing.sql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """The real model on a ledger of five targets, seen on 12 November, a day after October's reports fell due."""
    with duckdb.connect() as con:
        prepare(con, f"select * from (values {OBSERVED})")
        yield con


def standing(con: duckdb.DuckDBPyConnection, target: str, unit: str) -> dict[str, Any]:
    frame = con.execute("select * from pilot_standing where target_code = ? and unit_code = ?", [target, unit]).df()
    return dict(frame.astype(object).where(frame.notna(), None).iloc[0].items())


# Of 2026 (364 days from first to last) 303 had passed on 31 October.
OCTOBER = 100 * 303 / 364


@pytest.mark.parametrize(
    ("target", "unit", "progress", "elapsed", "lamp", "is_done"),
    [
        ("A", "U1", 90.0, OCTOBER, "green", False),  # 36 of the 40 points of the version of 2026
        ("A", "U2", 70.0, OCTOBER, "red", False),  # its last report is of August: the time went on without it
        ("A", "U3", None, OCTOBER, None, False),  # never reported is not zero
        ("B", "U1", 100.0, OCTOBER, "green", True),  # down to the target: done, whatever progress was written
        ("C", "U1", 99.0, 100.0, "yellow", False),  # due since June, and 1 % short
        ("C", "U2", 100.0, 100.0, "green", True),
        ("G", "U1", None, OCTOBER, None, False),
        ("L", "U9", 0.0, 0.0, "green", False),  # not yet begun
    ],
)
def test_a_part_by_hand(
    target: str, unit: str, progress: float | None, elapsed: float, lamp: str | None, *, is_done: bool, ledger: duckdb.DuckDBPyConnection
) -> None:
    row = standing(ledger, target, unit)
    assert row["progress_pct"] == (None if progress is None else pytest.approx(progress))
    assert row["elapsed_pct"] == pytest.approx(elapsed)
    assert (row["lamp_code"], row["is_done"]) == (lamp, is_done)
    assert row["is_due"] == (target == "C")
    assert row["is_assigned"] == (target != "L")


def test_a_gate_stays_touched(ledger: duckdb.DuckDBPyConnection) -> None:
    touched, quiet = standing(ledger, "G", "U1"), standing(ledger, "G", "U2")
    assert (touched["is_hit"], touched["hit_count"], touched["hit_on"].date()) == (True, 1, date(2026, 3, 31))
    assert (quiet["is_hit"], quiet["hit_count"], touched["attainment_pct"]) == (False, 0, None)


def test_reports_by_hand(ledger: duckdb.DuckDBPyConnection) -> None:
    """Each part owes a report a month until its target is due; the tenth of the next month still counts, midnight after it does not."""
    rows = ledger.execute(
        "select target_code, unit_code, count(*), count(*) filter (is_submitted), count(*) filter (is_on_time), max(report_due_at)"
        " from pilot_reports group by all order by all"
    ).fetchall()
    last = datetime(2026, 12, 10, 23, 59, 59)
    assert rows == [
        ("A", "U1", 11, 2, 2, last), ("A", "U2", 11, 1, 0, last), ("A", "U3", 11, 0, 0, last), ("B", "U1", 11, 1, 1, last),
        ("C", "U1", 6, 1, 1, datetime(2026, 7, 10, 23, 59, 59)), ("C", "U2", 6, 1, 1, datetime(2026, 7, 10, 23, 59, 59)),
        ("G", "U1", 11, 2, 2, last), ("G", "U2", 11, 0, 0, last),
    ]  # fmt: skip


def test_milestones_by_hand(ledger: duckdb.DuckDBPyConnection) -> None:
    """A report speaks of its whole period, so what October reaches is in time for the fifteenth; an item of the list has no way to go."""
    rows = ledger.execute(
        "select target_code, unit_code, milestone_code, reached_on, is_late from pilot_milestone_parts order by all"
    ).fetchall()
    september, october = date(2026, 9, 30), date(2026, 10, 31)
    assert rows == [
        ("A", "U1", "M1", september, True), ("A", "U1", "M2", october, False), ("A", "U1", "M3", None, False),
        # 70 % in August: half the way is reached, too late; nine tenths by October are not, and October's report is due.
        ("A", "U2", "M1", date(2026, 8, 31), True), ("A", "U2", "M2", None, True), ("A", "U2", "M3", None, False),
        ("A", "U3", "M1", None, True), ("A", "U3", "M2", None, True), ("A", "U3", "M3", None, False),
        # Down to its target: 100 %, whatever progress was written.
        ("B", "U1", "M1", october, False),
        ("C", "U1", "M1", date(2026, 6, 30), True), ("C", "U1", "M2", None, True),
        ("C", "U2", "M1", date(2026, 5, 31), False), ("C", "U2", "M2", date(2026, 5, 31), False),
    ]  # fmt: skip


def test_a_milestone_that_was_lost_counts_from_when_it_was_reached_anew() -> None:
    with duckdb.connect() as con:
        values = (("2026-03-31", 81), ("2026-04-30", 79), ("2026-05-31", 80), ("2026-06-30", 82))
        reports = ", ".join(f"('A', 'U1', '{day}', {value}, null, '{day}')" for day, value in values)
        prepare(con, f"select * from (values {reports})")
        of_first = "target_code = 'A' and unit_code = 'U1' and milestone_code = 'M1'"
        found = con.execute(f"select reached_on, is_late from pilot_milestone_parts where {of_first}").fetchall()
    assert found == [(date(2026, 5, 31), False)]


@pytest.mark.parametrize(
    ("as_of", "target_value"),
    [("2025-12-31 23:59:59", 80), ("2026-01-01 00:00:00", 100), ("2026-11-12 09:00:00", 100), ("2024-05-01 08:00:00", 80)],
)  # fmt: skip
def test_the_version_in_force_is_that_of_the_day_the_ledger_was_seen(as_of: str, target_value: float) -> None:
    """From its first day on, and before any is valid the first."""
    with duckdb.connect() as con:
        prepare(con, "select * from (values ('A', 'U1', '2024-04-30', 88, null, '2024-04-30'))", as_of)
        found = con.execute("select distinct target_value, valid_from from pilot_standing where target_code = 'A'").fetchall()
        assert con.execute("select count(*) from pilot_targets where target_code = 'A'").fetchall() == [(2,)]
    assert found == [(target_value, date(2026, 1, 1) if target_value == 100 else date(2025, 1, 1))]


def test_where_a_part_and_a_report_were_read(ledger: duckdb.DuckDBPyConnection) -> None:
    """A part stands in the row that spoke last of it, a report in the row that came first for its period; one that never came in none."""
    parts = ledger.execute("select target_code, unit_code, batch_id, row_number from pilot_standing order by all").fetchall()
    assert [(*part[:2], part[3]) for part in parts] == [
        ("A", "U1", 2), ("A", "U2", 3), ("A", "U3", None), ("B", "U1", 4), ("C", "U1", 5), ("C", "U2", 6), ("G", "U1", 8),
        ("G", "U2", None), ("L", "U9", 9),
    ]  # fmt: skip
    assert all((part[2] == "0001") == (part[3] is not None) for part in parts)
    reports = "select target_code, unit_code, month(period_on), row_number, label from pilot_reports where is_submitted order by all"
    assert ledger.execute(reports).fetchall() == [
        ("A", "U1", 9, 1, "率"), ("A", "U1", 10, 2, "率"), ("A", "U2", 8, 3, "率"), ("B", "U1", 10, 4, "数"), ("C", "U1", 6, 5, "事"),
        ("C", "U2", 5, 6, "事"), ("G", "U1", 3, 7, "门"), ("G", "U1", 4, 8, "门"),
    ]  # fmt: skip
    assert ledger.execute("select count(*) from pilot_reports where is_submitted != (batch_id is not null)").fetchall() == [(0,)]


def test_the_first_report_of_a_period_is_the_one_that_counts(demo_view: View) -> None:
    with demo_view.engine.connect() as connection:
        reports = pd.read_sql("select * from pilot_reports where is_submitted", connection)
        observed = pd.read_sql("select * from pilot_observations order by coalesce(submitted_at, updated_at), observation_key", connection)
    keys = ["target_code", "unit_code", "division_code"]
    for frame in (reports, observed):
        frame[keys] = frame[keys].fillna("")
    month = pd.to_datetime(observed["observed_on"]).dt.to_period("M")
    first = observed.assign(month=month).drop_duplicates([*keys, "month"]).set_index([*keys, "month"])
    found = reports.assign(month=pd.to_datetime(reports["period_on"]).dt.to_period("M")).set_index([*keys, "month"])
    pd.testing.assert_frame_equal(found[["batch_id", "row_number"]], first.loc[found.index, ["batch_id", "row_number"]])


@pytest.mark.parametrize(
    ("day", "months", "over"),
    [("2026-10-30", 1, "2026-09-30"), ("2026-10-31", 1, "2026-10-31"), ("2026-10-31", 3, "2026-09-30"), ("2026-12-31", 6, "2026-12-31"),
     ("2026-06-29", 6, "2025-12-31"), ("2026-02-28", 12, "2025-12-31")],
)  # fmt: skip
def test_periods_that_are_over(day: str, months: int, over: str, ledger: duckdb.DuckDBPyConnection) -> None:
    found = ledger.execute(f"select last_period_end(date '{day}', {months})").fetchall()[0][0]
    assert found == date.fromisoformat(over)


def test_the_demo_city_shows_the_lamps_it_was_given(demo_view: View, demo_truth: dict[str, Any]) -> None:
    meant = demo_truth["parameters"]["pilot_lamps"]
    found = measure(demo_view.engine, "task_parts", NOW, ("target_code", "lamp_code"))
    shown = {(row.target_code, row.lamp_code) for row in found.dropna().itertuples() if row.value}
    assert shown == {(target, lamp) for target, lamp in meant.items() if lamp != "gate"}
    assert total(demo_view.engine, "tasks_red", NOW).value == list(meant.values()).count("red")
    assert total(demo_view.engine, "tasks_behind", NOW).value == sum(lamp in ("red", "yellow") for lamp in meant.values())
    assert total(demo_view.engine, "negative_hits", NOW).value == 1
    assert total(demo_view.engine, "tasks_unreported", NOW).value == 1


def test_a_task_is_done_when_everyone_asked_for_has_done_it(demo_view: View) -> None:
    """Six of ten parts of a task may be done: whole it is not, for a unit that did its own it is."""
    whole = measure(demo_view.engine, "task_count", NOW, ("block",))
    assert whole["value"].sum() == total(demo_view.engine, "task_count", NOW).value == 30
    by_unit = measure(demo_view.engine, "task_count", NOW, ("unit_code",))
    assert by_unit["value"].sum() > 30, "a task of several units is counted for each of them, and once in all"
    one = NOW.only(blocks=("智治",))
    assert total(demo_view.engine, "task_count", one).value == whole.set_index("block")["value"]["智治"]
    assert total(demo_view.engine, "task_parts", NOW.only(lamps=("red",))).value < total(demo_view.engine, "task_parts", NOW).value
    assert total(demo_view.engine, "task_count", NOW.only(targets=("T01", "N01"))).value == 1


def test_a_number_of_pilots_as_it_is_printed(demo_view: View, tiny_view: View) -> None:
    office = theme("office", "zh")
    wish = demo_view.scoped(Filters(period="last_12_months"))
    gap = key_figure(demo_view.engine, "schedule_gap", wish, office)
    assert gap.value.startswith(("+", "−"))
    assert gap.unit == "个百分点"
    none = key_figure(tiny_view.engine, "negative_hits", tiny_view.scoped(Filters()), office)
    assert none.value == MISSING
    survey = key_figure(demo_view.engine, "security_sense", scoped(Filters(period="last_12_months"), date(2026, 11, 20)), office)
    assert survey.note.startswith("2026-06-20，样本 ")
    assert "95% 区间" in survey.note


def test_a_survey_held_twice_says_both_days(demo_view: View) -> None:
    two_years = custom(date(2025, 1, 1), date(2026, 11, 20))
    said = key_figure(demo_view.engine, "governance_satisfaction", two_years, theme("office", "en")).note
    assert said.startswith("2025-06-20 to 2026-06-20, n = ")


def test_what_a_city_may_say_about_lamps(demo_view: View) -> None:
    assert demo_view.city.pilots == Pilots(report_days=5)
    assert [Pilots(report_every=name).report_months for name in ("month", "quarter", "half_year", "year")] == [1, 3, 6, 12]
    with pytest.raises(ValueError, match="red_below must not be above"):
        Pilots(yellow_below=-5, red_below=0)
    assert City(code="a", label="a", label_en="a", division_code="1").pilots.red_below == -10


def test_a_fault_names_the_key(tmp_path: Any) -> None:
    text = 'code = "a"\nlabel = "a"\nlabel_en = "a"\ndivision_code = "1"\n[pilots]\nreport_every = "weekly"\n'
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CityError, match=r"pilots\.report_every"):
        read_city(tmp_path)


def test_nothing_reported_is_no_gap(ledger: duckdb.DuckDBPyConnection) -> None:
    assert standing(ledger, "A", "U3")["gap_pct"] is None
    assert not math.isnan(standing(ledger, "A", "U1")["gap_pct"])


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-11-12", []), ("2026-11-30", []), ("2026-12-01", ["A"]), ("2026-12-31", ["A"]), ("2027-01-01", [])],
)
def test_due_soon_by_hand(day: str, due: list[str], ledger: duckdb.DuckDBPyConnection) -> None:
    """A is due on 31 December and not done; B is done, C was due in June, G is a gate, L is due a year later."""
    of = METRICS["tasks_due_soon"].of.compile(dialect=Dialect(), compile_kwargs={"literal_binds": True})
    rows = ledger.execute(
        f"with pilot_standing as (select * replace (timestamp '{day} 09:00' as as_of) from main.pilot_standing)"
        f" select distinct target_code from pilot_standing where {of} order by 1"
    ).fetchall()
    assert [target for (target,) in rows] == due
