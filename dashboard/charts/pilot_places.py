"""Where pilot tasks stand: lamps, what is done and mean progress, by block and division; by division alone where there are many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.asking import By
from dashboard.charts.base import Chart, annotate, rows_of, shortened, width_of, with_labels
from dashboard.charts.lamps import COUNTED, HEADINGS, LAMPS, METRICS, SMALL, grouped, lamp_counts, lit, side_by_side, with_blocks
from dashboard.charts.map_sides import KIND
from dashboard.charts.risk_levels import colour_of
from dashboard.filters import ScopedFilters
from dashboard.reference import LEVELS
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme

TOTAL = "total"
MOST_COLUMNS = 6  # With the total; more divisions are shown as tiles, without their blocks.
SIDE = 0.95
LARGEST = 1.6  # Of a label: lamps are read from afar.
ROOM = (58.0, 35.0)  # The room a page leaves for this chart, at least, in labels' heights.
THREE_LINES = 4.3  # So high a row must be for three lines.
ALL, CITY, OWN = Text("合计", "All"), Text("市级", "City"), Text("本级", "Own level")
DONE, PROGRESS = Text("完成 {}/{}", "{}/{} done"), Text("进度 {}", "{} progress")
FILLS = {"red": 0.34, "yellow": 0.20, "green": 0.0, "none": 0.0}
NOTE = Text(
    "每格为该板块在该区划的任务：亮灯项数、完成/全部、平均进度；底色随最差的灯。由多个区划承担的任务，合计只计一次。",
    "Each cell: tasks by lamp, done of all, mean progress; tinted by the worst lamp. Totals count a task of several places once.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per block and place, and per total of either (code “total”).

    Columns `code, label…` of the block, `place_code, place_label…`, `value, red, yellow, green, none, done, progress`.
    """
    level, _ = places.drill(engine, filters.wish.divisions)
    column = LEVELS["district"] if not filters.wish.divisions else LEVELS.get(level, "town_code")
    found = _standing(engine, filters, ("block", column))
    if found.empty:
        return found
    cells = with_blocks(found, engine)
    by_block = with_blocks(_standing(engine, filters, ("block",)), engine).assign(**{column: TOTAL})
    by_place = _standing(engine, filters, (column,)).assign(code=TOTAL, **_said("label", ALL))
    whole = _standing(engine, filters, ()).assign(code=TOTAL, **{column: TOTAL}, **_said("label", ALL))
    frame = pd.concat([cells, by_block, by_place, whole], ignore_index=True)
    is_total = frame[column].eq(TOTAL)
    named = with_labels(frame[[column]].mask(is_total), engine, column)
    own = OWN if filters.wish.divisions else CITY
    for name, lone in (("label", own.zh), ("short_label", own.zh), ("label_en", own.en)):
        every = ALL.en if name == "label_en" else ALL.zh
        frame[f"place_{name}"] = named[name].mask(frame[column].isna(), lone).mask(is_total, every)
    frame = frame.rename(columns={column: "place_code"}).drop(columns="short_label")
    order = frame["place_code"].fillna("").replace(TOTAL, "\uffff")
    frame = frame.assign(order=order).sort_values("order", kind="stable", ignore_index=True).drop(columns="order")
    first = ["code", "label", "label_en", "place_code", "place_label", "place_short_label", "place_label_en"]
    return frame[[*first, *(name for name in frame.columns if name not in first)]]


def _said(column: str, text: Text) -> dict[str, str]:
    return {column: text.zh, f"short_{column}": text.zh, f"{column}_en": text.en}


def _standing(engine: Engine, filters: ScopedFilters, by: By) -> pd.DataFrame:
    """Tasks by lamp with how many of all are done, and their mean progress."""
    of_all = replace(filters, variants=(("task_completion", "of_all"),))
    frame = lamp_counts(engine, filters, by)
    done = grouped(engine, {"task_completion": of_all}, by, "numerator").rename(columns={"task_completion": "done"})
    progress = grouped(engine, {"task_progress": filters}, by).rename(columns={"task_progress": "progress"})
    for more in (done, progress):
        frame = side_by_side(frame, more, by)
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return _matrix(frame, look) if frame["place_code"].nunique(dropna=False) <= MOST_COLUMNS else _tiles(frame, look)


