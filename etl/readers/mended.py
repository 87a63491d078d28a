"""Recognises a list of rejected rows that was mended and comes back: it is read alike, whatever its source usually sends."""

from __future__ import annotations

import codecs
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from etl.sections import CsvSection, ExcelSection
from etl.source import Source

MARK = "_batch_id"


def as_mended(path: Path, source: Source) -> Source:
    """The source as it must be read if the file is a mended list, else the source itself."""
    suffix = path.suffix.lower()
    if (suffix == ".csv" and _first_of_text(path) == MARK) or (suffix == ".xlsx" and _first_cell(path) == MARK):
        return source.model_copy(update={"csv": CsvSection(), "excel": ExcelSection()})
    return source


def _first_of_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return ""  # Whoever reads it says so.
    return head.removeprefix(codecs.BOM_UTF8).partition(b",")[0].strip(b'"').decode("ascii", "replace")


def _first_cell(path: Path) -> str:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            rows = book.get_sheet_by_index(0).to_python(nrows=1)
    except (CalamineError, OSError, IndexError):
        return ""
    return str(rows[0][0]) if rows and rows[0] else ""
