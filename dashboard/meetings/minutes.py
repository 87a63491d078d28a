"""The minutes of a meeting (纪要): what was reported with which numbers, what was decided, who was there; plain data, then a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.meetings.agenda import ADDED, CARRIED, DUE, FREE, KINDS, NEGATIVE, RED, UNREPORTED, YELLOW
from dashboard.meetings.facts import Facts
from dashboard.meetings.words import STATE_WORDS, day_in_words, lamp_words, measured, moment_in_words, number, signed
from dashboard.reports.paper import Paper
from dashboard.store.meetings import DECIDED, NOTED, OPEN, POSTPONED

SECTIONS = {
    NEGATIVE: "负面清单触发事项", RED: "红灯任务", YELLOW: "黄灯且临近到期任务", DUE: "近期到期任务", UNREPORTED: "未填报任务",
    CARRIED: "以往会议交办事项", ADDED: "增补任务", FREE: "其他事项",
}  # fmt: skip
# What nobody signed is no paper yet.
DRAFT = "草稿　未签发"
NO_DAY = "　　年　　月　　日"
ANNEX = "议定事项及所依据数字一览表"
ANNEX_HEADINGS = ("序号", "议题", "基期／目标", "现值", "序时差及灯", "议定内容", "责任单位", "完成时限")
ANNEX_WIDTHS = (9, 28, 21, 17, 17, 34, 17, 19)
NAMED = 5
# No page is read that one cell fills.
LONGEST_CELL, LONGEST_TEXT = 240, 2000


@dataclass(frozen=True)
class Concluded:
    """One item of the agenda with the numbers seen and the decision that stands."""

    kind: str
    label: str
    facts: Facts | None
    state: str = OPEN
    text: str = ""
    unit: str = ""
    due_on: date | None = None
    comment: str = ""
    number: int = 0
    # Of what an earlier meeting had asked for: what, of whom, by when.
    carried: str = ""


@dataclass(frozen=True)
class Minutes:
    """What the minutes of one meeting say."""

    label: str
    number: int | None
    issuer: str
    held_at: datetime
    place: str
    chair: str
    recorder: str
    attended: Sequence[str]
    excused: Sequence[str]
    observing: Sequence[str]
    sent_to: str
    items: Sequence[Concluded]
    snapshot: str
    as_of: datetime | None
    chain_count: int
    chain_head: str
    chain_holds: bool
    signed_by: str = ""
    signed_at: datetime | None = None
    is_demo: bool = False


def document(minutes: Minutes) -> bytes:
    """The minutes as an official paper."""
    name = mark_of(minutes.label)
    paper = Paper(name, minutes.issuer, minutes.signed_at or minutes.held_at)
    if minutes.signed_at is None:
        paper.paragraph(DRAFT, first=0)
    paper.mark(name, f"（第{minutes.number}次）" if minutes.number else "")
    # The day of a paper is that of its signing: a draft leaves its place.
    paper.issued(minutes.issuer, day_in_words(minutes.signed_at.date()) if minutes.signed_at else NO_DAY)
    paper.blank()
    paper.paragraph(opening(minutes))
    _items(paper, minutes)
    paper.paragraph(f"附件：{ANNEX}")
    paper.blank()
    for word, names in (("出席", minutes.attended), ("请假", minutes.excused), ("列席", minutes.observing)):
        if names:
            paper.names(word, list(names))
    if minutes.recorder:
        paper.names("记录", [minutes.recorder])
    _annex(paper, minutes)
    if minutes.sent_to:
        issued = f"{day_in_words(minutes.signed_at.date())}印发" if minutes.signed_at else ""
        paper.imprint([(f"分送：{' '.join(minutes.sent_to.split())}", ""), (minutes.issuer, issued)])
    return paper.to_bytes()


def mark_of(label: str) -> str:
    """The red mark: the meeting's name as the name of its minutes."""
    plain = " ".join(label.split())[:40]
    return plain if plain.endswith("纪要") else f"{plain}纪要" if plain.endswith(("会", "会议")) else f"{plain}会议纪要"


def opening(minutes: Minutes) -> str:
    """When, where, who called the meeting, how much it took up, and up to when its numbers reach."""
    held = minutes.held_at
    where = f"在{minutes.place}" if minutes.place else ""
    which = f"第{minutes.number}次会议" if minutes.number else ""
    who = f"{minutes.chair}{where}主持召开" if minutes.chair else f"{where}召开" if where else "召开"
    taken = [one for one in minutes.items if one.state != OPEN]
    decided = sum(one.state == DECIDED for one in taken)
    until = f"会议所用数字截至{moment_in_words(minutes.as_of)}，" if minutes.as_of else ""
    return (
        f"{day_in_words(held.date())}{half_day(held)}，{who}{minutes.label}{which}，研究议题{len(taken)}项，议定{decided}项。"
        f"{until}详见附件。现将会议情况纪要如下。"
    )


def half_day(moment: datetime) -> str:
    return "上午" if moment.hour < 12 else "下午" if moment.hour < 18 else "晚上"


def _items(paper: Paper, minutes: Minutes) -> None:
    """Sections by why an item was taken, in the order of the agenda; what was not reached is counted at the end."""
    section = 0
    for kind in KINDS:
        taken = [one for one in minutes.items if one.kind == kind and one.state != OPEN]
        if not taken:
            continue
        section += 1
        paper.heading(SECTIONS[kind], 1, section)
        for place, one in enumerate(taken, 1):
            paper.heading(one.label, 2, place)
            if one.carried:
                paper.paragraph(one.carried)
            if one.facts is not None:
                paper.paragraph(reported(one.facts))
            paper.paragraph(concluded(one))
    left = sum(one.state == OPEN for one in minutes.items)
    if left:
        paper.heading("未及研究的议题", 1, section + 1)
        paper.paragraph(f"议程中另有{left}项未及研究，留待以后会议研究。")


