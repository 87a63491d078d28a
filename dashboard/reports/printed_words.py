"""What PDF and Excel show of a report beside its own words: who signed, the data's time, and the numbers behind a chart."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.reports.model import Column, Figure, Kind, Report, Table
from dashboard.reports.plates import Plate, Printable
from dashboard.reports.spans import days_zh
from dashboard.reports.word.wording import SIGNED_BY

NUMBERS: dict[str, Kind] = {"#,##0": "count", "#,##0.00": "number"}
PNG_BEGINS, PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"


def signed_text(report: Report) -> str:
    return SIGNED_BY.in_(report.language).format(report.issuer) if report.issuer else ""


def as_of_text(report: Report) -> str:
    at = report.as_of
    if at is None:
        return ""
    return f"{at.year}年{days_zh(at, at)}{at.hour}时{at.minute:02d}分" if report.language == "zh" else f"{at:%Y-%m-%d %H:%M}"


def plates_by_figure(made: Printable) -> Iterator[tuple[Figure, Plate | None]]:
    """Every figure of the report with its plate, where it has one."""
    plates = iter(made.plates)
    return ((figure, next(plates, None)) for figure in made.report.figures)


def picture_of(plate: Plate | None) -> bytes | None:
    """A whole picture; none where it is missing or cut off."""
    png = plate.png if plate is not None else None
    return png if png is not None and png.startswith(PNG_BEGINS) and png.endswith(PNG_ENDS) else None


def numbers_of(plate: Plate) -> Table:
    """The numbers behind a chart as a table."""
    columns = tuple(Column(heading, NUMBERS.get(plate.table.formats.get(heading, ""), "text")) for heading in plate.table.headings)
    return Table(plate.figure.chart, plate.figure.caption, columns, tuple(tuple(row) for row in plate.table.rows), is_partial=True)
