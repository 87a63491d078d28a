"""A source's database is polled: only what is new, every type as text, nothing secret in what is said."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from etl.__main__ import app
from etl.errors import FileRefused
from etl.landing import Landing
from etl.load import Outcome, load
from etl.readers import database
from etl.readers.database import poll
from etl.readers.database_values import as_text, earlier, typed, watermark_text
from etl.source import Source, read_source
from tests.deliveries import CITIES, NOW, asked, tiny_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOML = """label = "业务库"
kind = "tickets"
{rhythm}
[database]
url_env = "HOTLINE_DB_URL"
watermark = "updated_at"
{section}
[columns]
number = "number"
reported_at = "reported_at"
updated_at = "updated_at"
description = "content"
"""
COUNTS = "select received_count, accepted_count, duplicate_count, rejected_count from load_batches order by batch_id"


class Hotline:
    """A city whose hotline is a database, and that database."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, section: str, rhythm: str = "") -> None:
        cities = folder / "cities"
        shutil.copytree(CITIES / "tiny", cities / "tiny")
        path = cities / "tiny" / "sources" / "hotline.toml"
        path.write_text(TOML.format(section=section, rhythm=rhythm), encoding="utf-8")
        monkeypatch.setenv("HOTLINE_DB_URL", url)
        monkeypatch.setenv("CITIES", str(cities))
        monkeypatch.setenv("WAREHOUSE", str(folder / "warehouse"))
        self.settings = tiny_in(folder / "warehouse").model_copy(update={"cities": cities})
        self.source = read_source(path)
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)

    def say(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def poll(self, moment: datetime = NOW) -> Outcome:
        return load(self.settings, [], polled=["hotline"], received_at=moment)

    def marks(self) -> list[str | None]:
        return [batch.watermark for batch in Landing(self.settings.city_warehouse / "landing").batches() if batch.source_code == "hotline"]


TABLE = "create table tickets (number text, reported_at timestamp, updated_at timestamp, content text)"


def row(number: str, updated_at: str, content: str = "路灯") -> str:
    return f"insert into tickets values ('{number}', '2026-10-12 08:00:00', '{updated_at}', '{content}')"


@pytest.fixture
def hotline(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Hotline]:
    def made(section: str = 'table = "tickets"', rhythm: str = "") -> Hotline:
        url = f"sqlite:///{tmp_path / 'hotline.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres")
        found = Hotline(tmp_path, url, monkeypatch, section, rhythm)
        found.say("drop table if exists tickets", TABLE)
        return found

    return made


@pytest.mark.parametrize("hotline", ["sqlite", "postgresql"], indirect=True)
def test_a_poll_brings_what_is_new_and_remembers_how_far_it_came(hotline: Callable[..., Hotline]) -> None:
    city = hotline()
    city.say(row("1", "2026-10-12 09:00:00"), row("2", "2026-10-12 10:00:00.5"))
    city.poll()
    assert asked(city.settings, COUNTS) == [(2, 2, 0, 0)]
    assert asked(city.settings, "select ticket_number, reported_at, updated_at from tickets order by 1") == [
        ("1", datetime(2026, 10, 12, 8), datetime(2026, 10, 12, 9)),
        ("2", datetime(2026, 10, 12, 8), datetime(2026, 10, 12, 10, 0, 0, 500_000)),
    ]
    nothing = city.poll(NOW + timedelta(hours=1))
    assert (nothing.snapshot, nothing.batches, nothing.notes) == (None, [], ["database of hotline: no new rows"])
    city.say("delete from tickets where number = '1'", row("1", "2026-10-12 11:00:00", "修好了"), row("3", "2026-10-12 11:00:00"))
    city.poll(NOW + timedelta(hours=2))
    assert asked(city.settings, COUNTS) == [(2, 2, 0, 0), (2, 2, 0, 0)]
    assert asked(city.settings, "select summary from tickets where ticket_number = '1'") == [("修好了",)]
    assert [mark and mark.replace("T", " ") for mark in city.marks()][1] == "2026-10-12 11:00:00"


