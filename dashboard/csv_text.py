"""CSV to be taken away: what a spreadsheet opens as it is, and no cell of which it would compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# By this a spreadsheet knows UTF-8.
BYTE_ORDER_MARK = "\ufeff"
# With these a spreadsheet lets a formula begin, the wide ones in East Asian settings.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """A cell that stays text: an apostrophe before what could begin a formula."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(FORMULA_STARTS) else cell


def csv_text(head: Iterable[Sequence[str]], headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines that say what this is, an empty line, the headings, the rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in [*head, (), headings, *rows]:
        writer.writerow([harmless(cell) for cell in line])
    return BYTE_ORDER_MARK + text.getvalue()
