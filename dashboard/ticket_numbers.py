"""Numbers of tickets as they are published: one that holds a person's telephone or identity number is masked.

The loader adds a keyed hash, so that two numbers stay two; the key never leaves landing, so the reader finds them by what is shown.
"""

from __future__ import annotations

import re

# A mobile number between other signs; one that runs into other digits cannot be told from a running number.
MOBILE = r"(^|[^0-9])((?:[+]?86[ -]?)?1[3-9][0-9])[ -]?[0-9]{4}[ -]?([0-9]{4})([^0-9]|$)"
# An identity number by its day of birth; from 2013 on such a day is rather that of the ticket: code of the place, day, running number.
IDENTITY = (
    r"(^|[^0-9])([1-9][0-9]{5})(?:19[0-9]{2}|200[0-9]|201[0-2])(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])([0-9]{3}[0-9Xx])([^0-9A-Za-z]|$)"
)
MASKED = ((IDENTITY, r"\1\2********\3\4"), (MOBILE, r"\1\2****\3\4"))
# Stands between the masked number and its hash.
SEAL = "~"


def masked(number: str) -> str:
    """A number with what identifies a person covered; any other is left as it is."""
    for pattern, cover in MASKED * 2:  # Twice: of two that share the sign between them the first pass finds one.
        number = re.sub(pattern, cover, number)
    return number


def sealed_begin(number: str) -> str | None:
    """How the published form begins of a number that is masked, or that is asked for as it is shown; None for any other."""
    shown = masked(number)
    return None if "****" not in shown else shown if SEAL in shown else shown + SEAL
