"""The yearly survey of the sense of security and of how governance is thought of, by district."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from etl.demo.folder import City

SURVEY_DAY = (6, 20)
# What is asked, and between which shares of the answers are positive.
QUESTIONS = ((62, "您在居住地是否感到安全？", 0.981, 0.992), (63, "您对本地社会治理工作是否满意？", 0.93, 0.97))


def survey_rows(city: City, first: date, until: datetime, seed: int) -> pd.DataFrame:
    """Every wave from `first` to `until`, under our column names."""
    rows = []
    for year in range(first.year, until.year + 1):
        held = date(year, *SURVEY_DAY)
        if not first <= held <= until.date():
            continue
        for stream, question, low, high in QUESTIONS:
            rng = np.random.default_rng([seed, stream, year])
            for code in city.districts["division_code"]:
                valid = int(rng.integers(620, 1150))
                positive = int(rng.binomial(valid, rng.uniform(low, high)))
                rows.append((f"AQG{year}", held, f"{year}年度群众安全感调查", question, code, valid, positive, ""))
    columns = ["survey_code", "held_on", "label", "question", "district_code", "valid_count", "positive_count", "dirt"]
    return pd.DataFrame(rows, columns=columns).astype({"held_on": "datetime64[s]"})
