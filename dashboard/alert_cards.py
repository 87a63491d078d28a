"""The page of alerts: what is open as cards with what can be done about each, what closed of late, and the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard import ids
from dashboard.acts import ACTS
from dashboard.alerts.book import closed_since, faults_of, is_watching, open_alerts, round_of
from dashboard.alerts.life import ACKNOWLEDGED, HANDLED, NEW
from dashboard.alerts.rule_file import rules_in_force
from dashboard.alerts.rule_words import rule_in_words
from dashboard.alerts.rules import LEVELS, Rule
from dashboard.alerts.words import CLOSED_FOR, LEVEL_WORDS, SHAPES, STATE_WORDS, length, told
from dashboard.components import act_button, attributes
from dashboard.profiles import DUTY_OFFICER, PROFILES
from dashboard.store.tables import Alert, AlertRound
from dashboard.texts import Text
from dashboard.view import View

RENEW_MILLISECONDS = 10_000
CLOSED_DAYS = timedelta(days=7)
UNSEEN = Text("没有检测，不知有无预警", "Nobody is looking: whether there are alerts is not known")
CALM = Text("无未处置预警", "Nothing to see to")
CALM_HINT = Text("监测 {n} 条规则，命中后自动出现在这里。", "{n} rules are looked after; what they find appears here by itself.")
CHECKED = Text("{n} 条规则，检测于 {at}", "{n} rules, looked at {at}")
NEVER = Text(
    "预警检测尚未运行：请启动 python -m dashboard work（make run 会一并启动）",
    "Nobody looks after alerts yet: start python -m dashboard work (make run starts it too)",
)
STOPPED = Text("预警检测自 {at} 起停止，以下可能已过时", "Nobody has looked since {at}: what follows may be out of date")
FAULT = Text("规则文件有误，仍按上次有效的规则检测", "The file of rules is wrong; the last rules that could be used hold")
FAULTY_RULE = Text("部分规则未能执行", "Some rules could not be applied")
WHO_MAY = Text("确认与处置需要“{}”身份。", "To acknowledge or handle takes the profile “{}”.")
ACT_AS = Text("以{}身份操作", "Act as {}")
SINCE, FOR = Text("自 {at} 起，已 {length}", "since {at}, for {length}"), Text("持续 {}", "lasted {}")
DETAILS = Text("查看明细", "Details")
WHERE, WHO, DO = Text("地点", "Where"), Text("责任", "Who"), Text("处置建议", "To do")
ACKNOWLEDGED_BY = Text("{who} {at} 确认", "acknowledged by {who}, {at}")
HANDLED_BY = Text("{who} {at} 处置：{note}", "handled by {who}, {at}: {note}")
ESCALATED = Text("{at} 升级", "escalated {at}")
AGAIN = Text("{at} 再次告警", "new again since {at}")
STILL_TRUE = Text("已处置，条件仍在", "Handled, still true")
CLOSED = Text("近7天解除", "Closed within 7 days")
NONE_CLOSED = Text("近7天没有解除的预警", "Nothing closed within 7 days")
RULES = Text("预警规则", "Rules")
RULES_NOTE = Text(
    "规则由城市资料 alerts.toml 设定，修改后一分钟内生效。",
    "The rules stand in the city's alerts.toml; a change takes effect within a minute.",
)
NOTE = Text("处置情况（必填，将被记录）", "What was done (required, recorded)")
HEADINGS = (Text("级别", "Level"), Text("规则", "Rule"), Text("触发条件", "When"), Text("处置建议", "To do"))


def alerts_place() -> list[Component]:
    """Where the page's parts appear; they are renewed by alert_callbacks."""
    return [
        html.Div(html.Div(className="alerts-wait"), id=ids.ALERTS, className="alerts"),
        dcc.Interval(id=ids.ALERTS_TICK, interval=RENEW_MILLISECONDS),
        dcc.Store(id=ids.ALERTS_SHOWN),
    ]


