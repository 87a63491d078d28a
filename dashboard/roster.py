"""The duty roster of a city's folder, as an office keeps it in a spreadsheet: its shifts, and who has them on which days."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SHIFTS, DUTY = "duty_shifts.csv", "duty.csv"
# A column by either of its headings; what need not stand there is in OPTIONAL.
SHIFT_COLUMNS = {
    "shift_code": "班次代码", "label": "班次", "label_en": "英文名称", "begins_at": "开始", "ends_at": "结束", "phone": "值班电话",
}  # fmt: skip
DUTY_COLUMNS = {
    "day_on": "日期", "every_days": "循环天数", "until_on": "截止日期", "shift_code": "班次", "leader": "带班领导", "officers": "值班员",
}  # fmt: skip
OPTIONAL = ("label_en", "phone", "every_days", "until_on", "leader")
A_DAY = 24 * 60
MOST_OFFICERS, MOST_FAULTS, LONGEST_NAME = 4, 20, 20
BETWEEN_NAMES = re.compile(r"[、，,;；|/]")
TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]00)?")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
DAY_HOPE, TIME_HOPE = "a day such as 2026-10-01", "a time of day such as 08:30"
NAMES_HOPE = "one or two names, joined by 、"


class Fault(NamedTuple):
    """What is wrong with a roster and where: rows as a spreadsheet counts them, the header is row 1; no row where it is the file."""

    file: str
    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row or "", self.column) if part)
        return f"{place}: {self.found}; expected {self.expected}"


class RosterFault(ValueError):  # noqa: N818 not a fault of the program
    """A roster that cannot be used; `faults` says every place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Shift:
    """A shift of every day: its minutes from midnight, and how many it lasts; it may end on the next day."""

    code: str
    label: str
    label_en: str
    begins: int
    lasts: int
    phone: str


@dataclass(frozen=True)
class Entry:
    """One row of the roster: who has a shift on one day, or (`every_days`) on that day and again every so many days."""

    row: int
    day_on: date
    every_days: int
    until_on: date | None
    shift_code: str
    leader: str
    officers: tuple[str, ...]

    def holds_on(self, day: date) -> bool:
        since = (day - self.day_on).days
        if self.every_days == 0:
            return since == 0
        return since >= 0 and since % self.every_days == 0 and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, eq=False)
class Roster:
    """Shifts in the order of the day, and who has them: a row of one day goes before a repeating one, a later begun before an older."""

    shifts: tuple[Shift, ...]
    dated: dict[tuple[date, str], Entry] = field(default_factory=dict)
    repeating: dict[str, list[Entry]] = field(default_factory=dict)

    def entry(self, day: date, shift: Shift) -> Entry | None:
        """Who has a shift that begins on a day; None where the roster says nothing."""
        exception = self.dated.get((day, shift.code))
        return exception or next((entry for entry in self.repeating.get(shift.code, ()) if entry.holds_on(day)), None)


def roster_of(folder: Path) -> Roster | None:
    """The roster of a city's folder, read again when one of its files changes; None where there is none. Raises RosterFault."""
    stamps = tuple(_stamp(folder / name) for name in (SHIFTS, DUTY))
    if stamps == (None, None):
        return None
    found = _read(folder, stamps)
    if isinstance(found, RosterFault):
        raise RosterFault(found.faults)
    return found


def has_roster(folder: Path) -> bool:
    """Whether a city keeps a roster at all, be it faulty."""
    return any(_stamp(folder / name) is not None for name in (SHIFTS, DUTY))


def roster_faults(folder: Path) -> tuple[Fault, ...]:
    """What is wrong with a city's roster; nothing where it is sound or there is none."""
    try:
        roster_of(folder)
    except RosterFault as fault:
        return fault.faults
    return ()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


