"""Undo, redo, rebuild and rejects: a batch may go and come back, and nothing of it is lost."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dashboard.deliveries import batch_rows, rejected_reasons
from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, warehouse
from etl import batches
from etl.batches import NoBatch, rebuild, redo, undo, write_rejects
from etl.landing import Landing
from etl.load import load
from tests.deliveries import GOOD, HEADER, NOW, asked, delivered, tables, ten_in, tiny_in

LATER = NOW + timedelta(hours=1)
MOVED = {"land_seconds"}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pattern")
    settings = ten_in(folder / "warehouse")
    number = asked(settings, "select min(ticket_number) from tickets")[0][0]
    rows = [GOOD | {"工单编号": number, "更新时间": "2026-10-14 08:59:00"}, GOOD, GOOD | {"工单编号": "", "内容": "=1+1"}]
    load(settings, [(delivered(folder / "second.csv", rows), "appeals")], received_at=LATER)
    return folder


@pytest.fixture
def city(pattern: Path, tmp_path: Path) -> Settings:
    """Ten good rows, then a batch that changes one of them, brings a new one and has one that is no ticket."""
    shutil.copytree(pattern, tmp_path, dirs_exist_ok=True)
    return tiny_in(tmp_path / "warehouse")


def test_undone_a_batch_leaves_the_city_as_it_was_before(city: Settings, tmp_path: Path) -> None:
    undo(city, "000003-appeals", by="me")
    then = tables(city)
    redo(city, "000003-appeals")
    load(city, [(delivered(tmp_path / "third.csv", [GOOD | {"工单编号": "G03"}]), "appeals")], received_at=LATER)
    undo(city, "000004-appeals", by="me")
    undo(city, "000003-appeals", by="me", reason="wrong month")
    now = tables(city)
    assert asked(city, "select batch_id, state_code, set_aside_by, reason from set_aside_batches") == [
        ("000003-appeals", "undone", "me", "wrong month"),
        ("000004-appeals", "undone", "me", ""),
    ]
    assert asked(city, "select count(*), min(batch_id), max(batch_id) from tickets") == [(10, "000002-appeals", "000002-appeals")]
    assert now | {"set_aside_batches": []} == then | {"set_aside_batches": []}


def test_redone_it_is_all_back(city: Settings) -> None:
    before = tables(city)
    undo(city, "000003-appeals", by="me")
    redo(city, "000003-appeals")
    assert tables(city) == before


def test_an_older_batch_that_comes_back_stands_before_the_newer_ones(city: Settings) -> None:
    before = tables(city)
    undo(city, "000002-appeals", by="me")
    redo(city, "000002-appeals")
    assert tables(city) == before


def test_the_file_of_an_undone_batch_may_be_loaded_again(city: Settings, tmp_path: Path) -> None:
    undo(city, "000003-appeals", by="me")
    outcome = load(city, [(tmp_path / "second.csv", "appeals")], received_at=LATER)
    assert outcome.counts == {"000004-appeals": (3, 2, 0, 1)}


def test_the_last_batch_may_go_too(city: Settings) -> None:
    undo(city, "000003-appeals", by="me")
    undo(city, "000002-appeals", by="me")
    assert asked(city, "select count(*) from tickets") == [(0,)]
    redo(city, "000002-appeals")
    assert asked(city, "select count(*) from tickets") == [(10,)]


@pytest.mark.parametrize("batch", ["000009-appeals", "000001-reference", "../CURRENT", ""])
def test_what_is_no_batch_cannot_be_undone(city: Settings, batch: str) -> None:
    with pytest.raises(NoBatch, match="there is no such batch"):
        undo(city, batch, by="me")
    with pytest.raises(NoBatch, match="there is no such batch"):
        write_rejects(city, batch, Path("nowhere.csv"))


def test_a_batch_undone_twice_is_undone_once(city: Settings) -> None:
    undo(city, "000003-appeals", by="me")
    with pytest.raises(NoBatch, match="there is no such batch in use"):
        undo(city, "000003-appeals", by="me")


def test_an_undo_that_cannot_be_published_is_taken_back(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batches.snapshot, "publish", full)
    with pytest.raises(OSError, match="No space left"):
        undo(city, "000003-appeals", by="me")
    landing = Landing(city.city_warehouse / "landing")
    assert [batch.batch_id for batch in landing.batches()][-1] == "000003-appeals"
    assert landing.aside() == []


def test_rebuilt_the_city_is_the_same(city: Settings) -> None:
    before = tables(city)
    rebuild(city)
    assert tables(city) == before


def test_rejected_rows_come_out_as_they_were_delivered(city: Settings, tmp_path: Path) -> None:
    out = tmp_path / "rejected.csv"
    assert write_rejects(city, "000003-appeals", out) == 1
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["_batch_id"], row["_row_number"], row["_reason"]) == ("000003-appeals", "3", "no_number")
    assert {name: row[name] for name in HEADER if row[name]} == {k: v for k, v in GOOD.items() if k != "工单编号"} | {"内容": "\t=1+1"}


def test_a_workbook_keeps_every_cell_as_text(city: Settings, tmp_path: Path) -> None:
    out = tmp_path / "rejected.xlsx"
    assert write_rejects(city, "000003-appeals", out) == 1
    header, row = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    cells = dict(zip(header, row, strict=True))
    assert (cells["_row_number"], cells["上报时间"], cells["内容"]) == ("3", GOOD["上报时间"], "=1+1")


@pytest.mark.parametrize("name", ["mended.csv", "mended.xlsx"])
def test_mended_they_are_loaded_and_counted(city: Settings, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    write_rejects(city, "000003-appeals", tmp_path / "rejected.csv")
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = list(csv.reader(file))
    row[header.index("工单编号")] = "G03"
    if name.endswith("csv"):
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, row])
    else:
        import xlsxwriter  # noqa: PLC0415 only here

        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, row)
    outcome = load(city, [(out, "appeals")], received_at=datetime(2026, 10, 15, 9))
    assert list(outcome.counts.values()) == [(1, 1, 0, 0)]
    assert asked(city, "select summary from tickets where ticket_number = 'G03'") == [("=1+1",)]


def test_a_broken_line_comes_out_whole(city: Settings, tmp_path: Path) -> None:
    path = delivered(tmp_path / "third.csv", [GOOD | {"工单编号": "G04"}])
    lines = ["G05," + "很长的一行\u2028\x85" * 5_000, "G06,=1+1"]
    path.write_bytes(path.read_bytes() + "".join(f"{line}\n" for line in lines).encode() + b"G07,\x81" + b"x" * 500 + b"\n")
    load(city, [(path, "appeals")], received_at=LATER)
    assert write_rejects(city, "000004-appeals", tmp_path / "out.csv") == 3
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["_raw"] for row in csv.DictReader(file)] == [*lines, "G07,\\x81" + "x" * 500]
    assert write_rejects(city, "000004-appeals", tmp_path / "out.xlsx") == 3
    rows = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    (cut,) = [cell for cell in rows[1] if str(cell).startswith("G05,很长")]
    assert str(cut).endswith("(cut: too long for a workbook; whole in --csv)")
    assert asked(city, "select max(length(masked_value)) <= 200 from rejected_rows") == [(True,)]


def sent_back(city: Settings, batch: str, path: Path, cells: list[dict[str, str]]) -> None:
    """Download a batch's rejected rows, write some cells of each anew, and load the list."""
    write_rejects(city, batch, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row | mended for row, mended in zip(csv.DictReader(file), cells, strict=True)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    load(city, [(path, "appeals")], received_at=LATER)


def test_a_row_that_was_taken_mended_is_no_longer_to_be_mended(city: Settings, tmp_path: Path) -> None:
    path = delivered(tmp_path / "third.csv", [GOOD | {"工单编号": ""}, GOOD | {"工单编号": "", "内容": "二"}])
    path.write_text(path.read_text("utf-8") + "G07,x\n", encoding="utf-8")
    load(city, [(path, "appeals")], received_at=LATER)
    marks = "select batch_id, row_number, mended_by from rejected_rows where batch_id > '000004' order by all"
    # One mended, one not, and the broken line: its cells filled, but its time forgotten.
    sent_back(city, "000004-appeals", tmp_path / "a.csv", [{"工单编号": "G05"}, {}, {"工单编号": "G07"}])
    assert asked(city, marks)[:3] == [("000004-appeals", 1, "000005-appeals"), ("000004-appeals", 2, None), ("000004-appeals", 3, None)]
    # What was rejected again is mended out of its own list: the row it came from is mended with it.
    sent_back(city, "000005-appeals", tmp_path / "b.csv", [{}, {"上报时间": GOOD["上报时间"]}])
    # The whole first list once more: the row already taken comes as it was.
    sent_back(city, "000004-appeals", tmp_path / "c.csv", [{}, {"工单编号": "G06"}, {}])
    after = [
        ("000004-appeals", 1, "000005-appeals"), ("000004-appeals", 2, "000007-appeals"), ("000004-appeals", 3, "000006-appeals"),
        ("000005-appeals", 2, "000007-appeals"), ("000005-appeals", 3, "000006-appeals"), ("000006-appeals", 1, "000007-appeals"),
        ("000007-appeals", 1, "000005-appeals"), ("000007-appeals", 3, "000006-appeals"),
    ]  # fmt: skip
    assert asked(city, marks) == after
    assert asked(city, "select batch_id from load_batches where received_count <> accepted_count + duplicate_count + rejected_count") == []
    assert asked(city, "select rejected_count from load_batches where batch_id = '000004-appeals'") == [(3,)]
    before = tables(city)
    rebuild(city)
    assert tables(city) == before
    undo(city, "000005-appeals", by="me")
    assert asked(city, marks)[0] == ("000004-appeals", 1, None)


def test_the_mended_are_shown_and_not_counted(city: Settings, tmp_path: Path) -> None:
    sent_back(city, "000003-appeals", tmp_path / "a.csv", [{"工单编号": "G05"}])
    assert (write_rejects(city, "000003-appeals", tmp_path / "b.csv"), batches.mended_count(city, "000003-appeals")) == (1, 1)
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["_line_number"], row["_mended_by"]) for row in csv.DictReader(file)] == [("4", "000004-appeals")]
    engine = warehouse(city.city_warehouse, current_snapshot(city.city_warehouse))
    (reason,) = rejected_reasons(engine).to_dict("records")
    assert (reason["row_count"], reason["mended_count"], reason["place"], reason["is_line"]) == (0, 1, 4, True)
    assert batch_rows(engine)[0].set_index("batch_id").loc["000003-appeals", ["rejected_count", "mended_count"]].tolist() == [1, 1]
    engine.dispose()
