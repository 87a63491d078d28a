"""Loads in any steps end as one build of everything: all kinds, several sources, with the city's folder changing in between."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, metadata, snapshot_path
from etl import build, checks, snapshot
from etl.batches import rebuild
from etl.landing import Landing
from etl.load import load
from etl.source import source_named
from tests.deliveries import CITIES, delivered

SMALL = CITIES / "small"
BEGIN = datetime(2026, 9, 20, 8)
Row = dict[str, str]
Piece = tuple[str, list[Row]]


def moments(first: int, last: int) -> st.SearchStrategy[str]:
    """Times by the hour from BEGIN on, or none."""
    return st.integers(first, last).map(lambda hour: str(BEGIN + timedelta(hours=hour)))


def days(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(lambda day: f"{BEGIN + timedelta(days=day):%Y-%m-%d}")


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), values)


def one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["" if word == "-" else word for word in words.split()])


# Few values of each, so that versions, repeats, duplicates and rejected rows come of themselves.
NUMBER, PLACE = one_of("A B C D E F G H -"), one_of("和平社区 公园社区 新社区 -")
TOWN, UNIT, CATEGORY = one_of("河东街道 河西街道 -"), one_of("城管 ZJ 新单位 -"), one_of("占道经营 垃圾未清 路灯 新小类 -")
SOON, LATE = moments(0, 300), maybe(moments(0, 700))
LIFE = {"reported_at": SOON, "accepted_at": LATE, "dispatched_at": LATE, "signed_at": LATE, "resolved_at": LATE, "updated_at": LATE}
KINDS: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "hotline": LIFE
    | {
        "number": NUMBER, "status": one_of("- - open closed withdrawn unknown"), "category": CATEGORY, "town": TOWN, "community": PLACE,
        "unit": UNIT, "caller": one_of("- 1 2"), "title": one_of("灯不亮 13812345678 -"), "address": one_of("一号 二号 -"),
        "satisfaction": one_of("- 1 5 9"), "rated_at": LATE, "is_secret": one_of("- - 是"), "duplicate_of": one_of("- - A"),
        "close_due_at": maybe(moments(100, 1500)), "grid": one_of("- G1"), "is_on_time": one_of("- 是 否"),
    },
    "patrol": LIFE | {"number": NUMBER, "category": CATEGORY, "community": PLACE, "address": one_of("一号 二号 -")},
    "camera": {"number": NUMBER, "reported_at": SOON, "category": CATEGORY, "community": PLACE, "address": one_of("一号 -")},
    "mediation": {
        "number": NUMBER, "accepted_at": SOON, "type": one_of("邻里纠纷 别的 -"), "origin": one_of("patrol application"),
        "outcome": one_of("- success failure"), "organisation": one_of("河东调委会 -"), "community": PLACE, "concluded_at": LATE,
        "fulfil_due_at": LATE, "updated_at": LATE, "amount_yuan": one_of("- 100 x"),
    },
    "dangers": {
        "number": NUMBER, "registered_at": SOON, "label": one_of("水 火"), "level": one_of("high low"), "community": PLACE, "unit": UNIT,
        "due_at": maybe(moments(0, 1500)), "closed_at": LATE, "updated_at": LATE,
    },
    "ledger": {
        "target_code": one_of("T01 T02 T09 -"), "observed_on": days(0, 12), "unit": UNIT, "district": one_of("东区 新区 -"),
        "value": one_of("1 75 98 -"), "submitted_at": LATE, "updated_at": LATE, "narrative": one_of("- 按计划推进"),
        "confidence": one_of("- high low 无所谓"), "reviewed_by": one_of("- 王五"), "reviewed_at": LATE,
    },
    "twin_ledger": {
        "target_code": one_of("T01 T02"), "observed_on": days(0, 12), "unit": UNIT, "district": one_of("东区 -"), "value": one_of("1 2"),
    },
    "poll": {
        "survey_code": one_of("S1 S2 -"), "held_on": days(0, 40), "label": one_of("调查 -"), "question": one_of("一 二 -"),
        "district": one_of("东区 新区 -"), "valid_count": one_of("10 20 -"), "positive_count": one_of("5 15"),
    },
    "assets": {
        "resource_code": NUMBER, "type": one_of("grid camera"), "label": one_of("一 二"), "community": PLACE, "lon": one_of("106.8 0 -"),
        "lat": one_of("39.6 x"), "resource_count": one_of("1 2 -"),
    },
}  # fmt: skip
PIECES = st.sampled_from(sorted(KINDS)).flatmap(
    lambda source: st.tuples(st.just(source), st.lists(st.fixed_dictionaries(KINDS[source]), max_size=7))
)
CHANGES = {
    "holiday": ("holidays.csv", "2026-10-13,holiday,试验\n"),
    "limit": ("categories.csv", "0301,新小类,New,03,其他,Other,ZJ,1 hour,,,2 day,2020-01-01,\n"),
    "place": ("divisions.csv", "990102002,新社区,Xin,新,community,statutory,990102,990102002,both,2020-01-01,,\n"),
    "unit": ("units.csv", "XD,新单位,New unit,新,department,990000,,\n"),
    "target": ("pilots/targets.csv", "T09,新指标,New,法治,target,%,up,1,2,2026-01-01,2026-12-31,1,2026-01-01\n"),
}
# A step is what one load brings, how many hours after the one before it (now and then a replay), and what changed in the folder.
STEPS = st.lists(
    st.tuples(st.lists(PIECES, max_size=4), st.integers(-100, 260), st.sampled_from(["", "", "", *CHANGES])), min_size=2, max_size=6
)


def city_in(folder: Path) -> Settings:
    shutil.copytree(SMALL, folder / "cities" / "small")
    return Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse")


def tables(settings: Settings) -> dict[str, list[str]]:
    """Every table but the one about itself, as sorted lines, without how long things took."""
    folder = settings.city_warehouse
    with duckdb.connect(str(snapshot_path(folder, current_snapshot(folder))), read_only=True) as con:
        assert checks.findings(con) == []
        return {
            name: sorted(
                map(repr, con.execute(f"select {', '.join(c.name for c in t.columns if c.name != 'land_seconds')} from {name}").fetchall())
            )
            for name, t in metadata.tables.items()
            if name != "snapshot"
        }


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Table -> the lines only in one, and only in the other."""
    return {
        name: (sorted(set(one[name]) - set(other[name])), sorted(set(other[name]) - set(one[name])))
        for name in one
        if one[name] != other[name]
    }


