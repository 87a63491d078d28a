"""The honest clock: share resolved by day t with open appeals counted, the closed-only figure struck through beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, Table

from dashboard.charts.base import Chart, annotate, heading
from dashboard.filters import ScopedFilters
from dashboard.survival import HOUR, band, median_interval_hours, quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import tickets

POINTS = 160
FEWEST_AT_RISK = 10
HOURS_A_DAY = 24.0
NOW, BEFORE = Text("本期", "this period"), Text("去年同期", "last year")
MEDIAN = Text("中位", "median")
INTERVAL = Text("95% 区间 {} – {}", "95% interval {} – {}")
UNBOUNDED = Text("未达到", "not reached")
NOT_REACHED = Text("中位数尚未达到", "median not yet reached")
NAIVE = Text("仅已办结", "closed only")
AT_RISK = Text("色带：95% 置信区间　轴下：仍在观察的件数", "band: 95% confidence · below the axis: number at risk")
DAYS, WORK_DAYS = Text("天", "d"), Text("工作日", "work d")
WORK_HOURS, LONG_WORK_DAYS = Text("{:.1f} 工作小时", "{:.1f} work h"), Text("{:.1f} 工作日", "{:.1f} work d")
COHORT = Text(
    "期内上报的诉求，按上报日期归组；日历时钟。在办件计至其来源最后报送，撤回件计至撤回。",
    "Tickets by the day they were reported, calendar clock. Open ones are watched as far as their source was seen, withdrawn ones"
    " until withdrawn.",
)
CURVE = Text(
    "Kaplan–Meier 估计，95% 置信限按 Greenwood 方差（双对数变换）；仍在观察不足 10 件之后不列，至多列 160 个时点。",
    "By Kaplan–Meier, with 95% confidence limits by Greenwood's variance (log–log scale); not listed where fewer than 10 are still"
    " at risk; at most 160 times.",
)
BAND = {
    "low": Text("95%置信下限（%）", "Lower 95% confidence limit (%)"), "high": Text("95%置信上限（%）", "Upper 95% confidence limit (%)"),
}  # fmt: skip
IN_HOURS, IN_DAYS = Text("{:,.1f} 小时", "{:,.1f} h"), Text("{:,.1f} 天", "{:,.1f} d")
FEWEST_DAYS = 3.0  # Under so many, a time is said in hours.
WORK_DAY = Text("；一个工作日计 {:g} 小时", "; a working day has {:g} h")
OF_MEDIAN = Text("本期中位用时 {}，95% 置信区间 {} – {}", "Median of this period {}, 95% confidence interval {} – {}")
ENDS = (1, 2, 4, 8, 12, 20, 28, 40, 60, 80, 120, 240)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, tickets)


def ask_of(engine: Engine, filters: ScopedFilters, table: Table, clock: str = "calendar", day_hours: float = HOURS_A_DAY) -> pd.DataFrame:
    """Columns `days, resolved, low, high, at_risk, era` (in %, days of `day_hours`).

    Attrs: `median` with its 95 % interval `earliest, latest` and the closed-only median `naive`, in hours; `clock, day_hours`.
    """
    curve = survival(engine, filters, clock=clock, table=table)
    if curve.empty:
        return curve
    closed = curve[curve["events"] > 0]
    earliest, latest = median_interval_hours(curve)
    facts = {"median": quantile_hours(curve, 0.5), "naive": _closed_only_median(closed), "earliest": earliest, "latest": latest}
    before = survival(engine, filters.last_year(), clock=clock, table=table)
    frame = pd.concat([_thinned(curve, "now", day_hours), _thinned(before, "before", day_hours)], ignore_index=True)
    frame.attrs = facts | {"clock": clock, "day_hours": day_hours}
    return frame


def _closed_only_median(closed: pd.DataFrame) -> float:
    """The median of what has closed, forgetting what has not: shown only to be struck through. Hours."""
    if closed.empty:
        return float("nan")
    running = closed["events"].cumsum()
    return float(closed["seconds"][running >= running.iloc[-1] / 2].iloc[0]) / HOUR


def _thinned(curve: pd.DataFrame, era: str, day_hours: float) -> pd.DataFrame:
    """At most POINTS steps of the curve, up to where too few are left to say anything."""
    if curve.empty:
        return pd.DataFrame()
    edges = 100 * (1 - band(curve))
    whole = pd.DataFrame(
        {
            "days": curve["seconds"] / HOUR / day_hours, "resolved": 100 * (1 - curve["open_share"]), "low": edges["high"],
            "high": edges["low"], "at_risk": curve["at_risk"],
        }
    )  # fmt: skip
    held: pd.DataFrame = whole[whole["at_risk"] >= min(FEWEST_AT_RISK, whole["at_risk"].iloc[0])]
    held = held.iloc[np.unique(np.linspace(0, len(held) - 1, POINTS).astype(int))]
    start = pd.DataFrame({"days": [0.0], "resolved": [0.0], "low": [0.0], "high": [0.0], "at_risk": [curve["at_risk"].iloc[0]]})
    return pd.concat([start, held], ignore_index=True).assign(era=era)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    now, before, facts = frame[frame["era"] == "now"], frame[frame["era"] == "before"], frame.attrs
    end = axis_end(now["days"], now["resolved"], facts["median"] / facts["day_hours"])
    unit = look.say(WORK_DAYS if facts["clock"] == "work" else DAYS)
    figure = go.Figure()
    hover = "%{x:.1f} " + unit + "<br>%{y:.1f}%"
    if len(before):
        figure.add_scatter(
            x=before["days"], y=before["resolved"], mode="lines", line={"color": look.context, "width": 1.5, "shape": "hv"},
            name=look.say(BEFORE), hovertemplate=hover,
        )  # fmt: skip
    x, y = _outline(now)
    figure.add_scatter(
        x=x, y=y, mode="lines", fill="toself", line={"width": 0}, fillcolor=look.accent, opacity=0.22, hoverinfo="skip", name="95%"
    )
    figure.add_scatter(
        x=now["days"], y=now["resolved"], mode="lines", line={"color": look.accent, "width": 2.5, "shape": "hv"}, name=look.say(NOW),
        hovertemplate=hover,
    )  # fmt: skip
    at = facts["median"] / facts["day_hours"]
    if at <= end:
        figure.add_scatter(x=[at], y=[50], mode="markers", marker={"color": look.text, "size": look.size * 0.5}, hoverinfo="skip")
    day_axis(figure, now["days"], now["at_risk"], end, unit, look)
    annotate(figure, [_medians(facts, look), heading(look.say(AT_RISK), look)])
    return figure


def _outline(now: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The edge of the band as one closed line of steps: the low side there, the high side back."""
    days = now["days"].to_numpy()
    x = np.append(np.repeat(days, 2)[1:], days[-1])
    low, high = np.repeat(now["low"].to_numpy(), 2), np.repeat(now["high"].to_numpy(), 2)
    return np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])


