"""What the renderers are given: a report, and for each of its figures the printed picture and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import plotly.graph_objects as go

from dashboard.chart_tables import chart_table
from dashboard.charts import CHARTS, Chart
from dashboard.reports.model import Figure, Report
from dashboard.reports.scopes import narrowed
from dashboard.table_files import TableFile
from dashboard.texts import Text
from dashboard.view import View

NO_BROWSER = Text("未安装浏览器，未能绘制图表", "No browser is installed: the chart could not be drawn")
# How large a chart is printed: the width of the text, and a height that leaves it and its caption half a page.
WIDTH_MM, HEIGHT_MM = 156.0, 88.0


class NoPicture(Exception):  # noqa: N818 a chart that cannot be drawn is no fault of the report
    """A chart could not be drawn; `why` says so in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


class Draws(Protocol):
    """Who draws a plotly figure for print."""

    def png(self, figure: go.Figure, width_mm: float, height_mm: float) -> bytes:
        """A picture of at least 220 dpi. Raises NoPicture."""
        ...


@dataclass(frozen=True)
class Plate:
    """A figure of the report as it is printed. Without a picture (`png` is None) `why` says why; `table` holds its numbers."""

    figure: Figure
    png: bytes | None
    why: Text
    table: TableFile
    width_mm: float = WIDTH_MM
    height_mm: float = HEIGHT_MM


@dataclass(frozen=True)
class Printable:
    """All that a renderer needs; it asks nothing of the snapshot. `plates` stand in the order of `report.figures`.

    `watermark` is printed faintly over every page where it is not empty; `is_draft` says that it was not issued.
    """

    report: Report
    plates: tuple[Plate, ...]
    watermark: str = ""
    is_draft: bool = False


def plates_of(view: View, report: Report, draws: Draws | None) -> Iterable[Plate]:
    """The plates one by one, so that who waits can be told; with nobody to draw, tables alone."""
    for figure in report.figures:
        yield _plate(view, figure, draws)


def _plate(view: View, figure: Figure, draws: Draws | None) -> Plate:
    # What is chosen alone: a chart that sets it beside all others would tell of these in the report of one unit.
    view = narrowed(view, figure.wish)
    chart, table = CHARTS[figure.chart], chart_table(view, figure.chart, figure.wish)
    if draws is None:
        return Plate(figure, None, NO_BROWSER, table)
    assert isinstance(chart, Chart)  # noqa: S101 lists have tables of their own in reports
    drawn = chart.figure(view.engine, view.scoped(figure.wish, chart.kind), view.theme("office"))
    try:
        return Plate(figure, draws.png(drawn, WIDTH_MM, HEIGHT_MM), Text("", ""), table)
    except NoPicture as error:
        return Plate(figure, None, error.why, table)
