"""A meeting as its windows show it: every item printed in the language of the request, for the browser to place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from dashboard.meetings.agenda import reasons_of
from dashboard.meetings.facts import Facts, Part
from dashboard.meetings.words import (
    ACTUAL,
    BASELINE,
    DUE_ON,
    ELAPSED,
    GAP,
    KIND_WORDS,
    POINTS,
    PROGRESS,
    SIGNS,
    SLOWEST,
    STATE_SHAPES,
    STATE_WORDS,
    TARGET,
    block_of,
    lamp_words,
    measured,
    name_of,
    number,
    signed,
    who_of,
)
from dashboard.profiles import PROFILES
from dashboard.store import decisions, meetings
from dashboard.store.decisions import Action
from dashboard.store.meeting_tables import Meeting, MeetingDecision, MeetingItem
from dashboard.store.meetings import DECIDED
from dashboard.texts import Text
from dashboard.theme import MISSING

SHOWN = 8
MEAN_GAP = Text("各责任方平均 {}", "mean of all parts {}")
OF_PARTS = Text("{all}条责任，{behind}条慢于序时", "{all} parts, {behind} behind schedule")
PARTS_TOUCHED = Text("{all}条责任，{hit}条触发", "{all} parts, {hit} triggered")
ONE_PART = Text("一个责任方", "one part")
SILENT = Text("{n}条责任未填报：{who}", "{n} parts not reported: {who}")
HITS = Text("触发次数", "Times triggered")
LAST_HIT = Text("最近触发", "Last triggered")
CARRIERS = Text("责任条数", "Parts")
MILESTONES = Text("按节点考核", "by milestones")
LAST_OF = Text("{label}（{day}）", "{label} ({day})")
BY_WHEN = Text("{unit}，{day}前", "{unit}, by {day}")
NO_ONE, NO_DAY = Text("未定责任单位", "no owner"), Text("未定时限", "no due date")
OVERDUE = Text("已逾期 {n} 天", "{n} days overdue")
MOVED = Text("议定时 {then} → 本次 {now}", "then {then} → now {now}")
NOT_MOVED = Text("数字没有变化（{now}）", "the number has not moved ({now})")
AND = Text("、", ", ")


@dataclass(frozen=True)
class Stage:
    """A meeting with all that its windows need."""

    meeting: Meeting
    items: Sequence[MeetingItem]
    decisions: Sequence[MeetingDecision]
    last: dict[str, tuple[MeetingDecision, Meeting]]
    carried: dict[int, Action]
    language: str

    def printed(self) -> list[dict[str, Any]]:
        """The items in order."""
        stands = decisions.standing(self.decisions)
        return [self._item(item, stands.get(item.item_id)) for item in self.items if not item.is_dropped]

    def _item(self, item: MeetingItem, decision: MeetingDecision | None) -> dict[str, Any]:
        facts, say = Facts.from_json(item.facts), self.language
        said: dict[str, Any] = {
            "id": item.item_id, "version": item.version, "kind": item.kind, "why": self.why(item, facts),
            "label": name_of(facts, say) if facts else (item.label_en if say == "en" else item.label), "code": item.target_code,
            "state": item.state, "stateWord": STATE_WORDS[item.state].in_(say), "stateShape": STATE_SHAPES[item.state],
            "decision": _decision(decision, say), "figures": [], "lagging": [], "silent": "", "evidence": [], "trend": [], "block": "",
            "last": self._last(item), "carried": self.carried_over(item), "lamp": None, "about": "",
        }  # fmt: skip
        return said | _numbers(facts, say) if facts else said

    def why(self, item: MeetingItem, facts: Facts | None) -> str:
        """All that speaks for an item, in one line."""
        meeting = self.meeting
        held_on = meeting.held_at.date()
        kinds = reasons_of(item.kind, facts, item.action_id is not None, held_on, meeting.next_on or held_on)
        return " · ".join(KIND_WORDS[kind].in_(self.language) for kind in kinds)

    def _last(self, item: MeetingItem) -> dict[str, str] | None:
        """What an earlier meeting decided on the same target."""
        held = self.last.get(item.target_code)
        if held is None or item.action_id is not None:
            return None
        decision, meeting = held
        where = LAST_OF.in_(self.language).format(label=meeting.label, day=meeting.held_at.date().isoformat())
        return {"where": where, "text": decision.text or STATE_WORDS[decision.state].in_(self.language), "by": _by(decision, self.language)}

    def carried_over(self, item: MeetingItem) -> dict[str, str] | None:
        """What is carried over: what was asked of whom, by when, and whether the number moved since."""
        action = self.carried.get(item.action_id or 0)
        if action is None:
            return None
        days = (self.meeting.held_at.date() - action.action.due_on).days if action.action.due_on else 0
        # Several meetings may have asked for something on one target, which stands once.
        same = [one for one in self.carried.values() if one.action.state == decisions.ACTION_OPEN and one is not action]
        more = [one.decision.text for one in same if item.target_code and one.decision.target_code == item.target_code]
        return {
            "text": "；".join(dict.fromkeys([action.decision.text, *more])),
            "by": _by(action.decision, self.language),
            "late": OVERDUE.in_(self.language).format(n=days) if days > 0 and action.action.state == decisions.ACTION_OPEN else "",
            "moved": moved(Facts.from_json(action.decision.seen), Facts.from_json(item.facts), self.language),
            "where": LAST_OF.in_(self.language).format(label=action.meeting.label, day=action.meeting.held_at.date().isoformat()),
        }


def stage_of(store: Engine, meeting: Meeting, language: str) -> Stage:
    items = meetings.items(store, meeting.meeting_id)
    carried = {one.action.action_id: one for one in decisions.actions(store, before=meeting.held_at)}
    last = decisions.last_on(store, [item.target_code for item in items], meeting)
    return Stage(meeting, items, decisions.decisions(store, meeting.meeting_id), last, carried, language)


def moved(then: Facts | None, now: Facts | None, language: str) -> str:
    """Whether the number of a carried target moved since it was decided on; empty where there is none."""
    if then is None or now is None:
        return ""
    before, after = (_told(facts, language) for facts in (then, now))
    return NOT_MOVED.in_(language).format(now=after) if before == after else MOVED.in_(language).format(then=before, now=after)


def _told(facts: Facts, language: str) -> str:
    """A target's number in one breath: value, gap and lamp."""
    _, shape, word = lamp_words(facts, language)
    parts = [measured(facts.value, facts, language) if facts.value is not None else f"{number(facts.progress)}%"]
    if facts.kind == "negative":
        parts = [str(facts.hit_count)]
    return " ".join([*parts, *([signed(facts.gap)] if facts.gap is not None else []), f"{shape}{word}"])


