"""The handover of one shift as a sheet: people, numbers, what leads, what is left open, the note, and who signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.components import act_button, attributes, table
from dashboard.duty_cards.standing import LEADER, OFFICERS, PHONE, day_name, hours
from dashboard.duty_cards.words import ALARMS, BETTER, DEFINITIONS, GROUPS, LABELS, STATES, WHY, leads_to, shift_path
from dashboard.handover.seen import RAISED, Seen
from dashboard.on_duty import Turn
from dashboard.profiles import DUTY_OFFICER
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

TITLE = Text("值班交接班记录", "Handover of the shift")
SINCE = Text("本班以来", "Since the shift began")
UP_TO, DATA_TO = Text("统计截至 {}", "counted up to {}"), Text("数据时间 {}", "data time {}")
FROZEN = Text("已交接，数字固定于 {at}，快照 {snapshot}", "Handed over; numbers fixed at {at}, snapshot {snapshot}")
NOT_REACHED = Text("数据截至 {}，未覆盖本班全部时间", "The data end at {} and do not cover the whole shift")
HEADINGS = [(Text("本班", "Shift"), "num"), (Text("昨日同班", "Day before"), "num"), (Text("增减", "Change"), "num")]
SAME_PART = Text("昨日同班按相同已过时间统计", "The day before is counted over the same elapsed hours")
AGAINST = Text("较 {} 的快照", "against the snapshot of {}")
NO_OLDER = Text("未保留接班前的快照", "no snapshot from before the shift is kept")
EVENTS, NO_EVENTS = Text("重点事项", "What leads"), Text("本班没有紧急件和新增超期", "No urgent tickets, none became overdue")
EVENT_HEADINGS = [
    (Text("时间", "Time"), "when"), (Text("类型", "Kind"), "when"), (Text("事项", "What"), "text"), (Text("地点", "Place"), "text"),
    (Text("单位", "Unit"), "text"), (Text("状态", "State"), "when"),
]  # fmt: skip
# The section of alerts is left out where nobody looks after any.
ALERTS, NO_ALERTS = Text("未处置预警", "Open alerts"), Text("没有未处置预警", "No open alerts")
ALERT_HEADINGS = [
    (Text("时间", "Since"), "when"),
    (Text("级别", "Level"), "when"),
    (Text("预警", "Alert"), "text"),
    (Text("状态", "State"), "when"),
]
NOTE, NO_NOTE = Text("交接事项", "Note"), Text("没有填写", "Nothing was written")
NOTE_HINT = Text(
    "写明未了事项、已联系的单位和需要接班人跟进的事。请勿填写当事人姓名、电话。",
    "What is left to do, who was called, what the next shift must follow up. No names or telephones of citizens.",
)
WRITTEN = Text("填写于 {}", "written {}")
SAVE, SAVED = Text("保存", "Save"), Text("已保存", "Saved")
TAKEN_BY = Text("接班人姓名（将被记录）", "Who takes over (recorded)")
SIGNS = (Text("交班人", "Handed over by"), Text("接班人", "Taken over by"), Text("带班领导", "Leader"))
SIGN_DATE = Text("年　　月　　日　　时　　分", "date and time")
PRINT = Text("打印", "Print")
EARLIER, LATER, CURRENT = Text("← 上一班", "← shift before"), Text("下一班 →", "shift after →"), Text("当前班", "current shift")
DEMO_NOTE = Text("演示数据", "Demonstration data")


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows of one shift: the turn (as it was kept, once taken over), what is seen, and what was written."""

    turn: Turn
    seen: Seen
    note: str
    version: int
    written_at: datetime | None
    taken_by: str
    taken_at: datetime | None
    can_be_taken: bool
    before: Turn | None
    after: Turn | None
    next_names: tuple[str, ...]


