"""Deliveries are found where they lie: in archives, folders, patterns and standard input; what is not taken is named."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from etl.__main__ import app
from etl.errors import FileRefused
from etl.load import load
from etl.readers import archive
from tests.deliveries import CITIES, GOOD, HEADER, NOW, TEN, asked, delivered, tiny_in

HEAD = ",".join(HEADER) + "\n"
BATCHES = "select file_name, received_count, control_count from load_batches order by batch_id"


def line(number: str) -> str:
    return f"{number},2026-10-12 09:00:00" + "," * (len(HEADER) - 2) + "\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`load` of the command line on a hand-worked city of the test's own."""
    monkeypatch.setenv("CITIES", str(CITIES))
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("CITY", "tiny")
    words = ["load", "--source", "appeals", "--received-at", "2026-10-14T09:00:00"]
    return lambda *files, **how: CliRunner().invoke(app, [*words, *map(str, files)], **how)


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def test_a_zip_is_loaded_member_by_member(tmp_path: Path, run: Callable[..., Result]) -> None:
    members = {
        "a.csv": HEAD + line("G1"),
        "里/二月.csv": HEAD + line("G2") + line("G3"),
        "里/二月.csv.total": "5",
        "里/bad.csv": "x,y\n1,2\n",
        "__MACOSX/._a.csv": b"\0\1",
        "里/.DS_Store": b"\0",
        "读我.pdf": b"%PDF",
        "inner.zip": b"PK",
    }
    result = run(packed(tmp_path / "outer.zip", members))
    assert result.exit_code == 1
    settings = tiny_in(tmp_path / "warehouse")
    assert asked(settings, BATCHES) == [("outer.zip/a.csv", 1, None), ("outer.zip/里/二月.csv", 2, 5)]
    assert asked(settings, "select ticket_number from tickets order by 1") == [("G1",), ("G2",), ("G3",)]
    assert "note: outer.zip/读我.pdf: left" in result.stderr
    assert "error: outer.zip/里/bad.csv:1:工单编号: missing" in result.stderr
    assert "error: outer.zip/inner.zip: an archive within an archive" in result.stderr
    assert "the sender counts 5 rows, 2 were received" in result.stderr
    assert list((settings.city_warehouse / "landing").glob(".*")) == []
    again = run(tmp_path / "outer.zip")
    assert "already loaded as" in again.stdout


def test_names_in_gbk_are_read_as_such(tmp_path: Path) -> None:
    path = packed(tmp_path / "outer.zip", {"xxxx.csv": HEAD + line("G1")})
    raw = path.read_bytes().replace(b"xxxx.csv", "工单".encode("gbk") + b".csv")
    path.write_bytes(raw)
    settings = tiny_in(tmp_path / "warehouse")
    load(settings, [(path, "appeals")], received_at=NOW)
    assert asked(settings, BATCHES) == [("outer.zip/工单.csv", 1, None)]


def test_members_that_are_not_to_be_trusted_are_refused_by_name_and_the_others_load(tmp_path: Path, run: Callable[..., Result]) -> None:
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("../up.csv", "/root.csv", "C:\\win.csv", "good.csv", "broken.csv"):
            made.writestr(name, HEAD + line("G1"))
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        locked = zipfile.ZipInfo("locked.csv")
        made.writestr(locked, HEAD)
        made.writestr("bomb.csv", b"0" * (archive.SMALL + 1))
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        start = made.getinfo("broken.csv").header_offset + 30 + len("broken.csv")
        # Encrypted: a bit in the list of members at the end of the file.
    raw[start + 4] ^= 0xFF
    raw[raw.rindex(b"locked.csv") - 46 + 8] |= 1
    path.write_bytes(raw)
    result = run(path)
    for said in (
        "outer.zip/../up.csv: a name that leads out of the archive",
        "outer.zip//root.csv: a name that leads out of the archive",
        "outer.zip/C:/win.csv: a name that leads out of the archive",
        "outer.zip/link.csv: a link, not a file",
        "outer.zip/locked.csv: is encrypted",
        "outer.zip/broken.csv: the member is damaged",
        "outer.zip/bomb.csv: unpacks to 67,108,865 bytes from",
    ):
        assert f"error: {said}" in result.stderr, result.stderr
    assert asked(tiny_in(tmp_path / "warehouse"), BATCHES) == [("outer.zip/good.csv", 1, None)]


def test_a_zip_that_is_none_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tiny_in(tmp_path / "warehouse")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and so on")
    packed(tmp_path / "b.zip", {"a.csv": "x" * 2_000})
    packed(tmp_path / "c.zip", {"readme.md": ""})
    monkeypatch.setattr(archive, "MOST_BYTES", 1_999)
    for name, said in (("a", "is not a readable zip"), ("b", "its members unpack to .* as a zip bomb's would"), ("c", "holds no file")):
        with pytest.raises(FileRefused, match=said):
            load(settings, [(tmp_path / f"{name}.zip", "appeals")], received_at=NOW)