def alert_parts(view: View, engine: Engine, now: datetime) -> list[Component]:
    """All that the page shows, as of now."""
    last, rows = round_of(engine), open_alerts(engine, with_handled=True)
    rules = rules_in_force("" if last is None else last.rules_text, tuple(view.city.has))
    by_code = {rule.code: rule for rule in rules}
    waiting = [row for row in rows if row.state != HANDLED]
    handled = [row for row in rows if row.state == HANDLED]
    cards = [_card(row, by_code.get(row.rule_code), view, now) for row in waiting]
    still = [
        html.H2(view.say(STILL_TRUE)),
        html.Div([_card(row, by_code.get(row.rule_code), view, now) for row in handled], className="alert-cards"),
    ]
    return [
        _state(waiting, last, len(rules), view, now),
        *_may_not_act(view),
        html.Div(cards, className="alert-cards") if cards else _calm(len(rules), view, last, now),
        *(still if handled else []),
        html.H2(view.say(CLOSED)),
        _closed(engine, by_code, view, now),
        html.H2(view.say(RULES)),
        html.P(view.say(RULES_NOTE), className="card-note"),
        _rules(rules, view),
    ]


def _state(rows: list[Alert], last: AlertRound | None, count: int, view: View, now: datetime) -> Component:
    """How many of each level, and whether somebody looks."""
    tally = [
        html.Span(
            [f"{SHAPES[level]} {view.say(LEVEL_WORDS[level])} ", html.B(str(sum(row.level == level for row in rows)))],
            className=f"is-{level}",
        )
        for level in LEVELS
    ]
    lines: list[Component] = [html.Div(tally, className="alert-tally")]
    if last is None or last.times_at is None:
        lines.append(html.P(view.say(NEVER), className="alert-warning"))
    elif not is_watching(last.times_at, now):
        lines.append(html.P(view.say(STOPPED).format(at=_at(last.times_at, now)), className="alert-warning"))
    else:
        lines.append(html.P(view.say(CHECKED).format(n=count, at=f"{last.times_at:%H:%M}"), className="faint"))
    for fault in [] if last is None else faults_of(last):
        head = view.say(FAULTY_RULE if fault.rule_code else FAULT)
        lines.append(html.P([html.B(head), html.Br(), Text(fault.zh, fault.en).in_(view.language)], className="alert-warning"))
    return html.Div(lines, className="alert-state")


def _may_not_act(view: View) -> list[Component]:
    """Who may act, and how to become it here, for whoever cannot."""
    role = ACTS["acknowledge_alert"].role
    if view.profile is role:
        return []
    said: list[Any] = [html.Span(view.say(WHO_MAY).format(view.say(role.label)))]
    if view.chooses_profile:
        said.append(html.Button(view.say(ACT_AS).format(view.say(role.label)), className="alert-button", **attributes(profile=role.code)))
    return [html.Div(said, className="alert-role")]


def _calm(count: int, view: View, last: AlertRound | None, now: datetime) -> Component:
    """All clear, where somebody looks; where nobody does it is no good news."""
    if last is None or not is_watching(last.times_at, now):
        return html.P(view.say(UNSEEN), className="alert-unseen")
    return html.Div([html.B(view.say(CALM)), html.P(view.say(CALM_HINT).format(n=count))], className="alert-calm")


def _card(row: Alert, rule: Rule | None, view: View, now: datetime) -> Component:
    """One alert: what, numbers, where, who, since when, what to do; and what was done."""
    words = told(row, rule, view.language)
    lasted = length((now - words.since).total_seconds() / 60, view.language)
    facts = [(view.say(WHERE), words.where), (view.say(WHO), words.who), (view.say(DO), words.do)]
    head = [
        html.Span(f"{SHAPES[row.level]} {view.say(LEVEL_WORDS[row.level])}", className="alert-level"),
        html.Span(view.say(STATE_WORDS[row.state]), className=f"chip alert-{row.state}"),
    ]
    buttons = _buttons(row, view)
    details = html.A(f"{view.say(DETAILS)} →", href=words.link, className="alert-link") if words.link else None
    return html.Article(
        [
            html.Div(head, className="alert-head"),
            html.H3(words.what),
            html.P(words.numbers, className="alert-numbers"),
            html.P(view.say(SINCE).format(at=_at(words.since, now), length=lasted), className="faint"),
            html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts if value]),
            *[html.P(line, className="alert-story") for line in _story(row, view, now)],
            html.Div([*buttons, *([details] if details else [])], className="alert-row"),
        ],
        className=f"alert-card is-{row.level} alert-is-{row.state}",
        key=str(row.alert_id),
    )


