"""Whether pilot tasks keep pace: their mean progress month by month beside the share of their time that had passed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, and_, case, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, annotate
from dashboard.charts.lamps import SMALL
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import N, pilot_observations, pilot_reports, pilot_standing, sources

WHOLE, STEPS = 100.0, (0, 25, 50, 75, 100)
ACTUAL, PLAN = Text("实际进度", "actual"), Text("时间进度", "plan")
AHEAD, BEHIND = Text("快于序时 {:.1f} 个百分点", "{:.1f} pp ahead"), Text("慢于序时 {:.1f} 个百分点", "{:.1f} pp behind")
HOVER = "%{x|%Y-%m}<br>%{y:.1f}%<extra>%{fullData.name}</extra>"
MONTHLY = Text(
    "每月末已填报过的责任条：实际为各条当时最近一期进度的平均（按现行目标值折算，完成计 100%，负面清单不计），"
    "计划为同一批责任条时间进度的平均；末月为应已填报的最近一期。不受所选时段影响。",
    "Of the parts reported by each month's end: the mean of their latest progress (by the targets in force now; done counts as 100 %;"
    " negative items left out), and the mean share of their time; up to the last period whose reports are due. Not narrowed by the period.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, actual, plan, gap, n`: one row per month's end, the first is that of the first report."""
    found = _reported(engine, filters)
    last = _last_period(engine, filters)
    if found.empty or last is None:
        return pd.DataFrame()
    months = pd.date_range(found["observed_on"].min() + pd.offsets.MonthEnd(0), last, freq="ME")
    # A report speaks from the end of its month on, until the next one does.
    spoken = found.assign(at=found["observed_on"] + pd.offsets.MonthEnd(0)).drop_duplicates(["part", "at"], keep="last")
    progress = spoken.pivot(index="part", columns="at", values="progress")
    progress = progress.reindex(columns=pd.DatetimeIndex(progress.columns).union(months)).ffill(axis=1).reindex(columns=months)
    parts = found.drop_duplicates("part").set_index("part").loc[progress.index]
    actual = progress.to_numpy(dtype="float64")
    elapsed = _elapsed(parts, months)
    elapsed = np.where(np.isnan(actual), np.nan, elapsed)
    actual = np.where(np.isnan(elapsed), np.nan, actual)
    known = (~np.isnan(actual)).sum(axis=0)
    base = np.where(known > 0, known, np.nan)
    frame = pd.DataFrame({"at": months, "actual": np.nansum(actual, axis=0) / base, "plan": np.nansum(elapsed, axis=0) / base, "n": known})
    frame.insert(3, "gap", frame["actual"] - frame["plan"])
    return frame[frame["n"] > 0].reset_index(drop=True)


