"""What a meeting should speak of, proposed from its frozen numbers: gates first, then what lags, falls due, is silent or was left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.meetings.facts import Facts
from dashboard.store.decisions import Action
from dashboard.store.meetings import NewItem

NEGATIVE, RED, YELLOW, DUE, UNREPORTED, CARRIED, ADDED, FREE = (
    "negative", "red", "yellow", "due", "unreported", "carried", "added", "free",
)  # fmt: skip
# In the order in which they are taken.
KINDS = (NEGATIVE, RED, YELLOW, DUE, UNREPORTED, CARRIED, ADDED, FREE)
# A yellow lamp is spoken of when so many days are left.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Proposed:
    """One target or action, and why it is proposed."""

    kind: str
    facts: Facts | None
    action: Action | None = None

    def item(self) -> NewItem:
        facts, action = self.facts, self.action
        label, label_en = (facts.label, facts.label_en) if facts else (action.decision.label, action.decision.label) if action else ("", "")
        code = facts.code if facts else action.decision.target_code if action else ""
        return NewItem(self.kind, label, label_en, code, facts.to_json() if facts else "", action.action.action_id if action else None)


def propose(targets: Sequence[Facts], actions: Sequence[Action], held_on: date, next_on: date) -> list[Proposed]:
    """The agenda in its order; a target stands once, for the gravest reason, and an open action always on its own."""
    reasons = [(reason_of(facts, held_on, next_on), facts) for facts in targets]
    found = [Proposed(kind, facts) for kind, facts in reasons if kind]
    found.sort(key=lambda one: (KINDS.index(one.kind), *_grave(one.facts)))
    by_code = {facts.code: facts for facts in targets}
    return found + [Proposed(CARRIED, by_code.get(one.decision.target_code), one) for one in actions]


def reason_of(facts: Facts, held_on: date, next_on: date) -> str:
    """Why a target is proposed; empty if nothing speaks for it."""
    if facts.kind == "negative":
        return NEGATIVE if facts.is_hit else ""
    if facts.lamp == RED:
        return RED
    due = date.fromisoformat(facts.due_on) if facts.due_on else None
    if facts.lamp == YELLOW and due is not None and due <= held_on + SOON:
        return YELLOW
    if due is not None and due <= next_on and not facts.is_done:
        return DUE
    return UNREPORTED if facts.reported_count < facts.part_count else ""


def _grave(facts: Facts | None) -> tuple[Any, ...]:
    """The worst first: by gap, or by how often a gate was touched; then what is due sooner."""
    if facts is None:
        return (0, "", "")
    return (-facts.hit_count if facts.kind == "negative" else facts.gap if facts.gap is not None else 0.0, facts.due_on, facts.code)


def counted(proposed: Sequence[Proposed]) -> dict[str, int]:
    """How many items of each kind there are."""
    found = Counter(one.kind for one in proposed)
    return {kind: found[kind] for kind in KINDS if kind in found}
