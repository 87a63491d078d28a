"""Which risks were raised to a higher level during a shift: the snapshot in use beside the last one from before it began."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine, select

from dashboard.asking import fetch, remembered
from dashboard.charts.risk_levels import LEVELS
from dashboard.filters import ScopedFilters, where
from dashboard.warehouse import N, NoSnapshot, kept_snapshots, risks, snapshot, warehouse

GRAVITY = {code: -place for place, code in enumerate(LEVELS)}
BUILT = re.compile(r"\d+-(\d{8}T\d{6})")


@dataclass(frozen=True)
class Risen:
    """The risks raised (`risk_key, was, level_code`), and up to when the older snapshot shows them."""

    rows: pd.DataFrame
    against: datetime


@remembered(16)
def risen(engine: Engine, folder: Path, filters: ScopedFilters, since: datetime) -> Risen | None:
    """Open risks whose level is higher than before the shift; None where no snapshot of that time is kept."""
    older = _before(folder, since)
    if older is None:
        return None
    then, as_of = older
    was = fetch(then, select(risks.c.risk_key, risks.c.level_code.label("was")).where(risks.c.is_counted))
    now = fetch(engine, select(risks.c.risk_key, risks.c.level_code).where(where(risks, N, filters), risks.c.is_open))
    both = now.merge(was, on="risk_key")
    before, after = (both[name].fillna("").map(GRAVITY).fillna(GRAVITY[""]) for name in ("was", "level_code"))
    return Risen(both[after > before].reset_index(drop=True), as_of)


def _before(folder: Path, since: datetime) -> tuple[Engine, datetime] | None:
    """The newest kept snapshot that was complete when a shift began, and how far it shows."""
    for name in kept_snapshots(folder):
        built = BUILT.fullmatch(name)
        if built and datetime.strptime(built[1], "%Y%m%dT%H%M%S") > since:
            continue
        try:
            engine = warehouse(folder, name)
        except NoSnapshot:
            continue
        row = fetch(engine, select(snapshot.c.as_of)).iloc[0]
        if pd.notna(row["as_of"]) and row["as_of"] <= pd.Timestamp(since):
            return engine, row["as_of"].to_pydatetime()
    return None