def sheet_card(view: View, sheet: Sheet) -> Component:
    """The whole sheet; what is pressed and typed in stays off the paper."""
    return html.Section(
        [
            _head(view, sheet),
            html.Div(_people(view, sheet), className="duty-people"),
            html.Div([_group(view, sheet, name, codes) for name, codes in GROUPS], className="duty-numbers"),
            html.P(_small_print(view, sheet), className="card-note"),
            *_listed(view, EVENTS, EVENT_HEADINGS, [_event(view, row) for row in sheet.seen.events], NO_EVENTS),
            *_alerts(view, sheet.seen.alerts),
            *_note(view, sheet),
            _signatures(view, sheet),
        ],
        className="card card-free duty-sheet",
        **attributes(live="" if sheet.taken_at else "yes"),
    )


def _head(view: View, sheet: Sheet) -> Component:
    city = f"{view.city.label_en} · " if view.language == "en" else view.city.label
    demo = f" · {view.say(DEMO_NOTE)}" if view.city.is_demo else ""
    links = [(EARLIER, sheet.before), (LATER, sheet.after)]
    tools = [
        *[html.A(view.say(text), href=shift_path(turn.since), className="act-button") for text, turn in links if turn],
        html.A(view.say(CURRENT), href=shift_path(sheet.turn.since).partition("?")[0], className="act-button"),
        html.Button(view.say(PRINT), className="act-button", **attributes(print="page")),
    ]
    return html.Div(
        [
            html.H2([html.Span(city, className="on-paper"), view.say(TITLE), html.Small(demo, className="on-paper")]),
            html.Div(tools, className="duty-tools"),
        ],
        className="card-head",
    )


def _people(view: View, sheet: Sheet) -> list[Component]:
    turn, english = sheet.turn, view.language == "en"
    joined = (", " if english else "、").join(turn.officers)
    day = f"{turn.since:%Y-%m-%d}" if english else f"{turn.since.year}年{day_name(view, turn.since.date())}"
    facts = [
        (Text("班次", "Shift"), f"{day} {turn.shift.label_en if english else turn.shift.label} {hours(view, turn)}"),
        (LEADER, turn.leader or MISSING), (OFFICERS, joined or MISSING), (PHONE, turn.phone),
    ]  # fmt: skip
    return [html.Div([html.Dt(view.say(name)), html.Dd(value)]) for name, value in facts if value]


def _group(view: View, sheet: Sheet, name: Text, codes: Sequence[str]) -> Component:
    held = [code for code in codes if code in sheet.seen.numbers]
    rows = [_number(view, sheet, code) for code in held]
    headings = [(name, "text"), *HEADINGS]
    return table(headings, rows, view, NO_NOTE) if rows else html.Div()


def _number(view: View, sheet: Sheet, code: str) -> list[Any]:
    value, before = sheet.seen.numbers[code]
    label = html.Span(view.say(LABELS[code]), title=view.say(DEFINITIONS[code]))
    if value is None:
        return [label, MISSING, MISSING, MISSING]
    change = MISSING if before is None else "0" if value == before else f"{value - before:+,.0f}".replace("-", "−")
    better = BETTER.get(code, "neither")
    state = "is-flat" if before is None or value == before or better == "neither" else _good_or_bad(value > before, better)
    alarm = "is-poor" if code in ALARMS and value else ""
    link = html.A(f"{value:,.0f}", href=leads_to(code, sheet.turn.since), className=alarm) if value else "0"
    return [label, link, MISSING if before is None else f"{before:,.0f}", html.Span(change, className=state)]


def _good_or_bad(is_more: bool, better: str) -> str:
    return "is-good" if is_more == (better == "up") else "is-bad"


def _small_print(view: View, sheet: Sheet) -> str:
    """Up to when it is counted, how far the data reach, and with what it is compared."""
    seen, turn = sheet.seen, sheet.turn
    parts = [view.say(UP_TO).format(_moment(seen.until))]
    if sheet.taken_at:
        parts = [view.say(FROZEN).format(at=f"{sheet.taken_at:%Y-%m-%d %H:%M}", snapshot=seen.snapshot.partition("-")[0]), *parts]
    if seen.as_of:
        parts.append(view.say(NOT_REACHED if seen.as_of < seen.until else DATA_TO).format(_moment(seen.as_of)))
    if datetime.fromisoformat(seen.until) < turn.until:
        parts.append(view.say(SAME_PART))
    if RAISED in seen.numbers:
        against = view.say(AGAINST).format(_moment(seen.raised_against)) if seen.raised_against else view.say(NO_OLDER)
        parts.append(f"{view.say(LABELS[RAISED])}{'：' if view.language == 'zh' else ': '}{against}")
    return "；".join(parts) if view.language == "zh" else "; ".join(parts)


