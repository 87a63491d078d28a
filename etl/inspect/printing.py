"""Shows on the terminal what was found out about a file."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table

from etl.commands.console import say, tell
from etl.inspect import Findings
from etl.inspect.looks import Column
from etl.inspect.mapping import Match

# Who somebody is: shown by the first sign, whatever the values look like.
PEOPLE = {"caller", "caller_name"}
# So people's columns are called, also those taken for another of ours or for none: 经办人, 联系人姓名, contact_name.
CALLED = re.compile(
    r"姓名|名字|人员?$|户主|业主|身份证|证件"
    r"|(^|[_ ])(caller|citizen|contact|applicant|reporter|complainant|person|operator|user)[_ ]?(name)?$",
    re.IGNORECASE,
)
# What inspect shows of these tells nobody: digits are starred, texts described, a person's name is its first sign.
TOLD_OF = ("phone", "identity number", "person's name", "free text")
# Texts about people are described, not shown.
PRIVATE = {"address", "title", "description", "evidence", "measure", "duty", "submitted_by"}


def show(findings: Findings, console: Console) -> None:
    """A line on the file, its notes, a line for each column, and what is missing."""
    proposal, about = findings.proposal, "" if findings.is_whole else "about "
    options = ", ".join(f"{name} {value!r}" for name, value in proposal.shape.options.items())
    read = "" if findings.is_whole else f" (looked at {findings.read_count:,} of them, from the beginning and the end)"
    line = f"{proposal.shape.form}: {options}; {about}{findings.row_count:,} rows{read}; {len(proposal.columns)} columns"
    console.print(say(f"{line}; taken for {proposal.kind}"), highlight=False, markup=False)
    for note in findings.notes:
        tell("note", note, to=console)
    if findings.broken:
        more = f" (and {len(findings.broken) - 1:,} more)" if len(findings.broken) > 1 else ""
        tell("note", f"no row: {findings.broken[0]}{more}", to=console)
    table = Table(box=None, pad_edge=False)
    for heading in ("column", "looks like", "filled", "different", "for example", "proposed", "sure"):
        table.add_column(say(heading), justify="right" if heading in ("filled", "different", "sure") else "left", overflow="fold")
    proposed = {match.column.name: match for match in proposal.matches}
    for column in proposal.columns:
        table.add_row(*map(_plain, _cells(column, proposed.get(column.name))))
    console.print(table, highlight=False)
    for ours in proposal.missing:
        tell("missing", f"no column looks like {ours}, which {proposal.kind} must have", "red", to=console)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _cells(column: Column, match: Match | None) -> tuple[str, ...]:
    forms = column.forms
    look = say(column.look) + (f" {' | '.join(forms.formats)}" if forms.formats else "")
    if forms.formats and forms.share < 1:
        look += f" ({forms.share:.1%}; {say('not')} {', '.join(repr(value) for value in column.unread)})"
    if column.nulls:
        look += f"; {say('nothing is')} {' '.join(column.nulls)}"
    by = f"{match.ours}" + ("" if match.confidence >= 0.95 else f" ({say(match.by)})") if match else ""
    filled = ">99%" if 0.995 <= column.filled < 1 else "<1%" if 0 < column.filled < 0.005 else f"{column.filled:.0%}"
    return (
        column.name, look, filled, f"{column.distinct:,}", _shown(column, match), by,
        f"{match.confidence:.0%}" if match else "",
    )  # fmt: skip


def _shown(column: Column, match: Match | None) -> str:
    """A few values, none of which tells who somebody is."""
    if match and match.ours in PRIVATE and column.samples and column.look not in ("phone", "person's name"):
        return say("(text, not shown)")
    is_of_people = bool(match and match.ours in PEOPLE) or CALLED.search(column.name.strip())
    if is_of_people and column.look not in TOLD_OF:
        return " · ".join(sample[:1] + "*" * min(len(sample) - 1, 2) for sample in column.samples)
    return " · ".join(column.samples)
