"""The 39 platforms of the demo city: each is a source with a rhythm, two are late, one is silent, one counts wrong."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.settings import City
from etl.__main__ import app, main
from etl.demo import write_deliveries
from etl.demo.exports import exports
from etl.demo.platforms import DESKS
from etl.demo.rhythm import LATE, SILENT, TOTALS, Timetable, floored
from etl.demo.season import shares
from etl.demo.world import moment, seconds
from etl.source import sources_of

CITY = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
# Reports that units make in this system come from no platform.
SOURCES = {source.code: source for source in sources_of(CITY) if not (source.database and source.database.people_store)}
RHYTHMS = {code: export.rhythm for code, export in exports(CITY).items()}
NOW = datetime(2026, 11, 22, 9, 3)
SEED = 20260101


def platforms() -> list[dict[str, str]]:
    with (CITY / "platforms.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_platforms_and_sources_agree() -> None:
    rows = platforms()
    assert len(rows) == len(SOURCES) == len(RHYTHMS) == 39
    for row in rows:
        source = SOURCES[row["source"]]
        assert source.platform == row["platform_code"]
        assert source.rhythm_minutes == int(row["rhythm_minutes"]), source.code
        assert source.label_en != source.label
    assert all(1440 % minutes == 0 or minutes % 1440 == 0 for minutes in RHYTHMS.values())
    live = {"hotline_12345": 1, "mini_program": 1, "call_110": 1, "grid_patrol": 5, "police_desk": 5, "video_patrol": 30}
    assert live.items() <= RHYTHMS.items()


def test_what_the_table_of_desks_says_is_what_the_tomls_say() -> None:
    tickets = {code for code, source in SOURCES.items() if source.kind == "tickets"}
    assert tickets == set(DESKS)
    for code, desk in DESKS.items():
        source = SOURCES[code]
        assert desk.is_rated == ("ratings" in source.delivers) == ("rated_at" in source.columns), code
        assert list(source.lookups["status"].values())[:6] == ["open", "open", "open", "closed", "closed", "withdrawn"], code
        assert {"updated_at", "closed_at"} <= set(source.columns), code
    found = shares(300_000)
    assert found.sum() == pytest.approx(1)
    assert found[:5].sum() == pytest.approx(0.9)


def test_rhythms_by_hand() -> None:
    at = seconds(NOW)  # a Sunday
    told = [moment(floored(at, minutes)) for minutes in (1, 5, 30, 240, 720, 1440, 10_080)]
    days = [datetime(2026, 11, 22, 9, 3), datetime(2026, 11, 22, 9), datetime(2026, 11, 22, 9), datetime(2026, 11, 22, 8)]
    assert told == [*days, datetime(2026, 11, 22), datetime(2026, 11, 22, 2), datetime(2026, 11, 16, 2)]
    assert moment(floored(seconds(datetime(2026, 11, 22, 1, 59)), 1440)) == datetime(2026, 11, 21, 2)


def test_two_are_late_and_one_is_silent_at_any_moment() -> None:
    timetable = Timetable(RHYTHMS, SEED)
    seen: Counter[str] = Counter()
    for hours in range(0, 24 * 120, 7):
        at = seconds(NOW + timedelta(hours=hours, minutes=hours % 60))
        behind = timetable.behind(at)
        seen.update(behind["late"] + behind["silent"])
        assert len(behind["late"]) == 2
        for source in behind["late"]:
            assert 3 <= (at - timetable.sent(source, at)) / RHYTHMS[source] / 60 <= 6
        (silent,) = behind["silent"]
        assert at - timetable.sent(silent, at) >= 4 * 86_400
        # Everybody else delivered at the rhythm, or is on the way to being the next.
        coming = {code for code in RHYTHMS if timetable.sent(code, at) != floored(at, RHYTHMS[code])} - {*behind["late"], silent}
        assert len(coming) <= 3
    assert set(seen) == {*LATE[0], *LATE[1], *SILENT}


def test_moments_are_where_the_source_delivers() -> None:
    timetable = Timetable(RHYTHMS, SEED)
    since, until = seconds(NOW - timedelta(days=2)), seconds(NOW)
    for source in (*LATE[0], "hotline_12345", "disputes"):
        found = list(timetable.moments(source, since, until))
        assert found == sorted({timetable.sent(source, at) for at in range(since, until + 1, 60)} - {timetable.sent(source, since)})
    assert len(list(timetable.moments("hotline_12345", since, until))) == 2 * 1440


def test_the_truth_names_them_and_one_total_is_wrong(tmp_path: Path) -> None:
    deliveries = write_deliveries(CITY, tmp_path, until=NOW, tickets=800)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    told = truth["platforms"]
    assert (len(told["late"]), len(told["silent"])) == (2, 1)
    at = {delivery.source: delivery.received_at for delivery in deliveries}
    assert {code: f"{when:%Y-%m-%dT%H:%M:%S}" for code, when in at.items() if when} == truth["last_deliveries"]
    assert all((NOW - (at[code] or NOW)) >= timedelta(days=4) for code in told["silent"])
    assert set(truth["sources"]) == set(RHYTHMS)
    stated = {}
    for delivery in deliveries:
        beside = delivery.path.with_name(f"{delivery.path.name}.total")
        if beside.exists():
            stated[delivery.source] = int(beside.read_text(encoding="utf-8")) - truth["sources"][delivery.source]["received"]
    assert set(stated) == set(TOTALS)
    assert {code for code, difference in stated.items() if difference} == {told["wrong_total"]}


def test_the_command_drops_files_and_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    folder = tmp_path / "wuhai" / "demo"
    write_deliveries(CITY, folder, until=NOW, tickets=300, months=1)
    clock = iter([NOW + timedelta(minutes=1), NOW + timedelta(hours=5), NOW + timedelta(hours=5)])
    monkeypatch.setattr(City, "now", lambda _: next(clock))
    said = [CliRunner().invoke(app, ["drip", "--city", "wuhai", "--once"]) for _ in range(3)]
    assert [result.exit_code for result in said] == [0, 0, 0]
    inbox = tmp_path / "wuhai" / "inbox"
    assert {path.name for path in (inbox / "call_110").iterdir()} == {"110非警务警情-20261122T0904.tsv", "110非警务警情-20261122T1403.tsv"}
    assert {path.name for path in (inbox / "digital_city").iterdir()} >= {"数字城管案件-20261122T1400.csv"}
    assert json.loads((folder / "drip.json").read_text(encoding="utf-8")) == {"built": NOW.isoformat(), "until": "2026-11-22T14:03:00"}
    assert " 0 deliveries" in said[2].stdout


def test_only_a_demo_city_that_was_built_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    for city, hope in (("wuhai", "a city built by `python -m etl demo`"), ("pingshan", "is_demo is not true")):
        monkeypatch.setattr("sys.argv", ["etl", "drip", "--city", city, "--once"])
        with pytest.raises(SystemExit):
            main()
        assert hope in capsys.readouterr().err
