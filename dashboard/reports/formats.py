"""The formats a report can be had in; a new one is a module with `render`, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.reports import docx, pdf, xlsx
from dashboard.reports.plain import as_json, as_text
from dashboard.reports.plates import Printable


@dataclass(frozen=True)
class Format:
    """What a file is called and served as, and who makes it. `has_pictures`: it shows the charts, so they must be drawn."""

    suffix: str
    mime: str
    render: Callable[[Printable], bytes]
    has_pictures: bool = False


FORMATS: dict[str, Format] = {
    "txt": Format(".txt", "text/plain; charset=utf-8", lambda made: as_text(made.report).encode("utf-8")),
    "json": Format(".json", "application/json", lambda made: as_json(made.report).encode("utf-8")),
    "docx": Format(".docx", docx.MIME, docx.render, has_pictures=True),
    "pdf": Format(".pdf", pdf.MIME, pdf.render, has_pictures=True),
    "xlsx": Format(".xlsx", xlsx.MIME, xlsx.render, has_pictures=True),
}
