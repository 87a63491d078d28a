"""On-time closure of the units with most to close, with the limits chance alone would set."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.chance import binomial_limits
from dashboard.charts.base import Chart, Column, beside, named, rows_of, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure, total
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 10
FULL = 100.5  # Where the axis of rates ends.
# What chance alone leaves outside the two bands: one unit in twenty, two in a thousand.
WARNING, ACTION = 0.05, 0.002
AVERAGE = Text("合计", "overall")
LOW = Text("偏低", "low")
FEW = Text("样本不足", "too few")
DUE = Text("到期", "due")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value, denominator, low, high, is_low, average`: the ten units with most due, in that order.

    A unit with fewer due tickets than the city's `minimum_count` shows its count only.
    """
    frame = measure(engine, "on_time_closure", filters, ("unit_code",))
    frame = frame[frame["denominator"] > 0].sort_values("denominator", ascending=False).head(MOST)
    frame = with_limits(frame, total(engine, "on_time_closure", filters).value, filters.minimum_count)
    return with_labels(frame, engine, "unit_code").rename(columns={"unit_code": "code"}).reset_index(drop=True)


def with_limits(frame: pd.DataFrame, average: float, fewest: int) -> pd.DataFrame:
    """Add `low, high` (99.8 %), `low_95, high_95`, `is_small, is_low, average` to rows of a rate: exact binomial funnel limits.

    A row without a denominator has no limits; `is_low` is below the outer one.
    """
    limits = {"": ACTION, "_95": WARNING}
    for name, outside in limits.items():
        ends = [binomial_limits(int(count), average / 100, outside) for count in frame["denominator"]]
        frame = frame.assign(**{f"low{name}": [low for low, _ in ends], f"high{name}": [high for _, high in ends]})
    is_small = frame["denominator"] < fewest
    return frame.assign(is_small=is_small, is_low=(frame["value"] < frame["low"]) & ~is_small, average=average)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.head(look.rows_that_fit(len(frame), pitch=1.4)).iloc[::-1])
    columns = [
        Column([look.say(FEW) if row["is_small"] else f"<b>{look.percent(row['value'])}</b>" for row in rows], 4.4),
        Column([f"{row['denominator']:,.0f}" for row in rows], 3.2, look.faint, look.say(DUE)),
        Column([look.say(LOW) if row["is_low"] else "" for row in rows], 2.8, look.warn),
    ]
    return draw_band(rows, columns, look)


def draw_band(rows: list[dict[str, Any]], columns: list[Column], look: Theme) -> go.Figure:
    """The rates of rows (the lowest first) on the bands chance alone would fill, and columns beside them."""
    places, average = list(range(len(rows))), rows[0]["average"]
    decided = [(place, row) for place, row in enumerate(rows) if row["denominator"] > 0]
    start = max(0.0, min(min(row["value"], row["low"]) for _, row in decided) - 6)
    figure = go.Figure()
    for place, row in decided:
        # The bands chance alone would fill, 99.8 % and within it 95 %: a unit inside is not distinguishable from the city.
        for low, high in (("low", "high"), ("low_95", "high_95")):
            band = {"color": look.hairline, "width": look.size * 0.7}
            figure.add_scatter(x=[row[low], row[high]], y=[place, place], mode="lines", line=band, hoverinfo="skip")
    dotted = {"color": look.faint, "width": 1.2, "dash": "dot"}
    figure.add_scatter(x=[average, average], y=[-0.5, len(rows) - 0.4], mode="lines", line=dotted, hoverinfo="skip")
    figure.add_scatter(
        x=[row["value"] for _, row in decided], y=[place for place, _ in decided], mode="markers",
        customdata=[[row["code"], row[look.label_column]] for _, row in decided],
        hovertemplate="%{customdata[1]}<br>%{x:.1f}%<extra></extra>",
        marker={
            "color": [look.context if row["is_small"] else look.warn if row["is_low"] else look.accent for _, row in decided],
            "size": look.size * 0.75, "symbol": ["diamond" if row["is_low"] else "circle" for _, row in decided],
        },
    )  # fmt: skip
    beside(figure, places, columns, look)
    # Near the right end it ends at its line: beside it stand the headings of the columns.
    figure.add_annotation(
        x=average, y=1, yref="paper", text=f"{look.say(AVERAGE)} {look.percent(average)}", showarrow=False, yanchor="bottom",
        xanchor="right" if average > (start + FULL) / 2 else "center",
        font={"color": look.faint, "size": look.small},
    )  # fmt: skip
    names = [f"<b>{name}</b>" if row.get("is_chosen") else name for row, name in zip(rows, named(rows, look, short=True), strict=True)]
    figure.update_xaxes(visible=False, range=[start, FULL])
    figure.update_yaxes(
        tickvals=places, ticktext=names, showgrid=False,
        tickfont={"color": look.text, "size": look.size}, ticklabelstandoff=6, range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


CHANCE = Text(
    "界限为以总体率为中心的二项分布精确漏斗界限（95% 与 99.8%）；界限之内与总体不可区分。",
    "Exact binomial funnel limits (95 % and 99.8 %) around the overall rate; what lies within cannot be told from it.",
)
BUSIEST = Text("期内到期最多的十个单位。", "The ten units with most due in the period.")
CHART = Chart(
    "on_time_by_unit",
    Text("单位按期办结率", "On-time closure by unit"),
    ask,
    draw,
    selects="units",
    needs=("limits", "outcomes"),
    note=BUSIEST,
    metrics=("on_time_closure",),
    definition=CHANCE,
)
