"""The Excel form of a unit: what it owes for a period, with last values beside, cells to fill in that check themselves, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from dashboard.store.submission_tables import Submission
from dashboard.store.submissions import WRITABLE
from dashboard.submissions.computed import Computed
from dashboard.submissions.form_columns import (
    COLUMNS,
    COMPUTED,
    FORM_VERSION,
    HEADER_ROW,
    HIDDEN,
    KEY,
    KEY_SIGN,
    MARKS,
    NOTES,
    PLACE,
    SHEET,
    STATE_WORDS,
    TARGET,
    VERSION,
)
from dashboard.submissions.parts import Part, Place, Seen, before, begin_of, last_day, place_name
from dashboard.submissions.rules import CONFIDENCE, LARGEST
from dashboard.texts import Text
from dashboard.view import View

FONT = "Microsoft YaHei"
TITLE = Text("{city}试点任务填报表 · {unit} · {period}", "{city}: pilot targets of {unit}, period ending {period}")
HINT = Text(
    "只填白色单元格；填好后在“试点填报”页上传。请勿改动表头、增删列或从别的表粘贴整行。",
    "Fill in the white cells only, then upload the form on the page. Leave headings, columns and rows of other forms alone.",
)
STOPS: dict[str, tuple[Text, Text]] = {
    "value": (
        Text("完成值应为数字", "A number is expected"),
        Text("请填数字，例如 96.5；不要填单位、百分号或文字。", "Such as 96.5, without unit, percent sign or words."),
    ),
    "progress_pct": (
        Text("进度应为 0 至 100", "0 to 100 is expected"),
        Text("请填 0 至 100 之间的数字，不要填百分号。", "A number from 0 to 100, without percent sign."),
    ),
    "observed_on": (
        Text("截至日期不在本期内", "The day is outside the period"),
        Text("应在 {} 至 {} 之间。", "Expected a day from {} to {}."),
    ),
    "confidence_code": (
        Text("请从列表中选择", "Choose from the list"),
        Text("有把握、基本有把握或有困难。", "Confident, fairly confident or in difficulty."),
    ),
    "narrative": (Text("过长", "Too long"), Text("推进情况不超过 2000 字。", "At most 2000 signs.")),
    "evidence": (Text("过长", "Too long"), Text("佐证材料不超过 500 字。", "At most 500 signs.")),
}
NOTE_LINES: tuple[Text, ...] = (
    Text(
        "一、本表由系统生成，只对所列单位和填报期有效；换期请重新下载。",
        "1. The form is made for one unit and one period; take a new one for another.",
    ),
    Text(
        "二、有目标值的指标和负面清单填“完成值”（按计量单位填数字）；没有目标值的任务填“进度（%）”。",
        "2. Targets with a number and negative items take a value in their unit of measure; tasks without one their progress."),
    Text("三、标有“系统计算”的行由系统按已入库数据计算，不必填写完成值，可补充推进情况和佐证材料。",
        "3. Rows marked “Counted here” are counted from what is loaded: no value need be given, words and evidence may be added."),
    Text("四、截至日期应在本期之内，不得晚于今天。", "4. The day a value is of lies within the period and is not later than today."),
    Text("五、上传时全部行一起检查：有一处不合要求，则一行也不保存，并列出错误所在的行和列。",
        "5. All rows are checked together: if one is wrong none is kept, and each fault is listed with its row and column."),
    Text("六、上传后为草稿，须在页面上提交，经单位负责人确认、政法委审核后入库。",
        "6. What is uploaded becomes a draft; it is submitted on the page, confirmed by the head of the unit, and reviewed."),
)  # fmt: skip


def form_bytes(
    view: View, unit: tuple[str, str], period_on: date, parts: Mapping[Place, Part], held: Mapping[Place, Submission],
    seen: Mapping[Place, tuple[Seen, ...]], counted: Mapping[Place, Computed],
) -> bytes:  # fmt: skip
    """The form of a unit (code and name) for a period, as an .xlsx."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "tmpdir": folder}
        with xlsxwriter.Workbook(path, options) as book:
            formats = _formats(book)
            sheet = book.add_worksheet(view.say(SHEET))
            city = view.city.label_en if view.language == "en" else view.city.label
            sheet.write_string(0, len(HIDDEN), view.say(TITLE).format(city=city, unit=unit[1], period=period_on), formats["title"])
            sheet.write_string(1, len(HIDDEN), view.say(HINT), formats["hint"])
            _head(sheet, view, formats)
            rows = [_row(view, part, held.get(place), seen.get(place, ()), counted.get(place), period_on) for place, part in parts.items()]
            for number, row in enumerate(rows, HEADER_ROW):
                _fill(sheet, number, row, formats)
            _checks(sheet, view, period_on, len(rows))
            _protect(sheet, len(rows))
            _notes(book, view, formats)
            _marks(book, view, unit[0], period_on)
        return path.read_bytes()


