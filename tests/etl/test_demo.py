"""The demo city's files: pure in seed and moment, readable by their TOML, and dirty exactly as the truth says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from etl.demo import Delivery, write_deliveries
from etl.demo.clock import Clock
from etl.demo.draws import window
from etl.demo.exports import STATUSES
from etl.demo.folder import City, read_city
from etl.demo.lives import NEVER, STAGES
from etl.demo.planted import Planted
from etl.demo.platforms import PLATFORMS
from etl.demo.state import table
from etl.demo.tickets import Columns
from etl.demo.workbook import write_workbook
from etl.demo.world import World, by_platform, seconds
from etl.readers import read
from etl.source import source_named

CITY = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
SEED = 20260101
EARLY, LATE = datetime(2026, 10, 9, 15, 30), datetime(2026, 11, 21, 10)
TICKETS = 2000

Frames = dict[str, pd.DataFrame]
Loaded = tuple[Frames, dict[str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(CITY, SEED)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[datetime], Loaded]:
    """Frames by source (text, read as the loader reads), broken rows by source, and the truth."""
    known: dict[datetime, Loaded] = {}

    def deliver(until: datetime) -> Loaded:
        if until not in known:
            out = tmp_path_factory.mktemp("demo")
            deliveries = write_deliveries(CITY, out, until=until, tickets=TICKETS)
            known[until] = (*read_all(deliveries, out), json.loads((out / "truth.json").read_text(encoding="utf-8")))
        return known[until]

    return deliver


def read_all(deliveries: list[Delivery], scratch: Path) -> tuple[Frames, dict[str, int]]:
    """Read each delivery with the ordinary readers, columns under our names."""
    frames, broken = {}, {}
    for delivery in deliveries:
        source = source_named(CITY, delivery.source)
        with duckdb.connect() as con:
            reading = read(delivery.path, source, con, scratch)
            frame = con.execute(f"select * from {reading.relation}").df()
        frames[delivery.source] = frame.rename(columns={theirs: ours for ours, theirs in source.columns.items()})
        broken[delivery.source] = len(reading.broken)
    return frames, broken


def lives_until(until: datetime, tickets: int = TICKETS) -> tuple[Columns, Planted]:
    world = World(CITY, seed=SEED, first=window(until, 24)[0], tickets=tickets, months=24)
    world.grow(until.date())
    return world.lives, world.planted


def test_formats_are_read_and_rows_accounted_for(loaded: Callable[[datetime], Loaded]) -> None:
    frames, broken, truth = loaded(LATE)
    assert len(frames) == 39
    for source, frame in frames.items():
        assert len(frame) + broken[source] == truth["sources"][source]["received"], source
        assert broken[source] == truth["sources"][source]["dirt"].get("cut_row", 0), source
        assert set(source_named(CITY, source).columns) <= set(frame.columns)


def test_same_moment_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_deliveries(CITY, tmp_path / name, until=EARLY, tickets=500)
    files = list((tmp_path / "one").iterdir())
    assert Counter(path.suffix for path in files) == {".csv": 18, ".tsv": 4, ".json": 7, ".jsonl": 4, ".xlsx": 7, ".total": 8}
    for path in files:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_early_state_follows_from_the_late_one(city: City) -> None:
    early, _ = lives_until(EARLY)
    late, _ = lives_until(LATE)
    common = early["day"].astype("int64") >= late["day"].astype("int64").min()
    now = np.full(len(PLATFORMS), seconds(EARLY))
    first = {name: values[common] for name, values in early.items() if name not in ("origin_day", "origin_place")}
    rows = late["day"].astype("int64") <= early["day"].astype("int64").max()
    again = {name: values[rows] for name, values in late.items() if name not in ("origin_day", "origin_place")}
    for name, values in first.items():
        assert np.array_equal(values, again[name]), name
    start = np.datetime64(int(late["day"].astype("int64").min()), "D")
    with duckdb.connect() as con:
        for name, lives in (("seen_then", early), ("seen_back", late)):
            con.register(f"{name}_raw", table(city, lives, lives["dirt"].astype("int64"), by_platform({}), now))
            con.execute(f"create table {name} as select * from {name}_raw where day >= '{start}'")
        then, back = "from seen_then", "from seen_back"
        differing = f"select count(*) from (({then} except all {back}) union all ({back} except all {then}))"
        assert con.execute(differing).fetchone() == (0,)
        assert (con.execute("select count(*) from seen_then").fetchone() or (0,))[0] > 1000


def test_files_show_only_what_has_happened(loaded: Callable[[datetime], Loaded]) -> None:
    early, late = loaded(EARLY)[0], loaded(LATE)[0]
    for source, form in (("mini_program", "%Y-%m-%dT%H:%M:%S"), ("hotline_12345", "%Y-%m-%d %H:%M:%S")):
        times = [f"{stage}_at" for stage in STAGES if stage != "reported"] + ["updated_at"]
        before, after = (latest(frames[source]) for frames in (early, late))
        both = before.index.intersection(after.index)
        assert len(both) > 100
        for name in times:
            told = pd.to_datetime(before.loc[both, name].replace("", None), format=form)
            assert (told.dropna() <= EARLY).all()
            if name != "updated_at":
                then = pd.to_datetime(after.loc[both, name].replace("", None), format=form)
                assert told.equals(then.where(then <= EARLY)), (source, name)


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The newest row of each number; dirty report times and numbers left out."""
    clean = frame[frame["number"].fillna("").ne("") & frame["reported_at"].str.match(r"^2\d{3}-\d\d-\d\d")]
    return clean.sort_values("updated_at").drop_duplicates("number", keep="last").set_index("number")