@pytest.mark.parametrize("hotline", ["postgresql"], indirect=True)
def test_an_undone_batch_is_polled_again_wherever_it_stood(hotline: Callable[..., Hotline]) -> None:
    city = hotline()
    for number in (1, 2, 3):
        city.say(row(f"{number}", f"2026-10-12 1{number}:00:00"))
        city.poll(NOW + timedelta(hours=number))
    landing = Landing(city.settings.city_warehouse / "landing")
    landing.set_aside(landing.batches()[2])
    city.poll(NOW + timedelta(hours=5))
    assert asked(city.settings, "select ticket_number from tickets order by 1") == [("1",), ("2",), ("3",)]
    # The gap is closed: row 3 came again as a duplicate, and the next poll begins behind it.
    assert asked(city.settings, COUNTS)[-1] == (2, 1, 1, 0)
    assert city.poll(NOW + timedelta(hours=6)).batches == []


@pytest.mark.parametrize("hotline", ["sqlite", "postgresql"], indirect=True)
def test_rows_of_the_overlap_are_duplicates_and_late_ones_are_found(hotline: Callable[..., Hotline]) -> None:
    city = hotline('table = "tickets"\noverlap_minutes = 30')
    city.say(row("1", "2026-10-12 09:00:00"), row("2", "2026-10-12 10:00:00"))
    city.poll()
    assert city.poll(NOW + timedelta(hours=1)).batches == []
    # Written by a transaction that began before the last poll and ended after it.
    city.say(row("3", "2026-10-12 09:45:00"))
    city.poll(NOW + timedelta(hours=2))
    assert asked(city.settings, COUNTS) == [(2, 2, 0, 0), (2, 1, 1, 0)]
    assert city.marks()[0] == city.marks()[1]


@pytest.mark.parametrize("hotline", ["postgresql"], indirect=True)
def test_a_row_without_watermark_is_not_lost(hotline: Callable[..., Hotline]) -> None:
    city = hotline()
    city.say(row("1", "2026-10-12 09:00:00"))
    city.poll()
    city.say("insert into tickets values ('2', '2026-10-12 08:00:00', null, 'x')")
    city.poll(NOW + timedelta(hours=1))
    assert asked(city.settings, "select count(*) from tickets") == [(2,)]
    assert city.poll(NOW + timedelta(hours=2)).batches == []


@pytest.mark.parametrize("hotline", ["postgresql"], indirect=True)
def test_a_query_may_hold_anything_a_query_holds(hotline: Callable[..., Hotline]) -> None:
    query = "query = '''select number, reported_at, updated_at, '%12:30 ' || content as content from tickets where content like '路%';'''"
    city = hotline(query)
    city.say(row("1", "2026-10-12 09:00:00"), row("2", "2026-10-12 09:00:00", "水管"))
    for hours, content in ((0, "路灯"), (1, "路面")):
        city.say(row(f"{3 + hours}", f"2026-10-12 1{hours}:00:00", content))
        city.poll(NOW + timedelta(hours=hours))
    assert asked(city.settings, "select summary from tickets order by ticket_number") == [
        ("%12:30 路灯",),
        ("%12:30 路灯",),
        ("%12:30 路面",),
    ]


@pytest.mark.parametrize("hotline", ["sqlite"], indirect=True)
def test_a_quiet_database_is_alive_once_its_rhythm_has_passed(hotline: Callable[..., Hotline]) -> None:
    city = hotline(rhythm="rhythm_minutes = 60")
    assert city.poll().batches == []
    city.say(row("1", "2026-10-12 09:00:00"))
    city.poll()
    assert city.poll(NOW + timedelta(minutes=59)).batches == []
    alive = city.poll(NOW + timedelta(minutes=60))
    assert alive.warnings == {alive.batches[0].batch_id: ["no new rows"]}
    assert asked(city.settings, "select as_of from sources where source_code = 'hotline'") == [(NOW + timedelta(minutes=60),)]
    city.say(row("2", "2026-10-12 10:00:00"))
    city.poll(NOW + timedelta(minutes=70))
    assert asked(city.settings, COUNTS) == [(1, 1, 0, 0), (0, 0, 0, 0), (1, 1, 0, 0)]


def test_the_rows_make_the_hash_whatever_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = []
    for place, numbers in enumerate(("12", "21", "13")):
        folder = tmp_path / f"{place}"
        folder.mkdir()
        city = Hotline(folder, f"sqlite:///{folder / 'a.sqlite'}", monkeypatch, 'table = "tickets"')
        city.say(TABLE, *(row(number, "2026-10-12 09:00:00") for number in numbers))
        hashes.append(city.poll().batches[0].file_sha256)
    assert hashes[0] == hashes[1] != hashes[2]


