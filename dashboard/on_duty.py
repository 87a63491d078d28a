"""Who is on duty at a moment, until when, and who comes next: asked every few seconds, so it is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from dashboard.roster import Roster, RosterFault, Shift, roster_of
from dashboard.texts import Text

# How far ahead the next who is on duty is looked for.
AHEAD_DAYS = 60
YEARS = 1990, 2100
NOBODY, BETWEEN = Text("无人值班", "Nobody on duty"), Text("非值班时段", "No shift now")
TO_BE_MENDED = Text("值班表待更新", "Duty roster to be updated")
LEADER, OFFICERS = Text("带班", "Leader"), Text("值班", "Officers")
DUTY, PHONE = Text("班次", "Shift"), Text("电话", "Tel.")
AND, MORE = Text("、", ", "), Text("等{}人", "+{}")


@dataclass(frozen=True)
class Turn:
    """A shift of one day, and who has it; nobody is said where the roster names nobody."""

    shift: Shift
    since: datetime
    until: datetime
    leader: str = ""
    officers: tuple[str, ...] = ()

    @property
    def is_manned(self) -> bool:
        return bool(self.leader or self.officers)

    @property
    def phone(self) -> str:
        return self.shift.phone


@dataclass(frozen=True)
class OnDuty:
    """The turn that runs (none between two shifts), and the next one that anybody has."""

    turn: Turn | None
    next: Turn | None


def on_duty(folder: Path, now: datetime) -> OnDuty | None:
    """Who is on duty in a city; None where it keeps no roster. Raises RosterFault."""
    roster = roster_of(folder)
    return None if roster is None else _standing(roster, now.replace(second=0, microsecond=0))


@lru_cache(maxsize=64)
def _standing(roster: Roster, minute: datetime) -> OnDuty:
    turn = turn_at(roster, minute)
    after = turn.until if turn else minute
    day = after.date() - timedelta(days=1)
    coming = (turn for ahead in range(AHEAD_DAYS) for turn in turns_of(roster, day + timedelta(days=ahead)))
    return OnDuty(turn, next((turn for turn in coming if turn.since >= after and turn.is_manned), None))


def turns_of(roster: Roster, day: date) -> list[Turn]:
    """The turns that begin on a day, in order."""
    return [_turn(roster, day, shift) for shift in roster.shifts]


def _turn(roster: Roster, day: date, shift: Shift) -> Turn:
    since = datetime.combine(day, time.min) + timedelta(minutes=shift.begins)
    entry = roster.entry(day, shift)
    who = (entry.leader, entry.officers) if entry else ("", ())
    return Turn(shift, since, since + timedelta(minutes=shift.lasts), *who)


def turn_at(roster: Roster, moment: datetime) -> Turn | None:
    """The turn that runs at a moment; it may have begun the day before."""
    days = (moment.date(), moment.date() - timedelta(days=1))
    return next((turn for day in days for turn in turns_of(roster, day) if turn.since <= moment < turn.until), None)


def turn_before(roster: Roster, moment: datetime) -> Turn | None:
    """The latest turn that was over at a moment."""
    days = (moment.date() - timedelta(days=back) for back in range(3))
    over = [turn for day in days for turn in turns_of(roster, day) if turn.until <= moment]
    return max(over, key=lambda turn: turn.until, default=None)


def turn_from(roster: Roster, since: datetime) -> Turn | None:
    """The turn that begins at a moment, within the years a hall can have."""
    if not YEARS[0] <= since.year < YEARS[1]:
        return None
    return next((turn for turn in turns_of(roster, since.date()) if turn.since == since), None)


def turn_after(roster: Roster, turn: Turn) -> Turn | None:
    """The turn that comes after one."""
    days = (turn.until.date() + timedelta(days=ahead) for ahead in (-1, 0, 1))
    return next((other for day in days for other in turns_of(roster, day) if other.since >= turn.until), None)


def hours_in_words(turn: Turn) -> str:
    """From when to when, the day named where it is another."""
    until = "24:00" if turn.until.time() == time.min and turn.until.date() != turn.since.date() else f"{turn.until:%H:%M}"
    return f"{turn.since:%H:%M}–{until}"


def names_in_words(names: tuple[str, ...], language: str, most: int = 4) -> str:
    said = AND.in_(language).join(names[:most])
    return said + (MORE.in_(language).format(len(names)) if len(names) > most else "")


def duty_line(folder: Path, now: datetime, language: str) -> dict[str, object] | None:
    """What a wall's title bar says: `pairs` of what and who, the least needed last, and a `notice`; None where there is no roster."""
    try:
        standing = on_duty(folder, now)
    except RosterFault:
        return {"pairs": [], "notice": TO_BE_MENDED.in_(language)}
    if standing is None:
        return None
    turn = standing.turn
    if turn is None:
        return {"pairs": [], "notice": BETWEEN.in_(language)}
    names = names_in_words(turn.officers, language, 2)
    said = [
        (LEADER, turn.leader),
        (OFFICERS, names),
        (DUTY, turn.shift.label_en if language == "en" else turn.shift.label),
        (PHONE, turn.phone),
    ]
    held = said if turn.is_manned else said[2:3]
    return {"pairs": [[text.in_(language), who] for text, who in held if who], "notice": "" if turn.is_manned else NOBODY.in_(language)}