def day_axis(figure: go.Figure, days: pd.Series, at_risk: pd.Series, end: float, unit: str, look: Theme) -> None:
    """Days below with how many are still watched at each, percent beside."""
    ticks = [end * step / 4 for step in range(5)]
    texts = [f"{tick:g}{unit}<br><span style='color:{look.faint}'>{_left(days, at_risk, tick, look)}</span>" for tick in ticks]
    percents = [25, 50, 75, 100]
    figure.update_layout(
        xaxis={"range": [0, end], "tickvals": ticks, "ticktext": texts, "showgrid": False,
            "tickfont": {"color": look.muted, "size": look.small}},
        yaxis={"range": [0, 103], "tickvals": percents, "ticktext": [f"{percent}%" for percent in percents]},
        margin={"l": 4, "r": look.size * 2, "t": look.size * 1.3, "b": 4},
    )  # fmt: skip


def _left(days: pd.Series, at_risk: pd.Series, day: float, look: Theme) -> str:
    """How many are still observed after `day` days; under ten the curve stops, and so does the count."""
    later = at_risk[days >= day]
    return look.count(float(later.iloc[0]), compact=False) if len(later) else f"<{FEWEST_AT_RISK}"


def axis_end(days: pd.Series, ended: pd.Series, median: float) -> float:
    """A round number of days by which nearly all that will end (`ended`, in %) has ended; the median (days) is always on it."""
    reached = days[ended >= min(96.0, ended.max())]
    wanted = float(reached.iloc[0]) if len(reached) else float(days.max())
    wanted = max(wanted, 0.0 if np.isnan(median) else median)
    return next((float(end) for end in ENDS if end >= wanted), 400.0)


