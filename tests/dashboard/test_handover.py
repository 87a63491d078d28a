"""What a shift hands over: numbers over hours by hand and by pandas, platforms, raised risks, and what is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard.acts import Acting, ActRefused, perform
from dashboard.filters import EVERYTHING, Filters, Scope, scoped
from dashboard.handover.counts import COUNTS, Span, shift_counts
from dashboard.handover.lists import raised_rows, shift_rows, top_events
from dashboard.handover.platforms import delivered, turned
from dashboard.handover.risen import risen
from dashboard.handover.seen import Seen, seen
from dashboard.profiles import DATA_ADMINISTRATOR, DUTY_OFFICER
from dashboard.queries import total
from dashboard.settings import Settings
from dashboard.store import audit, handovers, store
from dashboard.view import View
from dashboard.warehouse import SCHEMA_VERSION, metadata, warehouse
from tests.dashboard.test_roster import HEAD, SHIFTS, kept

HALF_DAY = timedelta(hours=12)


def span(since: str, hours: float = 12) -> Span:
    begin = datetime.fromisoformat(since)
    return Span(begin, begin + timedelta(hours=hours), begin + timedelta(hours=hours) + HALF_DAY)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        # T08 and T09 were reported (T10 repeats T08, T07 came before); T06 fell due at nine; T07 is due before the night ends.
        ("2026-10-13 08:30", {"reported": 2, "became_overdue": 1, "overdue": 1, "due_next": 1, "urgent_open": 1}),
        ("2026-10-12 08:30", {"completed": 1}),
        # T02 was not closed when it fell due at 17:30, T04 was; T05 is not there yet.
        ("2026-10-08 08:30", {"completed": 1, "became_overdue": 1, "overdue": 1}),
        ("2026-10-13 20:30", {"became_overdue": 1, "overdue": 2, "urgent_open": 1}),
        # T07 is of a category that must be closed within 24 hours.
        ("2026-10-12 20:30", {"reported": 1, "urgent": 1, "urgent_open": 1, "due_next": 1}),
    ],
)
def test_the_numbers_of_a_shift_by_hand(tiny_view: View, since: str, expected: dict[str, int]) -> None:
    counted = shift_counts(tiny_view.engine, tiny_view.scoped(Filters()), (span(since),))[0]
    found = {code: int(value) for code, value in counted.items() if value and COUNTS[str(code)].table.name == "tickets"}
    assert found == expected


def oracle(view: View, one: Span) -> dict[str, int]:
    """The same numbers by pandas, from the plain table and the city's own limits."""
    with view.engine.connect() as connection:
        t = pd.read_sql_query("select * from tickets where is_counted", connection)
        limits = pd.read_sql_query("select * from category_limits where stage_code = 'close'", connection)
        as_of = pd.read_sql_query("select source_code, as_of from sources", connection).set_index("source_code")["as_of"]
        d = pd.read_sql_query("select * from disputes where is_counted", connection)
        r = pd.read_sql_query("select * from risks where is_counted", connection)
    since, until, next_until = (pd.Timestamp(moment) for moment in (one.since, one.until, one.next_until))

    def during(column: pd.Series) -> pd.Series:
        return column.ge(since) & column.lt(until)

    days = limits["amount"] / limits["unit"].map({"hour": 24, "day": 1})
    urgent = t["category_code"].isin(limits[days.le(1)]["category_code"])
    held = t["is_open"] | (t["is_completed"] & t["completed_at"].ge(until))
    held &= t["reported_at"].lt(until)
    came = t["close_due_at"].le(t["source_code"].map(as_of))
    missed = t["is_open"] | (t["is_completed"] & t["completed_at"].ge(t["close_due_at"]))
    found = {
        "reported": during(t["reported_at"]), "completed": t["is_completed"] & during(t["completed_at"]),
        "became_overdue": during(t["close_due_at"]) & came & missed, "overdue": held & t["close_due_at"].lt(until) & came,
        "due_next": held & t["close_due_at"].ge(until) & t["close_due_at"].lt(next_until), "urgent": urgent & during(t["reported_at"]),
        "urgent_open": urgent & held, "disputes": during(d["accepted_at"]), "disputes_concluded": during(d["concluded_at"]),
        "risks_opened": during(r["registered_at"]), "risks_closed": during(r["closed_at"]),
    }  # fmt: skip
    return {code: int(rows.sum()) for code, rows in found.items()}


