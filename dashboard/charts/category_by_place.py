"""What comes from where: categories by town, or by the communities of a chosen town, as a table with totals."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart, shortened, with_labels
from dashboard.charts.division_map import lacks_in
from dashboard.charts.heat_table import WITH_TOTAL, heat_table
from dashboard.charts.map_sides import KIND
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import LEVELS, category_level
from dashboard.texts import Text
from dashboard.theme import Theme

MOST_ROWS, MOST_COLUMNS = 16, 22
OTHERS = Text("其余 {n}", "{n} others")
LONGEST = 14
NOTE = Text(
    "期内上报的诉求件数，取最多的类别与地点，其余并入末行末列。点击单元格同时筛选类别与地点。投诉密度不等于需求。",
    "Tickets reported in the period; the commonest categories and places, the rest is summed up. A click filters by both."
    " Complaint density is not need.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Counts by category (rows) and place (columns), the most first; the frame's attrs name both: `rows, columns` with `code, label…`."""
    category = category_level(engine, filters.wish.majors)
    place = LEVELS.get(places.drill(engine, filters.wish.divisions)[0], "town_code")
    found = measure(engine, "reported_count", filters, (category, place))
    if found.empty:
        return found
    counts = found.assign(**{name: found[name].fillna("") for name in (category, place)}).pivot(
        index=category, columns=place, values="value"
    )
    counts = _gathered(_gathered(counts.fillna(0), MOST_ROWS).T, MOST_COLUMNS).T.astype("int64")
    counts.attrs = {"rows": _named(counts.index, engine, category), "columns": _named(counts.columns, engine, place)}
    return counts


def _gathered(counts: pd.DataFrame, most: int) -> pd.DataFrame:
    """Rows by their sums, the largest first; more than `most` + 1 are summed up in a last one called by how many they are."""
    ordered = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    if len(ordered) <= most + 1:
        return ordered
    rest: Hashable = len(ordered) - most
    return pd.concat([ordered.iloc[:most], ordered.iloc[most:].sum().to_frame(rest).T])


def _named(codes: pd.Index, engine: Engine, dimension: str) -> pd.DataFrame:
    """`code` (missing where it is none) and names; a number is the rest that was summed up."""
    rest = [code if isinstance(code, int) else 0 for code in codes]
    asked = pd.Series([None if n or not code else code for n, code in zip(rest, codes, strict=True)], dtype="str")
    names = with_labels(pd.DataFrame({dimension: asked}), engine, dimension).rename(columns={dimension: "code"})
    for column, text in (("label", OTHERS.zh), ("short_label", OTHERS.zh), ("label_en", OTHERS.en)):
        names[column] = [text.format(n=n) if n else name for n, name in zip(rest, names[column], strict=True)]
    return names


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows, columns = frame.attrs["rows"], frame.attrs["columns"]
    english = look.language == "en"
    across = [KIND.sub("", name) for name in columns["label_en"]] if english else list(columns["short_label"])
    down = [shortened(name, 24) for name in rows[look.label_column]]
    codes = tuple([code if isinstance(code, str) else None for code in names["code"]] for names in (rows, columns))
    slant = -35 if english and len(across) > 12 else 0
    return heat_table(frame.to_numpy(), down, [shortened(name, LONGEST) for name in across], look, codes=(codes[0], codes[1]), slant=slant)


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories by name and code, the places side by side under their names, and the sums of rows."""
    names, across = frame.attrs["rows"], frame.attrs["columns"]
    codes = names["code"].where(names["code"].notna(), None)
    found = pd.DataFrame({"label": names["label"], "label_en": names["label_en"], "code": codes})
    counts = pd.DataFrame(frame.to_numpy(), columns=[f"place_{place}" for place in range(len(across))])
    headings = {name: Text(*said) for name, said in zip(counts.columns, _told_apart(across), strict=True)}
    found = found.join(counts).assign(total=counts.sum(axis=1))
    found.attrs["headings"] = headings
    return found


def _told_apart(names: pd.DataFrame) -> list[tuple[str, str]]:
    """Names in both languages, with the code where two places bear the same."""
    parts = []
    for column in ("label", "label_en"):
        twice = names[column].duplicated(keep=False) & names["code"].notna()
        parts.append(names[column].where(~twice, names[column] + " " + names["code"].fillna("")))
    return list(zip(*parts, strict=True))


CELLS = Text(
    "单元格为件数，“其余”为并入的类别或地点之和；合计列为该类别全部地点之和。",
    "Cells are counts, “others” the sum of the categories or places gathered in; the total is a category's sum over all places.",
)
CHART = Chart(
    "category_by_place", Text("何事在何处：类别 × 镇街", "What comes from where: category by place"), ask, draw, selects="majors",
    selects_too="divisions", lacks_in=lacks_in, note=NOTE, metrics=("reported_count",),
    headings={"label": Text("类别", "Category"), "code": Text("类别代码", "Category code"), **WITH_TOTAL}, definition=CELLS, lay=lay,
)  # fmt: skip