def _by(decision: MeetingDecision, language: str) -> str:
    """Who has to do it by when; nothing where neither is said."""
    if not (decision.unit_label or decision.due_on):
        return f"{NO_ONE.in_(language)}{AND.in_(language)}{NO_DAY.in_(language)}" if decision.state == DECIDED else ""
    day = decision.due_on.isoformat() if decision.due_on else NO_DAY.in_(language)
    return BY_WHEN.in_(language).format(unit=decision.unit_label or NO_ONE.in_(language), day=day) if decision.due_on else (
        f"{decision.unit_label}{AND.in_(language)}{day}"
    )  # fmt: skip


def _decision(decision: MeetingDecision | None, language: str) -> dict[str, str] | None:
    if decision is None:
        return None
    return {
        "state": decision.state, "text": decision.text, "unit": decision.unit_code, "unitLabel": decision.unit_label,
        "due": decision.due_on.isoformat() if decision.due_on else "", "comment": decision.comment,
        "by": PROFILES[decision.decided_by].label.in_(language) if decision.decided_by in PROFILES else decision.decided_by,
        "at": f"{decision.decided_at:%Y-%m-%d %H:%M}",
    }  # fmt: skip


def _numbers(facts: Facts, language: str) -> dict[str, Any]:
    code, shape, word = lamp_words(facts, language)
    silent = facts.part_count - facts.reported_count
    names = AND.in_(language).join(who_of(part, language) for part in facts.silent[:3])
    start, due = (date.fromisoformat(day).toordinal() if day else 0 for day in (facts.start_on, facts.due_on))
    return {
        "block": block_of(facts, language),
        "isGate": facts.kind == "negative",
        "lamp": {"code": code, "shape": shape, "word": word},
        "figures": _gate_figures(facts, language) if facts.kind == "negative" else _figures(facts, language),
        "about": about(facts, language),
        "lagging": [_lag(part, facts, language) for part in facts.lagging[:SHOWN]],
        "silent": SILENT.in_(language).format(n=silent, who=names + ("…" if silent > 3 else "")) if silent else "",
        "evidence": [f"{part.observed_on[:7]}　{part.evidence}　{who_of(part, language)}" for part in facts.evidence],
        "trend": {
            "start": start,
            "due": due,
            "from": facts.start_on[:7],
            "until": facts.due_on[:7],
            "points": [[date.fromisoformat(day).toordinal(), value] for day, value in facts.trend],
        }
        if facts.trend and due > start
        else None,
    }