def _lasting(hours: float, facts: dict[Any, Any], look: Theme) -> str:
    """A length of time on the clock of the chart."""
    if np.isnan(hours) or facts["clock"] != "work":
        return look.say(UNBOUNDED) if np.isnan(hours) else look.hours(hours)
    days = hours / facts["day_hours"]
    return look.say(LONG_WORK_DAYS).format(days) if days >= 2 else look.say(WORK_HOURS).format(hours)


def _medians(facts: dict[Any, Any], look: Theme) -> dict[str, Any]:
    """The median with its interval, and the figure that forgets what is open, struck through."""
    median = facts["median"]
    if np.isnan(median):
        text = f"<b>{look.say(NOT_REACHED)}</b>"
    else:
        text = f"{look.say(MEDIAN)} <b>{_lasting(median, facts, look)}</b>"
        interval = look.say(INTERVAL).format(*(_lasting(facts[name], facts, look) for name in ("earliest", "latest")))
        text += f"<br><span style='color:{look.faint}'>{interval}</span>"
    if not np.isnan(facts["naive"]):
        text += f"<br><span style='color:{look.faint}'>{look.say(NAIVE)} <s>{_lasting(facts['naive'], facts, look)}</s></span>"
    return {
        "x": 0.97, "y": 0.12, "xref": "paper", "yref": "paper", "text": text, "showarrow": False, "align": "right", "xanchor": "right",
        "yanchor": "bottom", "font": {"color": look.text, "size": look.size * 1.1},
    }  # fmt: skip


def with_median(frame: pd.DataFrame) -> pd.DataFrame:
    """The curve with a remark that says its median, as the drawing does."""
    facts, found = frame.attrs, frame.copy()
    hours = [_said(facts[name], facts) for name in ("median", "earliest", "latest")]
    said = Text(OF_MEDIAN.zh.format(*(text.zh for text in hours)), OF_MEDIAN.en.format(*(text.en for text in hours)))
    if facts["clock"] == "work":
        said = Text(said.zh + WORK_DAY.zh.format(facts["day_hours"]), said.en + WORK_DAY.en.format(facts["day_hours"]))
    found.attrs["remark"] = said
    return found


def _said(hours: float, facts: dict[Any, Any]) -> Text:
    """A length of time on the clock of the chart, in both languages."""
    if np.isnan(hours):
        return UNBOUNDED
    days = hours / facts["day_hours"]
    if facts["clock"] == "work":
        value, unit = (days, LONG_WORK_DAYS) if days >= 2 else (hours, WORK_HOURS)
    else:
        value, unit = (days, IN_DAYS) if days >= FEWEST_DAYS else (hours, IN_HOURS)
    return Text(unit.zh.format(value), unit.en.format(value))


CHART = Chart(
    "resolution_survival", Text("多久办结（含在办）", "Resolved by day t, open counted"), ask, draw,
    needs=("closing_times",), note=COHORT, metrics=("median_hours",), headings=BAND,
    definition=Text(COHORT.zh + CURVE.zh, f"{COHORT.en} {CURVE.en}"), lay=with_median,
)  # fmt: skip