def test_every_type_becomes_the_text_a_file_would_hold() -> None:
    zoned = datetime(2026, 10, 12, 1, tzinfo=UTC)
    values = {
        "是": "是", "": None, None: None, True: "1", 7: "7", 2.5: "2.5", 1e-7: "0.0000001", 3e20: "300000000000000000000",
        float("nan"): None, Decimal("12.50"): "12.50", Decimal("1E+3"): "1000", Decimal("NaN"): None, date(2026, 1, 2): "2026-01-02",
        datetime(2026, 1, 2, 3, 4, 5): "2026-01-02 03:04:05", datetime(2026, 1, 2, 0, 0, 0, 20): "2026-01-02 00:00:00.000020",
        zoned: "2026-10-12 09:00:00", b"\xe8\xb7\xaf": "路", (1, "路"): '[1, "路"]',
    }  # fmt: skip
    assert [as_text(value, SHANGHAI) for value in values] == list(values.values())
    assert as_text({"a": zoned}, SHANGHAI) == '{"a": "2026-10-12 01:00:00+00:00"}'


MARKS = [
    (datetime(2026, 1, 2, 3, 4, 5, 6), datetime(2026, 1, 2, 2, 34, 5, 6)),
    (datetime(2026, 1, 2, 3, tzinfo=SHANGHAI), datetime(2026, 1, 2, 2, 30, tzinfo=SHANGHAI)),
    (date(2026, 1, 2), date(2026, 1, 1)),
    (17, 17), (Decimal("1.5"), Decimal("1.5")), (b"\0\7", b"\0\7"), ("v7", "v7"),
    ("2026-01-02 03:04:05", "2026-01-02 02:34:05"), ("2026-01-02T03:04:05.5", "2026-01-02T02:34:05.5"), ("2026-01-02", "2026-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("mark", "before"), MARKS)
def test_a_watermark_survives_as_text_and_is_moved_back_by_the_overlap(mark: Any, before: Any) -> None:
    kept = typed(watermark_text(mark), mark)
    assert kept == mark
    assert earlier(kept, timedelta(minutes=30)) == before
    assert earlier(kept, timedelta()) == mark


def test_types_of_postgresql(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = (
        "select * from (values ('1', timestamptz '2026-10-12 01:00:00+00', timestamptz '2026-10-12 02:00:00.25+00', 'x',"
        " 12.50::numeric, true, date '2026-10-12', 1.5::float8, null::text, '{\"a\": [1]}'::jsonb, array[1, 2], 7::bigint))"
        " as t(number, reported_at, updated_at, content, amount, flag, day, ratio, nothing, tree, list, big)"
    )
    city = Hotline(tmp_path, postgres, monkeypatch, f"query = '''{query}'''")
    (batch,) = city.poll().batches
    landed = duckdb.read_parquet(str(Landing(city.settings.city_warehouse / "landing").rows_of(batch)))
    assert landed.select("number, reported_at, updated_at, amount, flag, day, ratio, nothing, tree, list, big").fetchall() == [
        ("1", "2026-10-12 09:00:00", "2026-10-12 10:00:00.250000", "12.50", "1", "2026-10-12", "1.5", None, '{"a": [1]}', "[1, 2]", "7")
    ]
    assert city.poll(NOW + timedelta(hours=1)).batches == []
    assert asked(city.settings, "select reported_at from tickets") == [(datetime(2026, 10, 12, 9),)]


def test_many_rows_are_streamed(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = (
        "select n::text as number, timestamp '2026-10-12' as reported_at, timestamp '2026-10-12' as updated_at,"
        " repeat('路', 50) as content from generate_series(1, {}) as n"
    )
    monkeypatch.setattr(database, "PIECE", 1_000)
    peaks = []
    for count in (5_000, 20_000):
        folder = tmp_path / f"{count}"
        folder.mkdir()
        city = Hotline(folder, postgres, monkeypatch, f"query = '''{query.format(count)}'''")
        tracemalloc.start()
        with duckdb.connect() as con:
            reading = poll(city.source, None, con, folder, SHANGHAI).reading
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert con.execute(f"select count(*), max(row_number) from {reading.relation}").fetchall() == [(count, count)]
    assert peaks[1] < 1.5 * peaks[0]


def said(city: Hotline, url: str | None, monkeypatch: pytest.MonkeyPatch, source: Source | None = None) -> str:
    """What is said of a poll that fails, which is one line and keeps the password to itself."""
    if url is None:
        monkeypatch.delenv("HOTLINE_DB_URL")
    else:
        monkeypatch.setenv("HOTLINE_DB_URL", url)
    with duckdb.connect() as con, pytest.raises(FileRefused) as refused:
        poll(source or city.source, None, con, city.settings.warehouse, SHANGHAI)
    text = str(refused.value)
    assert "\n" not in text
    assert text.startswith("database HOTLINE_DB_URL")
    assert "geheim" not in text + repr(refused.value.__cause__)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return text


def test_what_goes_wrong_is_one_line_without_the_password(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = Hotline(tmp_path, postgres, monkeypatch, 'table = "tickets"')
    city.say("drop table if exists tickets", TABLE)
    assert "is not set" in said(city, None, monkeypatch)
    assert "holds no URL" in said(city, "geheim", monkeypatch)
    assert "needs the driver" in said(city, "nosuch+thing://u:geheim@h/d", monkeypatch)
    assert "needs the driver" in said(city, "mysql+pymysql://u:geheim@h/d", monkeypatch)
    away = sa.make_url(postgres).set(port=1)
    assert "refused" in said(city, away.render_as_string(hide_password=False), monkeypatch)
    wrong = sa.make_url(postgres).set(password="geheimnis")  # noqa: S106
    assert "password authentication failed" in said(city, wrong.render_as_string(hide_password=False), monkeypatch)
    for section, words in (
        ('table = "nowhere.tickets"', 'relation "nowhere.tickets" does not exist'),
        ('query = "select number, reported_at, content from tickets"', "missing updated_at"),
        ('query = "select nothing from tickets"', 'column "nothing" does not exist'),
        ('query = "delete from tickets"', "syntax error"),
        ('table = "tickets; drop table tickets"', "does not exist"),
    ):
        folder = tmp_path / f"{len(words)}{section[:5]}"
        folder.mkdir()
        other = Hotline(folder, postgres, monkeypatch, section)
        assert words in said(other, postgres, monkeypatch)


def test_a_missing_watermark_column_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = Hotline(tmp_path, f"sqlite:///{tmp_path / 'a.sqlite'}", monkeypatch, 'table = "tickets"')
    city.say("create table tickets (number text, reported_at text, content text, updated_at text)")
    city.source = city.source.model_copy(update={"database": city.source.database.model_copy(update={"watermark": "changed_at"})})  # type: ignore[union-attr]
    text = said(city, f"sqlite:///{tmp_path / 'a.sqlite'}", monkeypatch)
    assert "the rows have no column changed_at (expected one of number, reported_at, content, updated_at)" in text


def test_hostile_text_in_a_database_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(TABLE)
        values = ["'; drop table tickets; --", "<script>", "\x00\x1b", "长" * 300_000, 'a\r\n"b"']
        db.executemany("insert into tickets values (?, '2026-10-12 08:00:00', '2026-10-12 08:00:00', ?)", enumerate(values))
    db.close()
    city = Hotline(tmp_path, f"sqlite:///{path}", monkeypatch, 'table = "tickets"')
    (batch,) = city.poll().batches
    landed = duckdb.read_parquet(str(Landing(city.settings.city_warehouse / "landing").rows_of(batch)))
    assert [found for (found,) in landed.order("row_number").select("content").fetchall()] == values
    assert asked(city.settings, COUNTS) == [(5, 5, 0, 0)]


def test_the_command_polls_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = Hotline(tmp_path, f"sqlite:///{tmp_path / 'a.sqlite'}", monkeypatch, 'table = "tickets"')
    city.say(TABLE, row("1", "2026-10-12 09:00:00"))

    def run() -> Result:
        return CliRunner().invoke(app, ["load", "--city", "tiny", "--source", "hotline", "--received-at", "2026-10-14T09:00:00"])

    assert "database tickets" in run().stdout
    assert "note: database of hotline: no new rows" in run().stderr
    manifest = json.loads(next((city.settings.city_warehouse / "landing" / "manifests").glob("*-hotline.json")).read_text("utf-8"))
    assert (manifest["watermark"], manifest["polled_after"]) == ("2026-10-12 09:00:00", None)
    monkeypatch.setenv("HOTLINE_DB_URL", "postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    command = [sys.executable, "-m", "etl", "load", "--city", "tiny", "--source", "hotline"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("error: database HOTLINE_DB_URL: ")
    assert "geheim" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
