"""Native Excel charts drawn from the cells that hold a figure's numbers, so that who edits the cells edits the chart."""

from __future__ import annotations

import re
from typing import Any

from dashboard.reports.ooxml import cleaned
from dashboard.reports.workbook.shapes import Series, Shape
from dashboard.theme import OFFICE

# Those of the screen: the accent, what it is compared with, further ones.
LOOK = OFFICE
COLOURS = (LOOK.accent, LOOK.context, LOOK.warn, LOOK.good, LOOK.muted, LOOK.bad)
# Lamps and levels have the colours of their words.
OF_WORDS = ((re.compile("红|^高|Red|^High"), LOOK.bad), (re.compile("黄|^中|Yellow|^Medium"), LOOK.yellow),
    (re.compile("绿|Green"), LOOK.good), (re.compile("^低|^Low"), LOOK.accent), (re.compile("^未|^无|^No"), LOOK.context))  # fmt: skip
KINDS: dict[str, dict[str, str]] = {
    "line": {"type": "line"}, "column": {"type": "column"}, "bar": {"type": "bar"}, "stacked": {"type": "bar", "subtype": "stacked"},
    "scatter": {"type": "scatter", "subtype": "straight"},
}  # fmt: skip
PIXELS = 96 / 25.4


def draw(book: Any, sheet: str, shape: Shape, top: int, headings: list[str], face: str, size_mm: tuple[float, float]) -> Any:
    """A chart of the cells of a table whose headings stand in row `top` of a sheet."""
    chart = book.add_chart(KINDS[shape.kind])
    for place, series in enumerate(shape.series):
        if not series.is_second:
            chart.add_series(_series(sheet, shape, series, top, place, headings))
    for place, series in enumerate(shape.series):
        if series.is_second:
            line = book.add_chart({"type": "line"})
            line.add_series({**_series(sheet, shape, series, top, place, headings, is_line=True), "y2_axis": True})
            line.set_y2_axis({"min": 0, "max": 100, "num_font": {"name": face, "size": 9}, "major_gridlines": {"visible": False}})
            chart.combine(line)
    _dress(chart, shape, headings, face)
    chart.set_size({"width": round(size_mm[0] * PIXELS), "height": round(size_mm[1] * PIXELS)})
    return chart


def _series(
    sheet: str, shape: Shape, series: Series, top: int, place: int, headings: list[str], *, is_line: bool = False
) -> dict[str, Any]:
    first, last = top + 1 + series.first, top + 1 + series.last
    name = series.name or headings[series.column]
    colour = next((one for words, one in OF_WORDS if shape.kind == "stacked" and words.search(name)), COLOURS[place % len(COLOURS)])
    found: dict[str, Any] = {
        "name": cleaned(series.name) if series.name else [sheet, top, series.column],
        "categories": [sheet, first, shape.groups[0], last, shape.groups[-1]],
        "values": [sheet, first, series.column, last, series.column],
    }
    if is_line or shape.kind in ("line", "scatter"):
        return {
            **found,
            "line": {"color": colour, "width": 1.75, **({"dash_type": "dash"} if place and not is_line else {})},
            "marker": {"type": "none"},
        }
    return {**found, "fill": {"color": colour}, "gap": 60}


def _dress(chart: Any, shape: Shape, headings: list[str], face: str) -> None:
    """Calm axes, a legend where there is more than one series, and the first group on top where they lie one below the other."""
    font = {"name": face, "size": 9, "bold": False}
    quiet = {"num_font": font, "name_font": font, "line": {"color": "#BFBFBF"}}
    grid = {"visible": True, "line": {"color": "#E5E5E5", "width": 0.5}}
    said = {"name": cleaned(headings[shape.series[0].column])} if len(shape.series) == 1 or shape.kind == "scatter" else {}
    is_lying = shape.kind in ("bar", "stacked")
    x: dict[str, Any] = {**quiet, "major_gridlines": {"visible": False}}
    y: dict[str, Any] = {
        **quiet,
        **said,
        "major_gridlines": grid,
        "num_format": "General" if shape.kind == "scatter" else "#,##0",
        "min": 0,
    }
    if is_lying:
        x["reverse"] = True
        y["crossing"] = "max"
    if shape.kind == "line":
        x = {**x, "date_axis": True, "num_format": "m-d"}
        del y["min"]
    if shape.kind == "scatter":
        x = {**x, "name": cleaned(headings[shape.groups[0]]), "min": 0, "num_format": "General"}
    chart.set_x_axis(x)
    chart.set_y_axis(y)
    chart.set_title({"none": True})
    chart.set_legend({"position": "bottom", "font": font} if len(shape.series) > 1 else {"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.show_blanks_as("gap")
