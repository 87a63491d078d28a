"""Stocks of days gone by against pandas on the raw rows, and worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.queries import total
from dashboard.stocks import DAYS, STOCKS, stock
from dashboard.view import View
from dashboard.warehouse import disputes, risks, sources, tickets
from tests.dashboard.test_metrics import raw
from tests.dashboard.test_survival import LATE, TINY

TIMES = {
    "open_count": (tickets, "reported_at", None),
    "overdue_open": (tickets, "close_due_at", None),
    "disputes_open": (disputes, "accepted_at", "concluded_at"),
    "disputes_long_open": (disputes, "accepted_at", "concluded_at"),
    "risks_open": (risks, "registered_at", "closed_at"),
    "risks_overdue": (risks, "due_at", "closed_at"),
}
# After how long a case comes into a stock.
AFTER = {"disputes_long_open": pd.Timedelta(days=30)}


@pytest.mark.parametrize("code", STOCKS)
def test_the_stock_of_every_day(code: str, demo_view: View) -> None:
    table, came, left = TIMES[code]
    held = raw(demo_view.engine, table).merge(raw(demo_view.engine, sources)[["source_code", "as_of"]], on="source_code")
    held = held[held["is_counted"].astype(bool)]
    if left is None:
        held = held[held["is_open"].astype(bool) | held["elapsed_seconds"].notna()]
        ended = pd.to_datetime(held["reported_at"]) + pd.to_timedelta(held["elapsed_seconds"].astype("float64"), unit="s")
        ended = ended.mask(held["is_open"].astype(bool))
    else:
        ended = pd.to_datetime(held[left])
    wanted = []
    for days in range(DAYS):
        at = pd.to_datetime(held["as_of"]) - pd.Timedelta(days=days)
        wanted.append(int(((pd.to_datetime(held[came]) + AFTER.get(code, pd.Timedelta(0)) <= at) & (ended.isna() | (ended > at))).sum()))
    found = stock(demo_view.engine, code, LATE)
    assert list(found) == wanted
    assert found[0] == total(demo_view.engine, code, LATE).value


def test_the_tiny_city_by_hand(tiny_view: View) -> None:
    """At nine on 14 October T06 to T09 are open; a day before T09 had not come yet and T08 just had; a week before T02 and T04 were."""
    found = stock(tiny_view.engine, "open_count", TINY)
    assert (found[0], found[1], found[7]) == (4, 3, 2)
    assert stock(tiny_view.engine, "overdue_open", TINY)[0] == 2


def test_what_is_no_stock(tiny_view: View) -> None:
    with pytest.raises(KeyError):
        stock(tiny_view.engine, "reported_count", TINY)


def test_a_stock_follows_the_filters(demo_view: View) -> None:
    assert stock(demo_view.engine, "open_count", LATE.only(units=("nobody",))) == (0,) * DAYS
