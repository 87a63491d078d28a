"""Numbers that people wrote over numbers of the program: one that stands nowhere else in the report is known to nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dashboard.issuing.edited import PART
from dashboard.reports.checking.finding import BLOCKING, WARNING, Finding, same
from dashboard.reports.checking.numerals import DIGITS, plain
from dashboard.reports.checking.phrases import UNITS
from dashboard.reports.model import Report
from dashboard.reports.plain import as_document
from dashboard.texts import Text

# A number that says how much: days of the month and numbers of things are none.
AMOUNT = re.compile(rf"(?<![\d.])(?P<digits>{DIGITS})\s*(?P<unit>个?百分点|%|{UNITS}|天|小时|分钟|亿元|万人)")
UNKNOWN = Text("报告中没有这个数字", "this number stands nowhere in the report")


def rewritten_findings(generated: Report, written: Report) -> Iterator[Finding]:
    """Amounts in edited paragraphs that neither the program nor a table says.

    One that stands where the program said another of its unit stops the report; one that was added is worth a second look.
    What people are asked to write themselves is theirs.
    """
    texts = _texts(written)
    known = {amount for text in _all_texts(generated) for amount in _amounts(text)} | _cells(generated)
    for part in generated.paragraphs:
        text = texts.get(part.key)
        if part.is_for_people or text is None or text == part.text:
            continue
        before, now = Counter(_amounts(part.text)), Counter(_amounts(text))
        gone = [amount for amount in before if amount not in now]
        where = Text(f"段落 {part.key}", f"paragraph {part.key}")
        for digits, unit in now:
            if (digits, unit) in known or (digits, "") in known:
                continue
            was = [said for said, of in gone if of == unit]
            expected = same("、".join(f"{said}{unit}" for said in was)) if was else UNKNOWN
            yield Finding("rewritten", BLOCKING if was else WARNING, where, expected, same(f"{digits}{unit}"))


def _texts(report: Report) -> dict[str, str]:
    """Paragraphs by key, those that an edit made of one of them together."""
    found: dict[str, str] = {}
    for part in report.paragraphs:
        key = part.key.partition(PART)[0]
        found[key] = f"{found[key]}\n{part.text}" if key in found else part.text
    return found


def _all_texts(report: Report) -> list[str]:
    return [part.text for part in report.paragraphs]


def _amounts(text: str) -> list[tuple[str, str]]:
    """Amounts as written: their digits without separators, and their unit."""
    found = AMOUNT.finditer(plain(text))
    return [(_bare(match["digits"]), match["unit"].removeprefix("个") if match["unit"] == "个百分点" else match["unit"]) for match in found]


def _bare(digits: str) -> str:
    return digits.replace(",", "").replace(" ", "")


def _cells(report: Report) -> set[tuple[str, str]]:
    """Numbers of tables: their unit stands in a heading, or nowhere."""
    return {
        (_bare(digits), "")
        for grid in as_document(report).grids
        for row in grid.rows
        for cell in row
        if cell
        for digits in re.findall(DIGITS, plain(cell))
    }
