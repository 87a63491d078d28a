"""The platforms: which one is late, and how good is what it sends."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.data_cards.printing import card, count, minutes, moment, rhythm, share
from dashboard.deliveries import quality
from dashboard.platforms import FRESH, IDLE, LATE, SILENT, liveliness, platform_frame
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View

STATES = {
    SILENT: Text("无数据", "silent"), LATE: Text("迟到", "late"), FRESH: Text("正常", "on time"),
    IDLE: Text("未报送", "not delivering"),
}  # fmt: skip
KINDS = {
    "tickets": Text("诉求", "appeals"), "disputes": Text("纠纷", "disputes"), "risks": Text("风险", "risks"),
    "surveys": Text("调查", "surveys"), "resources": Text("资源", "resources"), "pilot_observations": Text("试点", "pilots"),
}  # fmt: skip
TITLE = Text("联网平台", "Linked platforms")
NONE = Text("没有平台", "No platforms")
NOTE = Text(
    "状态：距最近一次送达超过两个周期为迟到，超过十二个周期为无数据。以下均为近30天：完整率＝类别、地点、承办单位等应填项中已填的比例；"
    "及时率＝相邻两次送达的间隔未超期的比例（含当前等待）；有效率＝未退回的行占收到的行。",
    "State: late after two rhythms without a delivery, silent after twelve. All else over 30 days. Complete: filled of category, place,"
    " unit and the like. Timely: gaps between deliveries within the rhythm, the running one included. Valid: not rejected of received.",
)
HEADINGS = [
    (Text("状态", "State"), "text"), (Text("平台", "Platform"), "text"), (Text("主管单位", "Unit"), "text"),
    (Text("内容", "Brings"), "text"), (Text("最近送达", "Last delivery"), "when"), (Text("距今", "Age"), "num"),
    (Text("周期", "Rhythm"), "num"), (Text("送达次数", "Deliveries"), "num"), (Text("收到行数", "Rows"), "num"),
    (Text("完整率", "Complete"), "num"), (Text("及时率", "Timely"), "num"), (Text("有效率", "Valid"), "num"),
    (Text("总数核对", "Control total"), "text"),
]  # fmt: skip
MET, MISMATCH, UNSTATED = Text("一致", "met"), Text("{n} 次不符", "{n} differ"), Text("未提供", "not stated")
POOR = {"completeness": 0.9, "timeliness": 0.9, "validity": 0.95}


def platforms(view: View, _query: dict[str, str]) -> list[Component]:
    """The board, the troubled ones first."""
    frame = liveliness(platform_frame(view.engine), view.standing_at)
    frame = frame.merge(quality(view.engine, view.standing_at), on="source_code", how="left", suffixes=("", "_seen"))
    order = {state: place for place, state in enumerate(STATES)}
    frame = frame.assign(order=frame["state"].map(order)).sort_values(["order", "rhythm_minutes", "platform_code"], kind="stable")
    units = labels(view.engine, "unit_code")["label_en" if view.language == "en" else "label"]
    rows = [_row(row, units, view) for row in frame.to_dict("records")]
    tally = [
        html.Span([html.I(), f"{view.say(text)} ", html.B(str(number))], className=f"mark mark-{state}")
        for state, text in STATES.items()
        if (number := int((frame["state"] == state).sum()))
    ]
    return [card(view.say(TITLE), [html.Div(tally, className="tally"), table(HEADINGS, rows, view, NONE)], view.say(NOTE))]


def _row(row: dict[Any, Any], units: pd.Series, view: View) -> list[Any]:
    state = str(row["state"])
    name = row["label_en" if view.language == "en" else "label"]
    has_source = not pd.isna(row["source_code"])
    link = html.A(name, href=f"?{urlencode({'part': 'batches', 'source': row['source_code']})}") if has_source else name
    kind = KINDS.get(row["kind"])
    marks = [_poor(row[column], limit) for column, limit in POOR.items()]
    return [
        html.Span([html.I(), view.say(STATES[state])], className=f"mark mark-{state}"),
        link,
        units.get(row["unit_code"], ""),
        view.say(kind) if kind else "",
        moment(row["as_of"], view),
        minutes(row["age_minutes"], view),
        rhythm(row["rhythm_minutes"], view),
        count(row["delivery_count"]),
        count(row["received_count"]),
        *marks,
        _control(row, view),
    ]


def _poor(value: Any, limit: float) -> Component:
    return html.Span(share(value), className="is-poor" if not pd.isna(value) and value < limit else "")


def _control(row: dict[Any, Any], view: View) -> Component | str:
    if pd.isna(row["control_count"]):
        return ""
    if not row["control_count"]:
        return html.Span(view.say(UNSTATED), className="faint")
    if row["mismatch_count"]:
        return html.Span(view.say(MISMATCH).format(n=int(row["mismatch_count"])), className="is-poor")
    return view.say(MET)
