"""The batches: every delivery with its counts, and what may be done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import act_button, load_button, table
from dashboard.data_cards.printing import card, count, label, moment
from dashboard.deliveries import batch_rows, reference_batch
from dashboard.filters import one_of
from dashboard.phrases import said
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View

PAGE_ROWS = 25
TITLE = Text("装载批次", "Batches")
NOTE = Text(
    "收到 ＝ 采纳 ＋ 重复 ＋ 退回，逐批成立。撤销不删除原始数据，可随时恢复。",
    "Received = accepted + duplicates + rejected, for every batch. Undo deletes nothing.",
)
NUMBERS = Text(
    "批次与城市基础资料共用一套编号：此处空缺的编号是基础资料的，现用的为 {}。",
    "Batches and the city's own folder share their numbers: those missing here are the folder's, of which {} is in use.",
)
NONE = Text("没有批次", "No batches")
MENDED = Text("已改正 {}", "{} mended")
REASON = Text("撤销原因（必填，将被记录）", "Reason (required, recorded)")
STATES = {"loaded": Text("已计入", "counted"), "undone": Text("已撤销", "undone"), "failed": Text("未能发布", "not publishable")}
HEADINGS = [
    (Text("批次", "Batch"), "when"), (Text("来源", "Source"), "text"), (Text("文件", "File"), "text"), (Text("到达", "Received"), "when"),
    (Text("收到", "Rows"), "num"), (Text("采纳", "Accepted"), "num"), (Text("重复", "Duplicates"), "num"),
    (Text("退回", "Rejected"), "num"), (Text("报送总数", "Stated total"), "num"), (Text("耗时", "Took"), "num"),
    (Text("经手", "By"), "text"), (Text("状态", "State"), "text"), (Text("", ""), "acts"),
]  # fmt: skip
NEWER, OLDER = Text("← 较新", "← newer"), Text("较早 →", "older →")
PLACE = Text("第 {first}–{last} 批，共 {total} 批", "{first}–{last} of {total}")
ONLY, ALL = Text("只看：{}", "Only: {}"), Text("全部来源", "All sources")
ALL_BATCHES = Text("全部批次", "All batches")


def batches(view: View, query: dict[str, str]) -> list[Component]:
    """One page of batches, of one source or of all."""
    source, batch = one_of(query, "source")[:80], one_of(query, "batch")[:200]
    wanted = one_of(query, "page", "1")
    page = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else 1
    frame, total = batch_rows(view.engine, max(page - 1, 0) * PAGE_ROWS, PAGE_ROWS, source, batch)
    rows = [_row(row, view) for row in frame.to_dict("records")]
    head = [load_button(view), act_button("rebuild", view, {})]
    if source:
        names = labels(view.engine, "source_code")["label_en" if view.language == "en" else "label"]
        head = [html.Span(view.say(ONLY).format(names.get(source, source))), html.A(view.say(ALL), href="?part=batches")]
    elif batch:
        head = [html.Span(view.say(ONLY).format(batch)), html.A(view.say(ALL_BATCHES), href="?part=batches")]
    return [
        card(
            view.say(TITLE),
            [html.Div(head, className="card-tools"), table(HEADINGS, rows, view, NONE), _pager(view, source, max(page, 1), total)],
            f"{view.say(NOTE)} {view.say(NUMBERS).format(reference_batch(view.engine).partition('-')[0])}",
        )
    ]


def _row(row: dict[Any, Any], view: View) -> list[Any]:
    is_loaded = row["state_code"] == "loaded"
    differs = is_loaded and not pd.isna(row["control_count"]) and row["control_count"] != row["received_count"]
    warned = said("" if pd.isna(row["warnings"]) else str(row["warnings"]), view.language)
    return [
        html.Span(row["batch_id"].partition("-")[0], title=f"{row['batch_id']} · SHA-256 {row['file_sha256'] or ''}"),
        label(row, view),
        html.Span([row["file_name"], *([html.Small(warned, className="faint remark")] if warned else [])]),
        moment(row["received_at"], view),
        count(row["received_count"]),
        count(row["accepted_count"]),
        count(row["duplicate_count"]),
        _rejected(row, view),
        html.Span(count(row["control_count"]), className="is-poor" if differs else ""),
        "" if pd.isna(row["land_seconds"]) else f"{row['land_seconds']:.1f} s",
        row["loaded_by"] or "",
        html.Span(view.say(STATES[row["state_code"]]), className="" if is_loaded else "is-poor"),
        _acts(row, view, is_loaded=is_loaded),
    ]


def _rejected(row: dict[Any, Any], view: View) -> Component:
    """The rejected rows, and how many of them came back mended: those that did not are what is left to do."""
    mended = 0 if pd.isna(row["mended_count"]) else int(row["mended_count"])
    is_poor = not pd.isna(row["rejected_count"]) and row["rejected_count"] > mended
    note = [html.Small(view.say(MENDED).format(count(mended)), className="faint remark")] if mended else []
    return html.Span([count(row["rejected_count"]), *note], className="is-poor" if is_poor else "")


def _acts(row: dict[Any, Any], view: View, *, is_loaded: bool) -> Component:
    form: dict[str, str | int] = {"batch_id": row["batch_id"]}
    if not is_loaded:
        return act_button("redo_batch", view, form)
    raw = [act_button("download_rejects", view, form)] if row["rejected_count"] else []
    return html.Span([*raw, act_button("undo_batch", view, form, ask=("reason", REASON))])


def _pager(view: View, source: str, page: int, total: int) -> Component:
    first, last = (page - 1) * PAGE_ROWS + 1, min(page * PAGE_ROWS, total)

    def link(text: Text, to: int) -> Component:
        facts = {"part": "batches", **({"source": source} if source else {}), "page": str(to)}
        return html.A(view.say(text), href=f"?{urlencode(facts)}")

    newer = [link(NEWER, page - 1)] if page > 1 else []
    older = [link(OLDER, page + 1)] if last < total else []
    place = view.say(PLACE).format(first=f"{first:,}", last=f"{last:,}", total=f"{total:,}") if first <= total else ""
    return html.Div([*newer, html.Span(place), *older], className="pager")