def reported(facts: Facts) -> str:
    """What the numbers of a target say, in one sentence or two."""
    if facts.kind == "negative":
        said = f"截至{_day(facts.observed_on)}，该项负面清单{lamp_words(facts, 'zh')[2]}"
        return f"{said}{facts.hit_count}次，最近一次为{_day(facts.hit_on)}，涉及{_who(facts)}。" if facts.is_hit else f"{said}。"
    goal = f"目标{measured(facts.target, facts, 'zh')}" if facts.target is not None else "以节点考核"
    base = f"基期{measured(facts.baseline, facts, 'zh')}，" if facts.baseline is not None and facts.target is not None else ""
    due = f"，{_day(facts.due_on)}到期" if facts.due_on else ""
    parts = [f"{base}{goal}{due}"]
    if facts.value is not None:
        slowest = "最慢责任方" if facts.part_count > 1 else ""
        parts.append(f"{slowest}现值{measured(facts.value, facts, 'zh')}")
    if facts.gap is not None:
        parts.append(
            f"进度{number(facts.progress)}%，时间进度{number(facts.elapsed)}%，{gap_words(facts.gap)}，亮{lamp_words(facts, 'zh')[2]}"
        )
    behind = facts.lamps.get("red", 0) + facts.lamps.get("yellow", 0)
    more = f"{facts.part_count}条责任中{behind}条慢于序时，落后较多的有{_who(facts)}。" if behind and facts.part_count > 1 else ""
    silent = facts.part_count - facts.reported_count
    unreported = f"{silent}条责任尚未填报。" if silent else ""
    return f"{'；'.join(parts)}。{more}{unreported}"


def gap_words(gap: float) -> str:
    """Faster or slower than the schedule, as reports say it."""
    if abs(gap) < 0.05:
        return "与序时进度持平"
    return f"{'快于' if gap > 0 else '慢于'}序时进度{abs(gap):.1f}个百分点"


def concluded(one: Concluded) -> str:
    """What was decided: by whom to be done, by when."""
    text = one.text.strip().rstrip("。；")[:LONGEST_TEXT]
    comment = f"{one.comment.strip().rstrip('。')}。" if one.comment.strip() else ""
    if one.state == DECIDED:
        by = f"由{one.unit}负责" if one.unit else ""
        when = f"{day_in_words(one.due_on)}前完成" if one.due_on else ""
        told = "，".join(part for part in (by, when) if part)
        return f"会议议定：{text}。{told + '。' if told else ''}{comment}"
    if one.state == NOTED:
        return f"会议听取了有关情况{'，指出：' + text if text else ''}。{comment}"
    if one.state == POSTPONED:
        return f"会议决定延后研究{'：' + text if text else ''}。{comment}"
    return f"{text}。" if text else ""


def _who(facts: Facts) -> str:
    named = [f"{part.place}（{part.unit}）" for part in facts.lagging[:NAMED]]
    return "、".join(named) + ("等" if len(facts.lagging) > NAMED else "")


def _annex(paper: Paper, minutes: Minutes) -> None:
    """The table of what was decided beside the numbers seen, and by what it can be proved."""
    paper.annex(ANNEX)
    taken = [one for one in minutes.items if one.state != OPEN]
    paper.table(ANNEX_HEADINGS, [_row(place, one) for place, one in enumerate(taken, 1)], ANNEX_WIDTHS)
    as_of = f"，数据时间{moment_in_words(minutes.as_of)}" if minutes.as_of else ""
    paper.small(f"数字取自快照 {minutes.snapshot}{as_of}，会议期间固定不变；多方承担的任务列最慢责任方。")
    holds = "校验通过" if minutes.chain_holds else "校验未通过：存储中的结论与记录时不一致"
    paper.small(f"结论记录链共{minutes.chain_count}条，{holds}，链首校验值（SHA-256）：")
    paper.small(minutes.chain_head)
    if minutes.signed_by and minutes.signed_at:
        paper.small(f"{minutes.signed_by}于{moment_in_words(minutes.signed_at)}签署。")
    if minutes.is_demo:
        paper.small("演示数据：除公开数字外均为生成数据。")


def _row(place: int, one: Concluded) -> list[str]:
    facts = one.facts
    gate = facts is not None and facts.kind == "negative"
    numbers = ["—"] * 3
    if facts is not None:
        goal = "不得发生" if gate else f"{measured(facts.baseline, facts, 'zh')}／{measured(facts.target, facts, 'zh')}"
        value = f"触发{facts.hit_count}次" if gate else measured(facts.value, facts, "zh")
        _, shape, word = lamp_words(facts, "zh")
        numbers = [goal, value, "\n".join([*([] if gate else [signed(facts.gap)]), f"{shape}{word}"])]
    said = "；".join(part for part in (one.text.strip(), one.comment.strip()) if part)
    said = _cut(said if one.state == DECIDED else f"（{STATE_WORDS[one.state].zh}）{said}")
    due = f"{one.due_on.year}年\n{one.due_on.month}月{one.due_on.day}日" if one.due_on else "—"
    return [str(place), _cut(one.label), *numbers, said, one.unit or "—", due]


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_CELL else f"{plain[: LONGEST_CELL - 1]}…"


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text)) if text else "—"
