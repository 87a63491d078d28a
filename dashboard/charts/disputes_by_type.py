"""What disputes are about: each type beside the period before, and how many of its concluded ones were settled."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, fitted, rows_of, share, with_labels, with_rest
from dashboard.charts.categories import MOST, REST, draw_compared
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

TYPE = "dispute_type_code"
NARROW = 32.0  # Label sizes of a panel's width.
SUCCESS, CONCLUDED = Text("成功率", "success"), Text("办结", "n")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, before, settled, concluded, is_chosen, label…`, largest first.

    The chart's own choice marks rows instead of leaving one alone: what it is compared with stays in sight.
    """
    chosen, every = filters.wish.types, filters.only(types=())
    now = measure(engine, "disputes_received", every, (TYPE,)).set_index(TYPE)["value"]
    before = measure(engine, "disputes_received", every.previous(), (TYPE,)).set_index(TYPE)["value"]
    success = measure(engine, "mediation_success", every, (TYPE,)).set_index(TYPE)
    codes = now.index.union(before.index, sort=False)
    columns = {
        "value": now.reindex(codes).fillna(0), "before": before.reindex(codes), "settled": success["numerator"].reindex(codes).fillna(0),
        "concluded": success["denominator"].reindex(codes).fillna(0),
    }  # fmt: skip
    frame = pd.DataFrame(columns).rename_axis(TYPE).reset_index().sort_values("value", ascending=False, ignore_index=True)
    frame = with_labels(frame, engine, TYPE).rename(columns={TYPE: "code"})
    frame = with_rest(frame, MOST, REST)
    return frame.assign(is_chosen=frame["code"].isin(chosen))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    frame = fitted(frame, look, REST, 1.8, 1.3)
    frame = frame.assign(is_chosen=frame["is_chosen"].eq(True))
    rows = rows_of(frame.iloc[::-1])
    success = Column([share(row["settled"], row["concluded"], look) for row in rows], 4.4, look.text, look.say(SUCCESS))
    concluded = Column([look.count(row["concluded"], compact=False) for row in rows], 3.0, look.faint, look.say(CONCLUDED))
    # A narrow panel of the wall leaves the bars more room than how many a rate is made of; the rate is grey where they are few.
    is_narrow = look.room is not None and look.room[0] < NARROW
    return draw_compared(frame, look, (success,) if is_narrow else (success, concluded), (3.2, 3.6))


CHART = Chart(
    "disputes_by_type", Text("纠纷类型与上期对比", "Types against the period before"), ask, draw, kind="disputes", selects="types",
    metrics=("disputes_received", "mediation_success"),
)  # fmt: skip
