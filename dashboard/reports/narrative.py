"""Words for numbers: verbs by rule, lists with their ties, what is left out and why. Chinese alone, as official reports are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dashboard.key_figures import WHY
from dashboard.reports.model import Paragraph, Run, Said

# Smaller changes are none.
NO_CHANGE = 0.005
UP, DOWN, LEVEL, HIGHER = "上升", "下降", "持平", "提高"
# How many beyond a list's length may stand in it because they tie with its last.
MOST_TIED = 2


@dataclass(frozen=True)
class Move:
    """A number against another period: `word` says which (`环比`), `base` how many cases that period's number stands on."""

    word: str
    against: str
    change: float
    base: float
    reason: str = ""


@dataclass(frozen=True)
class Fact:
    """A metric as a report states it. `lack` says why it cannot be known."""

    code: str
    label: str
    unit: str
    value: float
    numerator: float
    denominator: float
    is_rate: bool
    minimum: int
    moves: tuple[Move, ...] = ()
    decimals: int = 0
    lack: str = ""

    @property
    def is_known(self) -> bool:
        return not self.lack and not math.isnan(self.value)

    @property
    def is_small(self) -> bool:
        """Whether too few cases stand behind a rate to say anything of it."""
        return self.is_rate and self.denominator < self.minimum


@dataclass(frozen=True)
class Item:
    """One of a list: its code, what it is called and how many."""

    code: str
    label: str
    count: float


@dataclass(frozen=True)
class Clause:
    """Words between two stops, with what had to be left out."""

    runs: tuple[Run, ...] = ()
    footnotes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.runs)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def words(text: str) -> Clause:
    return Clause((Run(text),)) if text else Clause()


def joined(clauses: Sequence[Clause], by: str = "，") -> Clause:
    """Clauses with a stop between them; empty ones leave only their footnotes."""
    runs: list[Run] = []
    for clause in clauses:
        if clause:
            runs += [Run(by)] * bool(runs) + list(clause.runs)
    return Clause(tuple(runs), tuple(dict.fromkeys(note for clause in clauses for note in clause.footnotes)))


def paragraph(key: str, *sentences: Clause) -> Paragraph | None:
    """Sentences as one paragraph, each with its full stop; nothing where nothing can be said."""
    said = [replace(sentence, runs=(*sentence.runs, Run("。"))) for sentence in sentences if sentence]
    notes = tuple(dict.fromkeys(note for sentence in sentences for note in sentence.footnotes))
    runs = tuple(run for sentence in said for run in sentence.runs)
    return Paragraph(key, runs, notes) if runs or notes else None


