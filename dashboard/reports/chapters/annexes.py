"""The annexes: what every number means and how far the data reach, what was delivered and counted, what the checks found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
from sqlalchemy import func, select

from dashboard.asking import fetch
from dashboard.chart_tables import data_time
from dashboard.guard import guard_of, guard_text
from dashboard.metrics import METRICS
from dashboard.reports.checking.finding import RULES, SEVERITIES, Finding
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Note, Paragraph, Section, Table
from dashboard.texts import Text
from dashboard.warehouse import MADE_OF, A, R, disputes, load_batches, sources, tickets

DEFINITIONS, CHECKS = Text("指标口径与数据截止时间", "Definitions and data times"), Text("勾稽校验结果", "Reconciliation")
INDICATOR, BASE, DEFINITION = Text("指标", "Indicator"), Text("统计口径", "Base"), Text("定义", "Definition")
BASES = {
    "R": Text("期内上报", "reported"),
    "A": Text("期内受理", "accepted"),
    "D": Text("期内到期", "fell due"),
    "C": Text("期内办结或评价", "closed or rated"),
    "N": Text("数据时间", "at the data time"),
}
SOURCE, AS_OF, KIND = Text("数据来源", "Source"), Text("数据时间", "Data time"), Text("内容", "Content")
KINDS = {
    "tickets": Text("诉求", "Appeals"), "disputes": Text("纠纷", "Disputes"), "risks": Text("风险", "Risks"),
    "pilot_observations": Text("试点填报", "Pilot reports"), "surveys": Text("调查", "Surveys"), "resources": Text("资源", "Resources"),
}  # fmt: skip
SOURCES = Text("数据来源与截止时间", "Sources and data times")
SNAPSHOT = Text("数据快照：{name}；{time}。", "Snapshot: {name}; {time}.")
SEEN, COUNTED, REPEATS, DELETED = Text("来件", "Seen"), Text("计入", "Counted"), Text("关联重复", "Duplicates"), Text("已删除", "Deleted")
DENOMINATOR = Text("期内上报的诉求、受理的纠纷：来件与计入", "Appeals reported and disputes accepted in the period: seen and counted")
RECEIVED, ACCEPTED = Text("收到（行）", "Received (rows)"), Text("采纳（行）", "Accepted")
DUPLICATES, REJECTED = Text("重复（行）", "Duplicates"), Text("拒收（行）", "Rejected")
DELIVERIES = Text("数据送达与采纳（快照内全部批次）", "Deliveries (all batches of the snapshot)")
CLEAN = Text("已按{n}条规则校验，未发现不一致。", "Checked by {n} rules; nothing disagrees.")
FOUND = Text("勾稽校验发现", "What the checks found")
RULE, SEVERITY, WHERE = Text("规则", "Rule"), Text("级别", "Severity"), Text("位置", "Where")
EXPECTED, STANDS = Text("应为", "Expected"), Text("现为", "Found")
WAIVED = Text("不予阻断的理由", "Why it does not block")


def definitions(edition: Edition, said: Iterable[Block]) -> list[Block]:
    """Every metric that the report states, with its base and its definition; and how far each source reaches."""
    codes = dict.fromkeys(code for block in said for code in codes_of(block) if code.partition(":")[0] in METRICS)
    rows = []
    for code in codes:
        metric, _ = edition.counted_by(code)
        rows.append((edition.say(metric.label), edition.say(BASES[metric.base.partition(":")[0]]), edition.say(metric.definition)))
    heads = (Column(edition.say(INDICATOR)), Column(edition.say(BASE)), Column(edition.say(DEFINITION)))
    time = data_time(edition.view, edition.kinds[0] if len(edition.kinds) == 1 else "", edition.asked)
    return blocks(
        [Section(1, edition.say(DEFINITIONS)), Note(edition.say(SNAPSHOT).format(name=edition.view.snapshot, time=time))],
        [Table("annex.definitions", edition.say(DEFINITIONS), heads, tuple(rows))] if rows else [], source_table(edition),
    )  # fmt: skip


def codes_of(block: Block) -> list[str]:
    """The metrics that a block states numbers of."""
    if isinstance(block, Paragraph):
        return [run.said.metric for run in block.runs if run.said]
    if isinstance(block, Table):
        return [*(column.metric for column in block.columns if column.metric), *(block.codes if block.by == "metric" else ())]
    return []


def source_table(edition: Edition) -> list[Block]:
    s = sources.c
    query = select(s.label, s.label_en, s.kind, s.as_of).where(s.as_of.is_not(None), s.kind.in_(_kinds(edition)))
    frame = fetch(edition.engine, query.order_by(s.kind, s.source_code))
    names = frame["label_en"].fillna(frame["label"]) if edition.language == "en" else frame["label"]
    rows = tuple(
        (str(name), edition.say(KINDS.get(kind, Text(kind, kind))), pd.Timestamp(at).to_pydatetime())
        for name, kind, at in zip(names, frame["kind"], frame["as_of"], strict=True)
    )
    heads = (Column(edition.say(SOURCE)), Column(edition.say(KIND)), Column(edition.say(AS_OF), "time"))
    return [Table("annex.sources", edition.say(SOURCES), heads, rows)] if rows else []


def _kinds(edition: Edition) -> list[str]:
    """What is delivered of what the report speaks of."""
    return [MADE_OF.get(kind, kind) for kind in edition.kinds] or list(KINDS)


def denominators(edition: Edition) -> list[Block]:
    """seen = counted + duplicates + deleted of the period, and what was delivered in all; in words and as tables."""
    rows = []
    for kind, table, base in (("tickets", tickets, R), ("disputes", disputes, A)):
        if edition.has(kind):
            found = guard_of(edition.engine, table, base, edition.filters(kind))
            rows.append((edition.say(KINDS[kind]), found.seen, found.counted, found.repeats, found.deleted))
    heads = (Column(edition.say(KIND)), *(Column(edition.say(text), "count") for text in (SEEN, COUNTED, REPEATS, DELETED)))
    words = [Note(guard_text(edition.engine, edition.filters(), edition.view.theme("office")))] if edition.has("tickets") else []
    made = [Table("annex.denominators", edition.say(DENOMINATOR), heads, tuple(rows))] if rows else []
    return [*made, *words, *deliveries(edition)]


def deliveries(edition: Edition) -> list[Block]:
    """received = accepted + duplicates + rejected, by what was delivered. Of the whole city: batches know no places."""
    if not edition.is_whole:
        return []
    b = load_batches.c
    counts = ("received_count", "accepted_count", "duplicate_count", "rejected_count")
    query = select(b.kind, *(func.coalesce(func.sum(b[name]), 0).label(name) for name in counts)).where(b.kind.in_(_kinds(edition)))
    frame = fetch(edition.engine, query.group_by(b.kind).order_by(b.kind))
    if frame.empty:
        return []
    heads = (
        Column(edition.say(KIND)),
        *(Column(edition.say(text), "count", adds_up=True) for text in (RECEIVED, ACCEPTED, DUPLICATES, REJECTED)),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (edition.say(KINDS[row["kind"]]), *(int(row[name]) for name in counts)) for row in frame.to_dict("records")
    )
    return [Table("annex.deliveries", edition.say(DELIVERIES), heads, rows)]


def checks(edition: Edition, findings: list[Finding]) -> list[Block]:
    """What the reconciliation found, or that it found nothing."""
    return checked(edition.say, findings)


def checked(say: Callable[[Text], str], findings: Sequence[Finding], reasons: Sequence[str] = ()) -> list[Block]:
    """The same of findings some of which were waived: `reasons` stand in their order, empty where one was not."""
    title = Section(1, say(CHECKS))
    if not findings:
        return [title, Note(say(CLEAN).format(n=len(RULES)))]
    texts = (SEVERITY, RULE, WHERE, EXPECTED, STANDS, *([WAIVED] if any(reasons) else []))
    rows = tuple(
        (
            *(say(text) for text in (SEVERITIES[one.severity], RULES[one.rule], one.where, one.expected, one.found)),
            *([reason or None] if any(reasons) else []),
        )
        for one, reason in zip(findings, reasons or [""] * len(findings), strict=True)
    )
    return [title, Table("annex.findings", say(FOUND), tuple(Column(say(text)) for text in texts), rows)]
