"""Whether what was reached holds: judged by how often the series itself fell back as far within as long."""

from __future__ import annotations

import numpy as np

from dashboard.forecast.structures import Floats

STILL = 3  # So many reports alike: it stands still.
POINTS = 4000


def is_settled(values: Floats, sign: float) -> bool:
    """It never fell back, or stands still: a course through its past would say nothing of what comes."""
    return bool((sign * np.diff(values) >= 0).all() or np.ptp(values[-STILL:]) == 0)


def chance_to_hold(values: Floats, bar: float, sign: float, steps: int, outside: float) -> tuple[float, float, float]:
    """The chance that the series is still at `bar` or better `steps` reports on, and its interval (Jeffreys 1946).

    Of all stretches of as many reports in its past, those that lost less than what it has to spare; stretches overlap, so they count
    for as many as fit beside each other.
    """
    reach = max(1, min(steps, (len(values) - 1) // 2))
    gained = sign * (values[reach:] - values[:-reach])
    spare = sign * (values[-1] - bar)
    fits = (len(values) - 1) / reach
    kept = float((gained >= -spare - 1e-9 * max(abs(bar), 1.0)).mean()) * fits
    return (kept + 0.5) / (fits + 1), *beta_interval(kept + 0.5, fits - kept + 0.5, outside)


def beta_interval(first: float, second: float, outside: float) -> tuple[float, float]:
    """Where a beta distribution leaves `outside`, half on each side; by summing it over sines, where its ends are tame."""
    angles = (np.arange(POINTS) + 0.5) / POINTS * np.pi / 2
    logs = (2 * first - 1) * np.log(np.sin(angles)) + (2 * second - 1) * np.log(np.cos(angles))
    below = np.cumsum(np.exp(logs - logs.max()))
    low, high = np.interp([outside / 2, 1 - outside / 2], below / below[-1], np.sin(angles) ** 2)
    return float(low), float(high)
