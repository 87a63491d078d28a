"""The roster: who is on duty at a moment, and every way a spreadsheet can spoil its files."""

from __future__ import annotations

import os
import re
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.on_duty import duty_line, on_duty, turn_after, turn_at, turn_before, turns_of
from dashboard.phrases import said
from dashboard.roster import RosterFault, day_of, has_roster, minutes_of, roster_faults, roster_of

SHIFTS = "shift_code,label,label_en,begins_at,ends_at,phone\nday,白班,Day,08:30,20:30,8001\nnight,夜班,Night,20:30,08:30,\n"
HEAD = "day_on,every_days,until_on,shift_code,leader,officers\n"
ROTA = HEAD + "".join(
    f"2026-01-0{day},3,,{shift},领导{day},{shift[0]}{day}、乙\n" for day in (1, 2, 3) for shift in ("day", "night")
)  # fmt: skip


def kept(folder: Path, duty: str | bytes = ROTA, shifts: str | bytes = SHIFTS) -> Path:
    for name, text in (("duty.csv", duty), ("duty_shifts.csv", shifts)):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize(
    ("now", "shift", "leader", "since"),
    [
        ("2026-01-01 08:30", "day", "领导1", "2026-01-01 08:30"),
        ("2026-01-01 20:29", "day", "领导1", "2026-01-01 08:30"),
        ("2026-01-01 20:30", "night", "领导1", "2026-01-01 20:30"),
        ("2026-01-02 00:00", "night", "领导1", "2026-01-01 20:30"),
        ("2026-01-02 08:29", "night", "领导1", "2026-01-01 20:30"),
        ("2026-01-31 23:59", "night", "领导1", "2026-01-31 20:30"),
        ("2026-02-01 04:00", "night", "领导1", "2026-01-31 20:30"),
        ("2026-02-01 12:00", "day", "领导2", "2026-02-01 08:30"),
        ("2027-01-01 03:00", "night", "领导2", "2026-12-31 20:30"),
        ("2028-02-29 12:00", "day", "领导1", "2028-02-29 08:30"),
    ],
)
def test_the_turn_at_a_moment(tmp_path: Path, now: str, shift: str, leader: str, since: str) -> None:
    standing = on_duty(kept(tmp_path), datetime.fromisoformat(now))
    assert standing is not None
    assert standing.turn is not None
    assert (standing.turn.shift.code, standing.turn.leader) == (shift, leader)
    assert standing.turn.since == datetime.fromisoformat(since)
    assert standing.next is not None
    assert standing.next.since == standing.turn.until == standing.turn.since + timedelta(hours=12)


def test_a_row_of_one_day_goes_before_the_rota_and_the_later_rota_before_the_older(tmp_path: Path) -> None:
    more = "2026-02-01,,,day,替班,丁\n2026-02-02,,,白班,,\n2026-03-01,3,2026-03-07,day,新人,戊\n"
    roster = roster_of(kept(tmp_path, ROTA + more))
    assert roster is not None
    days = {
        day: turns_of(roster, date.fromisoformat(day))[0] for day in ("2026-02-01", "2026-02-02", "2026-03-04", "2026-03-07", "2026-03-10")
    }
    assert {day: turn.leader for day, turn in days.items()} == {
        "2026-02-01": "替班", "2026-02-02": "", "2026-03-04": "新人", "2026-03-07": "新人", "2026-03-10": "领导3",
    }  # fmt: skip
    assert not days["2026-02-02"].is_manned
    line = duty_line(tmp_path, datetime(2026, 2, 2, 10), "zh")
    assert line == {"pairs": [["班次", "白班"]], "notice": "无人值班"}
    standing = on_duty(tmp_path, datetime(2026, 2, 1, 21))
    assert standing is not None
    assert standing.next is not None
    assert standing.next.since == datetime(2026, 2, 2, 20, 30), "nobody is on duty by day, so the next is the night after"