def _listed(view: View, title: Text, headings: list[tuple[Text, str]], rows: list[list[Any]], none: Text) -> list[Component]:
    return [html.Div([html.H3(view.say(title)), table(headings, rows, view, none)], className="duty-events")]


def _event(view: View, row: dict[str, str]) -> list[Any]:
    end = "_en" if view.language == "en" else ""
    state = STATES.get(row["state"], STATES[""])
    return [
        _moment(row["at"])[5:], view.say(WHY[row["why"]]) if row["why"] in WHY else "",
        html.A(row[f"what{end}"], href=f"/ticket?number={quote(row['key'])}"), row[f"place{end}"], row[f"who{end}"],
        html.Span(view.say(state), className="is-poor" if row["state"] == "overdue" else ""),
    ]  # fmt: skip


def _alerts(view: View, alerts: list[dict[str, str]] | None) -> list[Component]:
    if alerts is None:
        return []
    end = "_en" if view.language == "en" else ""
    rows: list[list[Any]] = [[_moment(row["at"])[5:], row[f"level{end}"], row[f"what{end}"], row[f"state{end}"]] for row in alerts]
    return _listed(view, ALERTS, ALERT_HEADINGS, rows, NO_ALERTS)


def _note(view: View, sheet: Sheet) -> list[Component]:
    """The note: to be written by a duty officer until the shift is taken over, to be read by all."""
    said = view.say(WRITTEN).format(f"{sheet.written_at:%m-%d %H:%M}") if sheet.written_at else ""
    head = html.H3([view.say(NOTE), html.Small(said)])
    read = html.P(sheet.note or view.say(NO_NOTE), className=f"duty-note{'' if sheet.note else ' none'}")
    if sheet.taken_at or view.profile is not DUTY_OFFICER:
        return [head, read]
    form: dict[str, str | int] = {"shift": sheet.turn.since.isoformat(), "version": sheet.version}
    words = {"saved": view.say(SAVED), "away": view.say(texts.AWAY), "shift": str(form["shift"]), "version": str(sheet.version)}
    taking = {**form, "snapshot": sheet.seen.snapshot, "until": sheet.seen.until}
    take = act_button("take_over", view, taking, ask=("taken_by", TAKEN_BY), more={"value": "".join(sheet.next_names[:1])})
    box = dcc.Textarea(value=sheet.note, placeholder=view.say(NOTE_HINT), maxLength=2000, className="duty-box")
    tools = [
        html.Button(view.say(SAVE), className="act-button", **attributes(write="handover")),
        html.Span(className="duty-told", role="status"),
    ]
    buttons = html.Div([*tools, *([take] if sheet.can_be_taken else [])], className="duty-tools")
    return [head, html.Div([box, buttons], className="duty-write", **attributes(**words)), html.Div(read, className="on-paper")]


def _signatures(view: View, sheet: Sheet) -> Component:
    """Three lines to sign on; who took over by pressing a button is printed there."""
    signed = [(SIGNS[0], ""), (SIGNS[1], sheet.taken_by), (SIGNS[2], "")]
    when = f"{sheet.taken_at:%Y-%m-%d %H:%M}" if sheet.taken_at else ""
    lines = [
        html.Div([html.Span(view.say(text)), html.B(name), html.Small(when if name else view.say(SIGN_DATE))]) for text, name in signed
    ]
    told = [html.P(f"{view.say(SIGNS[1])} {sheet.taken_by} · {when}", className="duty-taken")] if sheet.taken_at else []
    return html.Div([*told, html.Div(lines, className="duty-signs on-paper")])


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
