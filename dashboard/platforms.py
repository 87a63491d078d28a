"""The linked platforms and how alive each is: the truth strip of the wall, and the Data page's board."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.warehouse import platforms, sources

A_DAY = 1440
FRESH, LATE, SILENT, IDLE = "fresh", "late", "silent", "idle"


def patience(rhythm: int) -> tuple[int, int]:
    """(late after, silent after) minutes since a platform was last seen: two and twelve of its rhythms, and some grace."""
    return 2 * rhythm + 10, 12 * rhythm + 60


def platform_frame(engine: Engine) -> pd.DataFrame:
    """One row per linked platform: `platform_code, label, label_en, unit_code, source_code, kind, rhythm_minutes, as_of`.

    A city without platforms.csv has its sources instead. Codes and times are missing where a platform delivers nothing.
    """
    p, s = platforms.c, sources.c
    query = (
        select(
            p.platform_code, p.label, p.label_en, p.unit_code, s.source_code, s.kind,
            func.coalesce(s.rhythm_minutes, p.rhythm_minutes).label("rhythm_minutes"), s.as_of,
        )
        .join(sources, p.source_code == s.source_code, isouter=True)
        .order_by(s.as_of.is_(None), p.platform_code)
    )  # fmt: skip
    frame = fetch(engine, query)
    if frame.empty:
        named = s.source_code.label("platform_code"), s.label, s.label_en, s.platform_code.label("unit_code")
        frame = fetch(engine, select(*named, s.source_code, s.kind, s.rhythm_minutes, s.as_of).order_by(s.source_code))
    frame["label_en"] = frame["label_en"].fillna(frame["label"])
    return frame


def platform_rows(engine: Engine, language: str) -> list[dict[str, object]]:
    """One row per linked platform as the wall's script takes it; the ages are counted where they are shown."""
    frame = platform_frame(engine)
    rows: list[dict[str, object]] = []
    for row in frame.to_dict("records"):
        late, silent = patience(A_DAY if pd.isna(row["rhythm_minutes"]) else int(row["rhythm_minutes"]))
        as_of = None if pd.isna(row["as_of"]) else row["as_of"].isoformat()
        label, kind = row["label_en" if language == "en" else "label"], None if pd.isna(row["kind"]) else row["kind"]
        rows.append({"label": label, "kind": kind, "as_of": as_of, "late_after": late, "silent_after": silent})
    return rows


def liveliness(frame: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Adds `age_minutes` and `state` to platforms: fresh, late, silent, or idle where nothing ever came."""
    limits = [patience(int(minutes)) for minutes in frame["rhythm_minutes"].fillna(A_DAY)]
    late, silent = (np.array([limit[place] for limit in limits], dtype="float64") for place in (0, 1))
    age = (pd.Timestamp(now) - pd.to_datetime(frame["as_of"])).dt.total_seconds() / 60
    return frame.assign(age_minutes=age, state=np.select([age.isna(), age <= late, age <= silent], [IDLE, FRESH, LATE], default=SILENT))
