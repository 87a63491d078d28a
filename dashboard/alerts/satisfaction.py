"""Drops of satisfaction: the last seven days against the 28 before, where chance does not explain the difference."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from dashboard.alerts.finding import Finding, Look, Pair, city_name, name_of, unit_places, with_names
from dashboard.alerts.rules import SatisfactionDrop
from dashboard.chance import wilson, z_of
from dashboard.filters import Filters
from dashboard.metrics import metric_of
from dashboard.queries import measure

METRIC = "satisfaction_rate"
DAYS, BEFORE_DAYS = 7, 28
BY = {"city": (), "district": ("district_code",), "unit": ("unit_code",)}
ERROR = 0.05


def found(rule: SatisfactionDrop, look: Look) -> list[Finding]:
    """What dropped by enough points among enough ratings, beyond what chance would do to any of those looked at."""
    return [finding for of in rule.of for finding in _of(rule, look, of)]


def _of(rule: SatisfactionDrop, look: Look, of: str) -> list[Finding]:
    by, today = BY[of], look.view.today
    filters = look.view.scoped(Filters(period="last_7_days"))
    first = today - timedelta(days=DAYS)
    earlier = filters.between(first - timedelta(days=BEFORE_DAYS - 1), first)
    now, before = measure(look.engine, METRIC, filters, by), measure(look.engine, METRIC, earlier, by)
    pairs = now.merge(before, on=list(by), suffixes=("", "_before")) if by else now.merge(before, how="cross", suffixes=("", "_before"))
    fewest = max(rule.at_least, look.view.city.minimum_count)
    pairs = pairs[(pairs["denominator"] >= fewest) & (pairs["denominator_before"] >= fewest)]
    pairs = pairs.dropna(subset=list(by))
    # Who looks at many sees one drop by chance: the error is shared among all that are looked at (Bonferroni).
    z = z_of(ERROR / max(len(pairs), 1))
    found = []
    for row in pairs.to_dict("records"):
        drop = float(row["value_before"] - row["value"])
        fires = drop >= rule.points and least_drop(row, z) > 0
        if fires or drop >= rule.points / 2:
            found.append(_finding(row, look, of, drop, fires=fires))
    return found


def least_drop(row: dict[Any, Any], z: float) -> float:
    """The lower limit of the difference of two shares, in points (Newcombe 1998, his method 10 of Wilson's limits)."""
    _, high = wilson(row["numerator"], row["denominator"], z)
    low, _ = wilson(row["numerator_before"], row["denominator_before"], z)
    now, before = float(row["value"]), float(row["value_before"])
    return before - now - math.hypot(before - low, high - now)


def _finding(row: dict[Any, Any], look: Look, of: str, drop: float, *, fires: bool) -> Finding:
    metric = metric_of(METRIC, look.view.scoped(Filters()).variants)
    code = "" if of == "city" else str(row[BY[of][0]])
    facts = {
        "rate": round(float(row["value"]), 2), "before": round(float(row["value_before"]), 2), "count": int(row["denominator"]),
        "count_before": int(row["denominator_before"]), "drop": round(drop, 2), "metric": [metric.label.zh, metric.label.en],
    }  # fmt: skip
    chosen = {"district": {"divisions": (code,)}, "unit": {"units": (code,)}}.get(of, {})
    facts["link"] = "/tickets?" + Filters.model_validate({"period": "last_7_days", **chosen}).to_query()
    place: Pair | None = city_name(look.view)
    if of != "city":
        place = name_of(look.engine, "division_code", code if of == "district" else unit_places(look.engine).get(code))
    who = name_of(look.engine, "unit_code", code) if of == "unit" else None
    return Finding(of, code or look.view.city.code, drop, with_names(facts, where=place, who=who), fires)