def test_between_shifts_nobody_is_said_and_the_ends_of_shifts_meet(tmp_path: Path) -> None:
    shifts = "班次代码,班次,开始,结束\na,早班,8:00,12:00\nb,晚班,14:00,24:00\n"
    duty = "日期,循环天数,班次,带班领导,值班员\n2026/1/1,1,早班,甲,乙，丙\n2026年1月1日,1,b,甲,丁\n"
    folder = kept(tmp_path, duty.encode("gb18030"), shifts.encode("gb18030"))
    at_noon = on_duty(folder, datetime(2026, 5, 1, 12))
    assert at_noon is not None
    assert at_noon.turn is None
    assert at_noon.next is not None
    assert (at_noon.next.since, at_noon.next.officers) == (datetime(2026, 5, 1, 14), ("丁",))
    assert duty_line(folder, datetime(2026, 5, 1, 13), "en") == {"pairs": [], "notice": "No shift now"}
    roster = roster_of(folder)
    assert roster is not None
    evening = turn_at(roster, datetime(2026, 5, 1, 23, 59))
    assert evening is not None
    assert evening.until == datetime(2026, 5, 2)
    assert turn_at(roster, datetime(2026, 5, 2)) is None
    before = turn_before(roster, datetime(2026, 5, 2, 3))
    assert before == evening
    after = turn_after(roster, evening)
    assert after is not None
    assert (after.since, after.officers) == (datetime(2026, 5, 2, 8), ("乙", "丙"))