def about(facts: Facts, language: str) -> str:
    """How many parts there are, how many lag, and their mean gap."""
    if facts.kind == "negative":
        return PARTS_TOUCHED.in_(language).format(all=facts.part_count, hit=len(facts.lagging))
    if facts.part_count == 1:
        return ONE_PART.in_(language)
    behind = facts.lamps.get("red", 0) + facts.lamps.get("yellow", 0)
    said = OF_PARTS.in_(language).format(all=facts.part_count, behind=behind)
    mean = f"{signed(facts.mean_gap)} {POINTS.in_(language)}"
    return f"{said} · {MEAN_GAP.in_(language).format(mean)}" if facts.mean_gap is not None else said


def _figures(facts: Facts, language: str) -> list[list[str]]:
    """Label, number, what stands behind it, by what it is marked."""
    sign = SIGNS.get(facts.better, "") if facts.target is not None else ""
    goal = f"{sign} {measured(facts.target, facts, language)}".strip() if facts.target is not None else MILESTONES.in_(language)
    shown = measured(facts.value, facts, language) if facts.value is not None else MISSING
    gap = [GAP.in_(language), signed(facts.gap), POINTS.in_(language), facts.lamp]
    return [
        [BASELINE.in_(language), measured(facts.baseline, facts, language), "", ""],
        [TARGET.in_(language), goal, f"{DUE_ON.in_(language)} {facts.due_on}" if facts.due_on else "", ""],
        [(SLOWEST if facts.part_count > 1 else ACTUAL).in_(language), shown, "", "actual"],
        [PROGRESS.in_(language), f"{number(facts.progress)}%" if facts.progress is not None else MISSING,
         f"{ELAPSED.in_(language)} {number(facts.elapsed)}%" if facts.elapsed is not None else "", ""],
        gap,
    ]  # fmt: skip


def _gate_figures(facts: Facts, language: str) -> list[list[str]]:
    return [
        [HITS.in_(language), str(facts.hit_count), "", "red" if facts.is_hit else ""],
        [LAST_HIT.in_(language), facts.hit_on or MISSING, "", ""],
        [CARRIERS.in_(language), str(facts.part_count), "", ""],
    ]


def _lag(part: Part, facts: Facts, language: str) -> list[str]:
    """Who, the value, the gap, the lamp's code."""
    if facts.kind == "negative":
        return [who_of(part, language), str(part.hit_count), part.observed_on[:7], "red"]
    value = measured(part.value, facts, language) if part.value is not None else f"{number(part.progress)}%"
    return [who_of(part, language), value, signed(part.gap), part.lamp]
