"""A target's track as rows of lines and marks, to be drawn or taken away."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import PLAIN, rows_of, with_labels
from dashboard.forecast.track import Track
from dashboard.forecast.words import chance_in_words

COLUMNS = ("track", "label", "label_en", "at", "value", "low", "low_50", "high_50", "high", "reached", "parts")


def frame_of(engine: Engine, track: Track) -> pd.DataFrame:
    """A track as one frame of lines and marks."""
    held = [_parts(engine, track), track.band.assign(track="band"), *_plans(track), track.milestones.assign(track="milestone")]
    frame = pd.concat([one for one in (*held, track.observed.assign(track="observed")) if len(one)], ignore_index=True)
    name, name_en = str(track.facts["label"]), track.facts["label_en"]
    named = {"label": name.translate(PLAIN), "label_en": name_en.translate(PLAIN) if isinstance(name_en, str) else name.translate(PLAIN)}
    frame = frame.reindex(columns=list(COLUMNS))
    for column in ("label", "label_en"):
        frame[column] = frame[column].fillna(frame["label"]).fillna(named[column]).astype(str).str.translate(PLAIN)
    frame["at"] = pd.to_datetime(frame["at"])
    frame.attrs = named | {
        "code": str(track.facts["target_code"]), "unit": _unit(track), "said": chance_in_words(track.said), "state": track.said.state,
        "seen_on": track.seen_on, "asked": track.asked, "parts": track.parts["part"].nunique() or 1, "target": track.goal.target,
    }  # fmt: skip
    return frame


def _unit(track: Track) -> str:
    unit = track.facts["measure_unit"]
    return unit if isinstance(unit, str) else "%"


def _parts(engine: Engine, track: Track) -> pd.DataFrame:
    """The reports of each part, under the names of its unit and place."""
    unit, place = (with_labels(track.parts[[column]], engine, column) for column in ("unit_code", "division_code"))
    names = {end: unit[column] + " · " + place[column] for end, column in (("label", "short_label"), ("label_en", "label_en"))}
    return track.parts[["at", "value"]].assign(track="part", **names)


def _plans(track: Track) -> list[pd.DataFrame]:
    """Two points of each plan: from the baseline to the target; that in force last. A task without a number goes from 0 to 100."""
    found = []
    for row in rows_of(track.plans.sort_values("is_in_force")):
        base, target = row["baseline_value"], row["target_value"]
        if track.plans["target_value"].isna().all():
            base, target = track.goal.baseline, track.goal.target
        ends = [0.0 if base is None or pd.isna(base) else base, target]
        days = pd.to_datetime(pd.Series([row["start_on"], row["due_on"]]))
        plan = pd.DataFrame({"at": days, "value": pd.Series(ends, dtype="float64"), "track": "plan" if row["is_in_force"] else "former"})
        if plan.notna().all(axis=None):
            found.append(plan)
    return found
