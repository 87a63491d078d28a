"""Who owes reports of pilot tasks: those due in the period by unit, in time, late and missing."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, annotate, beside, named, rows_of, share, with_labels
from dashboard.charts.lamps import FEWEST, MORE
from dashboard.charts.risk_bars import faded
from dashboard.charts.risk_levels import Level, colour_of
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

UNIT = "unit_code"
MOST = 14
STATES = {
    "missing": Level(Text("未报", "missing"), "▲", "bad"),
    "late": Level(Text("迟报", "late"), "◆", "warn"),
    "in_time": Level(Text("按时", "in time"), "●", "accent"),
}
SHARE, DUE = Text("按时率", "in time"), Text("应报", "due")
ORDER = Text("按未报、迟报次数列出单位；应报过少的，按时率置灰。", "Units by reports missing, then late; a rate of too few is grey.")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value, numerator, denominator, missing, late, in_time, is_chosen`: units by what is missing, then late."""
    every = filters.only(units=())
    found = measure(engine, "reports_on_time", every, (UNIT,)).set_index(UNIT)
    found["missing"] = measure(engine, "reports_missing", every, (UNIT,)).set_index(UNIT)["value"].reindex(found.index).fillna(0)
    found = found.assign(in_time=found["numerator"], late=found["denominator"] - found["numerator"] - found["missing"]).reset_index()
    found = found[found["denominator"] > 0].sort_values(
        ["missing", "late", "denominator", UNIT], ascending=[False, False, False, True], ignore_index=True
    )
    frame = with_labels(found, engine, UNIT).rename(columns={UNIT: "code"})
    return frame.assign(is_chosen=frame["code"].isin(filters.wish.units))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    shown = frame[(frame.index < look.rows_that_fit(MOST, taken=3.2, pitch=1.4)) | frame["is_chosen"]]
    data, left_out = shown.iloc[::-1], len(frame) - len(shown)
    rows, figure = rows_of(data), go.Figure()
    names, strength = named(rows, look, short=True), faded(rows)
    for name, state in STATES.items():
        figure.add_bar(
            y=names, x=data[name], orientation="h", width=0.66, name=f"{state.shape} {look.say(state.word)}", customdata=data["code"],
            marker={"color": colour_of(state, look), "opacity": strength}, hovertemplate="%{y}<br>%{x:,.0f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    columns = [
        Column([share(row["numerator"], row["denominator"], look) for row in rows], 4.6, look.text, look.say(SHARE)),
        Column([f"{row['denominator']:,.0f}" for row in rows], 3.0, look.faint, look.say(DUE)),
    ]
    for name in ("late", "missing"):
        state = STATES[name]
        texts = [f"{row[name]:,.0f}" if row[name] else "" for row in rows]
        columns.append(
            Column(texts, 4.0 if look.language == "zh" else 5.4, colour_of(state, look), f"{state.shape} {look.say(state.word)}")
        )
    beside(figure, names, columns, look)
    if left_out:
        more = {"x": 1, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top", "showarrow": False}
        annotate(figure, [{**more, "text": look.say(MORE).format(n=left_out), "font": {"color": look.faint, "size": look.size * 0.95}}])
    figure.update_xaxes(visible=False, range=[0, float(data["denominator"].max())])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[min(len(rows) - FEWEST, 0) - 0.5, len(rows) - 0.5],
    )  # fmt: skip
    return figure.update_layout(barmode="stack", margin={"b": look.size * 1.4 if left_out else 2})


CHART = Chart(
    "pilot_reports", Text("到期填报：责任单位", "Reports due, by unit"), ask, draw, kind="pilots", selects="units",
    metrics=("reports_on_time", "reports_missing"), definition=ORDER,
    headings={
        "numerator": Text("按时（次）", "In time"), "denominator": Text("应报（次）", "Due"), "missing": Text("未报（次）", "Missing"),
        "late": Text("迟报（次）", "Late"), "in_time": Text("其中按时（次）", "Of these in time"),
    },
)  # fmt: skip
