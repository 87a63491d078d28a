"""METRICS: every number of the product, defined once: code -> Count | Rate | Weighted | Mean | Amount | Duration | PerPopulation."""

from collections.abc import Mapping

from dashboard.metrics import disputes, pilots, risks, surveys, tickets
from dashboard.metrics.base import (
    Amount,
    Count,
    Duration,
    Mean,
    Metric,
    PerPopulation,
    Rate,
    Weighted,
    is_counted,
    is_of_things,
    kind_of_rows,
)

METRICS: dict[str, Metric] = {
    **tickets.METRICS, **disputes.METRICS, **pilots.METRICS, **risks.METRICS, **surveys.METRICS,
}  # fmt: skip
Chosen = tuple[tuple[str, str], ...]


def metric_of(code: str, chosen: Chosen = ()) -> Metric:
    """The metric a code stands for where these variants are chosen. Raises KeyError."""
    named = dict(chosen).get(code)
    return METRICS[code].variants[named] if named else METRICS[code]


def variants_of(wished: Mapping[str, str]) -> Chosen:
    """What a city's `[variants]` chooses, in order. Raises ValueError naming the key and what it may be."""
    for code, name in wished.items():
        if code not in METRICS or not METRICS[code].variants:
            known = ", ".join(sorted(code for code, one in METRICS.items() if one.variants))
            raise ValueError(f"city.toml: variants.{code}: has no variants; expected one of {known}")
        if name not in METRICS[code].variants:
            raise ValueError(f"city.toml: variants.{code}: {name!r}; expected {' or '.join(map(repr, METRICS[code].variants))}")
    return tuple(sorted(wished.items()))


__all__ = [
    "METRICS", "Amount", "Chosen", "Count", "Duration", "Mean", "Metric", "PerPopulation", "Rate", "Weighted", "is_counted",
    "is_of_things", "kind_of_rows", "metric_of", "variants_of",
]  # fmt: skip
