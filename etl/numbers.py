"""The number a row is known by, as it is published: masked and sealed if it holds a person's telephone or identity number."""

from __future__ import annotations

from dashboard.ticket_numbers import MASKED, SEAL
from etl.readers.reading import literal

# Digits of the keyed hash: few enough that no mask takes them for a number, enough that two numbers never share them.
DIGITS = 8
# Ours that are such numbers.
NUMBERS = ("number", "duplicate_of")


def number_macros(key: str) -> str:
    """The statements that make shown_number: the same text for the same number, another for another; of a shown one itself."""
    covered = "x"
    for pattern, cover in MASKED * 2:
        covered = f"regexp_replace({covered}, {literal(pattern)}, {literal(cover)}, 'g')"
    holds = "|".join(f"(?:{pattern})" for pattern, _ in MASKED)
    return (
        f"create or replace temp macro covered_number(x) as {covered};"
        f" create or replace temp macro shown_number(x) as case when strlen(x) > 10 and regexp_matches(x, {literal(holds)})"
        f" then covered_number(x) || '{SEAL}' || left(sha256({literal(key)} || x), {DIGITS}) else x end"
    )