def _reported(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Every report of what is asked for: `part, observed_on, progress, start_on, due_on`, in order; counted as the standing counts."""
    p, o = pilot_standing.c, pilot_observations.c
    way = p.target_value - func.coalesce(p.baseline_value, 0)
    attained = case((way != 0, WHOLE * (o.value - func.coalesce(p.baseline_value, 0)) / way))
    has_reached = case((p.better == "down", o.value <= p.target_value), else_=o.value >= p.target_value)
    progress = case(
        (func.coalesce(has_reached, False) | (func.coalesce(o.progress_pct, 0) >= WHOLE), WHOLE),
        else_=func.coalesce(o.progress_pct, attained),
    )
    same = and_(
        o.target_code == p.target_code, o.unit_code.is_not_distinct_from(p.unit_code), o.division_code.is_not_distinct_from(p.division_code)
    )
    part = func.concat_ws("·", p.target_code, func.coalesce(p.unit_code, "-"), func.coalesce(p.division_code, "-"))
    query = (
        select(part.label("part"), o.observed_on, progress.label("progress"), p.start_on, p.due_on)
        .join_from(pilot_standing, pilot_observations, same)
        .where(where(pilot_standing, N, filters), p.kind != "negative")
        .order_by(o.observed_on, func.coalesce(o.submitted_at, o.updated_at).nulls_first(), o.observation_key)
    )
    found = fetch(engine, query)
    return found.assign(progress=found["progress"].clip(upper=WHOLE)) if len(found) else found


def _last_period(engine: Engine, filters: ScopedFilters) -> pd.Timestamp | None:
    """The end of the last period whose reports are due by the clock of their source."""
    r = pilot_reports.c
    query = select(func.max(r.period_on).label("last")).join(sources, sources.c.source_code == r.source_code)
    found = fetch(engine, query.where(where(pilot_reports, N, filters), r.report_due_at <= sources.c.as_of))["last"].iloc[0]
    return None if pd.isna(found) else pd.Timestamp(found)


def _elapsed(parts: pd.DataFrame, months: pd.DatetimeIndex) -> np.ndarray:
    """Of each part (rows) at each month's end (columns) the share of its time that had passed, in percent; missing without dates."""
    start, due = (pd.to_datetime(parts[name]).to_numpy()[:, None] for name in ("start_on", "due_on"))
    at = months.to_numpy()[None, :]
    day = np.timedelta64(1, "D")
    whole = (due - start) / day
    passed = (np.minimum(due, np.maximum(start, at)) - start) / day
    return np.asarray(WHOLE * passed / np.where(whole > 0, whole, np.nan))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    figure = go.Figure()
    figure.add_scatter(
        x=frame["at"], y=frame["plan"], mode="lines", name=look.say(PLAN), line={"color": look.muted, "width": 2, "dash": "dash"},
        hovertemplate=HOVER,
    )  # fmt: skip
    figure.add_scatter(
        x=frame["at"], y=frame["actual"], mode="lines+markers", name=look.say(ACTUAL), line={"color": look.accent, "width": 3},
        marker={"size": look.size * 0.35}, hovertemplate=HOVER,
    )  # fmt: skip
    annotate(figure, [_gap(frame, look), *_ends(frame, look)])
    figure.update_xaxes(
        tickformat="%y-%m", tickfont={"color": look.muted, "size": look.size * SMALL}, nticks=6, tickangle=0,
        range=[frame["at"].iloc[0] - pd.Timedelta(days=12), frame["at"].iloc[-1] + pd.Timedelta(days=12)],
    )  # fmt: skip
    figure.update_yaxes(range=[0, 103], tickvals=STEPS, ticktext=[f"{step}%" for step in STEPS], tickfont={"size": look.size * SMALL})
    right = look.size * (8.6 if look.language == "zh" else 7.4)
    return figure.update_layout(margin={"l": 4, "r": right, "t": look.size * 1.9, "b": 2})


def _gap(frame: pd.DataFrame, look: Theme) -> dict[str, Any]:
    """Ahead or behind, at the last month."""
    last = frame.iloc[-1]
    text, colour = (AHEAD, look.good) if last["gap"] >= 0 else (BEHIND, look.text)
    said = f"{last['at']:%Y-%m} <b>{look.say(text).format(abs(last['gap']))}</b>"
    return {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "text": said, "showarrow": False,
        "font": {"color": colour, "size": look.size * 1.05},
    }  # fmt: skip


def _ends(frame: pd.DataFrame, look: Theme) -> list[dict[str, Any]]:
    """Both lines by name and value at their ends, kept apart."""
    last = frame.iloc[-1]
    names = sorted((("actual", ACTUAL, look.accent), ("plan", PLAN, look.muted)), key=lambda one: float(last[one[0]]))
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "showarrow": False}
    written, below = [], -100.0
    for name, text, colour in names:
        below = max(float(last[name]), below + 11)
        said = f"{look.say(text)} <b>{last[name]:.1f}%</b>"
        written.append({"y": below, "text": said, "font": {"color": colour, "size": look.size}, **place})
    return written


CHART = Chart(
    "pilot_schedule", Text("实际进度与序时", "Progress against schedule"), ask, draw, kind="pilots",
    metrics=("task_progress", "schedule_gap"),
    definition=MONTHLY,
    headings={
        "at": Text("月末", "Month's end"), "actual": Text("平均实际进度（%）", "Mean progress (%)"),
        "plan": Text("平均时间进度（%）", "Mean elapsed (%)"), "gap": Text("序时进度差（百分点）", "Schedule gap (pp)"),
        "n": Text("责任条数（条）", "Parts"),
    },
)  # fmt: skip
