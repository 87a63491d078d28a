"""What stands now: bursts of overdue appeals, red risks, touched items of the negative list, silent platforms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from dashboard.alerts.finding import Finding, Look, city_name, name_of, unit_places, with_names
from dashboard.alerts.rules import NegativeHit, OverdueBurst, PlatformSilent, RedRisk
from dashboard.filters import Filters
from dashboard.platforms import A_DAY, liveliness, patience, platform_frame
from dashboard.queries import measure

RISK_FACTS = ("risk_key", "risk_number", "risk_type", "division_code", "unit_code", "registered_at", "due_at", "is_overdue")
HIT_FACTS = ("target_code", "unit_code", "division_code", "hit_on", "hit_count")


def overdue_bursts(rule: OverdueBurst, look: Look) -> list[Finding]:
    """Units whose overdue appeals grew since the day began, or are too many whatever they were."""
    frame = measure(look.engine, "overdue_open", look.view.scoped(Filters()), ("unit_code",)).dropna(subset=["unit_code", "value"])
    counts = {str(code): int(value) for code, value in zip(frame["unit_code"], frame["value"], strict=True)}
    begun = look.baseline(rule.code, counts)
    found = []
    for unit, count in counts.items():
        before = begun.counts.get(unit, 0)
        fires = any(_is_burst(rule, count, before))
        # Half of it keeps an alert that stands, so that one appeal more or less does not ring twice.
        if fires or count - before >= rule.rise / 2 or (rule.level_count and count >= 0.8 * rule.level_count):
            facts = {
                "count": count, "before": before, "since_at": begun.measured_at.isoformat(), "is_many": _is_burst(rule, count, before)[1],
                "link": "/tickets?" + Filters(period=look.view.city.period, units=(unit,)).to_query(),
            }  # fmt: skip
            place = name_of(look.engine, "division_code", unit_places(look.engine).get(unit))
            named = with_names(facts, who=name_of(look.engine, "unit_code", unit), where=place)
            found.append(Finding("unit", unit, float(count), named, fires))
    return found


def _is_burst(rule: OverdueBurst, count: int, before: int) -> tuple[bool, bool]:
    """Whether overdue appeals rose enough, and whether they are too many."""
    rise = count - before
    return rise >= rule.rise and 100 * rise >= rule.rise_pct * before, bool(rule.level_count) and count >= rule.level_count


def red_risks(rule: RedRisk, look: Look) -> list[Finding]:
    """Each risk of the highest level that is not struck off; `which` may leave those out that have time still."""
    frame = measure(look.engine, "risks_high_open", look.view.scoped(Filters()), RISK_FACTS)
    rows = frame[frame["value"] > 0].to_dict("records")
    return [_risk(row, look) for row in rows if rule.which == "open" or _is_true(row["is_overdue"])]


def _risk(row: dict[Any, Any], look: Look) -> Finding:
    is_overdue = _is_true(row["is_overdue"])
    unit = row["unit_code"]
    wish = Filters(period=look.view.city.period, levels=("high",), units=() if pd.isna(unit) else (str(unit),))
    since = row["due_at"] if is_overdue else row["registered_at"]
    facts = {
        "number": str(row["risk_number"]), "is_overdue": is_overdue, "type": _text(row["risk_type"]), "due": _iso(row["due_at"]),
        "since": _iso(since), "link": "/risks?" + wish.to_query(),
    }  # fmt: skip
    named = with_names(
        facts, where=name_of(look.engine, "division_code", row["division_code"]), who=name_of(look.engine, "unit_code", unit)
    )
    return Finding("risk", str(row["risk_key"]), 2.0 if is_overdue else 1.0, named)


def negative_hits(rule: NegativeHit, look: Look) -> list[Finding]:
    """Each part of a negative-list item that was touched of late."""
    frame = measure(look.engine, "negative_hits", look.view.scoped(Filters()), HIT_FACTS)
    earliest = pd.Timestamp(look.view.standing_at.date() - timedelta(days=rule.within_days))
    rows = frame[(frame["value"] > 0) & (pd.to_datetime(frame["hit_on"]) >= earliest)]
    return [_hit(row, look) for row in rows.to_dict("records")]


def _hit(row: dict[Any, Any], look: Look) -> Finding:
    target = str(row["target_code"])
    wish = Filters(period=look.view.city.period, targets=(target,))
    facts = {
        "number": target, "count": int(row["hit_count"]), "since": _iso(row["hit_on"]),
        "link": f"/number?metric=negative_hits&{wish.to_query()}",
    }  # fmt: skip
    place = name_of(look.engine, "division_code", row["division_code"]) or city_name(look.view)
    named = with_names(
        facts, item=name_of(look.engine, "target_code", target), where=place, who=name_of(look.engine, "unit_code", row["unit_code"])
    )
    code = "/".join([target, _text(row["unit_code"]), _text(row["division_code"])])
    return Finding("target", code, float(row["hit_count"]), named)


def silent_platforms(rule: PlatformSilent, look: Look) -> list[Finding]:
    """Platforms from which nothing comes; where most are silent at once one alert says so, and no new one of each."""
    frame = liveliness(platform_frame(look.engine), look.view.standing_at)
    frame = frame.dropna(subset=["as_of"])
    limits = frame["rhythm_minutes"].fillna(A_DAY).map(lambda minutes: patience(int(minutes))[1])
    silent = frame.assign(limit=limits, worth=frame["age_minutes"] / limits)
    silent = silent[silent["worth"] > rule.times]
    is_mass = len(silent) >= rule.together
    found = [_platform(row, look, fires=not is_mass) for row in silent.to_dict("records")]
    if is_mass:
        facts = {
            "count": len(silent), "of": len(frame), "since": _iso(silent["as_of"].max()), "where": city_name(look.view),
            "link": "/data?part=platforms",
        }  # fmt: skip
        found.append(Finding("city", "platforms", float(silent["worth"].min()), facts))
    return found


def _platform(row: dict[Any, Any], look: Look, *, fires: bool) -> Finding:
    facts = {
        "since": _iso(row["as_of"]), "rhythm": A_DAY if pd.isna(row["rhythm_minutes"]) else int(row["rhythm_minutes"]),
        "link": f"/data?part=batches&source={row['source_code']}", "platform": [str(row["label"]), str(row["label_en"])],
    }  # fmt: skip
    return Finding(
        "platform", str(row["platform_code"]), float(row["worth"]),
        with_names(facts, where=city_name(look.view), who=name_of(look.engine, "unit_code", row["unit_code"])), fires,
    )  # fmt: skip


def _is_true(value: Any) -> bool:
    return not pd.isna(value) and bool(value)


def _iso(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).isoformat()


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
