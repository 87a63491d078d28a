"""What was restated since a meeting: the numbers seen beside those of another snapshot, and which of them differ."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.meetings.facts import Facts

# A number is another if it is printed otherwise: values with two decimals at most, gaps with one.
COMPARED = ("value", "lamp", "gap")


@dataclass(frozen=True)
class Restated:
    """A target as it was seen and as it is; `now` is None where it is gone."""

    seen: Facts
    now: Facts | None

    @property
    def differing(self) -> tuple[str, ...]:
        """Which of value, lamp and gap are printed otherwise now; all of them where the target is gone."""
        if self.now is None:
            return COMPARED
        return tuple(name for name in COMPARED if printed_alike(name, self.seen) != printed_alike(name, self.now))


def printed_alike(name: str, facts: Facts) -> object:
    """A number as far as it is printed; what a gate was touched stands for its value."""
    if facts.kind == "negative":
        return facts.hit_count if name == "value" else facts.is_hit if name == "lamp" else None
    held = getattr(facts, name)
    return held if not isinstance(held, float) else round(held, 1 if name == "gap" else 2) + 0.0


def restated(seen: list[Facts], now: list[Facts]) -> list[Restated]:
    by_code = {facts.code: facts for facts in now}
    return [Restated(facts, by_code.get(facts.code)) for facts in seen]
