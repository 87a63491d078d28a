"""The milestones of tasks that have no number: which of them a part has reached, and which comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.pilot_ledger.parts import part_key
from dashboard.warehouse import pilot_milestone_parts, pilot_milestones


@dataclass(frozen=True)
class Step:
    """One milestone as a part stands to it; `is_late` where it was reached late, or is not reached though it is due."""

    label: str
    label_en: str
    due_on: date | None
    is_reached: bool
    is_late: bool


def steps_of(engine: Engine, parts: Sequence[str]) -> dict[str, list[Step]]:
    """The milestones of each of `parts` (see parts.part_key), in the order they are due."""
    if not parts:
        return {}
    m, p, key = pilot_milestones.c, pilot_milestone_parts.c, part_key(pilot_milestone_parts)
    same = (m.target_code == p.target_code) & (m.milestone_code == p.milestone_code)
    query = select(key.label("part"), m.label, m.label_en, m.due_on, p.is_reached, p.is_late)
    query = query.join_from(pilot_milestone_parts, pilot_milestones, same)
    frame = fetch(engine, query.where(key.in_(list(parts))).order_by(key, m.due_on, m.progress_pct, m.milestone_code))
    frame["label"] = frame["label"].fillna("")
    frame["label_en"] = frame["label_en"].fillna(frame["label"])
    found: dict[str, list[Step]] = {}
    for row in frame.to_dict("records"):
        due = None if pd.isna(row["due_on"]) else pd.Timestamp(row["due_on"]).date()
        step = Step(str(row["label"]), str(row["label_en"]), due, bool(row["is_reached"]), bool(row["is_late"]))
        found.setdefault(str(row["part"]), []).append(step)
    return found
