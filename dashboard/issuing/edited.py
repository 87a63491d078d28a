"""A report with what people wrote in it: paragraphs replaced or left out, others added after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.reports.model import Block, Paragraph, Report, Run, Table

State = Literal["applied", "changed", "gone"]
EXTRA = "extra."
# Before the count of a line that is a paragraph of its own.
PART = "#"


@dataclass(frozen=True)
class Edit:
    """What a person wrote in place of the paragraph `key`, or as one of its own after `after_key`; no text leaves it out.

    `generated` is what the program said there when it was written.
    """

    key: str
    text: str
    after_key: str = ""
    generated: str = ""


@dataclass(frozen=True)
class EditState:
    """How an edit stands to what is generated now: `changed` since it was written, or its place is `gone`."""

    edit: Edit
    state: State
    generated_now: str = ""


def edited(report: Report, edits: Iterable[Edit]) -> Report:
    """The report with edits applied. Those whose place is gone are left out (`states` tells of them)."""
    held = list(edits)
    written = {edit.key: edit for edit in held if not edit.after_key}
    after: dict[str, list[Edit]] = {}
    for edit in held:
        if edit.after_key and edit.text:
            after.setdefault(edit.after_key, []).append(edit)
    blocks: list[Block] = []
    for block in report.blocks:
        if isinstance(block, Paragraph):
            blocks += _said(block, written.get(block.key))
        else:
            blocks.append(block)
        for more in after.get(getattr(block, "key", ""), ()):
            blocks += _paragraphs(Paragraph(more.key, ()), more.text)
    return replace(report, blocks=tuple(blocks))


def _said(block: Paragraph, edit: Edit | None) -> list[Block]:
    if edit is None:
        return [block]
    return _paragraphs(replace(block, is_for_people=False), edit.text) if edit.text else []


def _paragraphs(block: Paragraph, text: str) -> list[Block]:
    """A text as paragraphs, one for each of its lines; the first keeps the key, the others count on from it."""
    lines = parts_of(text)
    first = replace(block, runs=_runs(block, lines[0]))
    return [first, *(Paragraph(f"{block.key}{PART}{place}", (Run(line),)) for place, line in enumerate(lines[1:], 2))]


def parts_of(text: str) -> list[str]:
    """The lines of a text; one at least."""
    return [line.strip() for line in text.split("\n") if line.strip()] or [""]


def places(report: Report) -> set[str]:
    """The keys after which a paragraph can be put."""
    return {block.key for block in report.blocks if isinstance(block, Paragraph | Table)}


def _runs(block: Paragraph, text: str) -> tuple[Run, ...]:
    """An edited text in runs: where a number that was generated still stands, it stays a number that can be checked."""
    runs: list[Run] = []
    rest = text
    for run in block.runs:
        if run.said is None or not run.text:
            continue
        before, found, left = rest.partition(run.text)
        # A part of a longer number is another number.
        if not found or before[-1:].isdigit() or (run.text[-1:].isdigit() and left[:1].isdigit()):
            continue
        runs += [*([Run(before)] if before else []), run]
        rest = left
    return (*runs, *([Run(rest)] if rest or not runs else []))


def states(report: Report, edits: Sequence[Edit]) -> list[EditState]:
    """How each edit stands to a report as it is generated now."""
    now, known = {part.key: part.text for part in report.paragraphs}, places(report)
    found = []
    for edit in edits:
        text = now.get(edit.key, "")
        if (edit.after_key and edit.after_key not in known) or not (edit.after_key or edit.key in now):
            found.append(EditState(edit, "gone"))
        elif edit.after_key or text == edit.generated:
            found.append(EditState(edit, "applied", text))
        else:
            found.append(EditState(edit, "changed", text))
    return found


def next_key(edits: Iterable[Edit]) -> str:
    """A key for one more paragraph of people's own."""
    used = [int(edit.key.removeprefix(EXTRA)) for edit in edits if edit.key.startswith(EXTRA) and edit.key.removeprefix(EXTRA).isdigit()]
    return f"{EXTRA}{max(used, default=0) + 1}"
