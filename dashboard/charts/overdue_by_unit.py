"""Who is late: the units that hold most of what is open past its limit, and what share of their open appeals that is."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, beside, fitted, is_rest, named, rows_of, share, spaced, with_labels, with_rest
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 10
REST = Text("其余 {n} 个单位", "{n} other units")
OF_OPEN = Text("占其在办", "of its open")
NONE = Text("没有超期未结", "Nothing open is overdue")
NOTE = Text("截至数据时间；按主办单位。", "At the data time, by the unit in charge.")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value, open`: overdue and open now by unit, most overdue first, at most ten and the rest."""
    late = measure(engine, "overdue_open", filters, ("unit_code",)).set_index("unit_code")["value"]
    held = measure(engine, "open_count", filters, ("unit_code",)).set_index("unit_code")["value"]
    frame = pd.DataFrame({"value": late[late > 0]}).join(held.rename("open")).rename_axis("unit_code").reset_index()
    frame = with_labels(frame.sort_values("value", ascending=False, kind="stable", ignore_index=True), engine, "unit_code")
    return with_rest(frame.rename(columns={"unit_code": "code"}), MOST, REST)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = fitted(frame, look, REST).iloc[::-1]
    rows, names, rest = rows_of(data), named(rows_of(data), look, short=True), is_rest(data)
    figure = go.Figure()
    figure.add_bar(
        y=names, x=data["value"].mask(rest), orientation="h", width=0.56, marker={"color": look.bad}, customdata=data["code"],
        hovertemplate="%{y}<br>%{x:,.0f}<extra></extra>",
    )  # fmt: skip
    columns = [
        Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 3.6),
        Column([share(row["value"], row["open"], look) for row in rows], 4.4, look.muted, look.say(OF_OPEN)),
    ]
    beside(figure, names, columns, look)
    most = data["value"].mask(rest)
    figure.update_xaxes(visible=False, range=[0, spaced(most if most.notna().any() else data["value"], 0.02)])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[-0.6, max(len(rows), 6) - 0.4],
    )  # fmt: skip
    return figure


CHART = Chart(
    "overdue_by_unit", Text("超期在哪些单位", "Overdue by unit"), ask, draw, selects="units", needs=("closing_times", "limits"), note=NOTE,
    metrics=("overdue_open", "open_count"),
    headings={"value": Text("超期未结（件）", "Overdue"), "open": Text("在办（件）", "Open")},
    definition=NOTE,
)  # fmt: skip
