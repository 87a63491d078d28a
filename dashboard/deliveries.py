"""The books of what was delivered, as the Data page asks them: batches, quality, rejected rows, names nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Engine, Table, and_, case, extract, func, literal, null, select, union_all

from dashboard.asking import fetch
from dashboard.platforms import A_DAY, patience
from dashboard.warehouse import (
    contradictions,
    disputes,
    load_batches,
    pilot_observations,
    rejected_rows,
    resources,
    risks,
    set_aside_batches,
    snapshot,
    sources,
    surveys,
    tickets,
    unmatched_names,
)

# The window over which quality is told, and what of each kind should be filled for it to count.
QUALITY_DAYS = 30
FILLED: dict[Table, tuple[str, tuple[str, ...]]] = {
    tickets: ("reported_at", ("category_code", "division_code", "unit_code")),
    disputes: ("accepted_at", ("dispute_type_code", "division_code")),
    risks: ("", ("risk_type", "division_code", "unit_code")),
    resources: ("", ("division_code",)),
    surveys: ("", ("division_code",)),
    pilot_observations: ("", ("unit_code",)),
}


def batch_state(engine: Engine, batch_id: str) -> str | None:
    """`loaded`, `aside`, or None if the snapshot knows no such batch."""
    for table, state in ((load_batches, "loaded"), (set_aside_batches, "aside")):
        if len(fetch(engine, select(table.c.batch_id).where(table.c.batch_id == batch_id))):
            return state
    return None


def reference_batch(engine: Engine) -> str:
    """The batch of the city's own folder that the snapshot was built with: it counts in the same numbers as deliveries."""
    return str(fetch(engine, select(snapshot.c.reference_batch))["reference_batch"].iloc[0])


def batch_rows(engine: Engine, first: int = 0, count: int = 25, source: str = "", batch: str = "") -> tuple[pd.DataFrame, int]:
    """One page of batches, the newest first, and how many there are; set-aside ones stand among them with their state.

    `source` and `batch` leave those of one source, or that one alone.
    Of `rejected_count`, `mended_count` (or none) came back mended and were taken.
    """
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
    r = rejected_rows.c
    mended = select(r.batch_id, func.count().label("mended_count")).where(r.mended_by.is_not(None)).group_by(r.batch_id).subquery()
    query = (
        select(every, mended.c.mended_count, sources.c.label, sources.c.label_en)
        .join(sources, sources.c.source_code == every.c.source_code, isouter=True)
        .join(mended, mended.c.batch_id == every.c.batch_id, isouter=True)
    )
    total = select(func.count().label("n")).select_from(every)
    for column, wanted in ((every.c.source_code, source), (every.c.batch_id, batch)):
        if wanted:
            query, total = query.where(column == wanted), total.where(column == wanted)
    rows = fetch(engine, query.order_by(every.c.batch_id.desc()).offset(first).limit(count))
    return rows, int(fetch(engine, total)["n"].iloc[0])


def quality(engine: Engine, now: datetime) -> pd.DataFrame:
    """By source over the last 30 days: deliveries, rows, and the three shares that say how good they are (0–1 or missing).

    `completeness`: filled of what should be filled (category, place, unit). `timeliness`: gaps between deliveries, the
    one that runs included, no longer than the rhythm allows. `validity`: rows not rejected of rows received.
    """
    frame = _received(engine, now).merge(_filled(engine, now), on="source_code", how="outer")
    last = pd.to_datetime(frame["last_received_at"])
    late = frame["rhythm_minutes"].fillna(A_DAY).map(lambda minutes: patience(int(minutes))[0])
    running = (pd.Timestamp(now) - last).dt.total_seconds() / 60
    is_late_now = (running > late).astype("float64").where(last.notna())
    gaps = frame["gap_count"].fillna(0) + last.notna()
    frame["timeliness"] = 1 - (frame["late_gap_count"].fillna(0) + is_late_now) / gaps.where(gaps > 0)
    frame["validity"] = 1 - frame["rejected_count"] / frame["received_count"].where(frame["received_count"] > 0)
    return frame


