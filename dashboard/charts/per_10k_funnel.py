"""Appeals per 10,000 residents beside residents: which places differ by more than their number of residents lets chance explain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard import places
from dashboard.asking import fetch
from dashboard.chance import poisson_limits
from dashboard.charts.base import Chart, annotate, named, rows_of, with_labels
from dashboard.charts.on_time_by_unit import ACTION, AVERAGE, WARNING
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import LEVELS
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import populations

PER = 10_000
STEPS = 60
NO_RESIDENTS = Text("该市未提供人口数", "No residents in the city's folder")
RESIDENTS = Text("常住人口", "residents")
OUTSIDE = Text("{n} / {all} 处在 99.8% 界限外；离散为偶然的 {phi} 倍", "{n} of {all} outside 99.8 %; scatter {phi} × chance")
HOVER = Text("{count} 件 / {residents} 人", "{count} / {residents} residents")
OUTER, INNER = Text("99.8%", "99.8 %"), Text("95%", "95 %")


def lacks_in(engine: Engine) -> Text | None:
    """A city that does not say how many live where has no rates of residents."""
    return None if fetch(engine, select(func.count().label("n")).select_from(populations))["n"].iloc[0] else NO_RESIDENTS


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, count, residents, low, high, low_95, high_95, is_outside, average, phi, label…`: a row for each place.

    The places are those a map would show; limits are exact Poisson ones around the rate of all of them together. `phi` is their
    scatter over that of a Poisson (Pearson's χ² over its degrees of freedom).
    """
    level, codes = places.drill(engine, filters.wish.divisions)
    column = LEVELS.get(level, "town_code")
    found = measure(engine, "per_10k", filters, (column,)).set_index(column)
    held = _residents(engine, codes)
    frame = pd.DataFrame({"code": codes, "residents": held, "count": found["numerator"].reindex(codes, fill_value=0).to_numpy()})
    frame = frame[frame["residents"] > 0]
    if frame.empty or not frame["count"].sum():
        return frame.iloc[:0]
    share = frame["count"].sum() / frame["residents"].sum()
    frame = frame.assign(value=PER * frame["count"] / frame["residents"], average=PER * share)
    for name, outside in (("", ACTION), ("_95", WARNING)):
        ends = [poisson_limits(share * number, outside) for number in frame["residents"]]
        frame[f"low{name}"] = [PER * low / number for (low, _), number in zip(ends, frame["residents"], strict=True)]
        frame[f"high{name}"] = [PER * high / number for (_, high), number in zip(ends, frame["residents"], strict=True)]
    frame["is_outside"] = (frame["value"] < frame["low"]) | (frame["value"] > frame["high"])
    expected = share * frame["residents"]
    frame["phi"] = float(((frame["count"] - expected) ** 2 / expected).sum() / max(len(frame) - 1, 1))
    frame = with_labels(frame.rename(columns={"code": "division_code"}), engine, "division_code")
    return frame.rename(columns={"division_code": "code"}).sort_values("residents", ignore_index=True)


def _residents(engine: Engine, codes: list[str]) -> list[float]:
    p = populations.c
    query = select(p.division_code, p.population_count, p.as_of_on).where(p.division_code.in_(codes)).order_by(p.as_of_on)
    latest = fetch(engine, query).drop_duplicates("division_code", keep="last").set_index("division_code")["population_count"]
    return [float(number) for number in latest.reindex(codes)]


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows, facts = rows_of(frame), frame.iloc[0]
    most = float(frame["residents"].max()) * 1.08
    figure = go.Figure()
    _draw_limits(figure, float(facts["average"]) / PER, float(frame["residents"].min()) * 0.92, most, look)
    hover = [
        [row["code"], row[look.label_column], look.say(HOVER).format(count=f"{row['count']:,.0f}", residents=f"{row['residents']:,.0f}")]
        for row in rows
    ]
    figure.add_scatter(
        x=frame["residents"], y=frame["value"], mode="markers", customdata=hover,
        hovertemplate="%{customdata[1]}<br>%{y:.1f}<br>%{customdata[2]}<extra></extra>",
        marker={
            "color": [look.accent if row["is_outside"] else look.context for row in rows], "size": look.size * 0.75,
            "symbol": ["diamond" if row["is_outside"] else "circle" for row in rows], "line": {"width": 0},
        },
    )  # fmt: skip
    annotate(figure, _written(rows, facts, look, most))
    highest = max(float(frame["value"].max()), float(frame["high_95"].median())) * 1.12
    figure.update_xaxes(
        range=[float(frame["residents"].min()) * 0.9, most], showgrid=False, tickformat=",.0f", title={"text": look.say(RESIDENTS)}
    )
    figure.update_yaxes(range=[0, highest], rangemode="tozero", tickformat=",.0f")
    return figure.update_layout(margin={"l": 4, "r": look.size * 4, "t": look.size * 2, "b": 4})