@given(minute=st.integers(0, 3 * 366 * 24 * 60), begins=st.integers(0, 1439), length=st.integers(1, 1440), cycle=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_whoever_is_on_duty_holds_the_moment(
    tmp_path_factory: pytest.TempPathFactory, minute: int, begins: int, length: int, cycle: int
) -> None:
    """One shift a day of any length and a rota of any length, beside arithmetic on minutes."""
    folder = tmp_path_factory.getbasetemp() / "any-roster"
    folder.mkdir(exist_ok=True)
    ends = (begins + length) % 1440
    shifts = f"shift_code,label,begins_at,ends_at\ns,班,{begins // 60:02d}:{begins % 60:02d},{ends // 60:02d}:{ends % 60:02d}\n"
    first = date(2025, 1, 1)
    kept(folder, HEAD + "".join(f"{first + timedelta(days=d)},{cycle},,s,L{d},\n" for d in range(cycle)), shifts)
    for name in ("duty.csv", "duty_shifts.csv"):  # As if saved at another time: what was read before is not asked again.
        os.utime(folder / name, ns=(0, time.time_ns()))
    now = datetime(2025, 1, 3) + timedelta(minutes=minute)
    standing = on_duty(folder, now)
    assert standing is not None
    lasts = min(length, 1440)
    since = datetime(now.year, now.month, now.day) + timedelta(minutes=begins)
    if since > now:
        since -= timedelta(days=1)
    if now < since + timedelta(minutes=lasts):
        assert standing.turn is not None
        assert standing.turn.since == since
        assert standing.turn.leader == f"L{(since.date() - first).days % cycle}"
    else:
        assert standing.turn is None
    assert standing.next is not None
    assert standing.next.since == since + timedelta(days=1)


@pytest.mark.parametrize(
    ("duty", "shifts", "fault"),
    [
        (HEAD + "2026-13-01,3,,day,甲,乙\n", SHIFTS, "duty.csv:2:day_on: '2026-13-01'; expected a day such as 2026-10-01"),
        (HEAD + "\n,,,,,\n2026-01-01,0,,day,甲,乙\n", SHIFTS, "duty.csv:4:every_days: '0'; expected a number of days from 1 to 366"),
        (HEAD + "2026-01-01,3,2025-01-01,day,甲,乙\n", SHIFTS, "duty.csv:2:until_on: '2025-01-01'; expected a day not before day_on"),
        (HEAD + "2026-01-01,,2026-02-01,day,甲,乙\n", SHIFTS, "duty.csv:2:until_on: '2026-02-01'; expected nothing where every_days"),
        (HEAD + "2026-01-01,3,,中班,甲,乙\n", SHIFTS, "duty.csv:2:shift_code: '中班'; expected one of day, night"),
        (HEAD + "2026-01-01,3,,day,,\n", SHIFTS, "duty.csv:2:officers: is empty; expected one or two names"),
        (HEAD + "2026-01-01,3,,day,甲,一、二、三、四、五\n", SHIFTS, "duty.csv:2:officers: '一、二、三、四、五'; expected one or two"),
        (HEAD + "2026-01-01,3,,day,甲,乙\n2026/1/1,6,,白班,丙,丁\n", SHIFTS, "duty.csv:3:day_on: stands in row 2 already"),
        (HEAD + "2026-01-01,3,,day\n", SHIFTS, "duty.csv:2: has 4 cells; expected 6 as in the header"),
        ("day_on,leader,officers\n", SHIFTS, "duty.csv:1:shift_code: is not there; expected a header row with day_on"),
        ("", SHIFTS, "duty.csv:1:day_on: is not there"),
        (HEAD + '2026-01-01,3,,day,"甲,乙\n', SHIFTS, "duty.csv: is not a CSV file"),
        (b"\xff\x00\xff", SHIFTS, "duty.csv: is no text; expected CSV in UTF-8 or GB18030"),
        (ROTA, SHIFTS.replace("20:30,8001", "25:00,8001"), "duty_shifts.csv:2:ends_at: '25:00'; expected a time of day such as 08:30"),
        (ROTA, SHIFTS.replace("20:30,08:30", "20:00,08:30"), "duty_shifts.csv:3:begins_at: overlaps 白班 in row 2"),
        (ROTA, SHIFTS.replace("night,", "day,"), "duty_shifts.csv:3:shift_code: 'day'; expected a code of its own"),
        (ROTA, SHIFTS.partition("\n")[0], "duty_shifts.csv:2: has no row; expected a row for each shift"),
    ],
)  # fmt: skip
def test_a_faulty_roster_says_where_and_the_wall_only_that(tmp_path: Path, duty: str | bytes, shifts: str, fault: str) -> None:
    folder = kept(tmp_path, duty, shifts)
    told = [str(one) for one in roster_faults(folder)]
    assert any(one.startswith(fault) for one in told), told
    for one in roster_faults(folder):
        for words in (one.expected, *([one.found] if "'" not in one.found else [])):
            assert re.search(r"[\u4e00-\u9fff]", said(words, "zh")), words
    with pytest.raises(RosterFault):
        on_duty(folder, datetime(2026, 1, 1))
    assert duty_line(folder, datetime(2026, 1, 1), "zh") == {"pairs": [], "notice": "值班表待更新"}


def test_the_files_are_read_again_when_they_change_and_a_city_may_have_none(tmp_path: Path) -> None:
    assert not has_roster(tmp_path)
    assert on_duty(tmp_path, datetime(2026, 1, 1)) is duty_line(tmp_path, datetime(2026, 1, 1), "zh") is None
    (tmp_path / "duty.csv").write_text(ROTA, encoding="utf-8-sig")
    assert has_roster(tmp_path)
    assert [str(fault) for fault in roster_faults(tmp_path)] == [
        "duty_shifts.csv: cannot be read: No such file or directory; expected a file beside duty.csv"
    ]
    kept(tmp_path)
    assert duty_line(tmp_path, datetime(2026, 1, 1, 9), "en") == {
        "pairs": [["Leader", "领导1"], ["Officers", "d1, 乙"], ["Shift", "Day"], ["Tel.", "8001"]], "notice": "",
    }  # fmt: skip
    kept(tmp_path, ROTA.replace("领导1", "某某某某"))
    standing = on_duty(tmp_path, datetime(2026, 1, 1, 9))
    assert standing is not None
    assert standing.turn is not None
    assert standing.turn.leader == "某某某某"


def test_the_roster_of_the_demo_never_ends() -> None:
    folder = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
    assert roster_faults(folder) == ()
    roster = roster_of(folder)
    assert roster is not None
    for day in (date(2025, 1, 1), date(2026, 10, 1), date(2031, 7, 7)):
        assert all(turn.is_manned and len(turn.officers) == 2 for turn in turns_of(roster, day))


@pytest.mark.parametrize(
    ("text", "minutes"), [("8:30", 510), ("08:30:00", 510), ("24:00", 1440), ("24:01", None), ("8", None), ("8:60", None)]
)
def test_times_as_spreadsheets_write_them(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    ("text", "day"), [("2026/1/5", date(2026, 1, 5)), ("2026年1月5日", date(2026, 1, 5)), ("2026-02-30", None), ("1-5", None)]
)
def test_days_as_spreadsheets_write_them(text: str, day: date | None) -> None:
    assert day_of(text) == day