def printed(value: float, decimals: int = 0) -> str:
    """A number in full, as print wants it: no 万, no 亿."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def count_clause(fact: Fact, lead: str, *, with_moves: bool = True) -> Clause:
    """`共受理群众诉求1,234件，环比上升4.21%，同比下降3.10%`: `lead` stands before the number."""
    if not fact.is_known:
        return _unknown(fact)
    number = Run(f"{printed(fact.value, fact.decimals)}{fact.unit}", said=Said(fact.code, fact.value))
    first = Clause((Run(lead), number))
    return joined([first, *(count_move(fact, move) for move in fact.moves)]) if with_moves else first


def stock_clauses(whole: tuple[Fact, str], *parts: tuple[Fact, str]) -> list[Clause]:
    """`在控风险32项`, `其中红色（高）风险7项`: of nothing there are no parts, and none is said in words."""
    fact, lead = whole
    if fact.is_known and not fact.value:
        return [none_clause(fact, "", lead)]
    return [count_clause(fact, lead), *(_part(part, said) for part, said in parts)]


def none_clause(fact: Fact, lead: str, what: str) -> Clause:
    """`今后没有到期任务`: none, said in words. The number stands at a run without digits, so that none of its name is read as it."""
    return Clause((*([Run(lead)] if lead else []), Run("没有", said=Said(fact.code, 0.0)), Run(what)))


def _part(fact: Fact, lead: str) -> Clause:
    """A part of a number about now; of none it is said that there are none."""
    if fact.is_known and not fact.value:
        within, what = ("其中", lead.removeprefix("其中")) if lead.startswith("其中") else ("", lead)
        return none_clause(fact, within, f"{what}{'的' if what.startswith('超') or '未' in what else ''}")
    return count_clause(fact, lead)


def rate_clause(fact: Fact, lead: str = "") -> Clause:
    """`按期办结率93.20%，环比提高1.20个百分点`; nothing of a rate of too few."""
    if not fact.is_known:
        return _unknown(fact)
    if fact.is_small:
        return Clause((), (f"{fact.label}：样本不足{fact.minimum}{_of(fact)}，不作表述。",))
    number = Run(f"{fact.value:.2f}%", said=Said(fact.code, fact.value))
    return joined([Clause((Run(lead or fact.label), number)), *(rate_move(fact, move) for move in fact.moves)])


def _of(fact: Fact) -> str:
    return "件" if fact.unit in ("%", "", "万元") else fact.unit


def _unknown(fact: Fact) -> Clause:
    return Clause((), (f"{fact.label}：{fact.lack or '期内没有可计算的数据'}。",))


def count_move(fact: Fact, move: Move) -> Clause:
    """How a count changed, in %; left out, with the reason, where its base is missing, none or too small."""
    if move.reason == "now":
        return Clause()
    if math.isnan(move.change):
        return _no_base(fact, move)
    if move.base < fact.minimum:
        return Clause((), (f"{fact.label}{move.word}：基数不足{fact.minimum}{_of(fact)}，不作比较。",))
    said = Said(fact.code, move.change, "change", against=move.against)
    if abs(move.change) < NO_CHANGE:
        return Clause((Run(f"{move.word}{LEVEL}", said=said),))
    return Clause((Run(f"{move.word}{UP if move.change > 0 else DOWN}{printed(abs(move.change), 2)}%", said=said),))


def rate_move(fact: Fact, move: Move) -> Clause:
    """How a rate changed, in percentage points."""
    if move.reason == "now":
        return Clause()
    if math.isnan(move.change):
        return _no_base(fact, move)
    if move.base < fact.minimum:
        return Clause((), (f"{fact.label}{move.word}：对比期样本不足{fact.minimum}{_of(fact)}，不作比较。",))
    said = Said(fact.code, move.change, "change", against=move.against)
    if abs(move.change) < NO_CHANGE:
        return Clause((Run(f"{move.word}{LEVEL}", said=said),))
    return Clause((Run(f"{move.word}{HIGHER if move.change > 0 else DOWN}{abs(move.change):.2f}个百分点", said=said),))


def _no_base(fact: Fact, move: Move) -> Clause:
    why = WHY.get(move.reason, WHY["zero_base"]).zh
    return Clause((), (f"{fact.label}{move.word}：{why}，不作比较。",))


def top(items: Sequence[Item], most: int) -> list[Item]:
    """The largest, ties among them kept together: those that tie with the last stand too, or, if many, neither of them."""
    ordered = sorted((item for item in items if item.count > 0), key=lambda item: (-item.count, item.code))
    if len(ordered) <= most:
        return ordered
    last = ordered[most - 1].count
    tied = [item for item in ordered if item.count >= last]
    above = [item for item in ordered if item.count > last]
    return tied if len(tied) <= most + MOST_TIED or not above else above


def share_list(items: Sequence[Item], whole: float, unit: str, metric: str, by: str, *, most: int = 3, lead: str = "其中，") -> Clause:
    """`其中，甲60件，占60.00%；乙、丙各20件，各占20.00%`; of ties one number for all."""
    chosen = top(items, most)
    if not chosen or whole <= 0:
        return Clause()
    if len(chosen) == 1 and chosen[0].count == whole and lead.endswith("，"):
        said = Said(metric, chosen[0].count, by=by, code=chosen[0].code)
        return Clause((Run(f"{lead.removeprefix('其中，').removesuffix('中，')}均为", said=said), Run(chosen[0].label)))
    groups = [list(held) for _, held in groupby(chosen, key=lambda item: item.count)]
    return Clause((Run(lead), *joined([_shared(held, whole, unit, metric, by) for held in groups], "；").runs))


def _shared(held: list[Item], whole: float, unit: str, metric: str, by: str) -> Clause:
    count, share, each = held[0].count, 100 * held[0].count / whole, "各" if len(held) > 1 else ""
    names = "、".join(item.label for item in held)
    code = held[0].code
    return Clause((
        Run(f"{names}{each}"), Run(f"{printed(count)}{unit}", said=Said(metric, count, by=by, code=code)),
        Run(f"，{each}占"), Run(f"{share:.2f}%", said=Said(metric, share, "share", by, code)),
    ))  # fmt: skip


def listed(names: Sequence[str], counter: str = "个单位", most: int = 3) -> str:
    """`甲`, `甲、乙`, `甲、乙、丙等12个单位`; nothing for nobody."""
    if len(names) <= most:
        return "、".join(names)
    return f"{'、'.join(names[:most])}等{printed(len(names))}{counter}"


def overdue_clause(fact: Fact, units: Sequence[str]) -> Clause:
    """`超期未结35件，涉及甲、乙、丙等12个单位`; none at all is said too."""
    if not fact.is_known:
        return _unknown(fact)
    said = Said(fact.code, fact.value)
    if not fact.value:
        return Clause((Run("没有超期未结诉求", said=said),))
    number = Clause((Run("超期未结"), Run(f"{printed(fact.value)}{fact.unit}", said=said)))
    return joined([number, words(f"涉及{listed(units)}" if units else "")])


def rise_clause(label: str, before: float, now: float, unit: str, verb_word: str) -> Clause:
    """`甲由10件升至25件，上升150.00%`."""
    change = 100 * (now - before) / before
    return words(f"{label}由{printed(before)}{unit}升至{printed(now)}{unit}，{verb_word}{UP}{printed(change, 2)}%")


def schedule_clause(task_count: float, done: Fact, gap: float, until_now: str) -> Clause:
    """`截至10月31日，108项任务已完成12项，完成率11.11%，平均进度快于序时进度3.20个百分点`: `done` is of all tasks.

    The gap is that of their progress, not of the share that is done.
    """
    clauses = [
        Clause(
            (
                Run(f"{until_now}，"),
                Run(f"{printed(task_count)}项", said=Said("task_count", task_count)),
                Run(f"任务已完成{printed(done.numerator)}项"),
            )
        ),
        rate_clause(replace(done, moves=()), "完成率"),
    ]
    return joined([*clauses, gap_clause(gap)])


def gap_clause(gap: float) -> Clause:
    if math.isnan(gap):
        return Clause((), ("序时进度差：没有可与序时比较的填报，不作表述。",))
    said = Said("schedule_gap", gap)
    if abs(gap) < NO_CHANGE:
        return Clause((Run("平均进度与序时进度持平", said=said),))
    return Clause((Run(f"平均进度{'快于' if gap > 0 else '慢于'}序时进度{abs(gap):.2f}个百分点", said=said),))


def hours(value: float) -> str:
    """A length of time in the unit a person would choose."""
    if value < 1:
        return f"{value * 60:.0f}分钟"
    return f"{value:.1f}小时" if value < 48 else f"{value / 24:.1f}天"


def duration_clause(fact: Fact, lead: str, form: Callable[[float], str] = hours) -> Clause:
    """`处置时长中位数2.3天`; a quantile not reached is said to be so."""
    if fact.lack:
        return _unknown(fact)
    if not fact.denominator:
        return Clause((), (f"{fact.label}：期内没有可计算的数据。",))
    said = Said(fact.code, fact.value)
    return Clause((Run(lead), Run("尚未达到" if math.isnan(fact.value) else form(fact.value), said=said)))
