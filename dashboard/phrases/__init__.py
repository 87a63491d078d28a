"""What the loader says, in Chinese: it writes English once, into its books and its errors; whoever shows it asks here."""

from __future__ import annotations

import re
from functools import cache

from dashboard.phrases.folder import FOLDER
from dashboard.phrases.help import HELP
from dashboard.phrases.proposed import PROPOSED
from dashboard.phrases.refusals import HOPES, REFUSALS
from dashboard.phrases.remarks import REMARKS
from dashboard.phrases.roster import ROSTER
from dashboard.phrases.terminal import TERMINAL

# A text of the phrase books holds {} where something is named; what is named may be a phrase itself.
HOPE = re.compile(r"(.*?)(?: \(expected (.*)\)|; expected (.*))", re.DOTALL)


def said(text: str, language: str) -> str:
    """A text of the loader, of one line or several, in a language; what is not known is left as it is."""
    return text if language == "en" else "\n".join(_line(line) for line in text.split("\n"))


@cache
def _books() -> list[tuple[re.Pattern[str], str]]:
    """Every pattern with its Chinese; the more a pattern says itself, the earlier it is tried."""
    written = [
        (_pattern(english), chinese)
        for book in (REFUSALS, HOPES, ROSTER, FOLDER, HELP, PROPOSED, TERMINAL)
        for english, chinese in book.items()
    ]
    ordered = sorted(written, key=lambda one: -len(one[0].replace("(.+?)", "")))
    return [(re.compile(english, re.DOTALL), chinese) for english, chinese in [*REMARKS, *ordered]]


def _pattern(english: str) -> str:
    return "(.+?)".join(map(re.escape, english.split("{}")))


def is_known(text: str, *, openly: bool = True) -> bool:
    """Whether a phrase reads so; not `openly`: one that begins with words of its own."""
    return any(english.fullmatch(text) for english, _ in _books() if openly or not english.pattern.startswith("(.+?)"))


def _phrase(text: str) -> str:
    """A phrase in Chinese, and the phrases named in it."""
    for english, chinese in _books():
        if found := english.fullmatch(text):
            return chinese.format(*(_phrase(part) if part else "" for part in found.groups()))
    return text


def _line(line: str) -> str:
    if is_known(line, openly=False):
        return _phrase(line)
    hoped = HOPE.fullmatch(line)
    if hoped:
        return f"{_placed(hoped[1])}（应为：{_phrase(hoped[2] or hoped[3])}）"
    return _placed(line)


def _placed(line: str) -> str:
    """`file:row:column: message`, its message in Chinese."""
    for sign in re.finditer(": ", line):
        place, message = line[: sign.start()], line[sign.end() :]
        if is_known(message):
            return f"{_phrase(place)}：{_phrase(message)}"
    return _phrase(line)
