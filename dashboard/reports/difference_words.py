"""The difference page in words and tables: what an issue printed and what is so now, and what moved most since the issue before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.filter_words import word
from dashboard.filters import Filters
from dashboard.metrics import METRICS, Metric, metric_of
from dashboard.queries import compare_by, total
from dashboard.reports.changed_rows import CAUSES
from dashboard.reports.differences import Cause, Difference, Reprint, Stated, choice_of, reprinted
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Note, Report, Run, Section, Table
from dashboard.reports.narrative import Clause, joined, printed, words
from dashboard.reports.scopes import narrowed
from dashboard.reports.spans import Span
from dashboard.reports.subjects import SUBJECTS
from dashboard.reports.tables import TOTAL, names_of
from dashboard.texts import Text
from dashboard.view import View

SINCE_PRINTED = Text("与上次印发相比（同一时段）", "Against the same period as printed before")
SINCE_BEFORE = Text("与上期相比", "Against the issue before")
SNAPSHOTS = Text("上次印发所用快照：{earlier}；本次快照：{later}。共比对{n}个数字，{m}个有变化。",
                 "Snapshot as printed: {earlier}; now: {later}. {n} numbers compared, {m} differ.")  # fmt: skip
GONE = Text("上次印发所用快照已不在，只能列出数字的变化，不能逐项归因。",
            "The snapshot it was printed from is gone: numbers can be held against each other, but not explained.")  # fmt: skip
NOTHING_ELSE = Text("所载数字均未变化。", "All numbers are as they were printed.")
NUMBERS, CAUSE_TABLE = Text("变化的数字", "Numbers that differ"), Text("变化归因", "Why they differ")
ARRIVALS = Text("后到数据的来源与批次", "Deliveries that arrived later")
INDICATOR, GROUP, WHOLE, UNIT = Text("指标", "Indicator"), Text("分组", "Group"), Text("总体", "all"), Text("单位", "Unit")
WAS, NOW, CHANGE = Text("原载", "As printed"), Text("现为", "Now"), Text("变化", "Change")
EXPLAINED, REST = Text("已归因", "Explained"), Text("未能归因", "Not explained")
REASON, ROWS, EFFECT = Text("原因", "Why"), Text("涉及（行）", "Rows"), Text("影响", "Effect")
SOURCE, BATCH, RECEIVED, COUNT = Text("来源", "Source"), Text("批次", "Batch"), Text("收到时间", "Received"), Text("计入（行）", "Counted")
IN_ORDER = Text(
    "比率的各项影响按表列顺序依次计算，合计等于变化。", "Of a rate each effect follows on the one before; together they are the change."
)
MOVED = Text("变化较大的分项", "What moved most")
ITEM, BEFORE, THIS, DIFFERENCE, PERCENT = (
    Text("分项", "Item"), Text("上期", "Before"), Text("本期", "Now"), Text("增减", "Difference"), Text("变化（%）", "Change (%)"),
)  # fmt: skip
GROUPED = (
    ("received_count", "major_code", Text("诉求类别", "Categories of appeals")),
    ("received_count", "channel_code", Text("受理渠道", "Channels")),
    ("received_count", "district_code", Text("诉求区域", "Places of appeals")),
    ("disputes_received", "dispute_type_code", Text("纠纷类型", "Types of disputes")),
)
MOST_SAID, MOST_NAMED = 5, 3


def difference_blocks(
    view: View, report: Report, span: Span, wish: Filters, snapshot: str = "", stated: Iterable[Stated] = ()
) -> list[Block]:
    """The whole page: a report against the numbers it was printed with on `snapshot`, if it was, and against the issue before."""
    kinds = SUBJECTS[report.about].kinds
    edition = Edition(narrowed(view, wish), span, wish, kinds)
    again = reprint_blocks(edition, reprinted(view, span, wish, snapshot, stated, kinds)) if snapshot else []
    return [*again, *moved_blocks(edition, report)]


def reprint_blocks(edition: Edition, found: Reprint) -> list[Block]:
    """(a) The same period printed again."""
    say = edition.say
    head = Note(say(SNAPSHOTS).format(earlier=found.earlier, later=found.later, n=found.compared, m=len(found.differences)))
    title = Section(1, say(SINCE_PRINTED))
    if not found.differences:
        return [title, head, Note(say(NOTHING_ELSE))]
    said = [_sentence(edition, found, one) for one in found.differences]
    paragraphs = [block for place, one in enumerate(said, 1) for block in edition.paragraph(f"differences.{place}", one)]
    gone = [] if found.is_earlier_there else [Note(say(GONE))]
    return [title, head, *gone, *paragraphs, _numbers(edition, found), *_causes(edition, found), *_arrivals(edition, found)]


def _metric(edition: Edition, one: Difference) -> Metric:
    return edition.counted_by(one.stated.metric)[0]


def _name(edition: Edition, one: Difference) -> str:
    label, group = edition.say(_metric(edition, one).label), _group(edition, one)
    return f"{label}（{group}）" if group else label


def _group(edition: Edition, one: Difference) -> str:
    return word(edition.view, choice_of(one.stated.by), one.stated.code) if one.stated.by else ""


def _unit(edition: Edition, metric: Metric) -> str:
    return "个百分点" if metric.is_rate else edition.say(metric.unit)


def _number(metric: Metric, value: float) -> str:
    if metric.is_rate:
        return f"{value:.2f}%"
    return printed(value, 0 if float(value).is_integer() else 2)


def _sentence(edition: Edition, found: Reprint, one: Difference) -> Clause:
    """`受理量原载10件，现为12件，增加2件。其中，后到数据增加3件（热线3行），关联为重复件减少1件`."""
    metric = _metric(edition, one)
    unit = "" if metric.is_rate else edition.say(metric.unit)
    up, down = ("提高", "下降") if metric.is_rate else ("增加", "减少")
    verb = up if one.change > 0 else down
    lead = words(f"{_name(edition, one)}原载{_number(metric, one.stated.value)}{unit}，现为{_number(metric, one.now)}{unit}，"
                 f"{verb}{_size(metric, one.change)}{_unit(edition, metric)}")  # fmt: skip
    parts = [words(_caused(edition, found, metric, cause, (up, down))) for cause in one.causes if abs(cause.effect) > 0 or cause.row_count]
    return joined([lead, Clause((Run("其中，"), *joined(parts).runs))], "；") if parts else lead


def _size(metric: Metric, value: float) -> str:
    return f"{abs(value):.2f}" if metric.is_rate else printed(abs(value), 0 if float(value).is_integer() else 2)


def _caused(edition: Edition, found: Reprint, metric: Metric, cause: Cause, verbs: tuple[str, str]) -> str:
    verb, size = verbs[cause.effect < 0], _size(metric, cause.effect)
    rows = f"（{printed(cause.row_count)}行）" if cause.row_count and metric.is_rate else ""
    if cause.code == "arrived" and found.arrivals:
        held = Counter[str]()
        for one in found.arrivals:
            held[one.source] += one.row_count
        rows = f"（来自{'、'.join(source for source, _ in held.most_common(MOST_NAMED))}{'等' if len(held) > MOST_NAMED else ''}）"
    return f"{CAUSES[cause.code].zh}{verb}{size}{_unit(edition, metric)}{rows}"


def _numbers(edition: Edition, found: Reprint) -> Table:
    say = edition.say
    rows: list[tuple[Cell, ...]] = []
    for one in found.differences:
        metric = _metric(edition, one)
        rest = sum(cause.effect for cause in one.causes if cause.code == "rest")
        unit = "%" if metric.is_rate else say(metric.unit)
        rows.append(
            (say(metric.label), _group(edition, one) or say(WHOLE), unit, one.stated.value, one.now, one.change, one.change - rest, rest)
        )
    columns = (
        Column(say(INDICATOR)),
        Column(say(GROUP)),
        Column(say(UNIT)),
        *(Column(say(text), "number") for text in (WAS, NOW, CHANGE, EXPLAINED, REST)),
    )
    return Table("differences.numbers", say(NUMBERS), columns, tuple(rows), is_partial=True)


def _causes(edition: Edition, found: Reprint) -> list[Table]:
    say = edition.say
    rows: list[tuple[Cell, ...]] = [
        (
            say(_metric(edition, one).label),
            _group(edition, one) or say(WHOLE),
            say(CAUSES[cause.code]),
            cause.row_count or None,
            cause.effect,
        )
        for one in found.differences
        for cause in one.causes
    ]
    columns = (Column(say(INDICATOR)), Column(say(GROUP)), Column(say(REASON)), Column(say(ROWS), "count"), Column(say(EFFECT), "number"))
    return [Table("differences.causes", say(CAUSE_TABLE), columns, tuple(rows), note=say(IN_ORDER), is_partial=True)] if rows else []


def _arrivals(edition: Edition, found: Reprint) -> list[Table]:
    if not found.arrivals:
        return []
    say, is_en = edition.say, edition.language == "en"
    columns = (Column(say(SOURCE)), Column(say(BATCH)), Column(say(RECEIVED), "time"), Column(say(COUNT), "count"))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.source_en if is_en else one.source, one.batch, one.received_at.to_pydatetime(), one.row_count) for one in found.arrivals
    )
    return [Table("differences.arrivals", say(ARRIVALS), columns, rows, is_partial=True)]


def moved_blocks(edition: Edition, report: Report) -> list[Block]:
    """(b) This issue against the one before: what it says of itself, the largest moves first; then the groups behind them."""
    against = "last_year" if edition.span.kind == "year" else "previous"
    held: dict[str, tuple[float, str]] = {}
    for part in report.paragraphs:
        for run in part.runs:
            said = run.said
            if said and said.what == "change" and said.against == against and not said.by and said.metric.partition(":")[0] in METRICS:
                held.setdefault(said.metric, (said.value, run.text))
    ranked = sorted(held.items(), key=lambda one: -abs(one[1][0]))
    found = []
    for is_rate, lead in ((False, "数量变化较大的："), (True, "比率变化较大的：")):
        chosen = [(code, text) for code, (_, text) in ranked if _is_rate(code) == is_rate][:MOST_SAID]
        if chosen:
            found.append(Clause((Run(lead), *joined([words(f"{metric_label(edition, code)}{text}") for code, text in chosen], "；").runs)))
    return blocks([Section(1, edition.say(SINCE_BEFORE))], edition.paragraph("differences.moved", *found), groups(edition, against))


def _is_rate(code: str) -> bool:
    return metric_of(code.partition(":")[0]).is_rate


def metric_label(edition: Edition, code: str) -> str:
    return edition.say(edition.counted_by(code)[0].label)


def groups(edition: Edition, against: str) -> list[Block]:
    """By group what made the difference of a count: the differences of all groups sum to that of the whole."""
    found: list[Block] = []
    for code, by, title in GROUPED:
        kind = metric_of(code).table.name
        if not edition.has(kind):
            continue
        filters = edition.filters(kind)
        frame = compare_by(edition.engine, code, filters, by, against)  # type: ignore[arg-type]
        if frame.empty or (frame["reason"].isin(("incomplete", "before_data", "category_changed"))).any():
            continue
        named = names_of(edition, frame.assign(moved=frame["value"] - frame["before"]), by)
        named = named.sort_values(["moved", "key"], key=lambda held: -held.abs() if held.name == "moved" else held)
        rows = tuple(_group_row(row, filters.minimum_count) for row in named.to_dict("records"))
        before = int(frame["before"].sum())
        now = int(total(edition.engine, code, filters).value)
        change = 100 * (now - before) / before if before >= filters.minimum_count else None
        columns = (
            Column(edition.say(ITEM)), *(Column(edition.say(text), "count", adds_up=True) for text in (BEFORE, THIS, DIFFERENCE)),
            Column(edition.say(PERCENT), "change"),
        )  # fmt: skip
        closing: tuple[Cell, ...] = (edition.say(TOTAL), before, now, now - before, change)
        caption = (
            f"{edition.say(MOVED)}：{edition.say(title)}" if edition.language == "zh" else f"{edition.say(MOVED)}: {edition.say(title)}"
        )
        found.append(Table(f"differences.{code}.{by}", caption, columns, rows, closing))
    return found


def _group_row(row: Mapping[Any, Any], minimum: int) -> tuple[Cell, ...]:
    before, now, change = (float(row[name]) for name in ("before", "value", "change"))
    return str(row["name"]), int(before), int(now), int(now - before), change if before >= minimum else None
