"""What there is where: resources by type and division, with totals and how many there are for 10,000 residents."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart, rows_of, shortened, with_labels
from dashboard.charts.heat_table import PALE, TOTAL
from dashboard.charts.map_sides import KIND
from dashboard.charts.resource_types import COUNTED, counts, in_order, named
from dashboard.filters import ScopedFilters
from dashboard.reference import LEVELS, residents, residents_asked
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme

WHOLE = "total"
MOST_ROWS, MOST_COLUMNS, MOST_ON_WALL = 20, 10, 4
PER = 10_000
PER_10K = Text("每万人", "per 10,000")
SMALL = 0.95
RESIDENTS = Text("每万人按该地常住人口计，人口未知则为“—”。", "Per 10,000 residents of the place; “—” where nobody counted them.")
DRAWN = Text(
    "同一类型内比较，颜色按行由浅到深；地方多时只画最多的几个，表格列出全部。",
    "Shades compare within a row; where there are many places only those with most rows are drawn, the table has all.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `label…, place_code, place_label…, value, residents, per_10k`: a row for each type and place, and each type in all."""
    level, _ = places.drill(engine, filters.wish.divisions)
    column = "district_code" if not filters.wish.divisions else LEVELS.get(level, "town_code")
    found = counts(engine, filters, (column,))
    if found.empty:
        return found
    whole = found.groupby("type", dropna=False, as_index=False)["value"].sum().assign(**{column: WHOLE})
    found["residents"] = found[column].map(residents(engine))
    people = residents_asked(engine, filters, whole, ())
    frame: pd.DataFrame = pd.concat([found, whole.assign(residents=people)], ignore_index=True)
    order = {name: place for place, name in enumerate(in_order(found["type"].dropna()))}
    frame = frame.assign(order=frame["type"].map(order)).sort_values(
        ["order", column], kind="stable", ignore_index=True, na_position="last"
    )
    is_total = frame[column].eq(WHOLE)
    places_named = with_labels(frame[[column]].mask(is_total), engine, column)
    for name in ("label", "short_label", "label_en"):
        frame[f"place_{name}"] = places_named[name].mask(is_total, TOTAL.en if name == "label_en" else TOTAL.zh)
    label, label_en = named(frame["type"])
    known = frame["residents"].where(frame["residents"] > 0)
    frame = frame.assign(label=label, label_en=label_en, place_code=frame[column], per_10k=PER * frame["value"] / known)
    columns = ["label", "label_en", "place_code", "place_label", "place_short_label", "place_label_en", "value", "residents", "per_10k"]
    taken: pd.DataFrame = frame[columns]
    return taken


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Types from the top, places from the left, then what there is in all, and for 10,000 residents."""
    types = list(dict.fromkeys(frame[look.label_column]))[: look.rows_that_fit(MOST_ROWS, taken=1.6, pitch=1.4)]
    name = "place_label_en" if look.language == "en" else "place_short_label"
    held = frame[~frame["place_code"].eq(WHOLE)]
    codes = held["place_code"].fillna("")
    size = held.groupby(codes)["value"].count().sort_values(ascending=False, kind="stable")
    across = sorted(size.head(MOST_ON_WALL if look.is_dark else MOST_COLUMNS).index)
    names = dict(zip(codes, held[name], strict=True))
    cell = {(row[look.label_column], row["place_code"] if isinstance(row["place_code"], str) else ""): row for row in rows_of(frame)}
    values = np.array([[cell[kind, code]["value"] if (kind, code) in cell else 0 for code in across] for kind in types], dtype="float64")
    shades = values / np.maximum(values.max(axis=1, keepdims=True), 1)
    figure = go.Figure()
    columns, rows = list(range(len(across))), list(range(len(types)))
    figure.add_heatmap(
        x=columns, y=rows, z=shades, xgap=1, ygap=1, showscale=False, zmin=0, zmax=1,
        colorscale=[[place / (len(PALE) - 1), look.ramp[shade]] for place, shade in enumerate(PALE)],
        text=[[_count(cell.get((kind, code)), look) for code in across] for kind in types], texttemplate="%{text}",
        textfont={"size": look.size * SMALL, "color": look.text},
        hovertext=[[_told(cell.get((kind, code)), name, look) for code in across] for kind in types],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    totals = [cell.get((kind, WHOLE)) for kind in types]
    for place, texts in (
        (len(across), [f"<b>{_count(row, look)}</b>" for row in totals]),
        (len(across) + 1, [_rate(row["per_10k"] if row else math.nan) for row in totals]),
    ):
        figure.add_scatter(
            x=[place] * len(rows), y=rows, text=texts, mode="text", textfont={"color": look.text, "size": look.size * SMALL},
            hoverinfo="skip", cliponaxis=False,
        )  # fmt: skip
    heads = [_short(names[code], look) for code in across] + [f"<b>{look.say(TOTAL)}</b>", look.say(PER_10K)]
    tick = {"color": look.text, "size": look.size * SMALL}
    figure.update_xaxes(
        range=[-0.5, len(across) + 1.5], tickvals=list(range(len(heads))), ticktext=heads, side="top", tickangle=0, tickfont=tick,
        showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5], tickvals=rows, ticktext=[shortened(kind, 18) for kind in types], tickfont=tick, showgrid=False,
        ticklabelstandoff=6,
    )  # fmt: skip
    return figure.update_layout(margin={"l": 4, "r": 2, "t": 4, "b": 2})


def _count(row: dict[str, object] | None, look: Theme) -> str:
    """A count; nothing where there is none."""
    return look.count(float(str(row["value"])), compact=False) if row and row["value"] else ""


def _told(row: dict[str, object] | None, name: str, look: Theme) -> str:
    if row is None:
        return ""
    rate = _rate(float(str(row["per_10k"])))
    return f"{row[look.label_column]} · {row[name]}<br>{_count(row, look) or 0}（{look.say(PER_10K)} {rate}）"


def _rate(value: float) -> str:
    return MISSING if math.isnan(value) else f"{value:,.1f}" if value >= 1 else f"{value:.2f}"


def _short(name: str, look: Theme) -> str:
    return shortened(KIND.sub("", name).removesuffix(" District") if look.language == "en" else name, 12)


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Every type in every place under whole names; totals bear no code."""
    return frame.assign(place_code=frame["place_code"].where(~frame["place_code"].eq(WHOLE))).drop(columns="place_short_label")


CHART = Chart(
    "resources_by_place", Text("基层力量与设施", "Resources by type and place"), ask, draw, kind="resources", note=DRAWN, lay=lay,
    definition=Text(f"{COUNTED.zh}{RESIDENTS.zh}", f"{COUNTED.en} {RESIDENTS.en}"),
    headings={
        "label": Text("类型", "Type"), "place_code": Text("区划代码", "Code of the place"), "place_label": Text("区划", "Place"),
        "value": Text("数量", "Count"), "per_10k": Text("每万人", "Per 10,000 residents"),
    },
)  # fmt: skip
