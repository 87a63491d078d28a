"""The Excel form: what it holds, that it comes back whole however it was sorted, and what is said of every wrong edit."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from dashboard.acts import ActRefused
from dashboard.settings import Settings
from dashboard.store import engine_of, upgrade
from dashboard.submissions import form_sheets
from dashboard.submissions.computed import computed
from dashboard.submissions.form_columns import COLUMNS, MARKS
from dashboard.submissions.form_writing import form_bytes
from dashboard.submissions.parts import Place, observations, parts_of
from tests.conftest import made_once
from tests.dashboard.submitting import PERIOD, Desk, entry, small_city
from tests.dashboard.test_submissions import EAST, WEST

TOKEN = "ab" * 16
Rows = list[list[Any]]
NAMES = list(COLUMNS)
AT = {name: place for place, name in enumerate(NAMES)}
# Where the part of the east stands in the form: below a title, a hint and the headings, after the negative item.
EAST_ROW = 5


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Desk]:
    folder = made_once("reporting", tmp_path_factory, lambda place: (small_city(place), None)[1])
    settings = Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse", people=tmp_path)
    engine = engine_of(f"sqlite:///{tmp_path / 'people.sqlite'}")
    upgrade(engine)
    yield Desk(settings, engine)
    engine.dispose()


def form(desk: Desk, unit: str = "CG", language: str = "zh") -> bytes:
    view = desk.view(unit=unit, language=language)
    parts = parts_of(view, PERIOD, unit)
    held = {Place(row.target_code, row.unit_code, row.division_code): row for row in desk.rows().values() if row.unit_code == unit}
    counted = {place: found for place, part in parts.items() if (found := computed(view, part, PERIOD))}
    return form_bytes(view, (unit, "城管局"), PERIOD, parts, held, observations(view.engine, unit), counted)


def sheets(data: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def edited(
    data: bytes,
    edit: Callable[[dict[str, Rows]], object],
    hidden: int = 0,
    broken: tuple[int, str] | None = None,
    *,
    inline: bool = False,
) -> bytes:
    """The form as another program saved it: the same cells after an edit, perhaps a row hidden or a formula that fails."""
    held, made = sheets(data), io.BytesIO()
    edit(held)
    book = xlsxwriter.Workbook(made, {"constant_memory": True} if inline else {"in_memory": True})
    for name, rows in held.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, place, cell if isinstance(cell, str | int | float) else cell.isoformat())
        if name == "填报" and hidden:
            sheet.set_row(hidden - 1, None, None, {"hidden": True})
        if name == "填报" and broken:
            sheet.write_formula(broken[0] - 1, AT[broken[1]], "=1/0", None, "#DIV/0!")
    book.close()
    return made.getvalue()


def as_it_was(_held: dict[str, Rows]) -> None:
    """Nothing is changed, only saved by another program."""


def filled(held: dict[str, Rows]) -> Rows:
    """The rows with the first numbers typed in."""
    rows = held["填报"]
    rows[EAST_ROW - 1][AT["value"]] = 90.5
    rows[EAST_ROW - 1][AT["narrative"]] = "推进 😀"
    rows[EAST_ROW - 1][AT["confidence_code"]] = "基本有把握"
    rows[EAST_ROW][AT["value"]] = "８８"
    return rows


def send(desk: Desk, data: bytes, unit: str = "CG") -> str:
    folder = desk.settings.uploads / TOKEN
    folder.mkdir(parents=True)
    (folder / "填报.xlsx").write_bytes(data)
    return desk.do("fill_form", {"period": PERIOD.isoformat(), "upload": TOKEN}, unit=unit).message.zh


def test_the_form_checks_itself_and_holds_what_is_owed(desk: Desk) -> None:
    data = form(desk)
    held = sheets(data)
    assert list(held) == ["填报", "说明", MARKS]
    assert held["填报"][2] == [column.heading.zh for column in COLUMNS.values()]
    codes = [(row[AT["target"]], row[AT["place"]]) for row in held["填报"][3:]]
    assert codes == [("N01", "东区"), ("T01", "河东街道"), ("T01", "河西街道"), ("T02", "东区"), ("T03", "")]
    assert held["填报"][EAST_ROW - 1][AT["last"]] == 86
    assert (held["填报"][6][AT["value"]], held["填报"][6][AT["state"]]) == (75, "系统计算")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "veryHidden" in archive.read("xl/workbook.xml").decode()
    assert "<sheetProtection" in text
    assert '<col min="1" max="2" ' in text
    assert text.count('hidden="1"') == 1, "the keys"
    assert text.count("<dataValidation ") == 6
    assert 'errorTitle="完成值应为数字"' in text
    assert '"有把握,基本有把握,有困难"' in text
    assert not re.search(r"[a-z]{4,}", "".join(str(cell) for row in held["填报"][2:] for cell in row[2:])), "no English is left"


def test_it_comes_back_whole_however_it_was_sorted_and_moved(desk: Desk) -> None:
    def mixed(held: dict[str, Rows]) -> None:
        rows = filled(held)
        order = sorted(range(len(NAMES)), key=lambda place: NAMES[place])
        body = [[row[place] for place in order] for row in rows[2:]]
        held["填报"] = [*rows[:2], body[0], *reversed(body[1:]), ["" for _ in order]]

    assert send(desk, edited(form(desk), mixed)) == "已保存草稿 2 条"
    rows = desk.rows()
    assert {key: (row.value, row.narrative, row.confidence_code, row.state) for key, row in rows.items()} == {
        EAST: (90.5, "推进 😀", "medium", "draft"), WEST: (88.0, "", "", "draft"),
    }  # fmt: skip
    assert send(desk, form(desk)) == "表中没有新填写的内容", "a form as it was made says nothing new"
    assert send(desk, edited(form(desk, language="en"), as_it_was)) == "表中没有新填写的内容", "read in either language"


@pytest.mark.parametrize("inline", [True, False])
def test_it_comes_back_whole_when_another_program_saved_it(desk: Desk, inline: bool) -> None:
    """Sheets in another order, texts in cells instead of a list of their own, days without their format."""

    def saved(held: dict[str, Rows]) -> None:
        rows = filled(held)
        rows[EAST_ROW - 1][AT["observed_on"]] = (date(2026, 9, 28) - date(1899, 12, 30)).days
        rows[EAST_ROW][AT["observed_on"]] = 20260929
        turned = dict(reversed(held.items()))
        held.clear()
        held.update(turned)

    assert send(desk, edited(form(desk), saved, inline=inline)) == "已保存草稿 2 条"
    assert [desk.rows()[key].observed_on for key in (EAST, WEST)] == [date(2026, 9, 28), date(2026, 9, 29)]


def told(desk: Desk, data: bytes, unit: str = "CG") -> list[str]:
    with pytest.raises(ActRefused) as refusal:
        send(desk, data, unit)
    assert desk.rows() == {}, "not one row is kept"
    assert not (desk.settings.uploads / TOKEN).exists()
    return refusal.value.message.zh.split("\n")


def change(row: int, name: str, cell: object) -> Callable[[dict[str, Rows]], None]:
    def edit(held: dict[str, Rows]) -> None:
        filled(held)[row - 1][AT[name]] = cell

    return edit


def rename(held: dict[str, Rows]) -> None:
    filled(held)[2][AT["value"]] = "完成数值"


def double(held: dict[str, Rows]) -> None:
    rows = filled(held)
    rows.append(list(rows[EAST_ROW - 1]))


def marked(name: str, text: str) -> Callable[[dict[str, Rows]], None]:
    def edit(held: dict[str, Rows]) -> None:
        held[MARKS] = [[key, text if key == name else value] for key, value in held[MARKS]]

    return edit


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (change(EAST_ROW, "value", "九十"), ["“填报”表 第 5 行 “完成值”列：‘九十’不是数字，应为数字，例如 96.5"]),
        (change(EAST_ROW, "value", "97%"), ["“填报”表 第 5 行 “完成值”列：‘97%’不是数字，应为数字，例如 96.5"]),
        (change(EAST_ROW, "progress_pct", 120), ["“填报”表 第 5 行 “进度（%）”列：应为 0 至 100"]),
        (change(EAST_ROW, "confidence_code", "很有"),
            ["“填报”表 第 5 行 “完成把握”列：‘很有’不在列表中，应为 有把握、基本有把握 或 有困难"]),
        (change(EAST_ROW, "observed_on", "十月底"), ["“填报”表 第 5 行 “截至日期”列：‘十月底’不是日期，应为如 2026-10-31"]),
        (change(EAST_ROW, "observed_on", "2026-10-02"), ["“填报”表 第 5 行 “截至日期”列：应在 2026-09-01 至 2026-09-30 之间"]),
        (change(EAST_ROW, "narrative", "长" * 2001), ["“填报”表 第 5 行 “推进情况”列：过长，应不超过 2000 字"]),
        (change(EAST_ROW, "place", "河西街道"), ["“填报”表 第 5 行 “区划”列：与行标识不符（可能只对部分列排了序）：应为 河东街道"]),
        (change(EAST_ROW, "key", ""), ["“填报”表 第 5 行 “指标编号”列：行标识为空：不是表中原有的行"]),
        (change(EAST_ROW, "key", "T01|ZJ|990101|2026-09-30"), ["“填报”表 第 5 行 “指标编号”列：是其他单位的行，应为 CG"]),
        (change(EAST_ROW, "key", "T09|CG|990101|2026-09-30"), ["“填报”表 第 5 行 “指标编号”列：本单位本期没有这一行"]),
        (change(EAST_ROW, "key", "T01|CG|990101|2026-08-31"), ["“填报”表 第 5 行 “指标编号”列：是 2026-08-31 期的行，应为 2026-09-30"]),
        (double, ["“填报”表 第 9 行 “指标编号”列：与第 5 行重复"]),
        (rename,
            ["“填报”表 第 3 行 “完成数值”列：不认识的列，请删除或改回原名", "“填报”表 第 3 行 “完成值”列：缺少此列（可能被改名或删除）"]),
        (lambda held: held["填报"].__setitem__(2, [""]),
            ["“填报”表：找不到表头，应有 截至日期、完成值、进度（%）、推进情况、完成把握、佐证材料"]),
        (lambda held: held.pop("填报"), ["缺少“填报”表"]),
        (lambda held: held.pop(MARKS), ["不是本系统生成的填报表：请从本页下载"]),
        (marked("form", "0"), ["填报表版本过旧，请重新下载"]),
        (marked("period", "2026-08-31"), ["是 2026-08-31 期的填报表，应为 2026-09-30"]),
        (marked("city", "wuhai"), ["是别的城市的填报表"]),
    ],
)  # fmt: skip
def test_a_wrong_edit_is_told_by_row_and_column(desk: Desk, edit: Callable[[dict[str, Rows]], object], expected: list[str]) -> None:
    assert told(desk, edited(form(desk), edit)) == expected


def test_a_form_of_another_unit_and_rows_that_only_pretend(desk: Desk) -> None:
    assert told(desk, edited(form(desk, "ZJ"), as_it_was)) == ["是 ZJ 的填报表，应为 CG"]
    assert told(desk, edited(form(desk), filled, hidden=EAST_ROW)) == ["“填报”表 第 5 行：行被隐藏或筛选掉：请取消隐藏和筛选后再上传"]
    said = told(desk, edited(form(desk), filled, broken=(EAST_ROW, "value")))
    assert said == ["“填报”表 第 5 行 “完成值”列：公式出错（#DIV/0!），应为数值"]


def test_what_is_no_workbook_or_none_of_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    far = io.BytesIO()
    with xlsxwriter.Workbook(far, {"in_memory": True}) as book:
        book.add_worksheet("填报").write(1_000_000, 16_000, 1)
    for data in (b"", b"\xd0\xcf\x11\xe0 an old one", b"PK\x03\x04 cut off", form(desk)[:4000], "指标,值\n".encode("gb18030")):
        assert told(desk, data) == ["不是 Excel 工作簿（.xlsx）：请上传从本页下载并填好的填报表"]
    assert told(desk, far.getvalue()) == ["文件过大：填报表不超过 8 MB、6,000 行、100 列"]
    monkeypatch.setattr(form_sheets, "LARGEST_UNPACKED", 1000)
    assert told(desk, form(desk)) == ["文件过大：填报表不超过 8 MB、6,000 行、100 列"]


def test_what_somebody_changed_since_the_form_was_made_is_not_overwritten(desk: Desk) -> None:
    old = edited(form(desk), filled)
    desk.save(entry(*EAST, value=70))
    with pytest.raises(ActRefused) as refusal:
        send(desk, old)
    assert refusal.value.status == 409
    assert {key: row.value for key, row in desk.rows().items()} == {EAST: 70}
    desk.submit(EAST)
    with pytest.raises(ActRefused) as closed:
        send(desk, edited(form(desk), filled))
    assert closed.value.message.zh == "“填报”表 第 5 行 “指标编号”列：此行已提交，不能修改"
    shutil.rmtree(desk.settings.uploads, ignore_errors=True)
