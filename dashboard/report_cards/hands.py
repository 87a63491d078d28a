"""What people's hands did to a report, paragraph by paragraph, and where the checks point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.issuing.checked import Found, without_annex
from dashboard.issuing.drafting import Draft
from dashboard.profiles import PROFILES
from dashboard.reports.checking.finding import Finding
from dashboard.reports.model import Block, Paragraph, Report, Section
from dashboard.store.report_tables import ReportEdit
from dashboard.view import View

PARAGRAPH = "段落 "


@dataclass(frozen=True)
class Hand:
    """A paragraph as it stands: its text, what is generated there now, and by whom it was written.

    `was` is what was generated when it was written, `after` the paragraph that one of people's own follows.
    """

    text: str
    generated: str
    by: str = ""
    was: str = ""
    after: str = ""
    is_edited: bool = False
    is_stale: bool = False

    @property
    def is_left_out(self) -> bool:
        return self.is_edited and not self.text


def hands_of(view: View, draft: Draft, rows: Sequence[ReportEdit]) -> dict[str, Hand]:
    """The hands on each paragraph that was edited, and on those that people added."""
    written = {row.key: row for row in rows}
    found = {}
    for state in draft.edits:
        edit, row = state.edit, written.get(state.edit.key)
        if state.state == "gone" or row is None:
            continue
        found[edit.key] = Hand(
            edit.text, "" if edit.after_key else state.generated_now, whose(view, row.edited_by, row.person), edit.generated,
            edit.after_key, is_edited=True, is_stale=state.state == "changed",
        )  # fmt: skip
    return found


def whose(view: View, by: str, person: str | None) -> str:
    """Who did something: by name where one was given, else the profile."""
    if person:
        return person
    known = PROFILES.get(by.partition(" ")[0])
    return view.say(known.label) if known else by


def shown_blocks(draft: Draft) -> tuple[Block, ...]:
    """The blocks to be edited: as generated, so that what is left out can be put back; the annex of checks as it is now."""
    bare = without_annex(draft.report)
    return (*without_annex(draft.generated).blocks, *draft.report.blocks[len(bare.blocks) :])


def anchor(kind: str, name: str | int) -> str:
    """Where a part of the paper stands: what contents and findings lead to."""
    return f"rp-{kind}-{re.sub(r'[^0-9A-Za-z_-]', '-', str(name))}"


def place_of(report: Report, finding: Finding) -> str:
    """The anchor of the paragraph or table a finding is about; empty where it is about the whole."""
    where = finding.where.zh
    if where.startswith(PARAGRAPH):
        return anchor("par", where.removeprefix(PARAGRAPH))
    tables = sorted(report.tables, key=lambda table: -len(table.caption))
    return next((anchor("table", table.key) for table in tables if table.caption and where.startswith(table.caption)), "")


def where_in_words(view: View, report: Report, finding: Finding) -> str:
    """Where a finding stands as a reader would say it: a paragraph by its heading and its first words."""
    where = finding.where.zh
    if not where.startswith(PARAGRAPH):
        return view.say(finding.where)
    heading, key = "", where.removeprefix(PARAGRAPH)
    for block in report.blocks:
        if isinstance(block, Section):
            heading = block.heading
        elif isinstance(block, Paragraph) and block.key == key:
            return f"{heading} · {block.text[:16]}…" if heading else f"{block.text[:24]}…"
    return heading or view.say(finding.where)


def pointed(found: Sequence[Found]) -> Mapping[str, str]:
    """Paragraphs that findings point to, by key: the worst of them."""
    marks: dict[str, str] = {}
    for one in found:
        where = one.finding.where.zh
        if where.startswith(PARAGRAPH) and not one.reason:
            key = where.removeprefix(PARAGRAPH)
            marks[key] = "is-blocked" if one.is_stopping or marks.get(key) == "is-blocked" else "has-finding"
    return marks
