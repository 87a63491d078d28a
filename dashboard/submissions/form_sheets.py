"""Opens a workbook that a person sent: not larger than a form, its sheets as cells, and which cells and rows only pretend to be filled."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from dashboard.texts import Text

LARGEST_FORM, LARGEST_UNPACKED = 8 << 20, 48 << 20
MOST_ROWS, MOST_COLUMNS = 6000, 100
NOT_EXCEL = Text(
    "不是 Excel 工作簿（.xlsx）：请上传从本页下载并填好的填报表", "Not an Excel workbook (.xlsx): send the form taken from this page"
)
TOO_LARGE = Text("文件过大：填报表不超过 8 MB、6,000 行、100 列", "Too large: a form has at most 8 MB, 6,000 rows, 100 columns")
CELL = re.compile(r'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>')
ROW = re.compile(r"<row\s[^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


class NotAForm(Exception):  # noqa: N818 what a person sent, not a fault
    """What was sent cannot be opened as a form; `message` says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet from A1 on; (row, column) of cells whose formula failed, and the hidden rows, both from 1."""

    cells: list[list[Any]]
    failed: dict[tuple[int, int], str]
    hidden: set[int]


def sheets_of(path: Path) -> dict[str, Sheet]:
    """The sheets of a workbook by name. Raises NotAForm."""
    if path.stat().st_size > LARGEST_FORM:
        raise NotAForm(TOO_LARGE)
    texts = _texts(path)
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            cells = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError):
        raise NotAForm(NOT_EXCEL) from None
    return {name: Sheet(rows, *_marked(texts.get(name, ""))) for name, rows in cells.items()}


def _texts(path: Path) -> dict[str, str]:
    """The XML of each sheet by its name; what would unpack into more than a form is never unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise NotAForm(TOO_LARGE)
            relations = _tags(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"), "Relationship")
            targets = {tag.get("Id", ""): tag.get("Target", "") for tag in relations}
            found = {}
            for tag in _tags(archive.read("xl/workbook.xml").decode("utf-8", "replace"), "sheet"):
                target = targets.get(tag.get("r:id", ""), "")
                name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found[unescape(tag.get("name", ""))] = archive.read(name).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise NotAForm(NOT_EXCEL) from None
    for text in found.values():
        _check_extent(text)
    return found


def _tags(text: str, name: str) -> list[dict[str, str]]:
    return [dict(ATTRIBUTE.findall(tag)) for tag in re.findall(rf"<(?:\w+:)?{name}\s[^>]*>", text)]


def _check_extent(text: str) -> None:
    for column, row in CELL.findall(text):
        if int(row) > MOST_ROWS or column_number(column) > MOST_COLUMNS:
            raise NotAForm(TOO_LARGE)


def _marked(text: str) -> tuple[dict[tuple[int, int], str], set[int]]:
    failed = {
        (int(cell["r"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_number(cell["r"].rstrip("0123456789"))): said
        for cell, said in (
            (dict(ATTRIBUTE.findall(tag)), said) for tag, said in re.findall(r'(<c\s[^>]*\bt="e"[^>]*>)(?:.*?<v>([^<]*)</v>)?', text)
        )
        if "r" in cell
    }
    rows = [dict(ATTRIBUTE.findall(tag)) for tag in ROW.findall(text)]
    return failed, {int(row["r"]) for row in rows if row.get("hidden") in ("1", "true") and row.get("r", "").isdigit()}


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
