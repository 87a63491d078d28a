"""The archive of issued reports: whether each can be made again from its snapshot, and whether its files are what they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.issuing.checked import is_in_file
from dashboard.issuing.content import findings_from
from dashboard.issuing.drafting import composed_of, edits_of, generated, reasons_of
from dashboard.issuing.files import is_whole, kept
from dashboard.reports.checking.finding import Finding
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot, pinned_snapshots, snapshot_path

SAME = Text("内容可由快照 {snapshot} 复现", "its content is made again from snapshot {snapshot}")
OTHER = Text("由快照 {snapshot} 复现的内容与签发时不同（程序或城市设置可能已更新）",
             "made again from snapshot {snapshot}, its content differs (the program or the city's settings may have changed)")  # fmt: skip
GONE = Text(
    "快照 {snapshot} 已不在，内容无法复现；文件和数字仍在档",
    "snapshot {snapshot} is gone: it cannot be made again; files and numbers are kept",
)
LOST = Text("文件 {name} 已丢失", "file {name} is lost")
DAMAGED = Text("文件 {name} 已被改动", "file {name} was changed")
HELD, WAITING, LOOSE = "pinned", "waiting", "failed"


@dataclass(frozen=True)
class Verified:
    """What became of an issued report: `is_same` is None where its snapshot is gone."""

    issue: ReportIssue
    is_same: bool | None
    said: tuple[Text, ...]

    @property
    def is_whole(self) -> bool:
        return self.is_same is True and len(self.said) == 1


def verify(view: View, store: Engine, issue: ReportIssue, folder: Path) -> Verified:
    """Make an issued report again from its own snapshot and compare; and read each of its files again."""
    try:
        made, found = generated(view, issue)
        # What was found in a file that somebody sent is no matter of the snapshot.
        found += sent_findings(store, issue.issue_id)
        draft = composed_of(issue, made, found, edits_of(store, issue.issue_id), reasons_of(store, issue.issue_id))
        is_same: bool | None = draft.standing.content_hash == issue.content_hash
    except NoSnapshot:
        is_same = None
    said = [_filled(GONE if is_same is None else SAME if is_same else OTHER, snapshot=issue.snapshot_name)]
    for file in book.files(store, issue.issue_id):
        path = kept(folder, file.sha256)
        if path is None or not is_whole(path, file.sha256):
            said.append(_filled(LOST if path is None else DAMAGED, name=file.name))
    return Verified(issue, is_same, tuple(said))


def sent_findings(store: Engine, issue_id: int) -> list[Finding]:
    """What was found in the file that a person sent for a report."""
    held = book.content(store, issue_id)
    return [one for one in findings_from(held.measured) if is_in_file(one)] if held else []


def holding(view: View, store: Engine, issue: ReportIssue) -> str:
    """Whether a report's snapshot is sure to stay: `pinned`, `waiting` for the loader, `failed`, or `gone`."""
    if not snapshot_path(view.folder, issue.snapshot_name).exists():
        return "gone"
    if issue.snapshot_name in pinned_snapshots(view.folder):
        return HELD
    job = jobs.job(store, issue.pin_job_id) if issue.pin_job_id else None
    return WAITING if job is not None and job.state not in jobs.ENDED else LOOSE


def _filled(text: Text, **values: str) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
