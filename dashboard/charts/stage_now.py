"""Where it hangs: what lies before each stage now, how much of that is overdue, and how long the step usually takes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, annotate, spaced, width_of
from dashboard.charts.resolution_percentiles import NOT_REACHED
from dashboard.charts.stage_durations import delivered_stages, waits_of
from dashboard.filters import ScopedFilters, where
from dashboard.survival import in_stage, quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import N, tickets

BEFORE = Text("待{}", "not yet<br>{}")
HANGS = Text("最多积在“待{stage}”：{n} 件", "Most are not yet {stage}: {n}")
LATE = Text("，其中超期 {n} 件", ", {n} of them overdue")
OVERDUE = Text("超期 {}", "{} overdue")
HALF, NINE = Text("半数", "half"), Text("九成", "9 in 10")
COLUMN = 6.4  # Label sizes a stage needs for its name in the far hand.
NOTE = Text(
    "目前停在各环节之前的诉求，不论何时上报；红色为其中已过办结时限的。下列为期内上报件走完该环节的用时（含仍在等待的）。",
    "Tickets that wait for each stage now, whenever they were reported; in red those past their limit. Below, how long the step took"
    " tickets reported in the period, those still waiting counted.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `label, label_en` (the stage waited for), `within, overdue` (now), `p50, p90` (hours; missing = not reached), in order."""
    order = delivered_stages(engine, filters)
    waits = waits_of(list(order.index))
    counts = [func.count().filter(in_stage(wait)).label(f"{wait.end}_n") for wait in waits]
    counts += [func.count().filter(in_stage(wait), tickets.c.is_overdue).label(f"{wait.end}_late") for wait in waits]
    held = fetch(engine, select(*counts).where(where(tickets, N, filters))).iloc[0] if waits else pd.Series(dtype="int64")
    rows: list[dict[str, Any]] = []
    for wait in waits:
        curve, end = survival(engine, filters, wait=wait), wait.end.removesuffix("_at")
        names = {name: str(order.loc[end, name]) for name in ("label", "label_en")}
        hours = {name: quantile_hours(curve, share) if len(curve) else float("nan") for name, share in (("p50", 0.5), ("p90", 0.9))}
        rows.append(names | {"within": int(held[f"{wait.end}_n"]), "overdue": int(held[f"{wait.end}_late"])} | hours)
    frame = pd.DataFrame(rows, columns=["label", "label_en", "within", "overdue", "p50", "p90"])
    return frame[frame["within"].gt(0) | frame["p50"].notna()].reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    places, size = list(range(len(frame))), look.size
    worst = int((frame["overdue"] if frame["overdue"].any() else frame["within"]).to_numpy().argmax())
    names = [look.say(BEFORE).format(_name(row, look)) for _, row in frame.iterrows()]
    hand = _hand(names, look)
    in_time = [look.accent if place == worst else look.context for place in places]
    figure = go.Figure()
    for values, colours in ((frame["within"] - frame["overdue"], in_time), (frame["overdue"], look.bad)):
        figure.add_bar(x=places, y=values, width=0.64, marker={"color": colours}, hovertemplate="%{y:,.0f}<extra></extra>")
    left = size * (4.4 if look.language == "en" else 2.6)
    # Above the highest bar stand its number, what of it is overdue, and the sentence over all.
    head = 1.3 * (hand + size) + 2.2 * look.far
    corner = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": -left, "y": 1, "yref": "paper", "yanchor": "top", "yshift": head}
    written: list[dict[str, Any]] = [{**corner, **_sentence(frame.iloc[worst], look)}]
    for place, row in frame.iterrows():
        late = f"<br><span style='color:{look.bad};font-size:{size:.0f}px'>{look.say(OVERDUE).format(look.count(row['overdue']))}</span>"
        above = f"<b>{look.count(row['within'])}</b>" + (late if row["overdue"] else "")
        written.append({"x": place, "y": row["within"], "text": above, "yanchor": "bottom", "font": {"color": look.text, "size": hand}})
    lines = names[0].count("<br>") + 1
    tops = [0.4 * size, 0.7 * size + lines * 1.32 * hand]
    tops.append(tops[1] + 1.5 * size)
    below = [(tops[0], names, {"color": look.text, "size": hand}, "")]
    for top, column, said in ((tops[1], "p50", HALF), (tops[2], "p90", NINE)):
        below.append((top, [_hours(hours, look) for hours in frame[column]], {"color": look.muted, "size": look.small}, look.say(said)))
    for top, texts, font, heading in below:
        place_of = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -top, "font": font}
        written += [{"x": place, "text": text, **place_of} for place, text in zip(places, texts, strict=True)]
        if heading:
            faint = {"color": look.faint, "size": look.small}
            written.append({"x": 0, "xref": "paper", "xanchor": "right", "text": heading, **place_of, "font": faint})
    annotate(figure, [{"showarrow": False, **one} for one in written])
    figure.update_xaxes(visible=False, range=[-0.5, len(frame) - 0.5])
    figure.update_yaxes(visible=False, range=[0, spaced(frame["within"], 0.02)])
    margin = {"l": left, "r": 0, "t": head, "b": tops[2] + 1.5 * size}
    return figure.update_layout(barmode="stack", margin=margin)


def _name(row: pd.Series, look: Theme) -> str:
    """What is waited for, as it is said in the middle of a sentence."""
    return str(row["label_en"]).lower() if look.language == "en" else str(row["label"])


def _hand(names: list[str], look: Theme) -> float:
    """The far hand for the stages' names, smaller where they stand close."""
    if look.room is None:
        return look.size
    longest = max(width_of(line) for name in names for line in name.split("<br>")) * 0.55
    column = (look.room[0] - 3) / len(names)
    return min(look.far, look.size * max(1.0, column * 0.94 / longest))


def _sentence(row: pd.Series, look: Theme) -> dict[str, Any]:
    """What the picture says, in words above it."""
    words = look.say(HANGS).format(stage=_name(row, look), n=f"<b>{look.count(row['within'])}</b>")
    if row["overdue"]:
        late = look.say(LATE).format(n=f"<b>{look.count(row['overdue'])}</b>")
        words += f"<span style='color:{look.bad}'>{late}</span>" if look.is_dark else late
    return {"text": words, "align": "left", "font": {"color": look.text, "size": look.far if look.is_dark else look.size * 1.1}}


def _hours(hours: float, look: Theme) -> str:
    return look.hours(hours) if pd.notna(hours) else look.say(NOT_REACHED)


CHART = Chart(
    "stage_now", Text("卡在哪个环节", "Where it hangs"), ask, draw, needs=("stages",), note=NOTE,
    headings={
        "label": Text("等待的环节", "Stage waited for"), "within": Text("现在等待（件）", "Waiting now"),
        "overdue": Text("其中超期（件）", "Of them overdue"), "p50": Text("半数用时（小时）", "Half took up to (h)"),
        "p90": Text("九成用时（小时）", "Nine in ten took up to (h)"),
    },
    definition=NOTE,
)  # fmt: skip