def test_the_numbers_of_the_demo_are_those_of_pandas_and_the_lists_have_as_many_rows(demo_view: View) -> None:
    spans = (
        span("2026-11-20 08:30", 6),
        span("2026-11-19 20:30"),
        span("2026-10-31 20:30"),
        span("2025-12-31 20:30"),
        span("2026-11-10 09:00"),
    )
    filters = demo_view.scoped(Filters())
    counted = shift_counts(demo_view.engine, filters, spans)
    for place, one in enumerate(spans):
        wanted = oracle(demo_view, one)
        assert {str(code): int(value) for code, value in counted[place].items()} == wanted
        for code in ("became_overdue", "urgent", "disputes", "risks_opened"):
            rows = shift_rows(demo_view.engine, code, filters, one)
            assert len(rows) == min(wanted[code], 200)
            assert rows[["what", "what_en", "place", "who"]].notna().all(axis=None)
        led = top_events(demo_view.engine, filters, one)
        assert len(led) == min(8, len(led))
        assert set(led["why"]) <= {"urgent", "became_overdue"}


def test_what_stands_now_is_what_the_indicators_say(demo_view: View) -> None:
    filters = demo_view.scoped(Filters())
    now = Span(datetime(2026, 11, 20, 8, 30), datetime(2026, 11, 20, 14, 31), datetime(2026, 11, 21, 8, 30))
    counted = shift_counts(demo_view.engine, filters, (now,))[0]
    assert counted["overdue"] == total(demo_view.engine, "overdue_open", filters).value


def test_only_what_may_be_seen_is_counted(demo_view: View) -> None:
    day = datetime(2026, 11, 20).date()
    one = span("2026-09-19 08:30", 60 * 24)
    whole = shift_counts(demo_view.engine, scoped(Filters(), day, EVERYTHING), (one,))[0]
    mine = shift_counts(demo_view.engine, scoped(Filters(), day, Scope(divisions=("150302",))), (one,))[0]
    assert 0 < mine["reported"] < whole["reported"]
    assert len(shift_rows(demo_view.engine, "reported", scoped(Filters(), day, Scope(divisions=("150302",))), one)) == mine["reported"]


def test_a_running_shift_is_compared_with_the_hours_the_data_reach() -> None:
    one = Span(datetime(2026, 11, 20, 8, 30), datetime(2026, 11, 20, 15), datetime(2026, 11, 21, 8, 30))
    assert one.day_earlier(datetime(2026, 11, 20, 14, 30)).until == datetime(2026, 11, 19, 14, 30)
    assert one.day_earlier(datetime(2026, 11, 21)).until == datetime(2026, 11, 19, 15)
    assert one.day_earlier(datetime(2026, 11, 1)).until == one.since - timedelta(days=1), "no data yet: an empty span, never a negative one"


def made(folder: Path, name: str, **rows: list[dict[str, object]]) -> Engine:
    """A snapshot with only these rows."""
    path = folder / "snapshots" / f"{name}.duckdb"
    path.parent.mkdir(exist_ok=True)
    as_of = rows.pop("as_of", "2026-11-01")
    with duckdb.connect(str(path)) as con:
        for table in metadata.sorted_tables:
            con.execute(f"create table {table.name} ({', '.join(f'{c.name} {c.type.compile()}' for c in table.columns)})")
        con.execute("insert into snapshot (city_code, schema_version, as_of) values ('x', ?, ?)", [SCHEMA_VERSION, as_of])
        for table_name, held in rows.items():
            for row in held:
                marks = ", ".join("?" * len(row))
                con.execute(f"insert into {table_name} ({', '.join(row)}) values ({marks})", list(row.values()))
    return warehouse(folder, name)


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    warehouse.cache_clear()


