"""Landing loses nothing: a batch is there whole or not at all, is landed once, and keeps its place in the order."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl.errors import FileRefused
from etl.landing import REFERENCE, Batch, Landing, sole_writer
from etl.source import source_named
from tests.deliveries import GOOD, HEADER, delivered

TESTS = Path(__file__).parents[1]
CITY = TESTS / "cities" / "tiny"
TEN = TESTS / "deliveries" / "ten.csv"
NOW = datetime(2026, 10, 14, 9)
APPEALS = source_named(CITY, "appeals")


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


def land(landing: Landing, path: Path) -> tuple[Batch, bool]:
    return landing.land(path, APPEALS, NOW, "tester")


def altered(folder: Path, name: str, extra: str) -> Path:
    """The ten tickets and more lines."""
    path = folder / name
    path.write_text(TEN.read_text("utf-8") + extra, encoding="utf-8")
    return path


def stored(landing: Landing) -> set[str]:
    """Everything in the landing folder, by its path, but for the remembered copy of the manifests."""
    found = {path.relative_to(landing.folder).as_posix() for path in landing.folder.rglob("*") if path.is_file()}
    return found - {"manifests.index"}


def test_a_batch_exists_exactly_if_its_manifest_does(landing: Landing) -> None:
    batch, is_new = land(landing, TEN)
    assert is_new
    assert landing.batches() == [batch]
    assert stored(landing) == {f"rows/{batch.batch_id}.parquet", f"manifests/{batch.batch_id}.json"}
    (landing.folder / "manifests" / f"{batch.batch_id}.json").unlink()
    assert landing.batches() == []
    again, is_new = land(landing, TEN)
    assert is_new
    assert landing.batches() == [again]


def test_a_refused_file_leaves_nothing(landing: Landing, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(FileRefused, match="the file is empty"):
        land(landing, path)
    assert landing.batches() == []
    assert stored(landing) == set()
    assert list(landing.folder.glob(".scratch*")) == []


def test_the_same_bytes_are_landed_once_whatever_their_name(landing: Landing, tmp_path: Path) -> None:
    first, _ = land(landing, TEN)
    before = stored(landing)
    assert land(landing, Path(shutil.copy(TEN, tmp_path / "again.csv"))) == (first, False)
    assert stored(landing) == before
    other, is_new = land(landing, altered(tmp_path, "more.csv", "\n"))
    assert is_new
    assert landing.batches() == [first, other]


def test_numbers_are_never_given_twice(landing: Landing, tmp_path: Path) -> None:
    batches = [land(landing, altered(tmp_path, "a.csv", "\n" * count))[0] for count in range(1, 4)]
    assert [batch.batch_id for batch in batches] == ["000001-appeals", "000002-appeals", "000003-appeals"]
    landing.set_aside(batches[2])
    assert landing.batches() == batches[:2]
    assert landing.rows_of(batches[2]).exists()
    anew = Landing(landing.folder)
    earlier = anew.land(altered(tmp_path, "a.csv", "\n" * 9), APPEALS, datetime(2020, 1, 1), "tester")[0]
    assert earlier.batch_id == "000004-appeals"
    assert anew.batches() == [*batches[:2], earlier]


def test_every_record_is_a_row_or_a_broken_line(landing: Landing, tmp_path: Path) -> None:
    batch, _ = land(landing, altered(tmp_path, "cut.csv", 'x,y\n\n"open\n'))
    rows = duckdb.read_parquet(str(landing.rows_of(batch)))
    broken = list(landing.broken_of(batch))
    assert (batch.received_count, batch.broken_count, len(broken)) == (12, 2, 2)
    assert batch.received_count == len(rows) + len(broken)
    assert [(line["row_number"], line["line"], line["raw"]) for line in broken] == [(11, 12, "x,y"), (12, 14, '"open')]
    assert rows.select("row_number, batch_id, source_code").fetchall() == [(n, batch.batch_id, "appeals") for n in range(1, 11)]
    assert {"row_hash", *batch.columns} <= set(rows.columns)


def test_identical_rows_have_one_hash_in_any_order_of_columns(landing: Landing, tmp_path: Path) -> None:
    turned = tmp_path / "turned.csv"
    lines = [line.split(",") for line in TEN.read_text("utf-8").splitlines()]
    assert len({len(line) for line in lines}) == 1
    turned.write_text("".join(",".join(reversed(line)) + "\n" for line in lines), encoding="utf-8")
    hashes = [
        duckdb.read_parquet(str(landing.rows_of(land(landing, path)[0]))).select("row_number, row_hash").fetchall()
        for path in (TEN, turned)
    ]
    assert hashes[0] == hashes[1]
    assert len({row_hash for _, row_hash in hashes[0]}) == 10


def hashes_of(landing: Landing, path: Path, rows: list[dict[str, str]], header: list[str]) -> list[int]:
    batch, _ = land(landing, delivered(path, rows, header))
    return [row[0] for row in duckdb.read_parquet(str(landing.rows_of(batch))).order("row_number").select("row_hash").fetchall()]


def test_texts_in_each_others_column_are_another_row(landing: Landing, tmp_path: Path) -> None:
    turned = GOOD | {"街道": GOOD["社区"], "社区": GOOD["街道"]}
    moved = GOOD | {"社区": "", "内容": GOOD["社区"]}
    assert len(set(hashes_of(landing, tmp_path / "a.csv", [GOOD, turned, moved], HEADER))) == 3
    # Two exports of which one has the headings exchanged.
    swapped = ["社区" if name == "街道" else "街道" if name == "社区" else name for name in HEADER]
    (tmp_path / "b.csv").write_text((tmp_path / "a.csv").read_text("utf-8").replace(",".join(HEADER), ",".join(swapped)), "utf-8")
    first, second = (duckdb.read_parquet(str(landing.rows_of(b))).select("row_hash").fetchall() for b in
                     (land(landing, tmp_path / "a.csv")[0], land(landing, tmp_path / "b.csv")[0]))  # fmt: skip
    assert second == [first[1], first[0], second[2]]
    assert second[2] != first[2]


def test_a_column_added_later_leaves_the_rows_before_it_what_they_were(landing: Landing, tmp_path: Path) -> None:
    before = hashes_of(landing, tmp_path / "a.csv", [GOOD], HEADER)
    assert hashes_of(landing, tmp_path / "b.csv", [GOOD, GOOD | {"网格": "G7"}], [*HEADER, "网格"])[0] == before[0]
    assert hashes_of(landing, tmp_path / "c.csv", [GOOD | {"网格": "G7"}], ["网格", *HEADER])[0] != before[0]


def test_what_a_landing_cut_off_left_behind_is_not_taken_for_another_batch(landing: Landing, tmp_path: Path) -> None:
    cut, _ = land(landing, altered(tmp_path, "cut.csv", "x,y\n"))
    (landing.folder / "manifests" / f"{cut.batch_id}.json").unlink()
    whole, _ = land(landing, TEN)
    assert whole.batch_id == cut.batch_id
    assert (list(landing.broken_of(whole)), whole.received_count) == ([], 10)
    left = landing.reference_of(whole).with_name("000002-reference") / "units.csv"
    left.parent.mkdir()
    left.write_text("left behind", encoding="utf-8")
    city = Path(shutil.copytree(CITY, tmp_path / "city"))
    (city / "units.csv").unlink()
    landing.land_reference(city, NOW, "tester")
    assert not left.exists()


def test_the_reference_is_landed_when_it_changed(landing: Landing, tmp_path: Path) -> None:
    city = Path(shutil.copytree(CITY, tmp_path / "city"))
    first, is_new = landing.land_reference(city, NOW, "tester")
    assert is_new
    assert (first.source_code, first.batch_id) == (REFERENCE, "000001-reference")
    (city / "notes.md").write_text("not read by the loader", encoding="utf-8")
    (city / "alerts.toml").write_text("# read by the web alone", encoding="utf-8")
    assert landing.land_reference(city, NOW, "tester") == (first, False)
    (city / "alerts.toml").unlink()
    with (city / "units.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    second, is_new = landing.land_reference(city, NOW, "tester")
    assert is_new
    for batch, folder in ((first, CITY), (second, city)):
        kept = landing.reference_of(batch)
        assert {p.relative_to(kept): p.read_bytes() for p in kept.rglob("*") if p.is_file()} == {
            p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"
        }
    # Back to what it was is a change too.
    assert landing.land_reference(CITY, NOW, "tester")[0].batch_id == "000003-reference"


def test_raw_data_and_the_callers_key_are_their_owners_alone(landing: Landing) -> None:
    key = landing.caller_key()
    assert len(bytes.fromhex(key)) == 32
    assert Landing(landing.folder).caller_key() == key
    assert landing.folder.stat().st_mode & 0o777 == 0o700
    assert (landing.folder / "caller.key").stat().st_mode & 0o777 == 0o600


CHILD = """
import sys
from pathlib import Path
from etl.landing import sole_writer
folder = Path(sys.argv[1])
print("asks", flush=True)
with sole_writer(folder):
    with (folder / "log").open("a") as log:
        log.write("child ")
    print("has it", flush=True)
    sys.stdin.readline()
