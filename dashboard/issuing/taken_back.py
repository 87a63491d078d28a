"""What people changed in a report's Word file, as edits of its draft; what cannot be an edit is told, and checked where it is a number."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.issuing.checked import in_file
from dashboard.issuing.drafting import Draft
from dashboard.issuing.edited import PART, Edit, next_key, parts_of, places
from dashboard.reports.checking.finding import BLOCKING, Finding, same
from dashboard.reports.returned import Returned
from dashboard.texts import Text

CELL = Text("{table}“{row}”行“{column}”列", "{table}, row “{row}”, column “{column}”")
ROW = Text("{table}的一行", "a row of {table}")
GONE, NOTHING = Text("（已删除）", "(taken out)"), Text("（无）", "(none)")


@dataclass(frozen=True)
class TakenBack:
    """The edits a file holds, numbers of tables it changed as findings, and how much else stands in the file alone."""

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    left_count: int


def taken_back(draft: Draft, edits: list[Edit], found: Returned) -> TakenBack:
    """Edits on top of those that a draft has: paragraphs changed, left out and added."""
    held = {edit.key: edit for edit in edits}
    generated = {part.key: part.text for part in draft.generated.paragraphs}
    now: dict[str, list[str]] = {}
    for key in (*found.changed, *found.removed):
        base, _, place = key.partition(PART)
        lines = now.setdefault(base, _lines(base, held, generated))
        # A line that is gone leaves its place to be told from those behind it.
        lines[int(place or 1) - 1] = found.changed.get(key, "")
    made = {
        key: Edit(key, "\n".join(line for line in lines if line), held[key].after_key if key in held else "", generated.get(key, ""))
        for key, lines in now.items()
    }
    known, left = places(draft.generated), 0
    for one in found.added:
        after = one.after.partition(PART)[0]
        # Behind a paragraph of people's own: behind what that stands behind.
        after = held[after].after_key or after if after in held else after
        if one.kind != "paragraph" or after not in known:
            left += 1
            continue
        key = next_key([*held.values(), *made.values()])
        made[key] = Edit(key, one.text, after)
    left += len(found.rewordings) + len(found.tables_gone) + len(found.pictures_gone)
    return TakenBack(tuple(made.values()), tuple(in_file(_in_tables(draft, found))), left)


def _lines(base: str, held: dict[str, Edit], generated: dict[str, str]) -> list[str]:
    return parts_of(held[base].text) if base in held else [generated.get(base, "")]


def _in_tables(draft: Draft, found: Returned) -> list[Finding]:
    """Cells that no longer hold what the snapshot gave."""
    captions = {table.key: table.caption for table in draft.report.tables}
    cells = [
        Finding("measured", BLOCKING, _filled(CELL, table=captions.get(one.key, one.key), row=one.row_name, column=one.column_name),
                same(one.was), same(one.now))
        for one in found.cells
    ]  # fmt: skip
    rows = [
        Finding("measured", BLOCKING, _filled(ROW, table=captions.get(one.key, one.key)), *_row(" ".join(one.cells), one.is_added))
        for one in found.rows
    ]
    return [*cells, *rows]


def _row(said: str, is_added: bool) -> tuple[Text, Text]:
    return (NOTHING, same(said)) if is_added else (same(said), GONE)


def _filled(text: Text, **values: str) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