def test_platforms_that_fell_silent_or_came_back(apart: Path) -> None:
    """Rhythm one hour: silent after 13 hours without a delivery. What never delivered cannot come back."""
    times = {"steady": [0, 6, 12, 18], "fell": [0], "back": [-20, 10], "late": [0, 8], "new": [9], "never": []}
    midnight, counts = datetime(2026, 11, 2), {"received_count": 10, "rejected_count": 1}
    batches = [
        {"batch_id": f"{code}{hour}", "source_code": code, "received_at": midnight + timedelta(hours=hour), **counts}
        for code, hours in times.items()
        for hour in hours
    ]
    aside: list[dict[str, object]] = [{"batch_id": "x", "source_code": "fell", "received_at": midnight + timedelta(hours=13)}]
    sources: list[dict[str, object]] = [{"source_code": code, "label": code, "rhythm_minutes": 60} for code in times]
    engine = made(apart, "000001-20261103T000000", load_batches=batches, set_aside_batches=aside, sources=sources)
    day = span("2026-11-02 08:30")
    frame = turned(engine, day).set_index("source_code")["turn"]
    assert frame.to_dict() == {"fell": "went_silent", "back": "came_back"}
    books = delivered(engine, (day, day.day_earlier()))
    assert books[0].to_dict() == {"batches": 4, "rows": 40, "rejected": 4, "set_aside": 1}
    assert books[1].to_dict() == {"batches": 0, "rows": 0, "rejected": 0, "set_aside": 0}


def test_risks_raised_since_the_snapshot_before_the_shift(apart: Path) -> None:
    def risk(key: str, level: str | None, **more: object) -> dict[str, object]:
        return {"risk_key": key, "level_code": level, "is_open": True, "is_counted": True, "registered_at": datetime(2026, 10, 1)} | more

    before = [risk("up", "medium"), risk("down", "high"), risk("same", "low"), risk("graded", None), risk("closed", "low")]
    after = [
        risk("up", "high"),
        risk("down", "low"),
        risk("same", "low"),
        risk("graded", "low"),
        risk("new", "high"),
        risk("closed", "high", is_open=False),
    ]
    made(apart, "000001-20261101T080000", risks=before, as_of="2026-11-01 08:00")  # type: ignore[arg-type]
    made(apart, "000002-20261102T090000", risks=after, as_of="2026-11-02 09:00")  # type: ignore[arg-type]
    engine = warehouse(apart, "000002-20261102T090000")
    filters = scoped(Filters(), datetime(2026, 11, 2).date())
    found = risen(engine, apart, filters, datetime(2026, 11, 2, 8, 30))
    assert found is not None
    assert found.against == datetime(2026, 11, 1, 8)
    assert set(found.rows["risk_key"]) == {"up", "graded"}
    rows = raised_rows(engine, filters, tuple(found.rows["risk_key"]))
    assert sorted(rows["state"]) == ["high", "low"]
    assert risen(engine, apart, filters, datetime(2026, 10, 31)) is None


def test_what_was_seen_can_be_kept_and_read_again(demo_view: View) -> None:
    found = seen(demo_view, span("2026-11-19 08:30"))
    assert Seen.from_json(found.to_json()) == found
    assert found.numbers["reported"][0] == oracle(demo_view, span("2026-11-19 08:30"))["reported"]
    assert found.numbers["reported"][1] == oracle(demo_view, span("2026-11-18 08:30"))["reported"]
    assert found.numbers["risks_raised"] == (None, None), "no snapshot from before that shift is kept"


def test_hours_that_no_source_has_told_of_are_not_known(demo_view: View) -> None:
    found = seen(demo_view, span("2026-11-21 08:30"))
    assert found.numbers["reported"] == found.numbers["disputes"] == (None, None)
    assert found.numbers["overdue"][0] is not None, "what stood when the data ended still stands"


@pytest.fixture
def acting(tiny: Settings, tiny_view: View, tmp_path: Path) -> Acting:
    """A duty officer of the hand-worked city, whose clock stands on the 14th at nine: the day shift has begun."""
    city = tmp_path / "tiny"
    shutil.copytree(tiny.city_folder, city)
    kept(city, HEAD + "2026-10-01,1,,day,甲,乙、丙\n2026-10-01,1,,night,丁,戊\n", SHIFTS)
    view = replace(tiny_view, city_folder=city, profile=DUTY_OFFICER)
    return Acting(DUTY_OFFICER, "127.0.0.1", view, store(f"sqlite:///{tmp_path / 'people.sqlite'}"))