def _formats(book: Any) -> dict[str, Any]:
    plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
    edge = {**plain, "border": 1, "border_color": "#C9D3DF"}
    closed, open_ = {**edge, "bg_color": "#F2F5F9", "font_color": "#44566C"}, {**edge, "locked": False}
    head = {**edge, "bold": True, "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({**plain, "bold": True, "font_size": 14}), "hint": book.add_format({**plain, "font_color": "#5B6C82"}),
        "head": book.add_format({**head, "bg_color": "#DCE7F3"}),
        "head_in": book.add_format({**head, "bg_color": "#0B6FC2", "font_color": "#FFFFFF"}),
        "text": book.add_format({**closed, "text_wrap": True, "num_format": "@"}),
        "number": book.add_format({**closed, "num_format": "#,##0.##", "align": "right"}),
        "day": book.add_format({**closed, "num_format": "yyyy-mm-dd", "align": "left"}),
        "text_in": book.add_format({**open_, "text_wrap": True, "num_format": "@"}),
        "number_in": book.add_format({**open_, "num_format": "#,##0.####", "align": "right"}),
        "day_in": book.add_format({**open_, "num_format": "yyyy-mm-dd", "align": "left"}),
        "note": book.add_format({**plain, "text_wrap": True}),
    }  # fmt: skip


def _head(sheet: Any, view: View, formats: Mapping[str, Any]) -> None:
    sheet.set_row(0, 24)
    sheet.set_row(HEADER_ROW - 1, 30)
    for place, (name, column) in enumerate(COLUMNS.items()):
        sheet.set_column(place, place, column.width, None, {"hidden": name in HIDDEN})
        sheet.write_string(HEADER_ROW - 1, place, view.say(column.heading), formats["head_in" if column.is_filled_in else "head"])


def _row(
    view: View, part: Part, row: Submission | None, seen: tuple[Seen, ...], counted: Computed | None, period_on: date
) -> dict[str, tuple[Any, str]]:
    """Cell and format by column."""
    earlier = before(seen, begin_of(view, period_on))
    last = (earlier[-1].value if part.is_counted else earlier[-1].progress_pct) if earlier else None
    division = part.place.division_code and place_name(view, part.place.division_code)
    closed = row is not None and row.state not in WRITABLE
    number, words, day = ("number", "text", "day") if closed else ("number_in", "text_in", "day_in")
    state = [view.say(STATE_WORDS[row.state])] if row else []
    return {
        KEY: (KEY_SIGN.join((*part.place, period_on.isoformat())), "text"), VERSION: (row.version if row else 0, "number"),
        TARGET: (part.place.target_code, "text"), "label": (view.say(part.label), "text"), PLACE: (division, "text"),
        "unit_of_measure": (part.measure_unit if part.is_counted else "%", "text"), "last": (last, "number"),
        "goal": (part.target_value, "number"), "due": (part.due_on, "day"),
        "observed_on": (counted.until if counted else row.observed_on if row else last_day(view, period_on), "day" if counted else day),
        "value": (counted.value if counted else row.value if row else None, "number" if counted else number),
        "progress_pct": (row.progress_pct if row else None, number), "narrative": (row.narrative if row else None, words),
        "confidence_code": (view.say(CONFIDENCE[row.confidence_code]) if row and row.confidence_code else None, words),
        "evidence": (row.evidence if row else None, words),
        "state": (" · ".join(state + ([view.say(COMPUTED)] if counted else [])), "text"),
    }  # fmt: skip


def _fill(sheet: Any, number: int, row: Mapping[str, tuple[Any, str]], formats: Mapping[str, Any]) -> None:
    for place, name in enumerate(COLUMNS):
        cell, form = row[name]
        if cell is None or cell == "":
            sheet.write_blank(number, place, None, formats[form])
        elif isinstance(cell, date):
            sheet.write_datetime(number, place, cell, formats[form])
        elif isinstance(cell, str):
            sheet.write_string(number, place, cell, formats[form])
        else:
            sheet.write_number(number, place, cell, formats[form])


def _checks(sheet: Any, view: View, period_on: date, count: int) -> None:
    """What Excel itself lets nobody type."""
    begins, ends = begin_of(view, period_on), max(last_day(view, period_on), begin_of(view, period_on))
    rules: dict[str, dict[str, Any]] = {
        "observed_on": {"validate": "date", "criteria": "between", "minimum": begins, "maximum": ends},
        "value": {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST},
        "progress_pct": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100},
        "confidence_code": {"validate": "list", "source": [view.say(text) for text in CONFIDENCE.values()]},
        "narrative": {"validate": "length", "criteria": "<=", "value": 2000},
        "evidence": {"validate": "length", "criteria": "<=", "value": 500},
    }
    for name, rule in rules.items():
        title, message = STOPS[name]
        place = list(COLUMNS).index(name)
        told = {"error_title": view.say(title)[:32], "error_message": view.say(message).format(begins, ends)[:255]}
        sheet.data_validation(HEADER_ROW, place, HEADER_ROW + max(count, 1) - 1, place, {**rule, **told, "ignore_blank": True})


def _protect(sheet: Any, count: int) -> None:
    """Headings and given cells are locked, without a password; widths, sorting and filters stay free."""
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True, "select_locked_cells": True})
    sheet.autofilter(HEADER_ROW - 1, len(HIDDEN), HEADER_ROW + max(count, 1) - 1, len(COLUMNS) - 1)
    sheet.freeze_panes(HEADER_ROW, len(HIDDEN) + 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def _notes(book: Any, view: View, formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(view.say(NOTES))
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, view.say(NOTES), formats["title"])
    for number, line in enumerate(NOTE_LINES, 1):
        sheet.write_string(number, 0, view.say(line), formats["note"])
    sheet.protect("")


def _marks(book: Any, view: View, unit: str, period_on: date) -> None:
    """By what a form is known again."""
    sheet = book.add_worksheet(MARKS)
    said = {"form": str(FORM_VERSION), "city": view.city.code, "unit": unit, "period": period_on.isoformat()}
    for number, (name, text) in enumerate(said.items()):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, text)
    sheet.very_hidden()
