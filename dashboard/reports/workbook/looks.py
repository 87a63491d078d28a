"""How cells of an Excel report look: faces, borders and number formats by the kind of a column; each look made once for a workbook."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dashboard.reports.model import Column

FACES = {"zh": ("宋体", "黑体"), "en": ("Calibri", "Calibri")}
SIGNED = "+#,##0.00;-#,##0.00;0.00"
DAY, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NUMBER_FORMATS = {
    "count": "#,##0", "percent": "0.00", "points": SIGNED, "change": SIGNED, "number": "#,##0.00", "amount": "#,##0.00", "hours": "#,##0.0",
}  # fmt: skip
WHOLE = "#,##0"
GREY, RED, INK, FAINT = "#F2F2F2", "#E60012", "#000000", "#595959"


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: Any, language: str) -> None:
        self.book = book
        self.face, self.head_face = FACES[language]
        self.held: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **wishes: Any) -> Any:
        """A format; text is text, whatever it looks like."""
        whole = {"font_name": self.face, "font_size": 10.5, "valign": "vcenter", "num_format": "@", **wishes}
        key = tuple(sorted(whole.items()))
        if key not in self.held:
            self.held[key] = self.book.add_format(whole)
        return self.held[key]

    def title(self, level: int = 1) -> Any:
        return self.of(font_name=self.head_face, bold=True, font_size={1: 16, 2: 13}.get(level, 11))

    def caption(self) -> Any:
        return self.of(font_name=self.head_face, bold=True)

    def body(self) -> Any:
        return self.of(text_wrap=True, valign="top", font_size=11)

    def small(self) -> Any:
        return self.of(text_wrap=True, valign="top", font_size=9, font_color=FAINT)

    def link(self) -> Any:
        return self.of(font_color="#0563C1", underline=1)

    def heading(self) -> Any:
        return self.of(font_name=self.head_face, bold=True, bg_color=GREY, border=1, text_wrap=True, align="center")

    def cell(self, column: Column, value: Any, *, is_total: bool = False) -> Any:
        """A cell of a table."""
        is_text = value is None or isinstance(value, str)
        number = "@" if is_text else _number_format(column, value)
        more = {"bold": True, "bg_color": GREY} if is_total else {}
        return self.of(border=1, num_format=number, align=column.align, text_wrap=is_text, **more)


def _number_format(column: Column, value: Any) -> str:
    """By what the cell is, then by the kind of its column."""
    if isinstance(value, date):
        return TIME if isinstance(value, datetime) else DAY
    return WHOLE if column.kind == "number" and isinstance(value, int) else NUMBER_FORMATS.get(column.kind, "General")
