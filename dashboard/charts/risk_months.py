"""How it goes: risks registered and struck off a month over twelve months, with what stayed open at each month's end."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, and_, func, or_, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, annotate
from dashboard.charts.risk_bars import HATCHED
from dashboard.filters import ScopedFilters, where
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import N, risks

MONTHS = 12
NEW, CLOSED, HELD = Text("登记", "registered"), Text("销号", "struck off"), Text("月末在控", "open at month's end")
RUNNING = Text("未完", "so far")
STOCK = Text(
    "截至所选末日的十二个月；月末在控为已登记且当时尚未销号的风险。",
    "The twelve months up to the last day chosen; open at a month's end is what was registered and not yet struck off.",
)
HOVER = "%{customdata}<br>%{y:,.0f}<extra>%{fullData.name}</extra>"


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, registered, closed, held`: the twelve months up to the period's last, none left out.

    `held` counts what was registered and not yet struck off when the month, or the period, ended.
    """
    months = pd.date_range(end=pd.Timestamp(filters.until).replace(day=1), periods=MONTHS, freq="MS")
    span = filters.between(months[0].date(), filters.until)
    new, closed = (
        measure(engine, code, span, ("month",)).set_index("month")["value"].reindex(months).fillna(0)
        for code in ("risks_registered", "risks_closed")
    )
    after = pd.Timestamp(filters.until) + timedelta(days=1)
    ends = [min(month + pd.DateOffset(months=1), after) for month in months]
    r = risks.c
    held = [
        func.count().filter(and_(r.registered_at < end.to_pydatetime(), or_(r.closed_at.is_(None), r.closed_at >= end.to_pydatetime())))
        for end in ends
    ]
    columns = [count.label(f"m{place}") for place, count in enumerate(held)]
    row = fetch(engine, select(*columns).where(where(risks, N, filters))).iloc[0]
    frame = pd.DataFrame({"at": months, "registered": new.to_numpy(), "closed": closed.to_numpy(), "held": row.to_numpy(dtype="float64")})
    frame.attrs = {"is_running": ends[-1] < months[-1] + pd.DateOffset(months=1) or filters.seen_until is not None}
    return frame if frame[["registered", "closed", "held"]].to_numpy().any() else frame.iloc[:0]


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    places, figure = list(range(len(frame))), go.Figure()
    months = [f"{at:%Y-%m}" for at in frame["at"]]
    for column, text, colour, is_hatched in (("registered", NEW, look.accent, False), ("closed", CLOSED, look.good, True)):
        # One of the two is hatched: a pair must be told apart without its colours.
        marker = {"color": colour, "pattern": {**HATCHED, "size": look.size / 2} if is_hatched else {}}
        figure.add_bar(x=places, y=frame[column], name=look.say(text), marker=marker, customdata=months, hovertemplate=HOVER)
    figure.add_scatter(
        x=places, y=frame["held"], mode="lines+markers+text", name=look.say(HELD), line={"color": look.text, "width": 2},
        text=_stock(frame, look), textposition="top center", textfont={"color": look.text, "size": look.size}, cliponaxis=False,
        marker={"size": look.size * 0.5}, customdata=months, hovertemplate=HOVER,
    )  # fmt: skip
    annotate(figure, [_legend(look)])
    figure.update_xaxes(
        tickvals=places, ticktext=_names(frame, look), tickangle=0, tickfont={"color": look.muted, "size": look.size * 0.92},
        range=[-0.6, len(places) - 0.4],
    )  # fmt: skip
    most = float(frame[["registered", "closed", "held"]].max().max())
    figure.update_yaxes(range=[0, most * 1.15], tickformat=",.0f", nticks=int(min(5, most + 1)))
    return figure.update_layout(bargap=0.3, bargroupgap=0.05, margin={"l": 4, "r": 4, "t": look.size * 1.9, "b": 2})


def _names(frame: pd.DataFrame, look: Theme) -> list[str]:
    """The months' names; the year where it begins and, unless that is too near, beneath the first, what is not over beneath the last."""
    months = [f"{at:%-m}月" if look.language == "zh" else f"{at:%b}" for at in frame["at"]]
    years = [f"{at:%Y}" if at.month == 1 or (place == 0 and at.month <= 10) else "" for place, at in enumerate(frame["at"])]
    if frame.attrs["is_running"]:
        years[-1] = look.say(RUNNING)
    return [f"{month}<br>{year}" for month, year in zip(months, years, strict=True)]


def _stock(frame: pd.DataFrame, look: Theme) -> list[str]:
    """The stock in figures: at the last month, and at every second before it."""
    last = len(frame) - 1
    return [f"<b>{look.count(value)}</b>" if (last - place) % 2 == 0 else "" for place, value in enumerate(frame["held"])]


def _legend(look: Theme) -> dict[str, object]:
    marks = (("■", NEW, look.accent), ("▨", CLOSED, look.good), ("●─", HELD, look.text))
    text = "  ".join(f"<span style='color:{colour}'>{sign} {look.say(words)}</span>" for sign, words, colour in marks)
    return {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "text": text,
            "showarrow": False, "font": {"color": look.text, "size": look.size}}  # fmt: skip


CHART = Chart(
    "risk_months", Text("近12个月登记、销号与在控", "Twelve months: registered, struck off, open"), ask, draw, kind="risks",
    metrics=("risks_registered", "risks_closed"), headings={"at": Text("月份（首日）", "Month from")}, definition=STOCK,
)  # fmt: skip
