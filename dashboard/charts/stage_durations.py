"""How long each stage takes, by Kaplan–Meier with those still in it counted, how many are in it now, and its limit."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, Column, beside, rows_of
from dashboard.charts.living_promise import LIMIT, UNITS
from dashboard.charts.resolution_percentiles import HALF, NINE, NOT_REACHED
from dashboard.filters import ScopedFilters, where
from dashboard.reference import data_state
from dashboard.survival import Wait, in_stage, quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import N, R, category_limits, stages, tickets

QUANTILES = {"p50": 0.5, "p80": 0.8, "p90": 0.9}
LIMITED = {"accepted": "accept", "dispatched": "dispatch", "signed": "sign"}  # A stage -> how its limit is called.
EIGHT = Text("八成", "four in five")
WITHIN = Text("现在本环节", "in it now")
MOSTLY = Text("多为{}", "mostly {}")
LEAST_HOURS = 1 / 60
NARROW = 46.0  # Label sizes that a panel of the wall needs for all columns.
TICKS = ((1 / 60, Text("1分", "1 min")), (1.0, Text("1小时", "1 h")), (24.0, Text("1天", "1 d")), (240.0, Text("10天", "10 d")))
COHORT = Text(
    "期内上报的诉求；仍在该环节的计至其来源最后报送，越过该环节的不计。评价由诉求人作出，不是办理环节。"
    "时限：受理自上报、派遣自受理、签收自派遣起算。",
    "Tickets reported in the period; those still in a stage are watched as far as their source was seen, those that went past it"
    " are left out. Rating is the citizen's, no stage of the work. Limits: acceptance runs from the report, dispatch"
    " from acceptance, signing from dispatch.",
)
NOTE = Text(f"{COHORT.zh}对数刻度。", f"{COHORT.en} Log scale.")
TABLE = Text(
    "Kaplan–Meier 估计，用时空白为尚未达到；现在本环节为目前件数，不论何时上报。",
    "By Kaplan–Meier; an empty time was not reached yet; how many are in a stage now counts those of any period.",
)


def waits_of(order: list[str]) -> list[Wait]:
    """The stretches between neighbouring stages, each knowing what comes later."""
    times = [f"{code}_at" for code in order]
    steps = [place for place in range(1, len(order)) if order[place] != "rated"]
    return [Wait(times[place - 1], times[place], tuple(times[place + 1 :])) for place in steps]


def delivered_stages(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The city's stages in order, by code; what no source brings is no stage here: its neighbours meet."""
    order = fetch(engine, select(stages).order_by(stages.c.sort_order)).set_index("stage_code")
    delivered = data_state(engine, tickets.name, filters.wish.sources).delivered
    return order[[f"{code}_at" in delivered for code in order.index]]


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `label, label_en` (from → to), `p50, p80, p90` (hours; missing = not reached), `n`, `within`, `limit, limit_unit, is_mostly`.

    One row per stage that any ticket of the period entered or is in now, in the city's order.
    """
    names = delivered_stages(engine, filters)
    waits = waits_of(list(names.index))
    within = _within(engine, filters, waits)
    limits = _limits(engine, filters)
    rows: list[dict[str, Any]] = []
    for wait in waits:
        start, end = wait.start.removesuffix("_at"), wait.end.removesuffix("_at")
        curve = survival(engine, filters, wait=wait)
        n = int((curve["events"] + curve["censored"]).sum())
        if not n:
            continue
        hours = {name: quantile_hours(curve, quantile) for name, quantile in QUANTILES.items()}
        said = {name: f"{names[name][start]} → {names[name][end]}" for name in ("label", "label_en")}
        rows.append(said | hours | {"n": n, "within": within[wait.end]} | limits.get(end, {}))
    columns = ["label", "label_en", *QUANTILES, "n", "within", "limit", "limit_unit", "is_mostly"]
    return pd.DataFrame(rows, columns=columns)


def _within(engine: Engine, filters: ScopedFilters, waits: list[Wait]) -> dict[str, int]:
    """How many are in each stage now, whenever they were reported, by the column the stage ends with."""
    counts = [func.count().filter(in_stage(wait)).label(wait.end) for wait in waits]
    if not counts:
        return {}
    row = fetch(engine, select(*counts).where(where(tickets, N, filters))).iloc[0]
    return {str(name): int(row[name]) for name in row.index}


def _limits(engine: Engine, filters: ScopedFilters) -> dict[str, dict[str, Any]]:
    """The commonest limit of each stage among the tickets of the period, and whether others have another."""
    c = category_limits.c
    query = (
        select(c.stage_code, c.amount, c.unit, func.count().label("n"))
        .join_from(tickets, category_limits, c.category_code == tickets.c.category_code)
        .where(where(tickets, R, filters), c.stage_code.in_(LIMITED.values()))
        .group_by(c.stage_code, c.amount, c.unit)
        .order_by(c.stage_code, func.count().desc(), c.amount, c.unit)
    )
    found = fetch(engine, query)
    limits = {}
    for stage, word in LIMITED.items():
        held = found[found["stage_code"] == word]
        if len(held):
            limits[stage] = {"limit": held["amount"].iloc[0], "limit_unit": held["unit"].iloc[0], "is_mostly": len(held) > 1}
    return limits


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = frame.iloc[::-1]
    rows, names = rows_of(data), list(data[look.label_column])
    held = data[list(QUANTILES)].clip(lower=LEAST_HOURS)
    end = max(float(held.max().max()), 1.0) if held.notna().any().any() else 1.0
    figure = go.Figure()
    spans_x: list[float | None] = []
    spans_y: list[str | None] = []
    for name, half, nine in zip(names, held["p50"], held["p90"], strict=True):
        if pd.notna(half):
            spans_x += [half, nine if pd.notna(nine) else end * 1.3, None]
            spans_y += [name, name, None]
    figure.add_scatter(x=spans_x, y=spans_y, mode="lines", line={"color": look.context, "width": look.size * 0.28}, hoverinfo="skip")
    for column, colour, size in (("p90", look.muted, 0.6), ("p80", look.context, 0.5), ("p50", look.accent, 0.75)):
        marker = {"color": colour, "size": look.size * size, "line": {"width": 1, "color": look.panel}}
        figure.add_scatter(
            x=held[column], y=names, mode="markers", marker=marker, customdata=[_hours(row[column], look) for row in rows],
            hovertemplate="%{y}<br>%{customdata}<extra></extra>",
        )  # fmt: skip
    half = f"<span style='color:{look.accent}'>{look.say(HALF)}</span>"
    wide = 1.25 if look.language == "en" else 1.0
    columns = [
        Column([f"<b>{_hours(row['p50'], look)}</b>" for row in rows], 5.0, look.accent, half),
        Column([_hours(row["p80"], look) for row in rows], 5.2 * wide, look.muted, look.say(EIGHT)),
        Column([_hours(row["p90"], look) for row in rows], 5.4 * wide, look.muted, look.say(NINE)),
        Column([look.count(row["within"], compact=False) for row in rows], 6.0, look.text, look.say(WITHIN)),
        Column([_limit(row, look) for row in rows], 8.0 * wide, look.faint, look.say(LIMIT)),
    ]
    is_narrow = look.room is not None and look.room[0] < NARROW
    if is_narrow:
        columns = [columns[0], *columns[2:4]]
    beside(figure, names, columns, look)
    figure.update_xaxes(
        type="log", range=[_log(LEAST_HOURS * 0.8), _log(end * 1.4)], showgrid=True, gridcolor=look.hairline, side="bottom",
        showticklabels=not is_narrow,
        tickvals=[hours for hours, _ in TICKS], ticktext=[look.say(text) for _, text in TICKS],
    )  # fmt: skip
    figure.update_yaxes(
        showgrid=True, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


def _log(value: float) -> float:
    return math.log10(value)


def _hours(hours: float, look: Theme) -> str:
    return look.hours(hours) if pd.notna(hours) else look.say(NOT_REACHED)


def _limit(row: dict[str, Any], look: Theme) -> str:
    if row["limit_unit"] not in UNITS:
        return MISSING
    said = look.say(UNITS[row["limit_unit"]]).format(f"{row['limit']:g}")
    return look.say(MOSTLY).format(said) if row["is_mostly"] else said


CHART = Chart(
    "stage_durations",
    Text("各环节用时（含在环节中）", "Time in each stage, those still in it counted"),
    ask,
    draw,
    needs=("stages",),
    note=NOTE,
    headings={
        "label": Text("环节（自 → 至）", "Stage (from → to)"),
        "p50": Text("半数用时（小时）", "Half took up to (h)"),
        "p80": Text("八成用时（小时）", "Four in five took up to (h)"),
        "p90": Text("九成用时（小时）", "Nine in ten took up to (h)"),
        "within": Text("现在本环节（件）", "In it now"),
        "limit": Text("环节时限", "Limit"),
        "limit_unit": Text("时限单位", "Unit of the limit"),
        "is_mostly": Text("各类时限不一（所列为最多者）", "Limits differ (the commonest is given)"),
    },
    definition=Text(COHORT.zh + TABLE.zh, f"{COHORT.en} {TABLE.en}"),
)
