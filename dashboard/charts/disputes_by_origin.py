"""How disputes come in, and who referred them: how many, and how many of the concluded were settled."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, grouped_bars, rows_of, share
from dashboard.charts.disputes_by_type import CONCLUDED, SUCCESS
from dashboard.filters import ScopedFilters
from dashboard.metrics.disputes import WORDS
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

NOT_STATED = Text("未注明", "Not stated")
# Which choice of Filters narrows each of a dispute's codes.
CHOICE = {
    "origin_code": "origins", "referral_code": "referrals", "level_code": "levels", "outcome_code": "outcomes",
    "agreement_code": "agreements",
}  # fmt: skip
GROUPS = {"origin_code": Text("案件来源", "Origin"), "referral_code": Text("移送渠道", "Referral")}


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `group…, label…, value, settled, concluded`: disputes accepted in the period by origin, then by referral."""
    return pd.concat([_asked(engine, filters, column, title) for column, title in GROUPS.items()], ignore_index=True)


def _asked(engine: Engine, wished: ScopedFilters, column: str, title: Text) -> pd.DataFrame:
    filters = others(wished, column)
    frame = by_code(measure(engine, "disputes_received", filters, (column,)), column, title, wished)
    success = measure(engine, "mediation_success", filters, (column,)).set_index(column)
    return frame.assign(
        settled=success["numerator"].reindex(frame["code"]).to_numpy(), concluded=success["denominator"].reindex(frame["code"]).to_numpy()
    )


def others(filters: ScopedFilters, column: str) -> ScopedFilters:
    """The wish without the choice a chart itself makes of a column: it marks rows instead of leaving one alone."""
    return filters.only(**{CHOICE[column]: ()})


def by_code(found: pd.DataFrame, column: str, title: Text, filters: ScopedFilters) -> pd.DataFrame:
    """The rows of a metric by one of a dispute's codes, named and in their order under the heading `title`; none said comes last.

    `choice` is what a click on a row sets, `is_chosen` whether `filters` have it set.
    """
    words = WORDS[column]
    order = {code: place for place, code in enumerate(words)}
    frame = found.rename(columns={column: "code"}).sort_values("code", key=lambda codes: codes.map(order), na_position="last")
    named = [words.get(code, NOT_STATED) for code in frame["code"]]
    return frame.assign(
        choice=CHOICE[column], is_chosen=frame["code"].isin(getattr(filters.wish, CHOICE[column])), group=title.zh, group_en=title.en,
        label=[name.zh for name in named], label_en=[name.en for name in named]
    ).reset_index(drop=True)  # fmt: skip


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame)
    columns = [
        Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 3.4),
        Column([share(row["settled"], row["concluded"], look) for row in rows], 4.4, look.text, look.say(SUCCESS)),
        Column([look.count(row["concluded"], compact=False) for row in rows], 3.2, look.faint, look.say(CONCLUDED)),
    ]
    return grouped_bars(frame, columns, look)


CHART = Chart(
    "disputes_by_origin", Text("案件来源与移送", "Origin and referral"), ask, draw, kind="disputes",
    metrics=("disputes_received", "mediation_success"), selects_any=("origins", "referrals"),
)  # fmt: skip