"""


def writer(folder: Path) -> subprocess.Popen[str]:
    """Another process that asks for the lock, and holds it until it is told a line."""
    command = [sys.executable, "-c", CHILD, str(folder)]
    return subprocess.Popen(command, cwd=TESTS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_writer_waits_its_turn(tmp_path: Path) -> None:
    with sole_writer(tmp_path):
        child = writer(tmp_path)
        assert child.stdout is not None
        assert child.stdout.readline() == "asks\n"
        with (tmp_path / "log").open("a") as log:
            log.write("parent ")
    with child:
        assert child.stdout.readline() == "has it\n"
        assert (tmp_path / "log").read_text() == "parent child "
        with (tmp_path / ".lock").open("w") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child.communicate("done\n")
    assert child.returncode == 0


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    with writer(tmp_path) as child:
        assert child.stdout is not None
        assert [child.stdout.readline() for _ in range(2)] == ["asks\n", "has it\n"]
        child.kill()
        with sole_writer(tmp_path):
            assert (tmp_path / "log").read_text() == "child "


def test_a_roster_makes_no_other_snapshot(landing: Landing, tmp_path: Path) -> None:
    city = tmp_path / "rostered"
    shutil.copytree(CITY, city)
    first, _ = landing.land_reference(city, NOW, "tester")
    (city / "duty.csv").write_bytes("日期,班次,值班员\n".encode("gb18030"))
    assert landing.land_reference(city, NOW, "tester") == (first, False)
