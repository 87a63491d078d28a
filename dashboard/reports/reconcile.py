"""勾稽校验: every rule over a document, whether ours or anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dashboard.reports.checking.calendar_facts import calendar_findings
from dashboard.reports.checking.changes import change_findings
from dashboard.reports.checking.document import Document, Grid
from dashboard.reports.checking.files import read_file
from dashboard.reports.checking.finding import BLOCKING, Finding
from dashboard.reports.checking.layout import layout_of
from dashboard.reports.checking.phrases import phrase_findings
from dashboard.reports.checking.shares import share_findings
from dashboard.reports.checking.sums import sum_findings


def check_file(path: Path) -> list[Finding]:
    """Every finding in a file. Raises Unreadable."""
    return check_document(read_file(path))


def check_document(document: Document) -> list[Finding]:
    """Every finding in a document, in its order, each once; what blocks stands first."""
    found: list[Finding] = []
    for part in document.parts:
        found += _in_grid(part) if isinstance(part, Grid) else phrase_findings(part)
    found += calendar_findings(document)
    return sorted(dict.fromkeys(found), key=lambda finding: finding.severity != BLOCKING)


def is_blocked(findings: list[Finding]) -> bool:
    return any(finding.severity == BLOCKING for finding in findings)


def _in_grid(grid: Grid) -> Iterator[Finding]:
    layout = layout_of(grid)
    yield from sum_findings(layout)
    yield from share_findings(layout)
    yield from change_findings(layout)
