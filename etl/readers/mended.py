"""Recognises a list of rejected rows that was mended and comes back: it is read alike, whatever its source usually sends."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from pathlib import Path

from etl.sections import CsvSection, ExcelSection
from etl.source import Source

MARK, ROW_MARK = "_batch_id", "_row_number"
PEEK = 1 << 16


def as_mended(path: Path, source: Source) -> Source:
    """The source as it must be read if the file is a mended list, else the source itself."""
    suffix = path.suffix.lower()
    if (suffix == ".csv" and _first_of_text(path) == MARK) or (suffix == ".xlsx" and _names_mark(path)):
        return source.model_copy(update={"csv": CsvSection(), "excel": ExcelSection()})
    return source


def _first_of_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return ""  # Whoever reads it says so.
    return head.removeprefix(codecs.BOM_UTF8).partition(b",")[0].strip(b'"').decode("ascii", "replace")


def _names_mark(path: Path) -> bool:
    """Whether a workbook begins with the mark; only its first bytes are unpacked, whatever else it may be."""
    try:
        with zipfile.ZipFile(path) as book:
            for part in {"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"} & set(book.namelist()):
                with book.open(part) as file:
                    if f">{MARK}<".encode() in file.read(PEEK):
                        return True
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        pass  # Whoever reads it says what is wrong with it.
    return False
