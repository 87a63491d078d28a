"""Bars of open risks with their overdue part, by place or by unit: what two charts share."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Column, beside, is_rest, named, rows_of, width_of, with_labels, with_rest
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

MOST, FEWEST = 12, 7
FADED = 0.3
# Overdue is hatched as well as red: neither colour nor pattern is needed alone.
HATCHED = {"shape": "/", "fillmode": "overlay", "fgcolor": "rgba(255,255,255,.5)"}
REST = Text("其余 {n} 个", "{n} others")
OPEN, OVERDUE = Text("在控", "open"), Text("逾期", "overdue")
METRICS = ("risks_open", "risks_overdue")
HEADINGS = {"overdue": Text("其中逾期（项）", "Of these overdue")}


def ask(
    engine: Engine,
    filters: ScopedFilters,
    dimension: str,
    chosen: tuple[str, ...] = (),
    of: tuple[str, str] = METRICS,
    first: str = "value",
) -> pd.DataFrame:
    """Columns `code, value, overdue, label…`: the metrics `of` (open, late) by `dimension`, most of `first` first, at most 12 and the rest.

    What is `chosen` is among the rows, and marked (`is_chosen`) instead of standing alone.
    """
    held = measure(engine, of[0], filters, (dimension,)).set_index(dimension)["value"]
    late = measure(engine, of[1], filters, (dimension,)).set_index(dimension)["value"]
    frame = pd.DataFrame({"value": held, "overdue": late.reindex(held.index).fillna(0)}).rename_axis(dimension).reset_index()
    frame = frame[frame["value"] > 0].sort_values(
        [first, "overdue" if first == "value" else "value"], ascending=False, kind="stable", ignore_index=True
    )
    frame = with_labels(frame, engine, dimension).rename(columns={dimension: "code"})
    # A chosen row below the rest would be a choice nobody sees.
    frame = frame.assign(is_chosen=frame["code"].isin(chosen))
    low = frame["is_chosen"] & (frame.index >= MOST)
    frame = pd.concat([frame[~low].iloc[: MOST - int(low.sum())], frame[low], frame[~low].iloc[MOST - int(low.sum()) :]])
    found = with_rest(frame.reset_index(drop=True), MOST, REST)
    found.attrs["count"] = len(frame)
    return found


def faded(rows: list[dict[str, Any]]) -> list[float]:
    """How strong each row's bar is drawn: where some are chosen, the others stand back."""
    some = any(row.get("is_chosen") is True for row in rows)
    return [FADED if some and row.get("is_chosen") is not True else 1.0 for row in rows]


def rows_range(count: int, look: Theme) -> list[float]:
    """An axis end to end for rows of bars that stand at the top and, where they are few, are not blown up."""
    fewest = count if look.is_paper else look.rows_that_fit(FEWEST, 1.6, 1.5)
    return [count - max(count, fewest) - 0.5, count - 0.5]


def that_fit(frame: pd.DataFrame, look: Theme) -> pd.DataFrame:
    """So many rows as there is room for, the last of them the rest of all."""
    most = look.rows_that_fit(len(frame), taken=1.6, pitch=1.5)
    if len(frame) <= most:
        return frame
    first, others = frame.iloc[: most - 1], frame.iloc[most - 1 :]
    zh, en = (words.format(n=frame.attrs["count"] - len(first)) for words in REST)
    sums = {"value": others["value"].sum(), "overdue": others["overdue"].sum(), "is_chosen": False, "is_rest": True}
    return pd.concat([first, pd.DataFrame([{"code": "", "label": zh, "label_en": en, "short_label": zh, **sums}])], ignore_index=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return draw_bars(frame, look, (OPEN, OVERDUE))


def draw_bars(frame: pd.DataFrame, look: Theme, words: tuple[Text, Text]) -> go.Figure:
    """Bars of what is open, their late part hatched, with both as columns under these words."""
    held, overdue = (look.say(word) for word in words)
    data = that_fit(frame, look).iloc[::-1]
    rows = rows_of(data)
    names = named(rows, look, short=True)
    codes = ["" if pd.isna(code) else str(code) for code in data["code"]]
    figure = go.Figure()
    # What is left over is no place and no unit: its number stands beside, a bar would dwarf the others.
    drawn = data[["value", "overdue"]].where(~is_rest(data), 0)
    hatching = {**HATCHED, "size": look.size / 2}
    in_time: dict[str, Any] = {"name": held, "x": drawn["value"] - drawn["overdue"], "marker": {"color": look.accent}}
    late: dict[str, Any] = {
        "name": overdue,
        "x": drawn["overdue"],
        "marker": {"color": look.bad, "pattern": hatching},
    }
    strength = faded(rows)
    for part in (late, in_time):
        part["marker"] = {**part["marker"], "opacity": strength}
        figure.add_bar(
            y=names, orientation="h", width=0.62, customdata=codes, hovertemplate="%{y}<br>%{x:,.0f}<extra>%{fullData.name}</extra>", **part
        )
    width = 1.4 + 0.5 * width_of(f"╱ {overdue}")
    columns = [
        Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 3.4, heading=held),
        Column([look.count(row["overdue"], compact=False) if row["overdue"] else "" for row in rows], width, look.bad, f"╱ {overdue}"),
    ]
    beside(figure, names, columns, look)
    figure.update_xaxes(visible=False, range=[0, float(drawn["value"].max())])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=rows_range(len(rows), look),
    )  # fmt: skip
    return figure.update_layout(barmode="stack")