def test_dirt_is_there_as_counted(tmp_path: Path) -> None:
    deliveries = write_deliveries(CITY, tmp_path, until=LATE, tickets=12_000)
    frames, _ = read_all(deliveries, tmp_path)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    for source in ("hotline_12345", "mini_program"):
        dirt, frame = truth["sources"][source]["dirt"], frames[source].drop(columns="row_number").fillna("")
        reported = frame["reported_at"]
        dated = reported.str.startswith("202") & ~reported.str.startswith("2026-13")
        found = {
            "duplicate_row": int(frame.duplicated().sum()),
            "missing_number": int((frame["number"] == "").sum()),
            "bad_date": int(reported.str.startswith("2026-13").sum()),
            "before_1990": int(reported.str.startswith("197").sum()),
            "fullwidth_digits": int(reported.str.startswith("２").sum()),
            "unknown_category": int((frame["category"] == "历史遗留旧类目").sum()),
            "unknown_unit": int((frame["unit"] == "原城建指挥部").sum()),
            "unknown_place": int((frame["town"] == "外迁安置片区").sum()),
            "swapped_lonlat": int((pd.to_numeric(frame["lat"]) > 90).sum()),
            "spaces": int(frame["unit"].str.startswith(" ").sum()),
            "html_entities": int(frame["description"].str.contains("&nbsp;").sum()),
            "closed_before_reported": int((dated & frame["closed_at"].ne("") & (frame["closed_at"] < reported)).sum()),
        }
        assert found == {name: dirt[name] for name in found}, source
        numbers = frame.drop_duplicates().query("number != ''")["number"]
        assert int(numbers.duplicated().sum()) == dirt["two_versions"]


def test_stages_follow_each_other_and_the_city_keeps_time(city: City) -> None:
    lives, planted = lives_until(LATE, tickets=60_000)
    ends = [lives[f"{stage}_at"].astype("int64") for stage in STAGES]
    for before, after in pairwise(ends):
        assert (before <= after).all()
    now = seconds(LATE)
    resolved, due = lives["resolved_at"].astype("int64"), lives["close_due"].astype("int64")
    on_time = resolved <= due
    passed = (due <= now) & (lives["withdrawn_at"].astype("int64") == NEVER)
    assert 0.90 < on_time[passed].mean() < 0.96
    slow = passed & (lives["unit"] == planted.slow_unit)
    assert on_time[slow].mean() < 0.75
    is_open = (resolved > now) & (lives["withdrawn_at"].astype("int64") > now)
    assert 0.004 < is_open[lives["reported_at"].astype("int64") <= now].mean() < 0.02


def test_truth_names_what_is_planted(loaded: Callable[[datetime], Loaded]) -> None:
    truth = loaded(LATE)[2]
    told = truth["parameters"]
    age = LATE - datetime.fromisoformat(told["surge"]["first_on"])
    assert timedelta(0) <= age <= timedelta(days=62)
    assert len(told["hot_spots"]) == 3
    assert sum(told["category_shares"].values()) == pytest.approx(1)
    assert list(told["pilot_lamps"].values()).count("red") == 3
    total = sum(truth["sources"][name]["tickets"] for name in PLATFORMS)
    assert TICKETS * 0.9 < total < TICKETS * 1.1
    assert 90 <= truth["sources"]["risks"]["received"] <= 130
    assert truth["sources"]["surveys"]["received"] == 12


def test_clock_by_hand(city: City) -> None:
    clock = Clock(city, date(2026, 1, 1), date(2026, 12, 31))
    start = np.array([seconds(datetime(2026, 11, 20, 17))] * 4)  # a Friday, half an hour before closing
    due = clock.due(start, np.array([2.0, 2, 2, 2]), np.array(["hour", "work_hour", "work_day", "day"]))
    expected = ["2026-11-20 19:00", "2026-11-23 10:00", "2026-11-24 17:30", "2026-11-23 00:00"]
    assert [str(pd.Timestamp(at, unit="s"))[:16] for at in due] == expected
    assert STATUSES[0] == "reported"


def test_a_workbook_is_read_back_as_written(tmp_path: Path) -> None:
    at = datetime(2026, 2, 28, 23, 59, 59)
    rows = [["编号", "<a & b>"], ["  x ", at], [None, at.date()], [1.5, True], ["", -3], list(range(30))]
    path = tmp_path / "a.xlsx"
    assert write_workbook(path, "工单 & 表", rows) == 6
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["工单 & 表"]
    cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    found = [[value.isoformat() if isinstance(value, date) else value for value in row[:2]] for row in cells]
    expected = [["编号", "<a & b>"], ["  x ", "2026-02-28T23:59:59"], ["", "2026-02-28"], [1.5, True], ["", -3], [0, 1]]
    assert found == expected
    assert cells[5] == list(range(30))
