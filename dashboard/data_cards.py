"""The cards of the Data page."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import act_button, table
from dashboard.deliveries import batch_rows
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PAGE_ROWS = 25
BATCHES = Text("装载批次", "Batches")
NO_BATCHES = Text("没有批次", "No batches")
REASON = Text("撤销原因（必填）", "Reason (required)")
STATES = {"loaded": Text("已计入", "counted"), "undone": Text("已撤销", "undone"), "failed": Text("未能发布", "could not be published")}
HEADINGS = [
    (Text("批次", "Batch"), "text"), (Text("来源", "Source"), "text"), (Text("文件", "File"), "text"),
    (Text("到达时间", "Received"), "when"),
    (Text("收到", "Received rows"), "num"), (Text("采纳", "Accepted"), "num"), (Text("重复", "Duplicates"), "num"),
    (Text("退回", "Rejected"), "num"), (Text("状态", "State"), "text"), (Text("", ""), "acts"),
]  # fmt: skip


def number(value: Any) -> str:
    """A count with its thousands; a dash where there is none."""
    return MISSING if pd.isna(value) else f"{int(value):,}"


def batches_card(view: View, _query: dict[str, str]) -> Component:
    """The newest batches with their counts, and what may be done with each."""
    frame, _ = batch_rows(view.engine, count=PAGE_ROWS)
    label = "label_en" if view.language == "en" else "label"
    rows = [
        [
            row["batch_id"], row[label], row["file_name"], f"{row['received_at']:%Y-%m-%d %H:%M}",
            *(number(row[name]) for name in ("received_count", "accepted_count", "duplicate_count", "rejected_count")),
            view.say(STATES[row["state_code"]]), batch_acts(view, row),
        ]
        for row in frame.to_dict("records")
    ]  # fmt: skip
    return html.Section([html.H2(view.say(BATCHES)), table(HEADINGS, rows, view, NO_BATCHES)], className="card card-free")


def batch_acts(view: View, row: dict[Any, Any]) -> Component:
    form: dict[str, str | int] = {"batch_id": row["batch_id"]}
    if row["state_code"] != "loaded":
        return act_button("redo_batch", view, form)
    raw = [act_button("download_rejects", view, form)] if row["rejected_count"] else []
    return html.Span([*raw, act_button("undo_batch", view, form, ask=("reason", REASON))])
