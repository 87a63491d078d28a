"""The linked platforms and how alive each is: the truth strip."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.warehouse import platforms, sources


def platform_rows(engine: Engine, language: str) -> list[dict[str, object]]:
    """One row per linked platform: `label, as_of, rhythm_minutes`; `as_of` is None where it delivers nothing here."""
    p, s = platforms.c, sources.c
    query = (
        select(p.platform_code, p.label, p.label_en, func.coalesce(s.rhythm_minutes, p.rhythm_minutes).label("rhythm_minutes"), s.as_of)
        .join(sources, p.source_code == s.source_code, isouter=True)
        .order_by(s.as_of.is_(None), p.platform_code)
    )
    frame = fetch(engine, query)
    if frame.empty:
        frame = fetch(engine, select(s.source_code.label("platform_code"), s.label, s.label_en, s.rhythm_minutes, s.as_of))
    label = frame["label_en"].fillna(frame["label"]) if language == "en" else frame["label"]
    as_of = [None if pd.isna(moment) else moment.isoformat() for moment in frame["as_of"]]
    rhythm = [None if pd.isna(minutes) else int(minutes) for minutes in frame["rhythm_minutes"]]
    return [{"label": a, "as_of": b, "rhythm": c} for a, b, c in zip(label, as_of, rhythm, strict=True)]
