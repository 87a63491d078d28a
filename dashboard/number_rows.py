"""The rows behind a number on its page, a hundred at a time, sorted on the server; and as a file to take away."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import dash_ag_grid
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.chart_tables import city_of, data_time
from dashboard.filter_words import choices_in_words, days_in_words
from dashboard.filters import CHOICES, Filters, narrows, one_of
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS, Amount, Count, Duration, Metric, PerPopulation, is_of_things, metric_of
from dashboard.metrics.parts import DENOMINATOR, NUMERATOR, OUT
from dashboard.number_parts import things_note
from dashboard.rows_behind import WHICH, Behind, Listed, behind, made_of, rows_behind, told
from dashboard.table_files import Cell, TableFile
from dashboard.texts import Text
from dashboard.view import View

PAGE_ROWS, SHORT = 100, 12
# A file of more rows is cut, and says so.
MOST_IN_FILE = 50_000
FILES = {"csv": "/number.csv", "xlsx": "/number.xlsx"}
PART = "part"
TITLE = Text("背后的记录", "The rows behind it")
NOTE = Text(
    "点列名排序；点编号看全过程，点批次看装载情况。姓名、电话、证件号已脱敏，涉密件只列类别、镇街、时间与状态。",
    "Click a heading to sort, a number for the whole life, a batch for its load. Names, telephone and identity numbers are masked;"
    " of tickets under secrecy only category, town, times and status are listed.",
)
NOTE_OTHERS = Text(
    "点列名排序，点批次看装载情况。姓名、电话、证件号已脱敏。",
    "Click a heading to sort, a batch for its load. Names, telephone and identity numbers are masked.",
)
LISTED = Text("共 {n} 条", "{n} rows")
TAKE = {"csv": Text("下载 CSV", "Download CSV"), "xlsx": Text("下载 Excel", "Download Excel")}
CUT = Text("文件至多 {most} 条：仅含前 {most} 条，共 {n} 条", "A file holds {most} rows at most: these are the first {most} of {n}")
CUT_NOTE = Text("文件只含前 {most} 条", "files hold the first {most}")
COUNTED = Text("计数", "Counted")
DEFINITION, BASE_ROWS, ROWS, VALUE = Text("口径", "Definition"), Text("部分", "Part"), Text("条数", "Rows"), Text("数值", "Value")
FILTERS, WHOLE = Text("筛选", "Filters"), Text("无", "none")
# The parts of a number, in the words of its kind.
PARTS: dict[str, dict[str, Text]] = {
    "ratio": {NUMERATOR: Text("分子", "Numerator"), DENOMINATOR: Text("分母（含分子）", "Denominator"), OUT: Text("不参与", "No part")},
    "count": {NUMERATOR: Text("计入", "Counted"), DENOMINATOR: Text("范围内全部", "Whole range"), OUT: Text("不参与", "No part")},
    # Where things are counted their rows are listed.
    "things": {
        NUMERATOR: Text("符合条件的各条", "Rows as asked"),
        DENOMINATOR: Text("参与的各条（含前者）", "All that take part"),
        OUT: Text("不参与", "No part"),
    },
    "duration": {NUMERATOR: Text("已结束", "Ended"), DENOMINATOR: Text("观察（含未结束）", "Watched"), OUT: Text("不参与", "No part")},
}
ROLES: dict[str, dict[str, Text]] = {
    "ratio": {NUMERATOR: Text("分子", "in numerator"), DENOMINATOR: Text("仅分母", "denominator only"), OUT: Text("不参与", "no part")},
    "count": {
        NUMERATOR: Text("计入", "counted"),
        DENOMINATOR: Text("范围内，未计入", "in range, not counted"),
        OUT: Text("不参与", "no part"),
    },
    "things": {
        NUMERATOR: Text("本条符合", "as asked"),
        DENOMINATOR: Text("本条不符合", "not as asked"),
        OUT: Text("不参与", "no part"),
    },
    "duration": {
        NUMERATOR: Text("已结束", "ended"),
        DENOMINATOR: Text("未结束（截尾）", "open (censored)"),
        OUT: Text("不参与", "no part"),
    },
}
KNOWN_BY = ("ticket_number", "dispute_number", "risk_number", "survey_code", "target_code")
WIDTHS = {"text": 150, "code": 140, "place": 180, "time": 142, "date": 110, "flag": 88, "count": 96, "number": 110, "hours": 130}
WIDE = {"label": 220, "file_name": 190, "category_code": 170, "unit_code": 170, "why": 170, "role": 128, "batch_id": 190, "gap_pct": 170}
SAID = {
    "zh": {
        "page": "第", "of": "/", "to": "–", "firstPage": "第一页", "previousPage": "上一页", "nextPage": "下一页", "lastPage": "最后一页",
        "noRowsToShow": "没有记录", "loadingOoo": "正在读取…", "loadingError": "读取失败", "pageSizeSelectorLabel": "每页",
        "ariaSortableColumn": "按回车键排序", "ariaPageSizeSelectorLabel": "每页条数", "pageLastRowUnknown": "?",
    },
    "en": {},
}  # fmt: skip


def kind_of(metric: Metric) -> str:
    """Which words the parts of a metric are told in."""
    if is_of_things(metric):
        return "things"
    return "duration" if isinstance(metric, Duration) else "count" if isinstance(metric, Count | Amount | PerPopulation) else "ratio"


def part_of(text: object) -> str:
    return text if isinstance(text, str) and text in WHICH else NUMERATOR


def rows_card(view: View, code: str, part: str) -> Component:
    """The place for the rows, and the choice of the part that is listed."""
    metric = metric_of(code)
    words = PARTS[kind_of(metric)]
    options = [{"label": view.say(words[which]), "value": which} for which in WHICH]
    return html.Section(
        [
            html.Div(
                [html.H2(view.say(TITLE)), dcc.RadioItems(id=ids.NUMBER_PART, options=options, value=part_of(part), className="segments")],
                className="card-head",
            ),
            html.P(view.say(NOTE if metric.table.name == "tickets" else NOTE_OTHERS), className="card-note"),
            html.Div(id=ids.NUMBER_ROWS),
            dcc.Store(id=ids.NUMBER_SHOWN),
        ],
        className="card card-free number-rows",
    )


def rows_table(view: View, code: str, wish: Filters, part: str) -> list[Component]:
    """The grid of one part, with its files."""
    found = behind(code, view.scoped(wish, METRICS[code].table.name))
    asked = query_of(code, wish, part)
    count = made_of(view.engine, found).rows[part]
    said: list[Component] = [html.B(view.say(LISTED).format(n=f"{count:,}"))]
    said += [html.Span(view.say(CUT_NOTE).format(most=f"{MOST_IN_FILE:,}"), className="faint")] if count > MOST_IN_FILE else []
    files = [
        html.A(view.say(TAKE[kind]), href=f"{path}?{asked}&lang={view.language}", className="act-button", download="")
        for kind, path in FILES.items()
    ]
    # Why a row takes no part is said where rows take none.
    columns = [column for column in found.columns if part == OUT or column.name != "why"]
    grid = dash_ag_grid.AgGrid(
        id=ids.rows(asked), rowModelType="infinite", columnDefs=[_definition(view, column, found) for column in columns],
        defaultColDef={"resizable": True, "sortable": True, "suppressMovable": True, "suppressHeaderMenuButton": True},
        dashGridOptions={
            "pagination": True, "paginationPageSize": PAGE_ROWS, "paginationPageSizeSelector": False, "cacheBlockSize": PAGE_ROWS,
            "maxBlocksInCache": 5, "rowHeight": 32, "headerHeight": 34, "suppressCellFocus": False, "animateRows": False,
            "localeText": SAID[view.language], "enableCellTextSelection": True, "ensureDomOrder": True,
        },
        className="number-table" if count > SHORT else "number-table is-short", dangerously_allow_code=False,
    )  # fmt: skip
    return [html.Div([*said, *files], className="card-tools"), grid]


def query_of(code: str, wish: Filters, part: str) -> str:
    """The query that says which rows are listed; the files take the same."""
    return f"{urlencode({'metric': code, PART: part})}&{wish.to_query()}"


def _definition(view: View, column: Listed, found: Behind) -> dict[str, Any]:
    numeric = column.kind in ("count", "number", "hours")
    said: dict[str, Any] = {
        "field": column.name, "headerName": view.say(column.title), "width": WIDE.get(column.name, WIDTHS[column.kind]),
        "tooltipField": column.name, "cellClass": "is-number" if numeric else "",
        "headerClass": "ag-right-aligned-header" if numeric else "",
    }  # fmt: skip
    if column.name in ("batch_id", _number_of(found)):
        said["cellRenderer"] = "RowLink"
    if column.name == _number_of(found):
        said["pinned"] = "left"
    return said


def _number_of(found: Behind) -> str:
    """The column a row is known by."""
    return next((c.name for c in found.columns if c.name in KNOWN_BY), "")


def rows_answer(view: View, asked: object, wanted: object, snapshot: str) -> dict[str, Any]:
    """What the grid asks for: some rows in an order, and how many there are. Raises KeyError for an unknown metric."""
    code, part, wish = wanted_of(str(asked), snapshot, view)
    found = behind(code, view.scoped(wish, METRICS[code].table.name))
    first, count, order = _span(wanted, found)
    frame = rows_behind(view.engine, found, part, first, count, order)
    roles = ROLES[kind_of(found.metric)]
    names = [column.name for column in found.columns]
    cells = told(frame, found, view.engine, view.theme("office"), roles)
    rows = [dict(zip(names, map(printed, row), strict=True)) for row in cells]
    links = _links(frame, found)
    return {"rowData": [row | more for row, more in zip(rows, links, strict=True)], "rowCount": made_of(view.engine, found).rows[part]}


def wanted_of(asked: str, snapshot: str, view: View) -> tuple[str, str, Filters]:
    """Metric, part and wish that a query says; all of it is only a wish. Raises KeyError for an unknown metric."""
    query: dict[str, str | list[str]] = dict(parse_qs(asked[:20_000]))
    code = one_of(query, "metric")
    if code not in METRICS:
        raise KeyError(code)
    wish = Filters.from_parts(query, view.city.period)
    return code, part_of(one_of(query, PART)), Filters.from_json(wish.to_json() | {"snapshot": snapshot})


def _span(wanted: object, found: Behind) -> tuple[int, int, tuple[str, bool] | None]:
    """First row, how many, and the order: no more than a page, by a column that is listed."""
    held = wanted if isinstance(wanted, dict) else {}
    ends = [held.get(name) for name in ("startRow", "endRow")]
    first, last = (end if isinstance(end, int) and not isinstance(end, bool) else 0 for end in ends)
    sort = held.get("sortModel")
    by = sort[0] if isinstance(sort, list) and sort and isinstance(sort[0], dict) else {}
    order = next(((column.name, by.get("sort") == "desc") for column in found.columns if column.name == by.get("colId")), None)
    return max(first, 0), min(max(last - first, 0), PAGE_ROWS) or PAGE_ROWS, order


def _links(frame: pd.DataFrame, found: Behind) -> list[dict[str, str]]:
    """Where a row leads: a ticket to its life, any row to its batch."""
    number, links = _number_of(found), []
    for row in frame.to_dict("records"):
        to: dict[str, str] = {}
        if found.metric.table.name == "tickets":
            to[f"{number}_href"] = f"/ticket?number={quote(str(row['key']))}"
        if not pd.isna(row.get("batch_id")):
            to["batch_id_href"] = f"/data?part=batches&batch={quote(str(row['batch_id']))}"
        links.append(to)
    return links


def printed(cell: Cell) -> str:
    """A cell as the grid shows it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date | str):
        return str(cell)
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"


