"""What the checks find in a report once people have written in it, what was waived, and the annex that says both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.issuing.content import content_hash
from dashboard.issuing.rewritten import rewritten_findings
from dashboard.reports.chapters import annexes
from dashboard.reports.checking.finding import BLOCKING, Finding
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Report, Section, Table
from dashboard.reports.monthly import OF_TABLE
from dashboard.reports.own_rules import measured_findings, span_findings, structure_findings
from dashboard.reports.plain import as_document
from dashboard.reports.reconcile import check_document
from dashboard.texts import Text

IN_FILE = Text("上传的文件", "the file sent")


@dataclass(frozen=True)
class Found:
    """A finding under its key, and why it does not stop the report where it was waived."""

    key: str
    finding: Finding
    reason: str = ""

    @property
    def is_stopping(self) -> bool:
        return self.finding.severity == BLOCKING and not self.reason


def finding_key(finding: Finding) -> str:
    """What names a finding: all it says, so that another number at the same place is another finding."""
    said = "\n".join((finding.rule, finding.where.zh, finding.expected.zh, finding.found.zh))
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def measured(edition: Edition, report: Report) -> list[Finding]:
    """What only the snapshot can tell: each stated number worked out once more, and the report's own days."""
    return [*measured_findings(edition, report), *span_findings(edition.span)]


def found_in(generated: Report, report: Report, measured_then: Sequence[Finding], reasons: Mapping[str, str]) -> list[Found]:
    """Every finding in a report as it reads now: `generated` with edits; of what was measured before, what the words still say."""
    texts = {f"段落 {part.key}": part.text for part in report.paragraphs}
    # A measured number that nobody says any more is no fault.
    still = [one for one in measured_then if one.where.zh not in texts or one.found.zh in texts[one.where.zh]]
    bare = without_annex(report)
    every = dict.fromkeys([*check_document(as_document(bare)), *structure_findings(bare), *rewritten_findings(generated, bare), *still])
    return [Found(key, one, reasons.get(key, "")) for one in every for key in (finding_key(one),)]


def in_file(found: Sequence[Finding]) -> list[Finding]:
    """What was found in a file that a person sent, told apart by its place."""
    return [replace(one, where=Text(f"{IN_FILE.zh}：{one.where.zh}", f"{IN_FILE.en}: {one.where.en}")) for one in found]


def is_in_file(finding: Finding) -> bool:
    return finding.where.zh.startswith(f"{IN_FILE.zh}：")


def body_hash(report: Report) -> str:
    """The hash of what a report says without its annex of checks: a reason given later makes no file old."""
    return content_hash(without_annex(report))


def without_annex(report: Report) -> Report:
    """The report up to the annex in which its checks are printed, which comes last where there is one."""
    at = _annex_at(report)
    return report if at is None else replace(report, blocks=report.blocks[:at])


def with_annex(report: Report, found: Sequence[Found]) -> Report:
    """The report with its annex of checks written anew."""
    at = _annex_at(report)
    if at is None:
        return report
    head = report.blocks[at]
    tables = sum(isinstance(block, Table) for block in report.blocks[:at])
    made: list[Block] = [head]
    for block in annexes.checked(lambda text: text.in_(report.language), [one.finding for one in found], [one.reason for one in found])[1:]:
        if isinstance(block, Table):
            tables += 1
            block = replace(block, caption=OF_TABLE.in_(report.language).format(n=tables, caption=block.caption))  # noqa: PLW2901
        made.append(block)
    return replace(report, blocks=(*report.blocks[:at], *made))


def _annex_at(report: Report) -> int | None:
    title = annexes.CHECKS.in_(report.language)
    places = [
        place for place, block in enumerate(report.blocks)
        if isinstance(block, Section) and block.level == 1 and block.heading.endswith(title)
    ]  # fmt: skip
    return places[-1] if places else None