def _matrix(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Blocks from the top, places from the left, totals last."""
    name = "place_label_en" if look.language == "en" else "place_short_label"
    across = list(dict.fromkeys(zip(frame["place_code"].fillna(""), frame[name], strict=True)))
    codes = frame["code"].fillna("")
    down = list(
        dict.fromkeys(zip(codes[frame["place_code"].eq(TOTAL)], frame.loc[frame["place_code"].eq(TOTAL), look.label_column], strict=True))
    )
    column, row = ({code: place for place, (code, _) in enumerate(held)} for held in (across, down))
    is_total = frame["code"].eq(TOTAL) | frame["place_code"].eq(TOTAL)
    rows = rows_of(frame.assign(is_total=is_total, x=frame["place_code"].fillna("").map(column), y=codes.map(row)))
    wide, high = look.room or ROOM
    em, line = (wide - (6.5 if look.language == "zh" else 9.0)) / len(across), (high - 3.4) / len(down)
    tall = LARGEST if line >= THREE_LINES else (SIDE * line - 1.25) / 1.2
    scale = max(SMALL, min(LARGEST, tall, 0.94 * em / max(_width(row) for row in rows)))
    figure = _cells(rows, [_text(row, scale, (em, line), look) for row in rows], look)
    tick = {"color": look.text, "size": look.size * 1.1}
    figure.update_xaxes(
        visible=True, tickvals=list(range(len(across))), ticktext=[_short(text, 12, look) for _, text in across], side="top", tickfont=tick,
        showgrid=False, tickangle=0, range=[-0.5, len(across) - 0.5],
    )  # fmt: skip
    figure.update_yaxes(
        visible=True, tickvals=list(range(len(down))), ticktext=[shortened(text, 16) for _, text in down], tickfont=tick, showgrid=False,
        range=[len(down) - 0.5, -0.5], ticklabelstandoff=6,
    )  # fmt: skip
    return figure.update_layout(margin={"l": 4, "r": 2, "t": look.size * 3.4, "b": 2})


def _tiles(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """A tile for each place, in the order of their codes, after one for all."""
    whole = frame[frame["code"].eq(TOTAL)]
    rows = rows_of(pd.concat([whole[whole["place_code"].eq(TOTAL)], whole[~whole["place_code"].eq(TOTAL)]]))
    wide = math.ceil(math.sqrt(len(rows) * 1.1))
    rows = [{**row, "is_total": row["place_code"] == TOTAL, "x": place % wide, "y": place // wide} for place, row in enumerate(rows)]
    em, high = (look.room or ROOM)[0] / wide, math.ceil(len(rows) / wide)
    is_high = (look.room or ROOM)[1] / high >= THREE_LINES
    name = "place_label_en" if look.language == "en" else "place_short_label"
    texts = []
    for row in rows:
        behind = " ".join(lit(code, row[code], look) for code in ("red", "yellow") if row[code]) or lit("green", row["green"], look)
        lines = [_short(row[name], int(2 * em * 0.9), look), f"<b>{behind}</b>", *([_percent(row["progress"])] if is_high else [])]
        texts.append("<br>".join(lines))
    figure = _cells(rows, texts, look)
    figure.update_xaxes(visible=False, range=[-0.5, wide - 0.5])
    figure.update_yaxes(visible=False, range=[high - 0.5, -0.5])
    return figure.update_layout(margin={"l": 0, "r": 0, "t": look.size * 2, "b": 0})


def _cells(rows: Sequence[dict[str, Any]], texts: Sequence[str], look: Theme) -> go.Figure:
    """Squares tinted by the worst lamp, with their texts; what the shapes mean stands above at the right."""
    figure = go.Figure()
    figure.add_bar(
        x=[row["x"] for row in rows], y=[SIDE] * len(rows), base=[row["y"] - SIDE / 2 for row in rows], width=SIDE + 0.02,
        text=list(texts), textposition="inside", insidetextanchor="middle", textangle=0, constraintext="none",
        textfont={"size": look.size, "color": look.text}, marker={"color": [_fill(row, look) for row in rows], "line": {"width": 0}},
        customdata=[[_code(row["code"]), _code(row["place_code"]), f"{row[look.label_column]} · {_place(row, look)}"] for row in rows],
        hovertemplate="%{customdata[2]}<br>%{text}<extra></extra>",
    )  # fmt: skip
    shapes = "   ".join(f"<span style='color:{colour_of(lamp, look)}'>{lamp.shape}</span> {look.say(lamp.word)}" for lamp in LAMPS.values())
    annotate(figure, [{
        "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "text": shapes, "showarrow": False,
        "yshift": look.size * 1.6 if rows[0]["x"] or len({row["code"] for row in rows}) > 1 else 2,
        "font": {"color": look.muted, "size": look.size},
    }])  # fmt: skip
    return figure.update_layout(bargap=0)


def _text(row: dict[str, Any], scale: float, room: tuple[float, float], look: Theme) -> str:
    """A cell of so much room: what is wrong, large; what is well, and done; how far it came; on two lines where it is low."""
    first, rest = _split(row)
    lamps = " ".join(lit(code, row[code], look) for code in first)
    others = "".join(f"{lit(code, row[code], look)} · " for code in rest)
    done = look.say(DONE).format(f"{row['done']:.0f}", f"{row['value']:.0f}")
    if rest and width_of(done) / 2 + sum(2.2 + 0.55 * len(f"{row[code]:.0f}") for code in rest) > room[0]:
        others = ""  # What is left of all.
    progress = look.say(PROGRESS).format(_percent(row["progress"]))
    small = f"font-size:{look.size * SMALL:.1f}px;color:{look.muted}"
    if room[1] < THREE_LINES:
        others, progress = "", f" · {_percent(row['progress'])}"
        progress = progress if width_of(done + progress) / 2 * SMALL < room[0] else ""
    else:
        progress = f"<br>{progress}"
    said = f"<span style='{small}'>{others}{done}{progress}</span>"
    return f"<span style='font-size:{look.size * scale:.1f}px'><b>{lamps}</b></span><br>{said}"


def _split(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The lamps that call for a look, and the others; where all is well, the first of those."""
    held = [code for code in LAMPS if row[code]]
    wrong = [code for code in held if code in ("red", "yellow")] or held[:1]
    return wrong, [code for code in held if code not in wrong]


def _width(row: dict[str, Any]) -> float:
    """How wide a cell's first line is, in its own height."""
    return sum(1.35 + 0.6 * len(f"{row[code]:.0f}") for code in _split(row)[0])


def _percent(value: float) -> str:
    return MISSING if value is None or math.isnan(value) else f"{value:.1f}%"


def _fill(row: dict[str, Any], look: Theme) -> str:
    worst = next(code for code in LAMPS if row[code])
    # A total of many is seldom without fault: a tint there would say nothing.
    if not FILLS[worst] or row["is_total"]:
        return look.raised if look.is_dark else look.page
    colour = colour_of(LAMPS[worst], look)
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{FILLS[worst]})"


