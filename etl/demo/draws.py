"""Chance: every civic day has its own generator, so what a day holds never depends on when one looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from etl.demo.folder import Floats, Ints

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Draws:
    """Rows drawn day by day: `day` (days since 1970), `place_in_day`, `is_extra`, and columns of chance by name."""

    day: Ints
    place_in_day: Ints
    is_extra: npt.NDArray[np.bool_]
    uniforms: dict[str, Floats]
    normals: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.day)

    def pick(self, name: str, shares: list[float]) -> Ints:
        """Row-wise choice 0…len(shares)-1 with the given shares (they are scaled to sum to one)."""
        edges = np.cumsum(shares) / np.sum(shares)
        return np.searchsorted(edges[:-1], self.uniforms[name], side="right").astype("int64")


def window(until: datetime, months: int) -> tuple[date, int]:
    """First day and number of days of the `months` ending with `until`."""
    length = round(months * DAYS_PER_MONTH)
    return until.date() - timedelta(days=length - 1), length


def draw(seed: int, topic: int, first: date, rates: Floats, extras: Floats, uniforms: str, normals: str = "") -> Draws:
    """Draw each day's rows: Poisson(rate) ordinary and Poisson(extra) extra ones; names are space-separated."""
    start = int(np.datetime64(first, "D").astype(int))
    names, bells = uniforms.split(), normals.split()
    counts, flat, bell, extra = [], [], [], []
    for offset, (rate, more) in enumerate(zip(rates, extras, strict=True)):
        rng = np.random.default_rng([seed, topic, start + offset])
        ordinary = int(rng.poisson(rate))
        count = ordinary + (int(rng.poisson(more)) if more > 0 else 0)
        counts.append(count)
        flat.append(rng.random((count, len(names))))
        bell.append(rng.standard_normal((count, len(bells))))
        extra.append(np.arange(count) >= ordinary)
    even, curved = np.concatenate(flat), np.concatenate(bell)
    return Draws(
        day=np.repeat(np.arange(len(counts)) + start, counts),
        place_in_day=np.concatenate([np.arange(count) for count in counts]),
        is_extra=np.concatenate(extra),
        uniforms={name: even[:, column] for column, name in enumerate(names)},
        normals={name: curved[:, column] for column, name in enumerate(bells)},
    )