NIGHT = "2026-10-13T20:30:00"


def test_a_handover_is_written_taken_over_and_then_stands(acting: Acting) -> None:
    perform("write_handover", {"shift": NIGHT, "text": "水管已报修\n等回电", "version": 0}, acting)
    with pytest.raises(ActRefused, match="load the page again"):
        perform("write_handover", {"shift": NIGHT, "text": "old page", "version": 0}, acting)
    perform("write_handover", {"shift": NIGHT, "text": "水管已修好", "version": 1}, acting)
    taking = {"shift": NIGHT, "version": 2, "taken_by": "乙", "snapshot": acting.view.snapshot, "until": "2026-10-14T08:30:00"}
    perform("take_over", taking, acting)
    held = handovers.handover(acting.store, datetime.fromisoformat(NIGHT))
    assert held is not None
    assert (held.note, held.leader, held.officers, held.taken_by, held.snapshot_name) == (
        "水管已修好",
        "丁",
        "戊",
        "乙",
        acting.view.snapshot,
    )
    found = Seen.from_json(held.seen or "")
    assert (found.until, found.numbers["overdue"][0], found.numbers["became_overdue"]) == ("2026-10-14T08:30:00", 2, (1, 0))
    for code, form in (("take_over", taking | {"version": 3}), ("write_handover", {"shift": NIGHT, "text": "x", "version": 3})):
        with pytest.raises(ActRefused, match="load the page again"):
            perform(code, form, acting)
    told = [(line.act_code, line.outcome, line.subject) for line in reversed(audit.latest(acting.store))]
    assert told[0] == ("write_handover", "done", "2026-10-13 20:30")
    assert ("take_over", "done", "2026-10-13 20:30: 乙") in told


@pytest.mark.parametrize(
    ("code", "change", "status"),
    [
        ("write_handover", {"shift": "2026-10-13T20:31:00", "text": "x"}, 409),
        ("write_handover", {"shift": "2026-10-14T20:30:00", "text": "x"}, 409),
        ("write_handover", {"text": " "}, 422),
        ("write_handover", {"text": "x" * 2001}, 422),
        ("write_handover", {"text": "x", "shift": "yesterday"}, 422),
        ("take_over", {"shift": "2026-10-14T08:30:00", "taken_by": "乙", "snapshot": "s", "until": NIGHT}, 409),
        ("take_over", {"taken_by": "乙", "snapshot": "../x", "until": NIGHT}, 422),
        ("take_over", {"taken_by": "", "snapshot": "s", "until": NIGHT}, 422),
    ],
)
def test_what_may_not_be_done_is_refused(acting: Acting, code: str, change: dict[str, str], status: int) -> None:
    with pytest.raises(ActRefused) as refused:
        perform(code, {"shift": NIGHT, "version": 0, **change}, acting)
    assert refused.value.status == status
    assert handovers.handover(acting.store, datetime.fromisoformat(NIGHT)) is None


def test_only_a_duty_officer_writes_and_a_gone_snapshot_is_that_of_now(acting: Acting) -> None:
    with pytest.raises(ActRefused) as refused:
        perform("write_handover", {"shift": NIGHT, "text": "x", "version": 0}, replace(acting, profile=DATA_ADMINISTRATOR))
    assert refused.value.status == 403
    perform(
        "take_over", {"shift": NIGHT, "version": 0, "taken_by": "乙", "snapshot": "000000-gone", "until": "2030-01-01T00:00:00"}, acting
    )
    held = handovers.handover(acting.store, datetime.fromisoformat(NIGHT))
    assert held is not None
    assert (held.snapshot_name, held.note) == (acting.view.snapshot, "")
    assert Seen.from_json(held.seen or "").until == "2026-10-14T08:30:00", "never beyond the end of the shift"
