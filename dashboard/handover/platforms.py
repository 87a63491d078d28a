"""What platforms did during a shift: which fell silent or came back, what they delivered and what of it was not taken."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Engine, and_, case, func, select

from dashboard.asking import fetch, remembered
from dashboard.handover.counts import Span
from dashboard.platforms import SILENT, liveliness, platform_frame
from dashboard.warehouse import load_batches, set_aside_batches

WENT, CAME = "went_silent", "came_back"
DELIVERED = ("batches", "rows", "rejected", "set_aside")


@remembered(64)
def turned(engine: Engine, span: Span) -> pd.DataFrame:
    """Linked platforms that fell silent or came back between the ends of the span: `turn` says which, `last_at` when they last delivered.

    A platform that never delivered before cannot come back.
    """
    frame = platform_frame(engine)
    received = _received_before(engine, (span.since, span.until))
    frame = frame.join(received, on="source_code")
    states = [
        liveliness(frame.assign(as_of=frame[name]), moment)["state"] for name, moment in (("first", span.since), ("last", span.until))
    ]
    before, after = (state.eq(SILENT) for state in states)
    turn = pd.Series("", index=frame.index).mask(~before & after & frame["first"].notna(), WENT).mask(before & ~after, CAME)
    return frame.assign(turn=turn, last_at=frame["last"])[turn.ne("")].reset_index(drop=True)


def _received_before(engine: Engine, moments: tuple[datetime, datetime]) -> pd.DataFrame:
    """By source when the last delivery came before each of two moments: columns `first, last`."""
    b = load_batches.c
    times = [
        func.max(b.received_at).filter(b.received_at < moment).label(name) for name, moment in zip(("first", "last"), moments, strict=True)
    ]
    return fetch(engine, select(b.source_code, *times).group_by(b.source_code)).set_index("source_code")


@remembered(64)
def delivered(engine: Engine, spans: tuple[Span, ...]) -> pd.DataFrame:
    """One row per name of DELIVERED, one column per span (by its place): batches, their rows, rows rejected, batches set aside."""
    b, a = load_batches.c, set_aside_batches.c
    found = {}
    for place, span in enumerate(spans):
        is_in = and_(b.received_at >= span.since, b.received_at < span.until)
        sums = [func.coalesce(func.sum(case((is_in, b[column]), else_=0)), 0).label(name)
                for name, column in (("rows", "received_count"), ("rejected", "rejected_count"))]  # fmt: skip
        row = fetch(engine, select(func.count().filter(is_in).label("batches"), *sums)).iloc[0]
        aside = fetch(engine, select(func.count().label("n")).where(a.received_at >= span.since, a.received_at < span.until))
        found[place] = [*(row[name] for name in ("batches", "rows", "rejected")), aside["n"].iloc[0]]
    return pd.DataFrame(found, index=list(DELIVERED)).astype("float64")
