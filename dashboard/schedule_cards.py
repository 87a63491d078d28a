"""The page of the schedule: what is drafted by itself and when next, the periods in the books, and where their files went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alembic.util import CommandError
from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.components import act_button, table
from dashboard.profiles import COMMITTEE, DATA_ADMINISTRATOR, REPORT_CLERK
from dashboard.reports.spans import Span
from dashboard.reports.subjects import SUBJECTS
from dashboard.request import current_store
from dashboard.scheduling.periods import next_due
from dashboard.scheduling.rounds import workday_of
from dashboard.settings import Scheduled
from dashboard.store import schedule as book
from dashboard.store.schedule_tables import ReportDelivery, ScheduledRun
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

READERS = (REPORT_CLERK, COMMITTEE, DATA_ADMINISTRATOR)
NOT_YOURS = Text(
    "请在右上角选择身份：报告员、政法委或数据管理员。",
    "Choose a profile at the top right: report clerk, committee or data administrator.",
)
AWAY = Text("数据库正忙或正在升级，请稍后再试。", "The store is busy, out of reach or being upgraded: try again later.")
ENTRIES, RUNS = Text("自动编报", "Drafted by themselves"), Text("各期", "Periods")
ENTRIES_NOTE = Text(
    "在 city.toml 的 [[reports.schedule]] 中设置；程序只起草，不签发。停机期间错过的各期会逐期补上。",
    "Set in [[reports.schedule]] of city.toml. The program drafts and never issues; periods missed while it stood are caught up.",
)
NO_ENTRIES = Text("没有设置自动编报。", "Nothing is drafted by itself.")
NO_RUNS = Text("还没有到期的。", "None fell due yet.")
ENTRY_HEADINGS = [
    (Text("名称", "Name"), "text"), (Text("内容", "About"), "text"), (Text("周期", "Period"), "when"), (Text("下一期", "Next"), "text"),
    (Text("起草时间", "Drafted at"), "when"), (Text("格式", "Formats"), "when"), (Text("投递", "Delivered to"), "text"),
]  # fmt: skip
RUN_HEADINGS = [
    (Text("期次", "Period"), "text"), (Text("名称", "Name"), "text"), (Text("应起草", "Due"), "when"), (Text("状态", "State"), "when"),
    (Text("说明", "Remark"), "text"), (Text("投递", "Deliveries"), "text"), (Text("", ""), "acts"),
]  # fmt: skip
KINDS = {
    "day": Text("每日", "daily"), "week": Text("每周", "weekly"), "month": Text("每月", "monthly"), "quarter": Text("每季", "quarterly"),
    "half_year": Text("每半年", "half-yearly"), "year": Text("每年", "yearly"),
}  # fmt: skip
STATES = {
    book.WAITING: Text("○ 等待", "○ waits"), book.DRAFTING: Text("◔ 起草中", "◔ being drafted"),
    book.DRAFTED: Text("◑ 已起草", "◑ drafted"), book.FILING: Text("◑ 生成文件", "◑ files being made"),
    book.DELIVERING: Text("◕ 投递中", "◕ being delivered"), book.DONE: Text("✓ 完成", "✓ done"), book.FAILED: Text("▲ 未完成", "▲ failed"),
    book.SKIPPED: Text("— 未做", "— left out"), book.SENDING: Text("◕ 发送中", "◕ being sent"),
}  # fmt: skip
TONES = {book.FAILED: "is-poor", book.DONE: "is-good", book.SKIPPED: "faint"}
IN_FOLDER, NOWHERE = Text("文件夹 {}", "folder {}"), Text("只起草", "drafted only")
AT_ONCE, ONCE_ISSUED = Text("（草稿即投）", " (the draft)"), Text("（签发后）", " (once issued)")
PARTIAL = Text("数据不全", "partial data")
MOST_RUNS = 60


def schedule_parts(view: View) -> list[Component]:
    """The entries and the latest periods, for who looks after reports."""
    if view.city_folder is None or view.profile not in READERS:
        return [html.P(view.say(NOT_YOURS), className="none")]
    try:
        return [_entries(view), _runs(view, current_store())]
    except (SQLAlchemyError, CommandError):
        return [html.P(view.say(AWAY), className="none", role="alert")]


def _entries(view: View) -> Component:
    rows = [_entry(view, entry) for entry in view.city.reports.schedule]
    body = table(ENTRY_HEADINGS, rows, view, NO_ENTRIES)
    return _card(view.say(ENTRIES), view.say(ENTRIES_NOTE), body)


def _card(title: str, note: str, body: Component) -> Component:
    said = [html.P(note, className="card-note")] if note else []
    return html.Section([html.H2(title), *said, body], className="card card-free schedule-card")


def name_of(entry: Scheduled | None, code: str) -> str:
    return entry.label if entry is not None and entry.label else code


def _entry(view: View, entry: Scheduled) -> list[Any]:
    span, at = next_due(entry, view.now, workday_of(view))
    subject = SUBJECTS.get(entry.about)
    places = "、".join((*entry.divisions, *entry.units))
    about = view.say(subject.label) if subject else entry.about
    return [
        name_of(entry, entry.name), f"{about}（{places}）" if places else about, view.say(KINDS[entry.kind]), span.name(view.language),
        f"{at:%Y-%m-%d %H:%M}", " ".join(f".{form}" for form in entry.formats), _roads(view, entry),
    ]  # fmt: skip


def _roads(view: View, entry: Scheduled) -> str:
    where = [view.say(IN_FOLDER).format(entry.folder)] if entry.folder else []
    where += list(entry.mail)
    when = view.say(AT_ONCE if entry.deliver == "draft" else ONCE_ISSUED)
    return "、".join(where) + when if where else view.say(NOWHERE)


def _runs(view: View, store: Engine) -> Component:
    held = book.runs(store, MOST_RUNS)
    entries = {entry.name: entry for entry in view.city.reports.schedule}
    sent: dict[int, list[ReportDelivery]] = {}
    for one in book.deliveries(store, [run.run_id for run in held]):
        sent.setdefault(one.run_id, []).append(one)
    rows = [_run(view, run, entries.get(run.entry), sent.get(run.run_id, [])) for run in held]
    return _card(view.say(RUNS), "", table(RUN_HEADINGS, rows, view, NO_RUNS))


def _run(view: View, run: ScheduledRun, entry: Scheduled | None, sent: list[ReportDelivery]) -> list[Any]:
    name: Any = Span(run.kind, run.since, run.until).name(view.language)  # type: ignore[arg-type]
    if run.issue_id:
        name = html.A(name, href=f"/reports?issue={run.issue_id}")
    note = run.note_en if view.language == "en" else run.note
    partial: list[Any] = [html.Span(view.say(PARTIAL), className="chip is-near"), " "] if run.is_partial else []
    retry = act_button("retry_run", view, {"run_id": run.run_id}) if run.state == book.FAILED else ""
    return [
        name, name_of(entry, run.entry), moment(run.due_at), _state(view, run.state), html.Span([*partial, note]),
        html.Ul([_delivery(view, one) for one in sent], className="schedule-sent") if sent else MISSING, retry,
    ]  # fmt: skip


def _state(view: View, state: str) -> Component:
    return html.Span(view.say(STATES[state]), className=TONES.get(state, ""))


def _delivery(view: View, one: ReportDelivery) -> Component:
    """Where to, how it stands, and what it was or why not."""
    where = view.say(IN_FOLDER).format(one.addressee) if one.road == book.FOLDER else one.addressee
    note = (one.note_en if view.language == "en" else one.note) or one.files.replace("\n", "、")
    at = f"{one.changed_at:%m-%d %H:%M}" if one.state == book.DONE else ""
    return html.Li([_state(view, one.state), f" {where} ", html.Small(" ".join(filter(None, (at, note))))])


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