def _code(code: object) -> str | None:
    """What a click chooses; a total leaves the choice as it is."""
    return code if isinstance(code, str) and code != TOTAL else None


def _place(row: dict[str, Any], look: Theme) -> str:
    return str(row["place_label_en" if look.language == "en" else "place_label"])


def _short(name: str, most: int, look: Theme) -> str:
    return shortened(KIND.sub("", name).removesuffix(" District") if look.language == "en" else name, max(most, 4))


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows under whole names; totals bear no codes."""
    codes = {name: frame[name].where(~frame[name].eq(TOTAL)) for name in ("code", "place_code")}
    return frame.assign(**codes).drop(columns="place_short_label")


CHART = Chart(
    "pilot_places", Text("各板块、区划亮灯与进度", "Lamps and progress by block and division"), ask, draw, kind="pilots", selects="blocks",
    selects_too="divisions", note=NOTE, metrics=(*METRICS, "task_progress", "task_completion"),
    headings={
        **HEADINGS, "label": Text("板块", "Block"), "code": Text("板块代码", "Code of the block"), "place_label": Text("区划", "Place"),
        "place_code": Text("区划代码", "Code of the place"), "done": Text("已完成（项）", "Done"),
        "progress": Text("平均进度（%）", "Mean progress (%)"),
    },
    definition=COUNTED, lay=lay,
)  # fmt: skip