def written(folder: Path, number: int, piece: Piece) -> tuple[Path, str]:
    source, rows = piece
    folder.mkdir(exist_ok=True)
    return delivered(folder / f"{number:03d}.csv", rows, sorted(KINDS[source])), source


def built_whole(settings: Settings, moment: datetime) -> dict[str, list[str]]:
    snapshot.publish(settings.city_warehouse, Landing(settings.city_warehouse / "landing"), moment, whole=True)
    return tables(settings)


# Many more in `make accidents`, and then other ones each time.
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
SLOW = hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 3, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@SLOW
@given(steps=STEPS)
def test_increments_of_every_kind_equal_a_rebuild(steps: Sequence[tuple[list[Piece], int, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        settings, moment, number = city_in(Path(name)), BEGIN + timedelta(hours=200), 0
        for pieces, hours, change in steps:
            if change:
                file, line = CHANGES[change]
                with (settings.city_folder / file).open("a", encoding="utf-8") as reference:
                    reference.write(line if line not in (settings.city_folder / file).read_text(encoding="utf-8") else "")
            files = []
            for piece in pieces:
                number += 1
                files.append(written(Path(name) / "files", number, piece))
            moment += timedelta(hours=hours)
            load(settings, files, received_at=moment)
        stepwise = tables(settings)
        found = differing(stepwise, built_whole(settings, moment))
        note(str(found))
        assert found == {}


@SLOW
@given(pieces=st.lists(PIECES, min_size=2, max_size=6), cuts=st.lists(st.booleans(), min_size=6, max_size=6))
def test_batches_in_one_order_end_alike_however_they_are_split_over_loads(pieces: list[Piece], cuts: list[bool]) -> None:
    with tempfile.TemporaryDirectory() as name:
        split, at_once = city_in(Path(name) / "split"), city_in(Path(name) / "at_once")
        moment = BEGIN + timedelta(hours=500)
        files = [written(Path(name) / "files", number, piece) for number, piece in enumerate(pieces)]
        for city in (split, at_once):
            (city.city_warehouse / "landing").mkdir(parents=True)
            (city.city_warehouse / "landing" / "caller.key").write_text("0" * 64, encoding="utf-8")
        waiting: list[tuple[Path, str]] = []
        for file, cut in zip(files, [*cuts[: len(files) - 1], True], strict=False):
            waiting.append(file)
            if cut:
                load(split, waiting, received_at=moment)
                waiting = []
        load(at_once, files, received_at=moment)
        assert differing(tables(split), tables(at_once)) == {}


@pytest.mark.parametrize("nearly_sorted", [0.0, 1e9])
def test_what_streams_by_the_million_ends_as_what_is_worked_on_step_by_step(
    nearly_sorted: float, demo: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo.city_warehouse, tmp_path / "wuhai")
    settings = Settings(city="wuhai", warehouse=tmp_path)
    held = tables(settings)
    monkeypatch.setattr(build, "MANY_ROWS", -1)
    monkeypatch.setattr(build, "NEARLY_SORTED", nearly_sorted)
    rebuild(settings)
    assert differing(tables(settings), held) == {}
    assert len(held["tickets"]) > 1_000


def test_a_deadline_beyond_the_calendar_is_reached_by_the_delivery_of_another_source(tmp_path: Path) -> None:
    settings = city_in(tmp_path)
    far = {"number": "A", "reported_at": "2026-09-20 09:00:00", "category": "占道经营", "close_due_at": "2029-12-01 12:00:00"}
    load(settings, [written(tmp_path / "files", 1, ("hotline", [far]))], received_at=datetime(2026, 9, 21))
    late = {"number": "B", "reported_at": "2028-06-20 09:00:00", "category": "占道经营"}
    load(settings, [written(tmp_path / "files", 2, ("patrol", [late]))], received_at=datetime(2028, 7, 1))
    assert differing(tables(settings), built_whole(settings, datetime(2028, 7, 1))) == {}


@pytest.mark.parametrize("source", sorted(KINDS))
def test_every_source_of_the_small_city_is_drawn_as_it_is_declared(source: str) -> None:
    declared = source_named(SMALL, source)
    assert set(KINDS[source]) == {*declared.columns, *declared.optional}