def rows_file(view: View, code: str, wish: Filters, part: str) -> TableFile:
    """The rows of a part as a table to take away: what it is, when and of what in the lines above; cut where it would be too long."""
    found = behind(code, view.scoped(wish, METRICS[code].table.name))
    metric, kind = found.metric, kind_of(found.metric)
    made = made_of(view.engine, found)
    count = made.rows[part]
    frame = rows_behind(view.engine, found, part, 0, MOST_IN_FILE)
    cut = (
        [(view.say(ROWS), view.say(CUT).format(most=f"{MOST_IN_FILE:,}", n=f"{count:,}"))]
        if count > MOST_IN_FILE
        else [(view.say(ROWS), f"{count:,}")]
    )
    figure = key_figure(view.engine, code, found.filters, view.theme("office"))
    chosen = choices_in_words(view, wish, tuple(choice for choice in ("divisions", *CHOICES) if narrows(metric.table, choice)))
    head = [
        (view.say(metric.label), city_of(view)),
        (view.say(VALUE), f"{figure.value} {figure.unit}".strip()), (view.say(DEFINITION), view.say(metric.definition)),
        (view.say(texts.DATA_TIME), data_time(view, metric.table.name, wish)), (view.say(texts.PERIOD), days_in_words(view, wish)),
        (view.say(FILTERS), "; ".join(chosen) or view.say(WHOLE)), (view.say(BASE_ROWS), view.say(PARTS[kind][part])), *cut,
        *((view.say(COUNTED), line) for line in things_note(view, metric, made)),
    ]  # fmt: skip
    rows = told(frame, found, view.engine, view.theme("office"), ROLES[kind])
    return TableFile(view.say(metric.label), head, [view.say(column.title) for column in found.columns], rows)
