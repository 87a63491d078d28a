"""What the renderers are given: a report, and for each of its figures the printed picture and the numbers behind it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import plotly.graph_objects as go

from dashboard.chart_tables import frame_table
from dashboard.charts import CHARTS, Chart
from dashboard.reports.model import Figure, Report
from dashboard.reports.printing import USUAL, WIDE, printed
from dashboard.table_files import TableFile
from dashboard.texts import Text
from dashboard.view import View

NO_BROWSER = Text("未安装浏览器，未能绘制图表", "No browser is installed: the chart could not be drawn")
# How large a chart is printed: the width of the text, and the height of a chart that asks for none of its own.
WIDTH_MM, HEIGHT_MM = WIDE, USUAL
# So many charts are drawn while the next is asked for.
AT_ONCE = 2


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
    """The plates one by one, so that who waits can be told; with nobody to draw, tables alone.

    While one is drawn the next are asked for.
    """
    with ThreadPoolExecutor(AT_ONCE, "charts") as crew:
        under_way: deque[Future[Plate]] = deque()
        try:
            for figure in report.figures:
                under_way.append(_begun(crew, view, figure, draws))
                if len(under_way) > AT_ONCE:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            # Who has heard enough waits for none that has not begun.
            for future in under_way:
                future.cancel()


def _begun(crew: ThreadPoolExecutor, view: View, figure: Figure, draws: Draws | None) -> Future[Plate]:
    """A plate whose numbers are known and whose picture is being drawn."""
    chart = CHARTS[figure.chart]
    frame = chart.asked(view.engine, view.scoped(figure.wish, chart.kind))
    table = frame_table(view, chart, figure.wish, frame)
    assert isinstance(chart, Chart)  # noqa: S101 lists have tables of their own in reports
    filters = view.scoped(figure.wish, chart.kind)
    look = replace(view.theme("print"), minimum_count=filters.minimum_count)
    bare = Plate(figure, None, NO_BROWSER, table)
    if draws is None:
        return crew.submit(lambda: bare)
    drawn = printed(chart, frame, view.engine, look)
    return crew.submit(_drawn, replace(bare, height_mm=drawn.height_mm), drawn.figure, draws)


def _drawn(bare: Plate, figure: go.Figure, draws: Draws) -> Plate:
    try:
        return replace(bare, png=draws.png(figure, bare.width_mm, bare.height_mm), why=Text("", ""))
    except NoPicture as error:
        return replace(bare, why=error.why)
