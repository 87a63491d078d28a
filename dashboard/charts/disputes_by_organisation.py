"""The mediation bodies with most disputes: received, concluded of these, and how many of the concluded were settled."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, rows_of, share, with_labels
from dashboard.charts.on_time_by_unit import CHANCE, MOST, draw_band, with_limits
from dashboard.filters import ScopedFilters
from dashboard.queries import measure, total
from dashboard.texts import Text
from dashboard.theme import Theme

BODY = "organisation_code"
NARROW = 40.0  # Label sizes of a panel's width.
RECEIVED, CONCLUDED, SUCCESS = Text("受理", "received"), Text("办结", "concluded"), Text("成功率", "success")
BELOW = Text("波动带以下", "below band")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, received, value, denominator, low, is_low, is_small, average`: the ten with most received, in that order.

    A chosen body stands beside the others: the chart's own choice adds it instead of leaving it alone.
    """
    chosen, every = filters.wish.organisations, filters.only(organisations=())
    received = measure(engine, "disputes_received", every, (BODY,))[[BODY, "value"]].rename(columns={"value": "received"})
    received = received.sort_values("received", ascending=False, ignore_index=True)
    whole = total(engine, "mediation_success", every)
    if received.empty or not whole.denominator:
        return received.iloc[:0]
    shown = received[(received.index < MOST) | received[BODY].isin(chosen)]
    frame = with_limits(
        shown.merge(measure(engine, "mediation_success", every, (BODY,)), on=BODY, how="left"), whole.value, filters.minimum_count
    )
    frame = frame.assign(is_chosen=frame[BODY].isin(chosen))
    frame = with_labels(frame, engine, BODY).rename(columns={BODY: "code"})
    # 调委会 is what everybody says; the whole name is a third of the card.
    return frame.assign(short_label=frame["label"].str.replace("人民调解委员会", "调委会"))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    frame = frame.head(look.rows_that_fit(len(frame), 1.6, 1.4))
    rows = rows_of(frame.iloc[::-1])
    # As many are concluded as the band is wide, where a panel of the wall is narrow.
    is_narrow = look.room is not None and look.room[0] < NARROW
    columns = [
        Column([look.count(row["received"], compact=False) for row in rows], 3.6, look.text, look.say(RECEIVED)),
        *(
            []
            if is_narrow
            else [Column([look.count(row["denominator"], compact=False) for row in rows], 5.0, look.faint, look.say(CONCLUDED))]
        ),
        Column([share(row["numerator"], row["denominator"], look) for row in rows], 4.4, look.text, look.say(SUCCESS)),
    ]
    if frame["is_low"].any():
        columns.append(Column([look.say(BELOW) if row["is_low"] else "" for row in rows], 6.0, look.warn))
    return draw_band(rows, columns, look)


CHART = Chart(
    "disputes_by_organisation", Text("受理最多的调解组织", "Busiest mediation bodies"), ask, draw, kind="disputes",
    needs=("outcome",), selects="organisations", metrics=("mediation_success", "disputes_received"),
    headings={"numerator": Text("调解成功（件）", "Settled"), "denominator": Text("办结（件）", "Concluded")}, definition=CHANCE,
)  # fmt: skip
