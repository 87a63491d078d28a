"""The books of what was delivered, as the Data page asks them: batches, rejected rows, what was set aside."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, func, literal, null, select, union_all

from dashboard.asking import fetch
from dashboard.warehouse import load_batches, set_aside_batches, sources


def batch_state(engine: Engine, batch_id: str) -> str | None:
    """`loaded`, `aside`, or None if the snapshot knows no such batch."""
    for table, state in ((load_batches, "loaded"), (set_aside_batches, "aside")):
        if len(fetch(engine, select(table.c.batch_id).where(table.c.batch_id == batch_id))):
            return state
    return None


def batch_rows(engine: Engine, first: int = 0, count: int = 25, source: str = "") -> tuple[pd.DataFrame, int]:
    """One page of batches, the newest first, and how many there are; set-aside ones stand among them with their state."""
    b, a = load_batches.c, set_aside_batches.c
    counts = ("accepted_count", "duplicate_count", "rejected_count", "control_count")
    loaded = select(
        b.batch_id, b.source_code, b.file_name, b.received_at, b.received_count, *(b[name] for name in counts), b.land_seconds,
        b.loaded_by, b.file_sha256, b.warnings, literal("loaded").label("state_code"),
    )  # fmt: skip
    aside = select(
        a.batch_id, a.source_code, a.file_name, a.received_at, a.received_count, *(null().label(name) for name in counts),
        null().label("land_seconds"), a.set_aside_by.label("loaded_by"), null().label("file_sha256"), a.reason.label("warnings"),
        a.state_code,
    )  # fmt: skip
    every = union_all(loaded, aside).subquery()
    query = select(every, sources.c.label, sources.c.label_en).join(sources, sources.c.source_code == every.c.source_code, isouter=True)
    total = select(func.count().label("n")).select_from(every)
    if source:
        query, total = query.where(every.c.source_code == source), total.where(every.c.source_code == source)
    rows = fetch(engine, query.order_by(every.c.batch_id.desc()).offset(first).limit(count))
    return rows, int(fetch(engine, total)["n"].iloc[0])