@lru_cache(maxsize=8)
def _read(folder: Path, _stamps: tuple[object, ...]) -> Roster | RosterFault:
    """The roster as its files stood at one time, or what is wrong with it: both are remembered."""
    faults: list[Fault] = []
    try:
        shifts = _shifts(_rows(folder / SHIFTS, SHIFT_COLUMNS), faults)
        if faults:  # Who has which shift cannot be judged before the shifts are sound.
            return RosterFault(faults[:MOST_FAULTS])
        dated, repeating = _entries(_rows(folder / DUTY, DUTY_COLUMNS), shifts, faults)
    except RosterFault as fault:
        faults += fault.faults
    if faults:
        return RosterFault(faults[:MOST_FAULTS])
    return Roster(tuple(shifts), dated, repeating)


def _rows(path: Path, columns: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    """(row, our column -> text) of every row that holds anything. Raises RosterFault."""
    try:
        records = [[cell.strip() for cell in record] for record in csv.reader(io.StringIO(_text(path), newline=""), strict=True)]
    except csv.Error as error:
        raise RosterFault([Fault(path.name, 0, "", f"is not a CSV file: {error}", "comma-separated text, quotes closed")]) from None
    heads = {theirs: ours for ours, name in columns.items() for theirs in (ours, name)}
    header = [heads.get(name, "") for name in (records[0] if records else [])]
    missing = [name for name in columns if name not in header and name not in OPTIONAL]
    if missing:
        raise RosterFault([Fault(path.name, 1, missing[0], "is not there", f"a header row with {', '.join(columns)}")])
    if twice := [name for name in header if name and header.count(name) > 1]:
        raise RosterFault([Fault(path.name, 1, twice[0], "stands in the header more than once", "each column once")])
    rows = []
    for number, record in enumerate(records[1:], 2):
        if len(record) != len(header) and (any(record[len(header) :]) or (any(record) and len(record) < len(header))):
            raise RosterFault([Fault(path.name, number, "", f"has {len(record)} cells", f"{len(header)} as in the header")])
        cells = {name: cell for name, cell in zip(header, record, strict=False) if name}
        if any(cells.values()):
            rows.append((number, dict.fromkeys(columns, "") | cells))
    return rows


def _text(path: Path) -> str:
    """The text of a file in UTF-8, GB18030 (what spreadsheets here save) or marked UTF-16. Raises RosterFault."""
    try:
        held = path.read_bytes()
    except OSError as error:
        other = DUTY if path.name == SHIFTS else SHIFTS
        raise RosterFault([Fault(path.name, 0, "", f"cannot be read: {error.strerror}", f"a file beside {other}")]) from None
    marked = held.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return held.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterFault([Fault(path.name, 0, "", "is no text", "CSV in UTF-8 or GB18030")])


def _shifts(rows: list[tuple[int, dict[str, str]]], faults: list[Fault]) -> list[Shift]:
    """The shifts in the order of the day; what is wrong with them is added to `faults`."""
    found: list[Shift] = []
    rows_of: dict[str, int] = {}
    if not rows:
        faults.append(Fault(SHIFTS, 2, "", "has no row", "a row for each shift"))
    for number, row in rows:
        begins, ends = minutes_of(row["begins_at"]), minutes_of(row["ends_at"])
        wrong = [
            (column, row[column], expected)
            for column, is_good, expected in (
                ("shift_code", row["shift_code"] and row["shift_code"] not in rows_of, "a code of its own"),
                ("label", row["label"], "a name"),
                ("begins_at", begins is not None and begins < A_DAY, TIME_HOPE),
                ("ends_at", ends is not None, TIME_HOPE),
            )
            if not is_good
        ]
        faults += [Fault(SHIFTS, number, column, _shown(held), expected) for column, held, expected in wrong]
        if wrong or begins is None or ends is None:
            continue
        rows_of[row["shift_code"]] = number
        # What ends when it begins lasts a whole day.
        lasts = (ends - begins) % A_DAY or A_DAY
        shift = Shift(row["shift_code"], row["label"], row["label_en"] or row["label"], begins, lasts, row["phone"])
        met = next((other for other in found if _meet(shift, other)), None)
        if met is not None:
            faults.append(
                Fault(SHIFTS, number, "begins_at", f"overlaps {met.label} in row {rows_of[met.code]}", "shifts one after another")
            )
        found.append(shift)
    return sorted(found, key=lambda shift: shift.begins)


def _meet(one: Shift, other: Shift) -> bool:
    return (one.begins - other.begins) % A_DAY < other.lasts or (other.begins - one.begins) % A_DAY < one.lasts


def _entries(
    rows: list[tuple[int, dict[str, str]]], shifts: list[Shift], faults: list[Fault]
) -> tuple[dict[tuple[date, str], Entry], dict[str, list[Entry]]]:
    """Who has a shift on single days, and by shift who has it again and again, the latest begun first."""
    codes = {name: shift.code for shift in shifts for name in (shift.label, shift.code)}
    taken: dict[tuple[date, str, bool], int] = {}
    dated: dict[tuple[date, str], Entry] = {}
    repeating: dict[str, list[Entry]] = {}
    for number, row in rows:
        entry = _entry(number, row, codes, faults)
        if entry is None:
            continue
        key = (entry.day_on, entry.shift_code, entry.every_days > 0)
        if taken.setdefault(key, number) != number:
            faults.append(Fault(DUTY, number, "day_on", f"stands in row {taken[key]} already", "a shift of a day once"))
        elif entry.every_days:
            repeating.setdefault(entry.shift_code, []).append(entry)
        else:
            dated[entry.day_on, entry.shift_code] = entry
    for entries in repeating.values():
        entries.sort(key=lambda entry: entry.day_on, reverse=True)
    return dated, repeating


def _entry(number: int, row: dict[str, str], codes: dict[str, str], faults: list[Fault]) -> Entry | None:
    """One row of the roster; None, and what is wrong added to `faults`, where it cannot be used."""
    day, until = day_of(row["day_on"]), day_of(row["until_on"])
    names = tuple(name for part in BETWEEN_NAMES.split(row["officers"]) if (name := part.strip()))
    is_count = row["every_days"].isascii() and row["every_days"].isdigit() and 0 < int(row["every_days"]) <= 366
    checks: list[tuple[str, Callable[[], bool], str]] = [
        ("day_on", lambda: day is not None, DAY_HOPE),
        ("every_days", lambda: not row["every_days"] or is_count, "a number of days from 1 to 366, or nothing for this day alone"),
        ("until_on", lambda: not row["until_on"] or (until is not None and day is not None and day <= until), "a day not before day_on"),
        ("until_on", lambda: not row["until_on"] or is_count, "nothing where every_days is empty"),
        ("shift_code", lambda: row["shift_code"] in codes, f"one of {', '.join(dict.fromkeys(codes.values()))}"),
        ("leader", lambda: len(row["leader"]) <= LONGEST_NAME, "one name"),
        # A day of its own may say that nobody is there.
        ("officers", lambda: bool(names or row["leader"] or not row["every_days"]), NAMES_HOPE),
        ("officers", lambda: len(names) <= MOST_OFFICERS and max(map(len, names), default=0) <= LONGEST_NAME, NAMES_HOPE),
    ]  # fmt: skip
    wrong = next(((column, expected) for column, is_good, expected in checks if not is_good()), None)
    if wrong or day is None:
        column, expected = wrong or ("day_on", DAY_HOPE)
        faults.append(Fault(DUTY, number, column, _shown(row[column]), expected))
        return None
    every = int(row["every_days"]) if is_count else 0
    return Entry(number, day, every, until, codes[row["shift_code"]], row["leader"], names)


def _shown(cell: str) -> str:
    return repr(cell[:60]) if cell else "is empty"


def day_of(text: str) -> date | None:
    """A day as people and spreadsheets write it; None if it is none."""
    found = DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def minutes_of(text: str) -> int | None:
    """The minute of a day; 24:00 is its end. None if it is no time."""
    found = TIME.fullmatch(text)
    if not found:
        return None
    hour, minute = map(int, found.groups())
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= A_DAY else None
