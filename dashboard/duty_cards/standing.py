"""Who is on duty now and next, and the roster of the week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.components import table
from dashboard.on_duty import NOBODY, OnDuty, Turn, hours_in_words, names_in_words, turn_at, turns_of
from dashboard.phrases import said
from dashboard.roster import DUTY_COLUMNS, SHIFT_COLUMNS, SHIFTS, Fault, Roster
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

NOW, NEXT = Text("当前值班", "On duty now"), Text("下一班", "Next shift")
LEADER, OFFICERS, PHONE = Text("带班领导", "Leader"), Text("值班员", "Officers"), Text("值班电话", "Duty telephone")
NO_SHIFT = Text("现在没有班次", "No shift is running")
NO_NEXT = Text("60 日内没有排班", "Nobody is on the roster within 60 days")
WEEK = Text("本周值班表", "Roster of this week")
SHIFT = Text("班次", "Shift")
NOBODY_NOTE = Text("值班表未排人", "Nobody on the roster")
FAULTY = Text("值班表有误，请改正后保存，本页自动更新", "The roster is faulty. Mend and save it: this page follows by itself")
IN_ROW, IN_COLUMN = Text("第{}行", "row {}"), Text("“{}”列", "column “{}”")
SAYS = Text("{where}：{found}；应为{expected}", "{where}: {found}; expected {expected}")
NIGHT = Text("次日", "next day ")


def standing_card(view: View, standing: OnDuty) -> Component:
    """Two blocks: the turn that runs and the next one."""
    blocks = [_block(view, NOW, standing.turn, NO_SHIFT), _block(view, NEXT, standing.next, NO_NEXT)]
    return html.Section(blocks, className="card duty-standing")


def _block(view: View, title: Text, turn: Turn | None, none: Text) -> Component:
    head = html.H2(view.say(title))
    if turn is None:
        return html.Div([head, html.P(view.say(none), className="none")])
    when = html.P(
        [html.B(shift_name(view, turn)), html.Span(hours(view, turn)), html.Span(day_name(view, turn.since.date()))], className="when"
    )
    if not turn.is_manned:
        return html.Div([head, when, html.P(view.say(NOBODY), className="is-poor")])
    facts = [(LEADER, turn.leader or MISSING), (OFFICERS, names_in_words(turn.officers, view.language) or MISSING), (PHONE, turn.phone)]
    pairs = [html.Div([html.Dt(view.say(name)), html.Dd(value)]) for name, value in facts if value]
    return html.Div([head, when, html.Dl(pairs)])


def week_card(view: View, roster: Roster, moment: datetime) -> Component:
    """Who has which shift from Monday to Sunday, and on the Sunday before while its last shift runs."""
    monday = moment.date() - timedelta(days=moment.weekday())
    running = turn_at(roster, moment)
    days = [monday + timedelta(days=ahead) for ahead in range(-1 if running and running.since.date() < monday else 0, 7)]
    by_day = {day: turns_of(roster, day) for day in days}
    headings = [(SHIFT, "when"), *((Text(*[_day(day, language) for language in ("zh", "en")]), "text") for day in days)]
    rows = [
        [
            html.Span([html.B(shift_name(view, first)), html.Small(hours(view, first))], className="duty-shift"),
            *(_cell(view, by_day[day][place], moment) for day in days),
        ]
        for place, first in enumerate(by_day[monday])
    ]
    return html.Section([html.H2(view.say(WEEK)), table(headings, rows, view, NOBODY_NOTE)], className="card duty-week")


def _cell(view: View, turn: Turn, moment: datetime) -> Component:
    here = "is-now" if turn.since <= moment < turn.until else ""
    if not turn.is_manned:
        return html.Span(view.say(NOBODY_NOTE), className=f"duty-cell is-poor {here}")
    names = names_in_words(turn.officers, view.language)
    return html.Span([html.B(turn.leader or MISSING), html.Span(names)], className=f"duty-cell {here}")


def faults_card(view: View, faults: tuple[Fault, ...]) -> Component:
    """Every place of the roster that cannot be used, and what was expected there."""
    return html.Section(
        [html.H2(view.say(FAULTY), className="is-poor"), html.Ul([html.Li(fault_in_words(view, fault)) for fault in faults])],
        className="card card-free duty-faults",
    )


def fault_in_words(view: View, fault: Fault) -> str:
    """`值班表有误：duty.csv 第3行“日期”列：…` in the language of the page."""
    headings = SHIFT_COLUMNS if fault.file == SHIFTS else DUTY_COLUMNS
    column = headings.get(fault.column, fault.column) if view.language == "zh" else fault.column
    parts = [
        fault.file,
        view.say(IN_ROW).format(fault.row) if fault.row else "",
        view.say(IN_COLUMN).format(column) if fault.column else "",
    ]
    where = " ".join(filter(None, parts))
    return view.say(SAYS).format(where=where, found=said(fault.found, view.language), expected=said(fault.expected, view.language))


def shift_name(view: View, turn: Turn) -> str:
    return turn.shift.label_en if view.language == "en" else turn.shift.label


def hours(view: View, turn: Turn) -> str:
    """From when to when; an end on the next day says so."""
    words = hours_in_words(turn)
    if turn.until.date() == turn.since.date() or words.endswith("24:00"):
        return words
    since, _, until = words.partition("–")
    return f"{since}–{view.say(NIGHT)}{until}"


def day_name(view: View, day: date) -> str:
    return _day(day, view.language)


def _day(day: date, language: str) -> str:
    if language == "en":
        return f"{texts.WEEKDAYS_EN[day.weekday()][:3]} {day:%m-%d}"
    return f"{day.month}月{day.day}日 周{texts.WEEKDAYS[day.weekday()]}"
