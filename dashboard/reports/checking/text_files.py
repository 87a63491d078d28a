"""Reads plain text into lines and grids: tables drawn with bars, tabs, commas or columns of spaces."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from dashboard.reports.checking.document import Grid, Line, Unreadable
from dashboard.texts import Text

NO_TEXT = Text("不是可识别的文字", "not readable as text")
RULE = re.compile(r"[\s|:+=─━┼├┤┌┐└┘┬┴-]+")
SPACED = re.compile(r"\t| {2,}|\u3000{2,}")


def read_text(path: Path) -> list[Line | Grid]:
    """The paragraphs and tables of a text file. Raises Unreadable."""
    text = _decoded(path.read_bytes())
    if path.suffix.lower() == ".csv":
        rows = tuple(tuple(row) for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row))
        return [Grid(Text("表1", "Table 1"), rows)] if rows else []
    return parts_of(text)


def _decoded(raw: bytes) -> str:
    for name in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NO_TEXT)


def parts_of(text: str) -> list[Line | Grid]:
    """Lines of which at least two in a row have the same number of cells are a table; the others are paragraphs."""
    parts: list[Line | Grid] = []
    held: list[tuple[str, list[str]]] = []
    counts = {"line": 0, "table": 0}

    def close() -> None:
        if len(held) > 1:
            counts["table"] += 1
            place = counts["table"]
            parts.append(Grid(Text(f"表{place}", f"Table {place}"), tuple(tuple(cells) for _, cells in held)))
        else:
            for line, _ in held:
                say(line)
        held.clear()

    def say(line: str) -> None:
        counts["line"] += 1
        parts.append(Line(Text(f"第{counts['line']}段", f"Paragraph {counts['line']}"), line.strip()))

    for line in text.splitlines():
        if held and RULE.fullmatch(line) and line.strip():
            continue
        cells = _cells(line)
        if held and (cells is None or len(cells) != len(held[-1][1])):
            close()
        if cells is not None:
            held.append((line, cells))
        elif line.strip() and not RULE.fullmatch(line):
            say(line)
    close()
    return parts


def _cells(line: str) -> list[str] | None:
    """The cells of a line of a table; None where it is a sentence."""
    bar = next((sign for sign in "|│┃" if line.count(sign) >= (1 if not line.startswith(sign) else 2)), None)
    if bar:
        inside = line.strip()
        if inside.startswith(bar):
            inside = inside.removeprefix(bar).removesuffix(bar)
        return [cell.strip() for cell in inside.split(bar)]
    indent = line[: len(line) - len(line.lstrip(" \u3000"))]
    cells = [cell.strip() for cell in SPACED.split(line.strip(" \u3000\r"))]
    if len(cells) < 2 or "。" in line:
        return None
    return [indent + cells[0], *cells[1:]]
