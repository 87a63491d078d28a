"""From 12 to 177: major categories as areas, divided into their minor ones, coloured by the change against the period before."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.chance import Z_95
from dashboard.charts.base import Chart, with_labels
from dashboard.charts.categories import BEFORE, change_text
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

STRONGEST = 0.5  # From this change on (half as many again, or half as many less), a colour is as strong as it gets.
SMALLEST = 9
LETTERS = 16
NOTE = Text(
    "期内上报的诉求；面积为件数，颜色为与上期相比：红增、蓝减；变化在随机波动之内（95%）的不着色。点击筛选大类或小类。",
    "Tickets reported in the period: area is their number, colour the change against the period before (red more, blue fewer);"
    " what chance alone would change (95%) has none. Click to filter.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per minor category, and one per major that holds any: `id, parent, major, minor, label…, value, before`.

    A city without majors has minor categories alone; what is in none is one row without codes.
    """
    by = ("major_code", "category_code")
    keyed = [measure(engine, "reported_count", asked, by).set_index(list(by))["value"] for asked in (filters, filters.previous())]
    minors = pd.DataFrame({"value": keyed[0], "before": keyed[1].reindex(keyed[0].index)}).reset_index()
    if minors.empty:
        return minors
    # Where the data do not reach back, nothing is known of before; else what is missing was none.
    minors["before"] = minors["before"].fillna(0.0) if len(keyed[1]) else np.nan
    majors = minors.dropna(subset=["major_code"]).groupby("major_code", as_index=False)[["value", "before"]].sum(min_count=1)
    has_minor = minors["category_code"].notna() | minors["major_code"].isna()
    minors = minors[has_minor]
    tops = with_labels(majors, engine, "major_code").assign(id=majors["major_code"], parent="", minor="")
    leaves = with_labels(minors, engine, "category_code")
    leaves = leaves.assign(
        id=leaves["major_code"].fillna("") + "/" + leaves["category_code"].fillna(""),
        parent=leaves["major_code"].fillna(""), minor=leaves["category_code"],
    )  # fmt: skip
    return pd.concat([tops, leaves], ignore_index=True).rename(columns={"major_code": "major"})


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    names = frame[look.label_column]
    changes = [change_text(value, before) for value, before in zip(frame["value"], frame["before"], strict=True)]
    before = look.say(BEFORE)
    codes = [[_code(major), _code(minor)] for major, minor in zip(frame["major"], frame["minor"], strict=True)]
    figure = go.Figure()
    figure.add_treemap(
        ids=frame["id"], labels=[_folded(name) for name in names], parents=frame["parent"], values=frame["value"],
        branchvalues="total", customdata=codes,
        text=[f"{value:,.0f}  {change}" for value, change in zip(frame["value"], changes, strict=True)],
        texttemplate="%{label}<br>%{text}", textfont={"size": look.small}, sort=True,
        hovertext=[f"{name}<br><b>{value:,.0f}</b>  {change} ({before} {look.count(was, compact=False)})"
            for name, value, was, change in zip(names, frame["value"], frame["before"], changes, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>", pathbar={"visible": False}, root={"color": "rgba(0,0,0,0)"},
        tiling={"packing": "squarify", "pad": 1}, marker={"colors": colours(frame, look), "line": {"width": 1, "color": look.panel},
            "pad": {"t": look.size * 1.7, "l": 2, "r": 2, "b": 2}, "cornerradius": 0},
    )  # fmt: skip
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, uniformtext={"mode": "hide", "minsize": SMALLEST / 12 * look.size})


def _folded(name: str) -> str:
    """A name on several short lines: areas are seldom wide."""
    return "<br>".join(textwrap.wrap(name, LETTERS)) if name.isascii() else name


def _code(code: object) -> str | None:
    return code if isinstance(code, str) else None


def colours(frame: pd.DataFrame, look: Theme) -> list[str]:
    """From neutral to alert for more, to accent for fewer; neutral where chance alone changes as much, or nothing is known of before."""
    value, before = frame["value"].to_numpy(dtype="float64"), frame["before"].to_numpy(dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        change = (value - before) / before
        beyond = np.abs(value - before) > Z_95 * np.sqrt(value + before)
    strength = np.where(beyond, np.nan_to_num(np.clip(change / STRONGEST, -1, 1), nan=0.0), 0.0)
    neutral, more, fewer = (_channels(colour) for colour in (look.raised if look.is_dark else look.page, look.bad, look.accent))
    # Never so strong that the text on it could not be read.
    share = 0.55 * np.abs(strength)[:, None]
    mixed = np.rint(neutral * (1 - share) + np.where(strength[:, None] > 0, more, fewer) * share).astype(int)
    return [f"rgb({red},{green},{blue})" for red, green, blue in mixed.tolist()]


def _channels(colour: str) -> np.ndarray:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype="float64")


WITHOUT_MINOR = Text("（未分小类）", "(no minor category)")


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per minor category beside its major, so that a column adds up to the whole; what has no minor one has a row of its own."""
    is_top = frame["minor"].eq("")
    tops = frame[is_top].set_index("major")
    found = frame[~is_top].rename(columns={"minor": "code", "major": "major_code"})[
        ["major_code", "code", "label", "label_en", "value", "before"]
    ]
    within = found.groupby("major_code")[["value", "before"]].sum(min_count=1).reindex(tops.index)
    left = tops[["value", "before"]] - within.fillna(0.0)
    left = left[left["value"] > 0].rename_axis("major_code").reset_index()
    left = left.assign(code=None, label=WITHOUT_MINOR.zh, label_en=WITHOUT_MINOR.en)
    found = pd.concat([found, left], ignore_index=True) if len(left) else found
    found["group"], found["group_en"] = (found["major_code"].map(tops[name]) for name in ("label", "label_en"))
    found["change"] = 100.0 * (found["value"] - found["before"]) / found["before"].where(found["before"] > 0)
    # The largest major first, and within it the largest minor; by code where two are equal.
    order = found.assign(size=found["major_code"].map(tops["value"]).fillna(0.0))
    return order.sort_values(["size", "major_code", "value"], ascending=[False, True, False], kind="stable").drop(columns="size")


ROWS = Text(
    "每小类一行，可加总；较上期为（本期 − 上期）÷ 上期，上期为零或无数据时为空。",
    "One row per minor category, so that they add up; the change is (this period − the one before) / the one before, empty where that"
    " is zero or unknown.",
)
CHART = Chart(
    "category_tree", Text("大类到小类：面积为件数，颜色为变化", "Major to minor categories: area and change"), ask, draw, selects="majors",
    selects_too="categories", note=NOTE, metrics=("reported_count",),
    headings={
        "group": Text("大类", "Major category"), "major_code": Text("大类代码", "Major code"), "label": Text("小类", "Minor category"),
        "code": Text("小类代码", "Minor code"), "change": Text("较上期（%）", "Change (%)"),
    },
    definition=ROWS, lay=lay,
)  # fmt: skip