def test_a_folder_gives_what_the_source_can_send_and_names_the_rest(tmp_path: Path, run: Callable[..., Result]) -> None:
    folder = tmp_path / "exports"
    (folder / "里").mkdir(parents=True)
    for number, name in enumerate(("b.csv", "a.csv", "里/c.csv", "~$a.csv", ".a.csv", "notes.pdf", "a.xlsx"), 1):
        (folder / name).write_text(HEAD + line(f"G{number}"), encoding="utf-8")
    (folder / "a.csv.total").write_text("1", encoding="utf-8")
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert asked(tiny_in(tmp_path / "warehouse"), BATCHES) == [("a.csv", 1, 1), ("b.csv", 1, None), ("c.csv", 1, None)]
    assert {f"note: {folder / name}: left, as source appeals does not send such files" for name in ("notes.pdf", "a.xlsx")} <= set(
        result.stderr.splitlines()
    )
    (tmp_path / "empty").mkdir()
    refusal = run(tmp_path / "empty").exception
    assert f"{tmp_path / 'empty'}: there is no file that source appeals could send" in str(refusal)


def test_a_pattern_gives_its_files_and_one_that_meets_nothing_is_named(tmp_path: Path, run: Callable[..., Result]) -> None:
    for number, name in enumerate(("a1.csv", "a2.csv", "a[1].csv", "b.csv"), 1):
        delivered(tmp_path / name, [GOOD | {"工单编号": f"G{number}"}])
    run(tmp_path / "a[1].csv")
    result = run(tmp_path / "a*.csv", tmp_path / "c*.csv")
    assert result.exit_code == 1
    assert f"error: {tmp_path / 'c*.csv'}: there is no such file: nothing matches this pattern" in result.stderr
    assert [row[0] for row in asked(tiny_in(tmp_path / "warehouse"), BATCHES)] == ["a[1].csv", "a1.csv", "a2.csv"]
    refusal = run(tmp_path / "c*.csv", tmp_path / "absent.csv").exception
    assert "absent.csv: there is no such file" in str(refusal)
    assert "c*.csv: there is no such file" in refusal.__notes__[0]


def test_standard_input_is_a_delivery_with_a_name(tmp_path: Path, run: Callable[..., Result]) -> None:
    settings = tiny_in(tmp_path / "warehouse")
    result = run("-", "--name", "夜间.csv", input=(HEAD + line("G1")).encode())
    assert result.exit_code == 0, result.output
    archived = io.BytesIO()
    with zipfile.ZipFile(archived, "w") as made:
        made.writestr("里.csv", HEAD + line("G2"))
    run("-", input=archived.getvalue())
    run("-", "--format", "tsv", input=(HEAD + line("G3")).replace(",", "\t").encode())
    names = [row[0] for row in asked(settings, BATCHES)]
    assert names == ["夜间.csv", "standard input/里.csv", "standard input"]
    assert [path.name for path in (settings.city_warehouse / "landing").glob(".*")] == []
    for content, said in ((b"", "standard input: nothing came"), (b"%PDF-1", "standard input: what came is a pdf file")):
        assert said in str(run("-", input=content).exception)


def test_what_a_killed_reader_of_standard_input_left_is_removed(tmp_path: Path, run: Callable[..., Result]) -> None:
    landing = tmp_path / "warehouse" / "tiny" / "landing"
    for process in (2**22 + 1, os.getppid()):
        (landing / f".incoming-{process}-x").mkdir(parents=True)
    run("-", input=(HEAD + line("G1")).encode())
    assert [path.name for path in landing.glob(".incoming-*")] == [f".incoming-{os.getppid()}-x"]


def test_neither_file_nor_database_is_said(run: Callable[..., Result]) -> None:
    assert "sources/appeals.toml: no files were named, and there is no database to poll" in str(run().exception)


def test_a_file_without_rows_shows_that_its_source_is_alive(tmp_path: Path) -> None:
    """What is open grows older with it; and since such files are all alike, the same bytes later are another sign."""
    settings = tiny_in(tmp_path / "warehouse")
    load(settings, [(TEN, "appeals")], received_at=NOW)
    empty = delivered(tmp_path / "empty.csv", [])
    as_of = "select as_of from sources where source_code = 'appeals'"
    for hours in (30, 60):
        moment = NOW + timedelta(hours=hours)
        outcome = load(settings, [(empty, "appeals")], received_at=moment)
        assert outcome.snapshot is not None
        assert asked(settings, as_of) == [(moment,)]
        assert ["the file has a header but no rows"] in outcome.warnings.values()
    overdue = asked(settings, "select count(*) from tickets where is_overdue")[0][0]
    again = load(settings, [(empty, "appeals")], received_at=moment)
    assert (again.snapshot, again.new) == (None, set())
    assert asked(settings, "select count(*) from load_batches") == [(3,)]
    whole = tiny_in(tmp_path / "other")
    load(whole, [(TEN, "appeals")], received_at=moment)
    assert overdue == asked(whole, "select count(*) from tickets where is_overdue")[0][0] > 0


def test_a_stream_that_is_the_programs_own(tmp_path: Path) -> None:
    environment = os.environ | {"CITIES": str(CITIES), "WAREHOUSE": str(tmp_path), "CITY": "tiny"}
    command = [sys.executable, "-m", "etl", "load", "-", "--source", "appeals", "--format", "csv"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, input=TEN.read_bytes(), cwd=root, env=environment, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert b"standard input" in done.stdout
