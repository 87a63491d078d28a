"""At which level disputes were settled, with the share of building and community."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, grouped_bars, rows_of, share
from dashboard.charts.disputes_by_origin import by_code, others
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

LOW = ("building", "community")
LOW_SHARE = Text("基层化解 {}", "Community or below {}")
NO_HEADING = Text("", "")
HIGHER = Text("镇街及以上 {}", "Town or above {}")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `group…, label…, value, whole, is_context`: what was settled in the period, by level; group headings say their share."""
    found = measure(engine, "settled_low_level", others(filters, "level_code"), ("level_code",))
    frame = by_code(found[found["denominator"] > 0].assign(value=lambda rows: rows["denominator"]), "level_code", LOW_SHARE, filters)
    if frame.empty:
        return frame
    kind = [LOW_SHARE if code in LOW else NO_HEADING if pd.isna(code) else HIGHER for code in frame["code"]]
    frame["whole"], frame["is_context"] = frame["value"].sum(), [text is not LOW_SHARE for text in kind]
    part = frame["value"].groupby([text.en for text in kind]).transform("sum")
    printed = [f"{100.0 * value / whole:.1f}%" for value, whole in zip(part, frame["whole"], strict=True)]
    frame["group"] = [text.zh.format(said) for text, said in zip(kind, printed, strict=True)]
    frame["group_en"] = [text.en.format(said) for text, said in zip(kind, printed, strict=True)]
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return grouped_bars(frame, counted(frame, look), look)


def counted(frame: pd.DataFrame, look: Theme) -> list[Column]:
    """How many each row has, and its share of `whole`."""
    rows = rows_of(frame)
    return [
        Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 3.4),
        Column([share(row["value"], row["whole"], look) for row in rows], 4.4, look.muted),
    ]


CHART = Chart(
    "disputes_by_level", Text("化解层级", "Settled at which level"), ask, draw, kind="disputes", needs=("outcome",),
    selects_any=("levels",), metrics=("settled_low_level",), headings={"value": Text("化解（件）", "Settled")},
)  # fmt: skip
