"""What was not taken and why, and the names nobody knows: the list a data administrator works off."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import act_button, table
from dashboard.data_cards.printing import card, count, label
from dashboard.deliveries import contradicting, rejected_reasons, unknown_names
from dashboard.phrases import said
from dashboard.texts import Text
from dashboard.view import View

TITLE = Text("退回的行", "Rejected rows")
NOTE = Text(
    "退回的行原样保存在入库区。下载原始行、在表格软件中改正、再作为同一来源的文件装载，即可补入，补入后计为已改正。此处只显示脱敏后的值。",
    "Rejected rows are kept as they came. Download them, mend them in a spreadsheet, load the file as one of the same source;"
    " those taken count as mended. Values here are masked.",
)
NONE = Text("没有退回的行", "Nothing was rejected")
HEADINGS = [
    (Text("来源", "Source"), "text"), (Text("原因", "Reason"), "text"), (Text("列", "Column"), "text"),
    (Text("待改正", "To mend"), "num"), (Text("已改正", "Mended"), "num"), (Text("最近一例", "Latest example"), "text"),
    (Text("值（脱敏）", "Value (masked)"), "text"), (Text("", ""), "acts"),
]  # fmt: skip
# Each reason with what was expected instead.
REASONS = {
    "no_number": Text("没有编号：应有能识别该行的编号", "No number: each row needs one that identifies it"),
    "no_report_time": Text("没有上报（受理）时间", "No time of report or acceptance"),
    "unreadable_time": Text("时间无法识别", "Unreadable time"),
    "before_1990": Text("时间早于 1990 年", "A time before 1990"),
    "after_arrival": Text("时间晚于文件送达", "A time after the file arrived"),
    "closed_before_reported": Text("办结早于上报", "Closed before it was reported"),
    "unknown_target": Text("没有这个试点指标", "No such pilot target"),
    "no_value": Text("没有数值", "No value"),
    "impossible_count": Text("正面评价多于有效样本", "More positive answers than valid ones"),
    "broken_row": Text("不成一行：列数、引号或编码有误", "Not a row: columns, quotes or encoding"),
}
NAMES_TITLE = Text("待认的名称", "Names nobody knows")
NAMES_NOTE = Text(
    "这些行已经计入（未归类、未定位、未定单位）。把名称作为别名写进 categories.csv、divisions.csv 或 units.csv，下次装载即自动归位。",
    "These rows are counted, as uncategorised, not placed or without unit. Add the name as an alias in categories.csv, divisions.csv"
    " or units.csv.",
)
NO_NAMES = Text("所有名称都认得", "Every name is known")
NAME_HEADINGS = [
    (Text("来源", "Source"), "text"),
    (Text("是", "Is a"), "text"),
    (Text("名称", "Name"), "text"),
    (Text("行数", "Rows"), "num"),
]
DOUBTS_TITLE = Text("自相矛盾的值", "Values that cannot be so")
DOUBTS_NOTE = Text("这些行已经计入，相应的值按空值处理。", "These rows are counted; the values count as empty.")
NO_DOUBTS = Text("没有自相矛盾的值", "None")
DOUBT_HEADINGS = [
    (Text("来源", "Source"), "text"), (Text("情形", "What"), "text"), (Text("列", "Column"), "text"), (Text("行数", "Rows"), "num"),
    (Text("首见", "First seen"), "text"), (Text("例（脱敏）", "Sample (masked)"), "text"),
]  # fmt: skip
# Where the line is not known: the row, counted without the header.
ROW = Text("第 {} 条", "row {}")
DOUBTS = {
    "place_against_point": Text("坐标不在所填地点内，以地点为准", "The point lies outside the named place, which is believed"),
    "coordinates_swapped": Text("经纬度填反", "Longitude and latitude exchanged"),
    "coordinates_zero": Text("坐标为零", "A coordinate of zero"),
    "coordinates_far": Text("坐标远在市域之外", "Coordinates far outside the city"),
    "satisfaction_out_of_range": Text("满意度不在 1–5 之间", "Satisfaction outside 1 to 5"),
    "flag_unreadable": Text("既非是也非否", "Neither yes nor no"),
    "number_unreadable": Text("不是数字", "Not a number"),
    "after_due": Text("数据日期晚于指标完成期限，照常计入", "Observed after its target was due; taken all the same"),
    "word_unknown": Text("不是约定的用词，按空值计入", "A word that is none of those agreed"),
}
WHAT = {
    "place": Text("地点", "place"), "unit": Text("单位", "unit"), "category": Text("类别", "category"),
    "channel": Text("渠道", "channel"), "dispute_type": Text("纠纷类型", "dispute type"),
    "organisation": Text("调解组织", "mediation body"), "ticket": Text("重复工单指向", "ticket pointed to"),
}  # fmt: skip


def refused(view: View, _query: dict[str, str]) -> list[Component]:
    """Rejected rows by reason, then unknown names."""
    rows = [_row(row, view) for row in rejected_reasons(view.engine).to_dict("records")]
    names = [
        [label(row, view), view.say(WHAT[row["kind"]]) if row["kind"] in WHAT else row["kind"], row["name"] or "", count(row["row_count"])]
        for row in unknown_names(view.engine).to_dict("records")
    ]
    doubts = [_doubt(row, view) for row in contradicting(view.engine).to_dict("records")]
    return [
        card(view.say(TITLE), [table(HEADINGS, rows, view, NONE)], view.say(NOTE)),
        card(view.say(NAMES_TITLE), [table(NAME_HEADINGS, names, view, NO_NAMES)], view.say(NAMES_NOTE)),
        card(view.say(DOUBTS_TITLE), [table(DOUBT_HEADINGS, doubts, view, NO_DOUBTS)], view.say(DOUBTS_NOTE)),
    ]


def _row(row: dict[Any, Any], view: View) -> list[Any]:
    return [
        label(row, view),
        html.Span(
            view.say(REASONS[row["reason_code"]]) if row["reason_code"] in REASONS else row["reason_code"],
            title=said(_text(row["expected"]), view.language),
        ),
        _text(row["column_name"]),
        count(row["row_count"]),
        count(row["mended_count"]),
        _placed(row, view),
        said(_text(row["masked_value"]), view.language) if row["reason_code"] == "broken_row" else _text(row["masked_value"]),
        act_button("download_rejects", view, {"batch_id": row["batch_id"]}),
    ]


def _doubt(row: dict[Any, Any], view: View) -> list[Any]:
    what = DOUBTS.get(row["kind"])
    return [
        label(row, view),
        view.say(what) if what else row["kind"],
        _text(row["column_name"]),
        count(row["row_count"]),
        _placed(row, view),
        _text(row["name"]),
    ]


def _placed(row: dict[Any, Any], view: View) -> str:
    """The file and the line in it, the header counted; the row where its line is not known."""
    if pd.isna(row["place"]):
        return str(row["file_name"])
    place = int(row["place"])
    return f"{row['file_name']}:{place if row['is_line'] else view.say(ROW).format(place)}"


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