def _draw_limits(figure: go.Figure, share: float, first: float, last: float, look: Theme) -> None:
    """The two pairs of limits as lines over the number of residents, and the rate of all."""
    numbers = np.linspace(max(first, 1.0), last, STEPS)
    for outside, dash in ((ACTION, "solid"), (WARNING, "dash")):
        ends = [poisson_limits(share * number, outside) for number in numbers]
        for side in (0, 1):
            line = {"color": look.context, "width": 1.2, "dash": dash}
            rates = [PER * end[side] / number for end, number in zip(ends, numbers, strict=True)]
            figure.add_scatter(x=numbers, y=rates, mode="lines", line=line, hoverinfo="skip")
    dotted = {"color": look.faint, "width": 1.2, "dash": "dot"}
    figure.add_scatter(x=[numbers[0], last], y=[PER * share] * 2, mode="lines", line=dotted, hoverinfo="skip")


def _written(rows: list[dict[str, Any]], facts: pd.Series, look: Theme, most: float) -> list[dict[str, Any]]:
    """Names of the places outside, farthest first, where they do not meet; the rate of all; how many are outside."""
    small = {"color": look.faint, "size": look.small}
    outside = [row for row in rows if row["is_outside"]]
    count = look.say(OUTSIDE).format(n=len(outside), all=len(rows), phi=f"{facts['phi']:,.1f}")
    overall = f"{look.say(AVERAGE)}<br>{facts['average']:,.1f}"
    written: list[dict[str, Any]] = [
        {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "text": count, "font": small},
        {"x": most, "y": facts["average"], "xanchor": "left", "text": overall, "align": "left", "font": small},
    ]  # fmt: skip
    for at, text in (("high", OUTER), ("high_95", INNER)):
        if rows[-1][at] and abs(rows[-1]["high"] - rows[-1]["high_95"]) > 0.04 * max(row["value"] for row in rows):
            written.append({"x": most, "y": rows[-1][at], "xanchor": "left", "text": look.say(text), "font": small})
    taken: list[tuple[float, float]] = []
    tallest = max(row["value"] for row in rows)
    for row in sorted(outside, key=lambda row: abs(row["value"] - facts["average"]), reverse=True):
        here = (row["residents"] / most, row["value"] / tallest)
        if all(abs(here[0] - x) > 0.13 or abs(here[1] - y) > 0.06 for x, y in taken):
            taken.append(here)
            place = {"x": row["residents"], "y": row["value"], "yanchor": "bottom", "yshift": 4}
            written.append({**place, "text": named([row], look, short=True)[0], "font": {"color": look.text, "size": look.size}})
    return [{"showarrow": False, **one} for one in written]


LIMITS = Text(
    "界限为以总体率为中心、按常住人口的泊松精确漏斗界限（95% 与 99.8%）；投诉多少不等于需求多少。",
    "Exact Poisson funnel limits (95 % and 99.8 %) around the overall rate by residents; many appeals are not much need.",
)
CHART = Chart(
    "per_10k_funnel", Text("万人诉求率：差异是否超出偶然", "Per 10,000 residents: more than chance?"), ask, draw,
    selects="divisions", lacks_in=lacks_in, metrics=("per_10k",), definition=LIMITS,
    headings={
        "average": Text("总体（件/万人）", "Overall (per 10,000)"), "is_outside": Text("超出 99.8% 界限", "Outside the 99.8 % limits"),
        "low": Text("99.8% 界限下端（件/万人）", "Lower 99.8 % limit (per 10,000)"),
        "high": Text("99.8% 界限上端（件/万人）", "Upper 99.8 % limit (per 10,000)"),
        "low_95": Text("95% 界限下端（件/万人）", "Lower 95 % limit (per 10,000)"),
        "high_95": Text("95% 界限上端（件/万人）", "Upper 95 % limit (per 10,000)"),
        "phi": Text("离散为偶然的倍数", "Scatter over chance"),
    },
)  # fmt: skip