def _buttons(row: Alert, view: View) -> list[Component]:
    """What the person at work can do about it now."""
    if view.profile is not DUTY_OFFICER or row.state == HANDLED:
        return []
    form: dict[str, str | int] = {"alert_id": row.alert_id}
    more = {"renews": ids.ALERTS_TICK}
    take_up = [act_button("acknowledge_alert", view, form, more=more)] if row.state == NEW else []
    return [*take_up, act_button("handle_alert", view, form, ask=("note", NOTE), more=more)]


def _story(row: Alert, view: View, now: datetime) -> list[str]:
    """What happened to it since it began."""
    lines = []
    if row.escalated_at is not None:
        lines.append(view.say(ESCALATED).format(at=_at(row.escalated_at, now)))
    if row.state == NEW and row.new_since > row.first_seen_at:
        lines.append(view.say(AGAIN).format(at=_at(row.new_since, now)))
    if row.acknowledged_at is not None and row.state in (ACKNOWLEDGED, HANDLED):
        lines.append(view.say(ACKNOWLEDGED_BY).format(who=_who(row.acknowledged_by, view), at=_at(row.acknowledged_at, now)))
    return lines + _handled(row, view, now)


def _handled(row: Alert, view: View, now: datetime) -> list[str]:
    if row.handled_at is None:
        return []
    return [view.say(HANDLED_BY).format(who=_who(row.handled_by, view), at=_at(row.handled_at, now), note=row.handled_note or "")]


def _closed(engine: Engine, rules: dict[str, Rule], view: View, now: datetime) -> Component:
    """What closed of late, the latest first: when, what, how long it lasted, what was done."""
    rows = closed_since(engine, now - CLOSED_DAYS)
    if not rows:
        return html.P(view.say(NONE_CLOSED), className="none")
    return html.Ul([_closed_row(row, rules.get(row.rule_code), view, now) for row in rows], className="alert-closed")


def _closed_row(row: Alert, rule: Rule | None, view: View, now: datetime) -> Component:
    words = told(row, rule, view.language)
    ended = row.closed_at or now
    facts = [view.say(FOR).format(length((ended - row.first_seen_at).total_seconds() / 60, view.language))]
    facts += [view.say(CLOSED_FOR[row.closed_for])] if row.closed_for else []
    return html.Li(
        [
            html.Time(_at(ended, now)),
            html.Span(f"{SHAPES[row.level]} {view.say(LEVEL_WORDS[row.level])}", className=f"is-{row.level}"),
            html.Span([html.B(words.what), f" {words.where} {words.who}"]),
            html.Small([" · ".join(facts), *[html.Span(f" · {line}") for line in _handled(row, view, now)]]),
        ],
        key=str(row.alert_id),
    )


def _rules(rules: tuple[Rule, ...], view: View) -> Component:
    """Every rule and its thresholds in words."""
    head = html.Thead(html.Tr([html.Th(view.say(text), scope="col") for text in HEADINGS]))
    rows = [
        html.Tr(
            [
                html.Td(f"{SHAPES[rule.level]} {view.say(LEVEL_WORDS[rule.level])}", className=f"is-{rule.level}"),
                html.Td(html.B(view.say(rule.name))),
                html.Td(rule_in_words(rule, view.language)),
                html.Td(" · ".join(filter(None, (view.say(rule.what_to_do), view.say(rule.responsible))))),
            ]
        )
        for rule in rules
    ]
    return html.Table([head, html.Tbody(rows)], className="alert-rules")


def _who(code: str | None, view: View) -> str:
    """The profile that acted, by name; a name of somebody's as it is."""
    profile = PROFILES.get(code or "")
    return code or "" if profile is None else view.say(profile.label)


def _at(moment: datetime, now: datetime) -> str:
    """A moment as short as it stays clear."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment:%m-%d %H:%M}" if moment.year == now.year else f"{moment:%Y-%m-%d}"
