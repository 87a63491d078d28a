"""What may be done with batches once they are landed: undo, redo, rebuild, and list what was not taken."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dashboard.settings import Settings, read_city
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import snapshot
from etl.errors import LoadError
from etl.landing import REFERENCE, UNDONE, Batch, Landing, sole_writer
from etl.readers.mended import MARK, ROW_MARK
from etl.readers.reading import quoted
from etl.values import literal

RAW_MARK = "_raw"
MARKS = [MARK, ROW_MARK, "_line_number", "_mended_by", "_column", "_reason", "_expected", RAW_MARK]
# The most signs a cell of a workbook holds, and what stands at the end of a text that is cut there.
CELL_LENGTH = 32_767
CUT = " … (cut: too long for a workbook; whole in --csv)"
Progress = Callable[[str], None]


class NoBatch(LoadError):  # noqa: N818
    """There is no such batch, or it is not in the state that the command needs."""


def undo(settings: Settings, batch_id: str, *, by: str, reason: str = "", progress: Progress = snapshot.quiet) -> str | None:
    """Publish a snapshot without a batch; its rows stay in landing. Returns the snapshot's name.

    Raises NoBatch. If nothing can be published without it, the batch counts again and the fault is raised.
    """
    with sole_writer(settings.city_warehouse):
        landing, now = _landing(settings), _now(settings)
        batch = next((b for b in landing.batches() if b.batch_id == batch_id and b.source_code != REFERENCE), None)
        if batch is None:
            raise NoBatch("there is no such batch in use", batch_id, expected="a batch of `python -m etl history`")
        landing.set_aside(batch, UNDONE, by=by, moment=now, reason=reason)
        try:
            return snapshot.publish(settings.city_warehouse, landing, now, progress=progress)
        except BaseException:
            landing.take_back(batch)
            raise


def redo(settings: Settings, batch_id: str, *, progress: Progress = snapshot.quiet) -> str | None:
    """Let a batch that was undone or set aside count again. Returns the snapshot's name. Raises NoBatch or CheckFailed."""
    with sole_writer(settings.city_warehouse):
        landing, now = _landing(settings), _now(settings)
        found = [one for one in landing.aside() if one[0].batch_id == batch_id]
        if not found:
            raise NoBatch("there is no such batch aside", batch_id, expected="a batch that was undone, see `python -m etl history`")
        batch, where, note = found[0]
        landing.take_back(batch)
        try:
            # Whole: a batch that comes back stands before those that came after it.
            return snapshot.publish(settings.city_warehouse, landing, now, whole=True, progress=progress)
        except BaseException:
            landing.set_aside(batch, where, by=note.get("by") or "", moment=_moment(note.get("at")), reason=note.get("reason") or "")
            raise


def rebuild(settings: Settings, *, progress: Progress = snapshot.quiet) -> str | None:
    """Build a snapshot anew from everything landed and the city's folder as it is now. Returns its name."""
    with sole_writer(settings.city_warehouse):
        landing, now = _landing(settings), _now(settings)
        snapshot.sweep(settings.city_warehouse, landing)
        landing.land_reference(settings.city_folder, now, "rebuild")
        return snapshot.publish(settings.city_warehouse, landing, now, whole=True, progress=progress)


def write_rejects(settings: Settings, batch_id: str, out: Path) -> int:
    """Write the rejected rows of a batch as they were delivered, each behind what is wrong with it; returns their number.

    `.xlsx` keeps every cell as text, as a spreadsheet program would not, and cuts those a workbook cannot hold; any other
    name is CSV in UTF-8 with BOM. Mended, the file can be loaded as a delivery of its source. Raises NoBatch.
    """
    landing = _landing(settings)
    aside = [one[0] for one in landing.aside()]
    batch = next((b for b in [*landing.batches(), *aside] if b.batch_id == batch_id and b.source_code != REFERENCE), None)
    if batch is None:
        raise NoBatch("there is no such batch", batch_id, expected="a batch of `python -m etl history`")
    rows = rejected(settings, landing, batch)
    header = [*MARKS, *_cells_of(batch)]
    return _write_xlsx(out, header, rows) if out.suffix.lower() == ".xlsx" else _write_csv(out, header, rows)


def rejected(settings: Settings, landing: Landing, batch: Batch) -> Iterator[list[Any]]:
    """The rejected rows of a batch in the order of the file: what is wrong, then the cells as delivered."""
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    cells = "".join(f", l.{quoted(name)}" for name in _cells_of(batch))
    raw = f"l.{RAW_MARK}" if RAW_MARK in batch.columns else "null"
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(path))} as shown (read_only)")
        found = con.execute(
            f"select r.batch_id, r.row_number, r.line_number, r.mended_by, r.column_name, r.reason_code, r.expected, {raw}{cells}"
            f" from shown.rejected_rows r join read_parquet({literal(str(landing.rows_of(batch)))}) l on l.row_number = r.row_number"
            f" where r.batch_id = ? order by r.row_number",
            [batch.batch_id],
        ).fetchall()
        mended: dict[int | None, str] = dict(
            con.execute(
                "select row_number, mended_by from shown.rejected_rows where batch_id = ? and mended_by is not null", [batch.batch_id]
            ).fetchall()
        )
    yield from map(list, found)
    for line in landing.broken_of(batch):
        # A byte that is no text is shown as \x81: a file with the byte itself could not be read.
        raw = line["raw"].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        number = line["row_number"]
        marks = [batch.batch_id, number, line["line"], mended.get(number), line.get("column"), line["reason"], line["expected"], raw]
        yield [*marks, *[None] * len(_cells_of(batch))]


def mended_count(settings: Settings, batch_id: str) -> int:
    """How many of a batch's rejected rows came back mended and were taken."""
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    with duckdb.connect(str(path), read_only=True) as con:
        query = "select count(*) from rejected_rows where batch_id = ? and mended_by is not null"
        return int(con.execute(query, [batch_id]).fetchall()[0][0])


def _cells_of(batch: Batch) -> list[str]:
    """The columns of what was delivered: a mended list that comes back is marked anew."""
    return [name for name in batch.columns if name not in MARKS] if MARK in batch.columns else batch.columns


def _write_csv(out: Path, header: list[str], rows: Iterator[list[Any]]) -> int:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        count = 0
        for row in rows:
            count += 1
            # A spreadsheet program would run a cell that begins like a formula; the blank before it is trimmed on loading.
            writer.writerow([f"\t{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" and len(cell) > 1 else cell for cell in row])
    return count


def _write_xlsx(out: Path, header: list[str], rows: Iterator[list[Any]]) -> int:
    count = 0
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("rejected")
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, 16, text)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name, text)
        for count, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(count, place, _fitting(str(cell)), text)
    return count


def _fitting(text: str) -> str:
    """A text as a workbook can hold it: a longer one would be left out, so it is cut and says so."""
    return text if len(text) <= CELL_LENGTH else f"{text[: CELL_LENGTH - len(CUT)]}{CUT}"


def _landing(settings: Settings) -> Landing:
    return Landing(settings.city_warehouse / "landing")


def _now(settings: Settings) -> datetime:
    return read_city(settings.city_folder).now()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
