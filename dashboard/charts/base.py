"""What a chart is: a question (ask) and a way to draw the answer (draw). Nothing here knows the web."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.filters import ScopedFilters
from dashboard.queries import data_state, labels
from dashboard.texts import Text
from dashboard.theme import Theme, template

Ask = Callable[[Engine, ScopedFilters], pd.DataFrame]
Draw = Callable[[pd.DataFrame, Theme], go.Figure]
Needs = Literal["", "closing_times", "ratings"]
NO_ROWS = Text("所选范围内没有数据<br>放宽时间或范围试试", "Nothing in this selection<br>widen the period or the place")
NO_CLOSING = Text(
    "本来源不提供办结时间<br>无法计算时长与在办", "This source delivers no closing times<br>durations and backlog cannot be known"
)
NO_RATINGS = Text("本来源不提供评价", "This source delivers no ratings")
LACKING = {"closing_times": NO_CLOSING, "ratings": NO_RATINGS}


@dataclass(frozen=True)
class Chart:
    """A figure with a name. `selects` says which choice of Filters a click on it makes (customdata holds the code)."""

    name: str
    title: Text
    ask: Ask
    draw: Draw
    needs: Needs = ""
    kind: str = "tickets"
    selects: str = ""

    def lack(self, engine: Engine, filters: ScopedFilters) -> Text | None:
        """Why this chart cannot answer for the sources asked for, or None."""
        if not self.needs:
            return None
        state = data_state(engine, self.kind, filters.wish.sources)
        held = state.closing_count if self.needs == "closing_times" else state.rating_count
        return None if held else LACKING[self.needs]

    def figure(self, engine: Engine, filters: ScopedFilters, look: Theme) -> go.Figure:
        """Ask and draw; an empty answer is drawn as a sentence that says why."""
        lack = self.lack(engine, filters)
        if lack is not None:
            return sentence(lack, look)
        frame = self.ask(engine, filters)
        if frame.empty:
            return sentence(NO_ROWS, look)
        figure = self.draw(frame, look)
        return figure.update_layout(template=template(look))


@dataclass(frozen=True)
class Listing:
    """Rows instead of a figure: `columns` are drawn as cells in order, by name of the frame's column."""

    name: str
    title: Text
    ask: Ask
    columns: tuple[str, ...]
    kind: str = "tickets"


def sentence(text: Text, look: Theme) -> go.Figure:
    """A figure that only says something, in the place where the answer would stand."""
    figure = go.Figure(layout={"template": template(look), "xaxis": {"visible": False}, "yaxis": {"visible": False}})
    figure.add_annotation(
        text=look.say(text), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"color": look.faint, "size": look.size}
    )
    return figure


def with_labels(frame: pd.DataFrame, engine: Engine, dimension: str) -> pd.DataFrame:
    """Add `label, label_en, short_label` for the codes in column `dimension`; a missing code is named as unknown."""
    names = labels(engine, dimension)
    found = frame.join(names, on=dimension)
    unknown = UNKNOWN.get(dimension, UNKNOWN["category_code"])
    for column, text in (("label", unknown.zh), ("short_label", unknown.zh), ("label_en", unknown.en)):
        found[column] = found[column].fillna(text)
    return found


UNKNOWN = {
    "category_code": Text("未归类", "Uncategorised"),
    "unit_code": Text("未定单位", "No unit"),
    **dict.fromkeys(("division_code", "district_code", "town_code", "community_code"), Text("未定位", "Not placed")),
}


def spaced(values: pd.Series, gap: float = 0.06) -> float:
    """An axis end that leaves room for the labels written beyond the longest bar."""
    return float(values.max()) * (1 + gap) if len(values) and values.max() > 0 else 1.0
