"""Reads the Excel form back: columns in any order, rows in any order, all or nothing; every fault with its sheet, row and column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.store.submission_tables import Submission
from dashboard.store.submissions import WRITABLE, Key, Said, Written
from dashboard.submissions.computed import computed
from dashboard.submissions.form_columns import (
    COLUMNS,
    FILLED_IN,
    FORM_VERSION,
    KEY,
    KEY_SIGN,
    MARKS,
    PLACE,
    SHEET,
    STATE_WORDS,
    TARGET,
    VERSION,
)
from dashboard.submissions.form_faults import (
    CLOSED,
    FOREIGN,
    FOREIGN_PERIOD,
    FORMULA,
    HIDDEN_ROW,
    NO_CHOICE,
    NO_COLUMN,
    NO_DAY,
    NO_HEADER,
    NO_KEY,
    NO_NUMBER,
    NOT_CARRIED,
    NOT_OURS,
    NOWHERE,
    OLD_FORM,
    OTHER_CITY,
    OTHER_PERIOD,
    OTHER_UNIT,
    REPEATED,
    SHIFTED,
    TOO_LONG,
    TWICE,
    UNKNOWN,
    Fault,
    FormFaults,
    named_in,
)
from dashboard.submissions.form_sheets import NotAForm, Sheet, sheets_of
from dashboard.submissions.parts import Part, Place, begin_of, last_day, place_names
from dashboard.submissions.rules import CONFIDENCE, faults_of
from dashboard.texts import Text
from dashboard.view import View

SEARCHED_ROWS = 20
# 1982 to 2119 as Excel counts days.
FIRST_DAY, LAST_DAY = 30000, 80000
LONGEST = {"narrative": 2000, "evidence": 500}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
WORDS = {word: code for code, text in CONFIDENCE.items() for word in (text.zh, text.en, text.en.lower())}


def read_form(
    path: Path, view: View, unit: str, period_on: date, parts: Mapping[Place, Part], held: Mapping[Place, Submission]
) -> list[Written]:
    """The reports a form brings, those that say something new; `held` is what the store has. Raises FormFaults."""
    try:
        sheets = sheets_of(path)
    except NotAForm as error:
        raise FormFaults([Fault(error.message)]) from None
    _check_marks(sheets, view, unit, period_on)
    name = next((text for text in SHEET if text in sheets), "")
    if not name:
        raise FormFaults([Fault(Text(f"缺少“{SHEET.zh}”表", f"The sheet “{SHEET.en}” is missing"))])
    reading = _Reading(view, name, sheets[name], unit, period_on, parts, held)
    found = reading.rows()
    if reading.faults:
        raise FormFaults(reading.faults)
    return found


def _check_marks(sheets: Mapping[str, Sheet], view: View, unit: str, period_on: date) -> None:
    marks = {str(row[0]): str(row[1]) for row in sheets[MARKS].cells if len(row) > 1} if MARKS in sheets else {}
    wanted = {"form": str(FORM_VERSION), "city": view.city.code, "unit": unit, "period": period_on.isoformat()}
    wrong = {name: (marks.get(name, ""), text) for name, text in wanted.items() if marks.get(name) != text}
    words = {"form": OLD_FORM if marks.get("form") else NOT_OURS, "city": OTHER_CITY, "unit": OTHER_UNIT, "period": OTHER_PERIOD}
    if wrong:
        name = next(iter(wrong))
        raise FormFaults([Fault(named_in(words[name], *wrong[name]))])


class _Reading:
    """One sheet being read: its columns found, its rows taken one by one, its faults gathered."""

    def __init__(
        self, view: View, name: str, sheet: Sheet, unit: str, period_on: date, parts: Mapping[Place, Part],
        held: Mapping[Place, Submission],
    ) -> None:  # fmt: skip
        self.view, self.name, self.sheet, self.unit, self.period_on = view, name, sheet, unit, period_on
        self.parts, self.held = parts, held
        self.faults: list[Fault] = []
        self.places: dict[str, int] = {}

    def fault(self, why: Text, row: int = 0, column: Text = NOWHERE) -> None:
        self.faults.append(Fault(why, self.name, row, column))

    def rows(self) -> list[Written]:
        top = self._header()
        if top is None or self.faults:
            return []
        first: dict[Place, int] = {}
        found = []
        for number, cells in enumerate(self.sheet.cells[top:], top + 1):
            row = {name: cells[at] if at < len(cells) else "" for name, at in self.places.items()}
            if not any(str(cell).strip() for cell in row.values()):
                continue
            part = self._part(number, row)
            if part is None:
                continue
            if first.setdefault(part.place, number) != number:
                self.fault(named_in(REPEATED, first[part.place]), number, COLUMNS[TARGET].heading)
                continue
            if number in self.sheet.hidden:
                self.fault(HIDDEN_ROW, number)
                continue
            written = self._written(number, row, part)
            found += [written] if written else []
        return found

    def _header(self) -> int | None:
        """The row below which the rows stand; the places of the columns are found on the way."""
        names = {text: name for name, column in COLUMNS.items() for text in column.heading}
        for number, cells in enumerate(self.sheet.cells[:SEARCHED_ROWS], 1):
            told = [" ".join(str(cell).split()) for cell in cells]
            if sum(text in names for text in told) < 4:
                continue
            for at, text in enumerate(told):
                if text in names and names[text] in self.places:
                    self.fault(TWICE, number, Text(text, text))
                elif text in names:
                    self.places[names[text]] = at
                elif text:
                    self.fault(UNKNOWN, number, Text(text, text))
            for name in (KEY, VERSION, TARGET, PLACE, *FILLED_IN):
                if name not in self.places:
                    self.fault(NO_COLUMN, number, COLUMNS[name].heading)
            return number
        wanted = Text("、".join(COLUMNS[name].heading.zh for name in FILLED_IN), ", ".join(COLUMNS[name].heading.en for name in FILLED_IN))
        self.faults.append(Fault(Text(NO_HEADER.zh.format(wanted.zh), NO_HEADER.en.format(wanted.en)), self.name))
        return None

    def _part(self, number: int, row: Mapping[str, Any]) -> Part | None:
        """The part a row is of, by its hidden key; a fault where it has none, another unit's, or not its own codes."""
        key = str(row[KEY]).split(KEY_SIGN)
        heading = COLUMNS[TARGET].heading
        if len(key) != 4:
            self.fault(NO_KEY, number, heading)
            return None
        if key[1] != self.unit:
            self.fault(named_in(FOREIGN, self.unit), number, heading)
            return None
        if key[3] != self.period_on.isoformat():
            self.fault(named_in(FOREIGN_PERIOD, key[3], self.period_on), number, heading)
            return None
        part = self.parts.get(Place(key[0], key[1], key[2]))
        if part is None:
            self.fault(NOT_CARRIED, number, heading)
            return None
        told = place_names(self.view.engine, part.place.division_code)
        for name, wanted in ((TARGET, Text(part.place.target_code, part.place.target_code)), (PLACE, told)):
            if str(row[name]).strip() not in (*wanted, part.place.division_code if name == PLACE else wanted.zh):
                self.fault(named_in(SHIFTED, wanted.zh), number, COLUMNS[name].heading)
                return None
        return part

    def _written(self, number: int, row: Mapping[str, Any], part: Part) -> Written | None:
        """The report of a row; None where nothing in it is new, or something is wrong."""
        before, held = len(self.faults), self.held.get(part.place)
        counted = computed(self.view, part, self.period_on)
        until = max(last_day(self.view, self.period_on), begin_of(self.view, self.period_on))
        said = Said(
            self._day(number, row, until), self._number(number, row, "value"), self._number(number, row, "progress_pct"),
            self._text(number, row, "narrative"), self._choice(number, row), self._text(number, row, "evidence"),
        )  # fmt: skip
        if counted:
            said = replace(said, observed_on=counted.until, value=counted.value, metric_code=counted.metric_code)
        if len(self.faults) > before or not _is_new(said, held, is_counted=counted is not None):
            return None
        if held is not None and held.state not in WRITABLE:
            state = STATE_WORDS[held.state]
            self.fault(Text(CLOSED.zh.format(state.zh), CLOSED.en.format(state.en.lower())), number, COLUMNS[TARGET].heading)
            return None
        for name, why in faults_of(part, said, begin_of(self.view, self.period_on), until):
            self.fault(why, number, COLUMNS[name].heading)
        version = row[VERSION]
        seen = int(version) if isinstance(version, int | float) and version == int(version) else -1
        return None if len(self.faults) > before else Written(Key(*part.place, self.period_on), said, max(seen, 0))

    def _number(self, number: int, row: Mapping[str, Any], name: str) -> float | None:
        cell = row[name]
        if self._failed(number, name) or cell is None or cell == "":
            return None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        text = unicodedata.normalize("NFKC", str(cell)).strip()
        if not text:
            return None
        if NUMBER.fullmatch(text):
            return float(text)
        self.fault(named_in(NO_NUMBER, str(cell)[:30]), number, COLUMNS[name].heading)
        return None

    def _day(self, number: int, row: Mapping[str, Any], until: date) -> date:
        cell = row["observed_on"]
        if self._failed(number, "observed_on") or cell is None or not str(cell).strip():
            return until
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        # A cell that lost its format holds days since 1900, or the figures of a day.
        if isinstance(cell, int | float) and float(cell).is_integer() and FIRST_DAY < cell < LAST_DAY:
            return date(1899, 12, 30) + timedelta(days=int(cell))
        cell = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else cell
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"):
            try:
                return datetime.strptime(unicodedata.normalize("NFKC", str(cell)).strip(), form).date()
            except ValueError:
                continue
        self.fault(named_in(NO_DAY, str(cell)[:30]), number, COLUMNS["observed_on"].heading)
        return until

    def _text(self, number: int, row: Mapping[str, Any], name: str) -> str:
        self._failed(number, name)
        cell = row[name]
        text = f"{cell:g}" if isinstance(cell, float) else str("" if cell is None else cell).strip()
        if len(text) > LONGEST[name]:
            self.fault(named_in(TOO_LONG, LONGEST[name]), number, COLUMNS[name].heading)
        return text[: LONGEST[name]]

    def _choice(self, number: int, row: Mapping[str, Any]) -> str:
        text = "" if self._failed(number, "confidence_code") else str(row["confidence_code"] or "").strip()
        if text and text not in WORDS:
            self.fault(named_in(NO_CHOICE, text[:30]), number, COLUMNS["confidence_code"].heading)
        return WORDS.get(text, "")

    def _failed(self, number: int, name: str) -> bool:
        """Whether the cell's formula ends in an error."""
        said = self.sheet.failed.get((number, self.places[name] + 1))
        if said is not None:
            self.fault(named_in(FORMULA, said or "#"), number, COLUMNS[name].heading)
        return said is not None


def _is_new(said: Said, held: Submission | None, *, is_counted: bool) -> bool:
    stated = None if is_counted else said.value
    if held is None:
        return any((stated is not None, said.progress_pct is not None, said.narrative, said.confidence_code, said.evidence))
    names = ("observed_on", "value", "progress_pct", "narrative", "confidence_code", "evidence")
    return any(getattr(said, name) != getattr(held, name) for name in names if not (is_counted and name in ("observed_on", "value")))
