"""What was reported of a target: the narratives of a quarter as text, every report with its evidence and hands, and as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.chart_tables import city_of, data_time
from dashboard.charts.lamps import LAMPS
from dashboard.components import table
from dashboard.dossier.found import (
    Dossier,
    hits_of,
    named,
    names_of,
    narrative_months,
    narratives_of,
    observation_count,
    observations_of,
)  # fmt: skip
from dashboard.dossier.tables import card
from dashboard.dossier.words import (
    PAGE,
    QUARTER,
    confidence_word,
    day,
    lamp_words,
    measured,
    moment,
    name_of,
    percent,
    period_word,
    target_path,
)  # fmt: skip
from dashboard.filters import Filters
from dashboard.folding import folded
from dashboard.table_files import TableFile
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PAGE_ROWS = 50
NARRATIVES, NO_NARRATIVES = Text("季度进展", "Quarter by quarter"), Text("没有填写季度进展", "Nobody has written of it yet")
FOLDED = Text(
    "{n} 条，{behind} 条慢于序时；最慢的在前，已展开 {open} 条，点击其余各条展开；打印与所见一致。",
    "{n}, {behind} of them behind schedule; the slowest first, {open} are open, press others to open them; paper has what is seen.",
)
BEHIND, FEW = ("red", "yellow"), 6
SIGNED = Text("填报 {by}，确认 {confirmed}，审核 {reviewed}", "by {by}, confirmed by {confirmed}, reviewed by {reviewed}")
NOT_REVIEWED = Text("未审核", "not reviewed")
REPORTS, NO_REPORTS = Text("填报记录", "Reports"), Text("还没有填报", "Nothing was reported yet")
REPORTS_NOTE = Text(
    "最新在前。姓名已脱敏；批次可查装载情况，行号为文件内数据行序。",
    "The newest first. Names are masked; a batch leads to its load, a row is counted within its file.",
)
HISTORY, NEVER_TOUCHED = Text("触发记录", "History of the gate"), Text("历次填报均未触发", "No report ever touched it")
NIL = Text("共填报 {total} 次，其中零报告 {nil} 次；触发不因以后各期为零而消除。",
    "{total} reports, {nil} of them nil; what was touched stays touched, whatever came after.")  # fmt: skip
BACK, ON = Text("← 较新", "← newer"), Text("较早 →", "older →")
SPAN = Text("第 {first}–{last} 条，共 {total} 条", "{first}–{last} of {total}")
AFTER_DUE = Text("期限后", "after the due date")
HIT = Text("▲ 触发", "▲ touched")
HEADINGS = [
    (Text("数据日期", "Observed"), "when"), (Text("责任单位 · 区划", "Unit · place"), "text"), (Text("数值", "Value"), "num"),
    (Text("进度", "Progress"), "num"), (Text("佐证", "Evidence"), "text"), (Text("把握", "Confidence"), "when"),
    (Text("填报", "Submitted"), "when"), (Text("确认", "Confirmed"), "when"), (Text("审核", "Reviewed"), "when"),
    (Text("来源", "Source"), "text"),
]  # fmt: skip
# Of a gate there is neither progress nor confidence.
OF_WORK = (3, 5)
ROW = Text("第 {n} 行", "row {n}")
FILE_HEADINGS: list[tuple[str, Text]] = [
    ("observed_on", Text("数据日期", "Observed")), ("unit_code", Text("责任单位", "Unit")), ("division_code", Text("区划", "Place")),
    ("value", Text("数值", "Value")), ("progress_pct", Text("进度（%）", "Progress (%)")), ("evidence", Text("佐证", "Evidence")),
    ("narrative", Text("进展", "Narrative")), ("confidence_code", Text("完成把握", "Confidence")),
    ("submitted_by", Text("填报人", "Submitted by")), ("submitted_at", Text("填报时间", "Submitted")),
    ("confirmed_by", Text("确认人", "Confirmed by")), ("reviewed_by", Text("审核人", "Reviewed by")),
    ("reviewed_at", Text("审核时间", "Reviewed")), ("source_code", Text("来源", "Source")), ("batch_id", Text("装载批次", "Batch")),
    ("file_name", Text("来源文件", "File")), ("row_number", Text("文件行序", "Row in file")),
]  # fmt: skip
BASIS, AIM, LAMP, COUNT = Text("依据", "Basis"), Text("目标值", "Target"), Text("亮灯", "Lamp"), Text("记录数", "Reports")
DUE, BEGINS = Text("完成期限", "Due"), Text("基期值", "Baseline")
FILTERS, OF_TARGET = (
    Text("范围", "Listed"),
    Text("该项全部填报记录，最新在前；姓名、电话、证件号已脱敏", "all reports of it, newest first; masked"),
)


def narratives_card(view: View, found: Dossier, wish: Filters, asked: str) -> Component:
    """What the units wrote of one quarter, the slowest first; the other quarters are links."""
    days = narrative_months(view.engine, found.filters)
    if not days:
        return card(view.say(NARRATIVES), [html.P(view.say(NO_NARRATIVES), className="none")], "dossier-narratives")
    chosen = next((one for one in days if one.isoformat() == asked), days[0])
    links = [
        html.Span(period_word(view, one), className="is-here")
        if one == chosen
        else html.A(period_word(view, one), href=f"{target_path(found.code, wish, **{QUARTER: one.isoformat()})}#quarter")
        for one in days
    ]
    rows = narratives_of(view.engine, found.filters, chosen)
    held = _in_order(found, rows)
    # What lags is read, all of a few too; of many others the first line stands, to be opened.
    behind = sum(lamp in BEHIND for _, lamp in held)
    opens = [len(held) <= FEW or (lamp in BEHIND and place < FEW) for place, (_, lamp) in enumerate(held)]
    said = view.say(FOLDED).format(n=len(held), behind=behind, open=sum(opens))
    note = [] if all(opens) else [html.P(said, className="card-note")]
    texts_ = [_narrative(view, row, lamp, is_open=is_open) for (row, lamp), is_open in zip(held, opens, strict=True)]
    body = html.Div(texts_, className="dossier-texts", id="quarter")
    return card(view.say(NARRATIVES), [*note, body], "dossier-narratives", [html.Nav(links, className="dossier-quarters")])


def _in_order(found: Dossier, rows: pd.DataFrame) -> list[tuple[dict[Any, Any], str | None]]:
    """As the parts stand: what is worst is read first; each with the lamp of its part."""
    keys = zip(found.parts["unit_code"], found.parts["division_code"], strict=True)
    lamps = {(str(unit), str(place)): lamp for (unit, place), lamp in zip(keys, found.parts["lamp_code"], strict=True)}
    order = list(lamps)
    held = [((str(row["unit_code"]), str(row["division_code"])), row) for row in rows.to_dict("records")]
    held.sort(key=lambda one: order.index(one[0]) if one[0] in lamps else len(order))
    plain = [(key, {name: None if pd.isna(value) else value for name, value in row.items()}) for key, row in held]
    return [(row, lamps[key] if isinstance(lamps.get(key), str) else None) for key, row in plain]


def _narrative(view: View, row: dict[Any, Any], lamp: str | None, *, is_open: bool) -> Component:
    """What one part wrote: folded, its place, lamp and first line; opened, all of it and by whom."""
    units, places = names_of(view, "unit_code"), names_of(view, "division_code")
    who = f"{named(view, units, row['unit_code'], 'unit_code')} · {named(view, places, row['division_code'], 'division_code')}"
    by = view.say(SIGNED).format(
        by=row["submitted_by"] or MISSING, confirmed=row["confirmed_by"] or MISSING, reviewed=row["reviewed_by"] or view.say(NOT_REVIEWED)
    )
    mark = [] if lamp is None else [html.Span(lamp_words(view, lamp), className=f"lamp is-{LAMPS[lamp].colour}")]
    head = html.Summary([html.H3([who, *mark]), html.P(row["narrative"], className="dossier-first")])
    return html.Details([head, folded(view, row["narrative"]), html.Small(by)], open=is_open)


def gate_card(view: View, found: Dossier) -> Component:
    """The history of a gate: every report that touched it, with evidence and who looked at it; and how many were nil."""
    frame, total = hits_of(view.engine, found.filters), observation_count(view.engine, found.filters)
    rows = [_report(view, found, row) for row in frame.astype(object).where(frame.notna(), None).to_dict("records")]
    nil = view.say(NIL).format(nil=f"{total - len(rows):,}", total=f"{total:,}")
    said = [folded(view, row["narrative"], "dossier-hit") for row in frame.dropna(subset=["narrative"]).to_dict("records")]
    return card(
        view.say(HISTORY),
        [html.P(nil, className="card-note"), table(_headings(found), rows, view, NEVER_TOUCHED), *said],
        "dossier-reports is-gate",
    )


def reports_card(view: View, found: Dossier, wish: Filters, asked: str) -> Component:
    """A page of all that was reported."""
    total = observation_count(view.engine, found.filters)
    last_page = max(0, (total - 1) // PAGE_ROWS)
    page = min(page_of(asked), last_page)
    frame = observations_of(view.engine, found.filters, page * PAGE_ROWS, PAGE_ROWS)
    rows = [_report(view, found, row) for row in frame.astype(object).where(frame.notna(), None).to_dict("records")]
    said = view.say(SPAN).format(first=page * PAGE_ROWS + 1, last=page * PAGE_ROWS + len(rows), total=f"{total:,}") if total else ""
    tools: list[Component] = [html.Span(said)]
    if page:
        tools.insert(0, _leaf(view, found, wish, page, BACK))
    if page < last_page:
        tools.append(_leaf(view, found, wish, page + 2, ON))
    note, pager = html.P(view.say(REPORTS_NOTE), className="card-note"), html.Div(tools, className="pager")
    return card(view.say(REPORTS), [note, table(_headings(found), rows, view, NO_REPORTS), pager], "dossier-reports")


def page_of(asked: str) -> int:
    """Which page is asked for, counted from zero; the first where that is no number."""
    return max(int(asked) - 1, 0) if re.fullmatch(r"[0-9]{1,6}", asked) else 0


def _leaf(view: View, found: Dossier, wish: Filters, page: int, text: Text) -> Component:
    return html.A(view.say(text), href=f"{target_path(found.code, wish, **{PAGE: str(page)})}#reports", className="act-button")


def _report(view: View, found: Dossier, row: dict[Any, Any]) -> list[Any]:
    units, places = names_of(view, "unit_code"), names_of(view, "division_code")
    who = html.Span(
        [
            named(view, units, row["unit_code"], "unit_code"),
            html.Small(named(view, places, row["division_code"], "division_code")),
        ]
    )
    marks = []
    if found.row["due_on"] is not None and row["observed_on"] > found.row["due_on"]:
        marks.append(html.Small(view.say(AFTER_DUE), className="is-late"))
    if found.is_gate and row["value"]:
        marks.append(html.Small(view.say(HIT), className="is-poor"))
    batch = html.A(row["batch_id"], href=f"/data?part=batches&batch={quote(str(row['batch_id']))}")
    where = html.Span(
        [
            batch,
            html.Small(
                [html.Span(f"{row['file_name'] or MISSING} · ", className="file"), view.say(ROW).format(n=int(row["row_number"] or 0))]
            ),
        ]
    )
    cells = [
        html.Span([day(row["observed_on"]), *marks]), who, measured(row["value"], found.row["measure_unit"]),
        percent(row["progress_pct"]), row["evidence"] or MISSING,
        confidence_word(view, row["confidence_code"]), _hand(row["submitted_by"], row["submitted_at"]),
        row["confirmed_by"] or MISSING, _hand(row["reviewed_by"], row["reviewed_at"]), where,
    ]  # fmt: skip
    return [cell for place, cell in enumerate(cells) if not (found.is_gate and place in OF_WORK)]


def _headings(found: Dossier) -> list[tuple[Text, str]]:
    return [heading for place, heading in enumerate(HEADINGS) if not (found.is_gate and place in OF_WORK)]


def _hand(who: Any, at: Any) -> Any:
    return MISSING if who is None and at is None else html.Span([who or MISSING, html.Small(moment(at))])


def reports_file(view: View, found: Dossier) -> TableFile:
    """All that was reported of it, as a table to take away."""
    frame = observations_of(view.engine, found.filters)
    names = {column: names_of(view, column) for column in ("unit_code", "division_code", "source_code")}
    unit = found.row["measure_unit"]
    head = [
        (f"{found.code} {name_of(view, found.row)}", city_of(view)), (view.say(BEGINS), measured(found.row["baseline_value"], unit)),
        (view.say(AIM), measured(found.row["target_value"], unit)), (view.say(DUE), day(found.row["due_on"])),
        (view.say(BASIS), name_of(view, found.row, "basis")),
        *([] if found.is_gate else [(view.say(LAMP), lamp_words(view, found.lamp))]),
        (view.say(texts.DATA_TIME), data_time(view, "pilots", Filters())), (view.say(FILTERS), view.say(OF_TARGET)),
        (view.say(COUNT), f"{len(frame):,}"),
    ]  # fmt: skip
    rows = [[_cell(view, names, name, row[name]) for name, _ in FILE_HEADINGS] for row in frame.to_dict("records")]
    return TableFile(f"{found.code} {view.say(REPORTS)}", head, [view.say(text) for _, text in FILE_HEADINGS], rows)


def _cell(view: View, names: dict[str, dict[str, str]], name: str, value: Any) -> Any:
    """A cell as a file holds it: a time is a time, a code is what it is called."""
    if name in ("unit_code", "division_code"):
        return named(view, names[name], value, name)
    if value is None or pd.isna(value):
        return None
    told: dict[str, Callable[[Any], Any]] = {
        "source_code": lambda code: names["source_code"].get(code, code), "confidence_code": lambda code: confidence_word(view, code),
        "observed_on": lambda at: at.date(), "submitted_at": lambda at: at.to_pydatetime(), "reviewed_at": lambda at: at.to_pydatetime(),
        "row_number": int,
    }  # fmt: skip
    return told.get(name, lambda same: same)(value)
