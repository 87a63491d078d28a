"""What a meeting should speak of, proposed from its frozen numbers: gates, what was left open, then what lags, falls due or is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dashboard.meetings.facts import Facts
from dashboard.store.decisions import Action
from dashboard.store.meetings import NewItem

NEGATIVE, CARRIED, RED, YELLOW, DUE, UNREPORTED, ADDED, FREE = (
    "negative", "carried", "red", "yellow", "due", "unreported", "added", "free",
)  # fmt: skip
# In the order in which they are taken.
KINDS = (NEGATIVE, CARRIED, RED, YELLOW, DUE, UNREPORTED, ADDED, FREE)
# A yellow lamp is spoken of when so many days are left.
SOON = timedelta(days=60)
# No meeting gets through more; what is beyond stands by to be taken in.
MOST = 12


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
    """The agenda in its order; a target stands once, for its first reason, with the action on it that is due first."""
    left: dict[str, Action] = {}
    for one in actions:
        left.setdefault(one.decision.target_code, one)
    there = {facts.code for facts in targets}
    found = [Proposed(CARRIED, None, one) for one in actions if one.decision.target_code not in there]
    for facts in targets:
        reason, action = reason_of(facts, held_on, next_on), left.get(facts.code)
        kind = CARRIED if action and reason != NEGATIVE else reason
        if kind:
            found.append(Proposed(kind, facts, action))
    return sorted(found, key=lambda one: (KINDS.index(one.kind), *_grave(one.facts)))


def reasons_of(kind: str, facts: Facts | None, is_carried: bool, held_on: date, next_on: date) -> list[str]:
    """All that speaks for an item, the reason it was taken for first."""
    more = [CARRIED] if is_carried else []
    if facts is not None and kind == CARRIED:
        more.append(reason_of(facts, held_on, next_on))
    return list(dict.fromkeys(one for one in (kind, *more) if one))


def new_items(proposed: Sequence[Proposed]) -> list[NewItem]:
    """The proposed items; those beyond what a meeting gets through stand by."""
    return [replace(one.item(), is_dropped=place >= MOST) for place, one in enumerate(proposed)]


def reason_of(facts: Facts, held_on: date, next_on: date) -> str:
    """Why a target is proposed; empty if nothing speaks for it."""
    if facts.kind == "negative":
        return NEGATIVE if facts.is_hit else ""
    if facts.lamp == RED:
        return RED
    due = date.fromisoformat(facts.due_on) if facts.due_on else None
    if facts.lamp == YELLOW and due is not None and due <= held_on + SOON:
        return YELLOW
    if due is not None and due <= next_on and not _is_reached(facts):
        return DUE
    return UNREPORTED if facts.reported_count < facts.part_count else ""


def _is_reached(facts: Facts) -> bool:
    """Whether every part is done: declared so, or reported, green and all of the way."""
    is_full = facts.progress is not None and facts.progress >= 100 and facts.reported_count >= facts.part_count
    return facts.is_done or (facts.lamp == "green" and is_full)


def _grave(facts: Facts | None) -> tuple[Any, ...]:
    """The worst first: by gap, or by how often a gate was touched; then what is due sooner."""
    if facts is None:
        return (0, "", "")
    return (-facts.hit_count if facts.kind == "negative" else facts.gap if facts.gap is not None else 0.0, facts.due_on, facts.code)


def counted(proposed: Sequence[Proposed]) -> dict[str, int]:
    """How many items of each kind there are."""
    found = Counter(one.kind for one in proposed)
    return {kind: found[kind] for kind in KINDS if kind in found}
