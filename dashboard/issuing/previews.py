"""Pictures of a report's pages, in a folder for each content: all of them are there, or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dashboard.reports.written import write
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import ISSUED


def folder_of(previews: Path, issue: ReportIssue) -> Path:
    """Where the pages of a report lie as it reads now; an issued one bears its number, and no mark of a draft."""
    return previews / (f"{issue.content_hash}-{issue.issue_id}" if issue.state == ISSUED else issue.content_hash or "none")


def page_count(previews: Path, issue: ReportIssue) -> int:
    """How many pages are drawn of a report as it reads now; 0 while they are not."""
    return sum(1 for _ in folder_of(previews, issue).glob("*.png"))


def page_of(previews: Path, issue: ReportIssue, page: int) -> Path | None:
    path = folder_of(previews, issue) / f"{page}.png"
    return path if path.is_file() else None


def keep_pages(previews: Path, issue: ReportIssue, pages: Sequence[bytes]) -> int:
    """Keep the pages of a report; returns how many. Raises dashboard.reports.written.NotWritten."""
    target = folder_of(previews, issue)
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        for number, picture in enumerate(pages, 1):
            write(made / f"{number}.png", picture, 0o600, 0o700)
        shutil.rmtree(target, ignore_errors=True)
        made.replace(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return len(pages)