def _received(engine: Engine, now: datetime) -> pd.DataFrame:
    b, s = load_batches.c, sources.c
    before = func.lag(b.received_at).over(partition_by=b.source_code, order_by=b.batch_id)
    rhythm = func.coalesce(s.rhythm_minutes, A_DAY)
    inner = (
        select(
            b.source_code, b.received_at, b.received_count, b.accepted_count, b.duplicate_count, b.rejected_count, b.control_count,
            s.rhythm_minutes, rhythm.label("rhythm"), (extract("epoch", b.received_at - before) / 60).label("gap"),
        )
        .join(sources, s.source_code == b.source_code)
        .subquery()
    )  # fmt: skip
    i = inner.c
    recent = i.received_at >= now - timedelta(days=QUALITY_DAYS)
    late_after = patience(1)
    is_late = i.gap > i.rhythm * 2 + (late_after[0] - 2)
    query = select(
        i.source_code, i.rhythm_minutes, func.max(i.received_at).label("last_received_at"),
        func.count().filter(recent).label("delivery_count"),
        *(func.coalesce(func.sum(i[name]).filter(recent), 0).label(name) for name in ("received_count", "rejected_count")),
        func.count().filter(and_(recent, i.gap.is_not(None))).label("gap_count"),
        func.count().filter(and_(recent, is_late)).label("late_gap_count"),
        func.count().filter(and_(recent, i.control_count.is_not(None))).label("control_count"),
        func.count().filter(and_(recent, i.control_count != i.received_count)).label("mismatch_count"),
    ).group_by(i.source_code, i.rhythm_minutes)  # fmt: skip
    return fetch(engine, query)


def _filled(engine: Engine, now: datetime) -> pd.DataFrame:
    """Share filled by source; of things that stand for years all rows, of events the recent ones."""
    parts = []
    for table, (time, names) in FILLED.items():
        filled = sum((case((table.c[name].is_not(None), 1), else_=0) for name in names), literal(0))
        query = select(table.c.source_code, (func.sum(filled) * 1.0 / (func.count() * len(names))).label("completeness"))
        if time:
            query = query.where(table.c[time] >= now - timedelta(days=QUALITY_DAYS))
        parts.append(query.group_by(table.c.source_code))
    return fetch(engine, select(union_all(*parts).subquery()))


def rejected_reasons(engine: Engine, source: str = "", most: int = 100) -> pd.DataFrame:
    """Why rows were not taken, the commonest first: source, reason, column, expected, and the latest example.

    `row_count` are those still to be mended, `mended_count` those that came back mended and were taken.
    """
    r = rejected_rows.c
    is_left = r.mended_by.is_(None)
    # The latest of those that are left, where any are.
    age = case((is_left, literal("1") + r.batch_id), else_=literal("0") + r.batch_id)
    left = func.count().filter(is_left)
    query = (
        select(
            r.source_code, sources.c.label, sources.c.label_en, r.reason_code, r.column_name, r.expected,
            left.label("row_count"), (func.count() - left).label("mended_count"), func.arg_max(r.batch_id, age).label("batch_id"),
            func.arg_max(r.file_name, age).label("file_name"),
            func.arg_max(func.coalesce(r.line_number, r.row_number), age).label("place"),
            func.arg_max(r.line_number.is_not(None), age).label("is_line"),
            func.arg_max(r.masked_value, age).label("masked_value"),
        )
        .join(sources, sources.c.source_code == r.source_code, isouter=True)
        .group_by(r.source_code, sources.c.label, sources.c.label_en, r.reason_code, r.column_name, r.expected)
        .order_by(left.desc(), r.source_code, r.reason_code)
        .limit(most)
    )  # fmt: skip
    return fetch(engine, query.where(r.source_code == source) if source else query)


def contradicting(engine: Engine, most: int = 100) -> pd.DataFrame:
    """Values that were delivered but cannot be so, by source, kind and column, the commonest first."""
    c, s = contradictions.c, sources.c
    query = (
        select(
            c.source_code, s.label, s.label_en, c.kind, c.column_name, func.sum(c.row_count).label("row_count"),
            func.arg_min(load_batches.c.file_name, c.batch_id).label("file_name"),
            func.arg_min(func.coalesce(c.first_line, c.first_row), c.batch_id).label("place"),
            func.arg_min(c.first_line.is_not(None), c.batch_id).label("is_line"), func.arg_min(c.name, c.batch_id).label("name"),
        )
        .join(load_batches, load_batches.c.batch_id == c.batch_id)
        .join(sources, s.source_code == c.source_code, isouter=True)
        .group_by(c.source_code, s.label, s.label_en, c.kind, c.column_name)
        .order_by(func.sum(c.row_count).desc(), c.source_code, c.kind)
        .limit(most)
    )  # fmt: skip
    return fetch(engine, query)


def unknown_names(engine: Engine, source: str = "", most: int = 100) -> pd.DataFrame:
    """Places, units and categories that match nothing of the city's folder, the commonest first."""
    u = unmatched_names.c
    query = (
        select(u.source_code, sources.c.label, sources.c.label_en, u.kind, u.name, func.sum(u.row_count).label("row_count"))
        .join(sources, sources.c.source_code == u.source_code, isouter=True)
        .group_by(u.source_code, sources.c.label, sources.c.label_en, u.kind, u.name)
        .order_by(func.sum(u.row_count).desc(), u.name)
        .limit(most)
    )
    return fetch(engine, query.where(u.source_code == source) if source else query)
