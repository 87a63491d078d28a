"""The ids of components: nothing else may spell one."""

from __future__ import annotations

from typing import Any

FILTERS = "filters"
RESET = "reset"
DAYS = "days"
CLOCK = "clock"
ADDRESS = "address"
NUMBER = "number"
NUMBER_FACTS = "number-facts"
NUMBER_PART = "number-part"
NUMBER_ROWS = "number-rows"
NUMBER_SHOWN = "number-shown"
BRIEF = "brief"
BRIEF_CHOICE = "brief-choice"
BRIEF_GONE = "brief-gone"
BRIEF_SHEET = "brief-sheet"
CHIPS = "chips"
# The page of reports: what is chosen, what it will be, the draft of it; the desk of one.
REPORT_CHOOSE = "report-choose"
REPORT_SAYS = "report-says"
REPORT_DRAFT = "report-draft"
REPORT_ASKED = "report-asked"
REPORT_ADDRESS = "report-address"
REPORT_DAY = "report-day"
REPORT_DAYS = "report-days"
REPORT = "report"
REPORT_DESK = "report-desk"
REPORT_TICK = "report-tick"
REPORT_CHANGES = "report-changes"
REPORT_COMPARE = "report-compare"
ALERTS = "alerts"
ALERTS_TICK = "alerts-tick"
ALERTS_SHOWN = "alerts-shown"
WALL = "wall"
# Where links from the head of its page lead.
LEDGER = "ledger"


def chart(name: Any, at: Any) -> dict[str, Any]:
    """A chart's figure: the same chart may stand on several pages, so an id is (name, at)."""
    return {"type": "chart", "name": name, "at": at}


def listing(name: Any, at: Any) -> dict[str, Any]:
    """A listing's rows."""
    return {"type": "listing", "name": name, "at": at}


def panel(scene: Any, name: Any) -> dict[str, Any]:
    """A chart of a scene on the wall, which is fed by frames and not by callbacks."""
    return {"type": "panel", "scene": scene, "name": name}


def key_figure(code: Any, at: Any) -> dict[str, Any]:
    """A key figure; `at` is the page, or the page and a period of its own: `home:today`."""
    return {"type": "key", "code": code, "at": at}


def guard(kind: Any) -> dict[str, Any]:
    """The sentence that says what is counted of a table's rows."""
    return {"type": "guard", "kind": kind}


def part(name: Any) -> dict[str, Any]:
    """A part of the start page."""
    return {"type": "part", "name": name}


def scope(name: Any) -> dict[str, Any]:
    """The line of a card of the ledger's page that says what it is narrowed to."""
    return {"type": "scope", "name": name}


def register(name: Any, part: str) -> dict[str, Any]:
    """A part of a table of rows that is leafed through: `rows`, `place`, `back`, `on`, `csv`, `xlsx`, `state`."""
    return {"type": "register", "name": name, "part": part}


def chip(choice: Any, code: Any) -> dict[str, Any]:
    """A choice shown under the filter bar, to be taken off."""
    return {"type": "chip", "choice": choice, "code": code}


def choice(name: Any) -> dict[str, Any]:
    """A control of the filter bar that sets one field of Filters."""
    return {"type": "choice", "name": name}


def report_choice(name: Any) -> dict[str, Any]:
    """A control of the card by which a report is begun."""
    return {"type": "report-choice", "name": name}


def rows(of: Any) -> dict[str, Any]:
    """A list of the rows behind a number; `of` is the query that says which."""
    return {"type": "rows", "of": of}


def ledger(part: str) -> dict[str, Any]:
    """A part of the ledger of pilot tasks: `rows`, `place`, `back`, `on`, `csv`, `xlsx`, `state`, `by`, `sort`, `address`."""
    return {"type": "ledger", "part": part}


def ledger_open(code: Any) -> dict[str, Any]:
    """The button that opens a row of the ledger."""
    return {"type": "ledger-open", "code": code}


def ledger_parts(code: Any) -> dict[str, Any]:
    """Where the parts of an opened row stand."""
    return {"type": "ledger-parts", "code": code}
