"""inspect on made files: forms of times, headers, null markers, masks, words; a file becomes a city by one command."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from dashboard.settings import Settings
from etl.__main__ import app
from etl.errors import FileRefused, LoadError
from etl.find_files import find
from etl.inspect import Findings, inspect_file, parsed_back, sample, toml_of
from etl.inspect.city import city_text, put
from etl.inspect.header import header_depth
from etl.inspect.synonyms import likeness
from etl.inspect.times import outline
from etl.kinds import KINDS
from etl.load import load
from etl.source import source_named
from tests.deliveries import asked

NOW = datetime(2026, 10, 14, 9, 0)
HEADER = ["工单编号", "来电时间", "所在镇街", "主责部门", "问题类别", "实际办结时间", "办理状态", "联系电话", "姓名", "群众满意度"]
PHONE, NAME = "13912345678", "王小明"


def rows(count: int = 40) -> list[list[str]]:
    """Orders of September: every other closed two days later; the first name and telephone are known."""
    made = []
    for place in range(count):
        day, is_closed = place % 28 + 1, place % 2 == 0
        made.append([
            f"GD{place:05d}", f"2026/9/{day} 8:{place % 60:02d}", ("东山街道", "西河镇")[place % 2], ("城管局", "公安局")[place % 2],
            ("噪音", "占道")[place % 2], f"2026/9/{day + 2} 9:00" if is_closed else "-",
            "已办结" if is_closed else "已挂账" if place % 3 else "处理中",
            f"139{12345678 + place:08d}", "王李张刘陈杨赵黄"[place % 8] + ("小明", "芳", "建国")[place % 3],
            ("非常满意", "不满意")[place % 4 // 2] if is_closed else "",
        ])  # fmt: skip
    return made


def written(path: Path, table: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(delimiter.join(row) + "\n" for row in table).encode(encoding))
    return path


def mapped(found: Findings) -> dict[str, str]:
    return {match.ours: match.column.name for match in found.proposal.matches}


def test_a_text_file_of_odd_names(tmp_path: Path) -> None:
    file = written(tmp_path / "导出.txt", [HEADER, *rows()], "\t", "gb18030")
    found = inspect_file(file, now=NOW)
    source = parsed_back(toml_of(found.proposal), "orders")
    assert (found.row_count, found.is_whole, source.kind) == (40, True, "tickets")
    assert source.csv is not None
    assert (source.csv.encoding, source.csv.delimiter, source.csv.header_rows) == ("gb18030", "\t", 1)
    assert (source.values.nulls, source.values.dates) == (["", "-"], ["%Y/%m/%d %H:%M"])
    assert source.columns == {
        "number": "工单编号", "reported_at": "来电时间", "resolved_at": "实际办结时间", "status": "办理状态", "category": "问题类别",
        "town": "所在镇街", "unit": "主责部门", "caller": "联系电话", "caller_name": "姓名", "satisfaction": "群众满意度",
    }  # fmt: skip
    assert source.lookups == {
        "status": {"已办结": "closed", "处理中": "open"},
        "satisfaction": {"非常满意": "5", "不满意": "2"},
    }
    assert '# "已挂账" = ""' in toml_of(found.proposal)
    assert (source.delivers, source.as_of) == (["closing_times", "ratings"], "received")


def test_no_person_is_shown(tmp_path: Path) -> None:
    table = [[*HEADER, "证件", "诉求内容"], *([*row, "150302198001011234", f"请回电{PHONE}谢谢"] for row in rows())]
    result = CliRunner().invoke(app, ["inspect", str(written(tmp_path / "a.csv", table))])
    assert result.exit_code == 0
    for hidden in (PHONE, "12345678", "150302198001011234", "19800101", NAME, "李芳"):
        assert hidden not in result.output
    assert "139******78" in result.stderr


@pytest.mark.parametrize("names", [["欧阳小明", "王小明"], ["阿依古丽·买买提", "John Smith"], ["GH0031 李芳", "市民12"], ["王小明，李芳"]])
def test_names_are_masked_whatever_they_look_like(tmp_path: Path, names: list[str]) -> None:
    table = [[*HEADER, "经办人", "contact_name"], *([*row[:8], names[0], row[9], *[names[-1]] * 2] for row in rows())]
    result = CliRunner().invoke(app, ["inspect", str(written(tmp_path / "a.csv", table))])
    assert result.exit_code == 0
    for name in names:
        assert name not in result.output + result.stderr
        assert name[1:] not in result.output + result.stderr
    for ours in ("姓名", "经办人", "contact_name"):
        line = next(line for line in result.stderr.splitlines() if line.startswith(ours))
        assert "**" in line
    assert "城管局" in result.stderr


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-09-01 08:00:00", "2026-09-02 09:30:15"], ["%Y-%m-%d %H:%M:%S"]),
        (["2026年9月1日 8:05", "2026年9月30日 18:05"], ["%Y年%m月%d日 %H:%M"]),
        (["09/01/2026 01:00:00 PM", "09/30/2026 11:00:00 AM"], ["%m/%d/%Y %I:%M:%S %p"]),
        (["31/08/2026 08:00", "01/09/2026 08:00"], ["%d/%m/%Y %H:%M"]),
        (["20260901080000", "20260902093015"], ["%Y%m%d%H%M%S"]),
        (["26-09-01", "26-09-02"], ["%y-%m-%d"]),
        (["2026-09-01 23:57:23.97", "2026-09-02 23:57:22.673"], ["%Y-%m-%d %H:%M:%S.%f"]),
        (["2026-09-01", "2026-09-02 10:00", "2026-09-03"], ["%Y-%m-%d", "%Y-%m-%d %H:%M"]),
        (["2026/9/1 上午8:05:00", "2026/9/2 下午1:05:00"], ["chinese"]),
        (["2026-09-01T08:00:00+08:00", "2026-09-02T08:00:00+08:00"], ["iso"]),
        (["２０２６－０９－０１", "2026-09-02"], ["%Y-%m-%d"]),
    ],
)
def test_forms_of_times(tmp_path: Path, values: list[str], expected: list[str]) -> None:
    table = [["编号", "上报时间"], *([f"A{place}", values[place % len(values)]] for place in range(12))]
    found = inspect_file(written(tmp_path / "t.csv", table), now=NOW)
    assert found.proposal.dates == expected
    assert mapped(found) == {"number": "编号", "reported_at": "上报时间"}
    assert found.proposal.newest_at is not None


def test_day_and_month_that_may_be_either_are_asked_for(tmp_path: Path) -> None:
    table = [["number", "reported_at"], *([f"A{place}", f"0{place % 8 + 1}/04/2026 10:00"] for place in range(16))]
    found = inspect_file(written(tmp_path / "t.csv", table), now=datetime(2026, 9, 1))
    assert (found.proposal.dates, found.proposal.ambiguous) == (["%m/%d/%Y %H:%M"], "%d/%m/%Y %H:%M")
    assert "CHECK" in next(line for line in toml_of(found.proposal).splitlines() if line.startswith("dates"))
    # In May no August has come yet: the first number is the day.
    early = inspect_file(tmp_path / "t.csv", now=datetime(2026, 5, 1))
    assert (early.proposal.dates, early.proposal.ambiguous) == (["%d/%m/%Y %H:%M"], "%m/%d/%Y %H:%M")


def test_what_no_form_reads_is_told(tmp_path: Path) -> None:
    table = [["编号", "上报时间"], *([f"A{place}", f"2026-09-{place + 1:02d} 08:00"] for place in range(19)), ["A99", "昨天下午"]]
    found = inspect_file(written(tmp_path / "t.csv", table), now=NOW)
    column = next(column for column in found.proposal.columns if column.name == "上报时间")
    assert (column.forms.share, column.unread) == (0.95, ["昨天下午"])


def test_sheets_titles_and_groups(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "月报.xlsx")
    book.add_worksheet("填报说明").write(0, 0, "请如实填写")
    sheet = book.add_worksheet("九月")
    sheet.merge_range(0, 0, 0, 9, "某市工单明细（2026年9月）")
    sheet.merge_range(1, 0, 1, 4, "基本信息")
    sheet.merge_range(1, 5, 1, 9, "办理")
    for place, row in enumerate([HEADER, *rows()], 2):
        sheet.write_row(place, 0, row)
    book.close()
    found = inspect_file(tmp_path / "月报.xlsx", now=NOW)
    assert found.proposal.shape.options["sheet"] == "九月"
    assert mapped(found)["number"] == "工单编号"
    assert found.row_count == 40
    parsed_back(toml_of(found.proposal), "orders")
    with pytest.raises(FileRefused, match="there is no sheet '十月'"):
        inspect_file(tmp_path / "月报.xlsx", now=NOW, sheet="十月")


def test_rows_deep_in_json_and_in_a_zip(tmp_path: Path) -> None:
    items = [{"orderNo": f"A{place}", "createTime": f"2026-09-{place % 28 + 1:02d}T08:00:00"} for place in range(30)]
    (tmp_path / "a.json").write_text(json.dumps({"code": 0, "data": {"items": items, "pages": [{"n": 1}]}}), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.json", "九月/a.json")
        archive.writestr("读我.doc", "")
    for name in ("a.json", "a.zip"):
        found = inspect_file(tmp_path / name, now=NOW)
        assert found.proposal.shape.options == {"records": "data.items"}
        assert mapped(found) == {"number": "orderNo", "reported_at": "createTime"}
    assert any("读我.doc" in note for note in found.notes)


def test_coordinates_of_baidu_are_not_taken_for_wgs84(tmp_path: Path) -> None:
    table = [
        ["编号", "上报时间", "百度经度", "百度纬度"],
        *([f"A{n}", "2026-09-01", f"106.{1234 + n}", f"39.{6543 + n}"] for n in range(20)),
    ]
    source = parsed_back(toml_of(inspect_file(written(tmp_path / "t.csv", table), now=NOW).proposal), "t")
    assert "lon" not in source.columns or source.values.crs == "bd09"
    table[0][2:] = ["经度", "纬度"]
    source = parsed_back(toml_of(inspect_file(written(tmp_path / "t.csv", table), now=NOW).proposal), "t")
    assert (source.columns["lon"], source.columns["lat"], source.values.crs) == ("经度", "纬度", "wgs84")


def test_of_a_large_file_the_beginning_and_the_end_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "WHOLE_BYTES", 4_000)
    monkeypatch.setattr(sample, "TAIL_BYTES", 1_000)
    monkeypatch.setattr(sample, "HEAD_ROWS", 100)
    table = [["编号", "上报时间"], *([f"A{place:05d}", "2026-09-01 08:00"] for place in range(4_999)), ["A04999", "2026-09-30 08:00"]]
    found = inspect_file(written(tmp_path / "t.csv", table), now=NOW)
    assert not found.is_whole
    assert 100 < found.read_count < 200
    assert found.row_count == pytest.approx(5_000, rel=0.02)
    assert found.proposal.newest_at == datetime(2026, 9, 30, 8)
    lines = [{"orderNo": number, "createTime": time} for number, time in table[1:]]
    (tmp_path / "t.json").write_text(json.dumps(lines), encoding="utf-8")
    monkeypatch.setattr(sample, "WHOLE_BYTES", 50_000)
    array = inspect_file(tmp_path / "t.json", now=NOW)
    assert array.read_count == 100
    assert array.row_count == pytest.approx(5_000, rel=0.05)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.pdf", b"%PDF", "files ending in .pdf are not read"),
        ("a.xml", b"<feed><x/></feed>", "XML with the root 'feed' is not read"),
        ("a.json", b"{", "is not JSON"),
        ("a.zip", b"PK", "is not a readable zip"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        inspect_file(tmp_path / name, now=NOW)


def test_without_a_header_nothing_is_written(tmp_path: Path) -> None:
    assert header_depth(rows()) == 0
    file = written(tmp_path / "a.csv", rows())
    result = CliRunner().invoke(app, ["inspect", str(file)])
    assert isinstance(result.exception, FileRefused)
    assert "no header" in result.stderr


def test_what_must_be_mapped_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [["街道", "噪音"], ["东山街道", "1"], ["西河镇", "2"], ["东山街道", "2"]])
    result = CliRunner().invoke(app, ["inspect", str(file), "--kind", "tickets"])
    assert isinstance(result.exception, LoadError)
    assert "number, reported_at in [columns]" in str(result.exception)


def test_a_file_becomes_a_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITIES", str(tmp_path / "cities"))
    file = written(tmp_path / "工单.csv", [HEADER, *rows()])
    command = ["inspect", str(file), "--city", "mycity", "--source", "orders", "--write", "--label", "我的市", "--division-code", "150300"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "python -m etl load" in result.stderr
    assert parsed_back(result.stdout, "orders").columns["number"] == "工单编号"
    settings = Settings(city="mycity", cities=tmp_path / "cities", warehouse=tmp_path / "warehouse")
    load(settings, [(file, "orders")])
    assert asked(settings, "select status_code, count(*) from tickets group by 1 order by 1") == [("closed", 20), ("open", 20)]
    assert asked(settings, "select level, count(*) from divisions group by 1 order by 2") == [("city", 1), ("town", 2)]
    again = CliRunner().invoke(app, command)
    assert isinstance(again.exception, LoadError)
    assert "--force" in str(again.exception)
    assert CliRunner().invoke(app, [*command, "--force"]).exit_code == 0


def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITIES", str(tmp_path / "cities"))
    file = written(tmp_path / "a.csv", [HEADER, *rows()])
    for city, source in (("../x", "a"), ("x", "../../a"), ("X Y", "a")):
        result = CliRunner().invoke(app, ["inspect", str(file), "--city", city, "--source", source, "--write"])
        assert isinstance(result.exception, LoadError)
    assert not (tmp_path / "cities").exists()


def test_outlines() -> None:
    assert outline("2018-06-04 11:01:22") == "9-9-9 9:9:9"
    assert outline("02/28/2023 11:45:00 PM") == "9/9/9 9:9:9 P"
    assert outline("2012-05-23T15:55:28-04:00") == "9-9-9T9:9:9Z"


def loaded(folder: Path, file: Path) -> tuple[Findings, list[tuple[object, ...]]]:
    """What is found in a file, and the orders that came of loading it by the proposal."""
    found = inspect_file(file, now=NOW)
    put(
        folder / "cities",
        "mycity",
        "orders",
        toml_of(found.proposal),
        city_text("mycity", "我的市", "", "Asia/Shanghai", "tickets", is_old=False),
        force=True,
    )
    settings = Settings(city="mycity", cities=folder / "cities", warehouse=folder / "warehouse" / file.name)
    source = source_named(settings.city_folder, "orders")
    load(settings, find([str(file)], source).deliveries)
    return found, asked(settings, "select ticket_number, reported_at, resolved_at from tickets order by 1")


def orders(count: int = 20) -> list[tuple[str, datetime, datetime]]:
    return [(f"GD{n:03d}", datetime(2026, 9, n % 28 + 1, 8, n), datetime(2026, 9, n % 28 + 2, 9)) for n in range(count)]


def texts(found: list[tuple[str, datetime, datetime]]) -> list[list[str]]:
    return [[number, *(f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments)] for number, *moments in found]


NAMES = ["工单编号", "上报时间", "办结时间"]


def test_open311_answers_are_known_by_what_every_request_has(tmp_path: Path) -> None:
    requests = [
        {"service_request_id": f"R{n}", "status": "open", "service_code": "1", "requested_datetime": f"2026-09-{n + 1:02d}T08:00:00+08:00"}
        for n in range(20)
    ]
    for name, content in (
        ("a.json", requests), ("b.json", {"service_requests": requests}), ("c.json", {"service_requests": {"request": requests}}),
    ):  # fmt: skip
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        found, rows = loaded(tmp_path, tmp_path / name)
        assert (found.proposal.shape.form, len(rows)) == ("open311", 20)
    (tmp_path / "d.json").write_text(json.dumps({"data": requests}), encoding="utf-8")
    assert inspect_file(tmp_path / "d.json", now=NOW).proposal.shape.form == "json"


def test_an_xls_that_is_none(tmp_path: Path) -> None:
    lines = [NAMES, *texts(orders())]
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    (tmp_path / "page.xls").write_text(f"<html><meta charset=utf-8><table>{page}</table></html>", encoding="utf-8")
    written(tmp_path / "text.xls", lines, "\t", "gb18030")
    for name, form, really in (("page.xls", "excel", "an HTML table"), ("text.xls", "csv", "text")):
        found, rows = loaded(tmp_path, tmp_path / name)
        assert (found.proposal.shape.form, rows) == (form, orders())
        assert any(really in note for note in found.notes)


def test_a_csv_that_is_a_workbook(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("工单")
    for place, row in enumerate([NAMES, *texts(orders())]):
        sheet.write_row(place, 0, row)
    book.close()
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    found, rows = loaded(tmp_path, tmp_path / "a.csv")
    assert (found.proposal.shape.form, rows) == ("excel", orders())


def test_sheets_alike_are_read_together_and_cells_merged_down_have_names(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "月报.xlsx")
    for part, name in enumerate(("上旬", "下旬")):
        sheet = book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, 4, "工单明细")
        sheet.merge_range(1, 0, 2, 0, "工单编号")
        sheet.merge_range(1, 1, 1, 2, "上报")
        sheet.merge_range(1, 3, 1, 4, "办结")
        sheet.write_row(2, 1, ["时间", "人", "时间", "人"])
        for place, (number, start, end) in enumerate(texts(orders())[10 * part : 10 * part + 10], 3):
            sheet.write_row(place, 0, [number, start, "甲", end, "乙"])
    book.add_worksheet("说明").write(0, 0, "请如实填写")
    book.close()
    found, rows = loaded(tmp_path, tmp_path / "月报.xlsx")
    assert found.proposal.shape.options == {"sheets": "*", "header_row": 2, "header_rows": 2}
    assert [column.name for column in found.proposal.columns] == ["工单编号", "上报/时间", "上报/人", "办结/时间", "办结/人"]
    assert rows == orders()
    assert inspect_file(tmp_path / "月报.xlsx", now=NOW, sheet="下旬").row_count == 10


@pytest.mark.parametrize(("name", "delimiter", "encoding"), [("a.tsv", "\t", "utf-8"), ("b.tsv", ",", "utf-8"), ("c.csv", ",", "utf-16")])
def test_delimiters_and_encodings_load_as_they_were_seen(tmp_path: Path, name: str, delimiter: str, encoding: str) -> None:
    found, rows = loaded(tmp_path, written(tmp_path / name, [NAMES, *texts(orders())], delimiter, encoding))
    assert (found.proposal.shape.options["encoding"], rows) == (encoding, orders())


def test_day_numbers_are_times_where_the_name_says_so(tmp_path: Path) -> None:
    table = [["工单编号", "上报时间", "里程"], *([f"GD{n:03d}", f"{46266 + n}.25", f"{46266 + n}"] for n in range(20))]
    found, rows = loaded(tmp_path, written(tmp_path / "a.csv", table))
    assert found.proposal.dates == ["excel"]
    assert [column.look for column in found.proposal.columns] == ["code", "time", "code"]
    # 46266 is 1 September 2026.
    assert rows[:2] == [("GD000", datetime(2026, 9, 1, 6), None), ("GD001", datetime(2026, 9, 2, 6), None)]


def test_a_zip_loads_as_it_is(tmp_path: Path) -> None:
    for part in (0, 1):
        written(tmp_path / f"{part}.csv", [NAMES, *texts(orders())[10 * part : 10 * part + 10]])
    with zipfile.ZipFile(tmp_path / "九月.zip", "w") as archive:
        for part in (0, 1):
            archive.write(tmp_path / f"{part}.csv", f"九月/{part}.csv")
    found, rows = loaded(tmp_path, tmp_path / "九月.zip")
    assert (found.row_count, rows) == (10, orders())
    assert found.notes[0] == "zip with 2 files: 九月/0.csv, 九月/1.csv; this is 九月/0.csv"


@pytest.mark.parametrize(
    ("name", "kind", "ours"),
    [
        ("contact_name", "disputes", None), ("contact_name", "risks", None), ("contact_name", "tickets", "caller_name"),
        ("上传时间", "tickets", None), ("创建人", "tickets", None), ("受理单位名称", "tickets", "unit"),
        ("群众来电时间", "tickets", "reported_at"),
        ("handling_dept", "tickets", "unit"), ("finished_on", "tickets", "resolved_at"), ("所属社区/村", "tickets", "community"),
        ("来电时间[年-月-日 时:分]", "tickets", "reported_at"), ("满意度（1-5分）", "tickets", "satisfaction"),
    ],
)  # fmt: skip
def test_a_word_that_any_name_ends_with_makes_no_two_alike(name: str, kind: str, ours: str | None) -> None:
    sure = {column: likeness(name, kind, column)[0] for column in KINDS[kind].columns}
    best = max(sure, key=lambda column: sure[column])
    assert (best if sure[best] >= 0.5 else None) == ours
