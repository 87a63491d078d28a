"""The pictures of charts that were drawn last: a report's preview, its draft files and its issue show the same ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashboard.reports.model import Report
from dashboard.reports.plates import Draws, Plate, plates_of
from dashboard.view import View

MOST = 64


class PicturesKept:
    """Plates by what they show of which snapshot; those that could not be drawn are tried again."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.held: OrderedDict[Any, Plate] = OrderedDict()

    def plates(self, view: View, report: Report, draws: Draws | None) -> Iterator[Plate]:
        """The plates of a report one by one, in its order."""
        about = (view.folder, view.snapshot, view.language, view.scope, view.today)
        keys = [(about, figure) for figure in report.figures]
        missing = [figure for key, figure in zip(keys, report.figures, strict=True) if key not in self.held]
        drawn = iter(plates_of(view, replace(report, blocks=tuple(missing)), draws))
        for key in keys:
            held = self.held.get(key)
            if held is None:
                held = next(drawn)
                if held.png is not None:
                    self.held[key] = held
                    if len(self.held) > self.most:
                        self.held.popitem(last=False)
            else:
                self.held.move_to_end(key)
            yield held
