"""Readers lose nothing: what is no row is named with line and reason, and the good rows are there as text."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import FileRefused
from etl.readers import Reading, read
from etl.readers import csv as csv_reader
from etl.readers import json as json_reader
from etl.source import Source, source_named

ROOT = Path(__file__).parents[2]
HEADER = "编号,时间,内容\n"


def source(**sections: dict[str, Any]) -> Source:
    columns = {"number": "编号", "reported_at": "时间"}
    return Source.model_validate({"code": "hotline", "label": "热线", "kind": "tickets", "columns": columns, **(sections or {"csv": {}})})


def rows_of(path: Path, declared: Source | None = None) -> tuple[list[tuple[Any, ...]], Reading]:
    """Every row of a file as (row_number, value, …), and the reading."""
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as con:
        reading = read(path, declared or source(), con, Path(scratch))
        names = ", ".join(f'"{name}"' for name in reading.columns)
        return con.execute(f"select row_number, {names} from {reading.relation}").fetchall(), reading


def file(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture(params=["at speed", "by line"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways through a text must come to the same end."""
    if request.param == "by line":
        for reader in (csv_reader, json_reader):
            monkeypatch.setattr(reader, "_read_at_speed", lambda *_: None)


FAULTY_LINES = [
    ("2,t", "too few columns", "3 columns", "2,t"),
    ("2,t,x,y,z", "too many columns", "3 columns", "2,t,x,y,z"),
    ('2,t,"x', "faulty quotes", "quotes in it doubled", '2,t,"x'),
    ('2,t,"x"y', "faulty quotes", "quotes in it doubled", '2,t,"x"y'),
    ('2,"t,x', "faulty quotes", "quotes in it doubled", '2,"t,x'),
    ("2,t" + "很长的一行" * 20_000, "too few columns", "3 columns", "2,t"),
    (b"2,t,?" + b"x" * 500 + b"\xff\xfe", "bytes that are no text", "utf-8", "2,t,"),
    (b"2,t,\xff\xfe", "bytes that are no text", "utf-8", "2,t,"),
    ('2,t,"' + "x" * 10_000_000 + '"', "line too long", "2,097,152 bytes", '2,t,"xxx'),
]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("line", "reason", "expected", "raw"), FAULTY_LINES)
def test_a_faulty_line_costs_only_itself(tmp_path: Path, line: str | bytes, reason: str, expected: str, raw: str) -> None:
    faulty = line if isinstance(line, bytes) else line.encode()
    path = file(tmp_path, f"{HEADER}1,t,好\n".encode() + faulty + b'\n3,t,"a,""b"""\n')
    rows, reading = rows_of(path)
    assert rows == [(1, "1", "t", "好"), (3, "3", "t", 'a,"b"')]
    (broken,) = reading.broken
    assert (broken.row_number, broken.line) == (2, 3)
    assert reason in broken.reason
    assert expected in broken.expected
    assert broken.raw.startswith(raw)
    # Kept whole, to the byte, but for a line too long to be one.
    assert broken.raw.encode("utf-8", "surrogateescape") == faulty or (reason == "line too long" and len(broken.raw) == 200)


@pytest.mark.usefixtures("way")
def test_a_file_cut_in_mid_row_keeps_its_other_rows_and_says_so(tmp_path: Path) -> None:
    for cut in ("2,t", '2,t,"一段'):
        rows, reading = rows_of(file(tmp_path, f"{HEADER}1,t,好\n{cut}"))
        assert rows == [(1, "1", "t", "好")]
        assert [(fault.row_number, fault.line) for fault in reading.broken] == [(2, 3)]
        assert "too few columns: the file ends here" in reading.broken[0].reason
        assert "its last row may be cut" in reading.warnings[0]


@pytest.mark.usefixtures("way")
def test_a_value_of_several_lines_and_empty_lines_keep_the_count(tmp_path: Path) -> None:
    rows, reading = rows_of(file(tmp_path, f'{HEADER}1,t,"a\n9,t,b\n"\n\n2,t\n3,t,\n'))
    assert rows == [(1, "1", "t", "a\n9,t,b\n"), (3, "3", "t", None)]
    assert [(fault.row_number, fault.line) for fault in reading.broken] == [(2, 6)]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("delimiter", "bom"), [(",", ""), (";", "\ufeff"), ("\t", ""), ("|", "\ufeff")])
def test_delimiters_line_ends_and_byte_order_marks(tmp_path: Path, line_end: str, delimiter: str, bom: str) -> None:
    lines = [["某热线", "", ""], [" 编号", "时间 ", "内容"], ["1", "t", f'"a{delimiter}b"'], ["2", "", '""']]
    path = file(tmp_path, bom + "".join(delimiter.join(line) + line_end for line in lines))
    rows, reading = rows_of(path, source(csv={"delimiter": delimiter, "header_rows": 2}))
    assert reading.columns == ["编号", "时间", "内容"]
    assert rows == [(1, "1", "t", f"a{delimiter}b"), (2, "2", None, None)]
    assert (reading.broken, reading.warnings) == ([], [])


@pytest.mark.usefixtures("way")
def test_gb18030_is_read_and_its_undecodable_lines_are_named(tmp_path: Path) -> None:
    good = [f"{number},t,丂镕㐀𠀀好" for number in range(1, 4)]
    text = [line.encode("gb18030") for line in good]
    path = file(tmp_path, HEADER.encode("gb18030") + text[0] + b"\n2,t,\x81\n" + text[2] + b"\n")
    rows, reading = rows_of(path, source(csv={"encoding": "gb18030"}))
    assert rows == [(1, "1", "t", "丂镕㐀𠀀好"), (3, "3", "t", "丂镕㐀𠀀好")]
    assert [(fault.row_number, fault.line, fault.expected) for fault in reading.broken] == [(2, 3, "gb18030")]


CSV = source(csv={})
REFUSED = [
    ("a.csv", b"", CSV, ["the file is empty", "a header and rows"]),
    ("a.csv", b"\xef\xbb\xbf\n", CSV, ["the file is empty"]),
    (
        "a.csv",
        "编号,上报时间\n1,2\n",
        CSV,
        ["a.csv:1:时间: missing 时间", "编号, 上报时间", "时间 looks like 上报时间"],
    ),
    ("a.csv", "编号;时间\n1;2\n", CSV, ["missing 编号, 时间", "编号;时间"]),
    ("a.csv", "编号,时间,编号\n1,2,3\n", CSV, ["has 编号 more than once"]),
    ("a.csv", "编号,时间\r1,2\r", CSV, ["carriage return only", "LF or CRLF"]),
    ("a.csv", "编号,时间\n1,春节\n".encode("gb18030"), source(csv={"encoding": "utf-8"}), ["declared as utf-8", "probably gb18030"]),
    ("a.csv", "编号,时间\n1,春节\n".encode("utf-16"), source(csv={"encoding": "utf-8"}), ["declared as utf-8", "probably utf-16"]),
    ("a.csv", "编号,时间\n", source(csv={"encoding": "gb18030"}), ["declared as gb18030", "probably utf-8"]),
    ("a.xlsx", b"", CSV, ["does not send excel files", "csv", "[excel]"]),
    ("a.pdf", b"", CSV, ["files ending in .pdf cannot be read", ".xlsx"]),
    ("a.xlsx", b"PK\x03\x04 cut", source(excel={}), ["is not a readable workbook"]),
    ("a.xls", b"<html>", source(excel={}), ["is an HTML page without a table", "expected a table with rows"]),
    ("a.json", b" ", source(json={}), ["the file is empty"]),
    ("a.json", '{"编号": 1}\n', source(json={}), ["missing 时间", "编号"]),
    ("a.json", '[{"编号": 1, "时间"', source(json={}), ["a.json:1: is not whole JSON"]),
    ("a.json", '{\n "编号": 1\n}', source(json={}), ["no row is a JSON object", "one a line"]),
    ("a.json", '{"data": {"rows": 1}}', source(json={"records": "data.items"}), ["no array at data.items"]),
    ("a.jsonl", '{"编号": "春节"}\n'.encode("gb18030"), source(json={}), ["JSON is utf-8", "probably gb18030"]),
]


@pytest.mark.parametrize(("name", "content", "declared", "parts"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: str | bytes, declared: Source, parts: list[str]
) -> None:
    with pytest.raises(FileRefused) as refused:
        rows_of(file(tmp_path, content, name), declared)
    said = str(refused.value)
    assert [part for part in parts if part not in said] == [], said


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="there is no such file"):
        rows_of(tmp_path / "absent.csv")


def test_a_header_without_rows_is_a_warning(tmp_path: Path) -> None:
    rows, reading = rows_of(file(tmp_path, HEADER))
    assert (rows, reading.warnings) == ([], ["the file has a header but no rows"])


def test_columns_that_are_not_mapped_may_have_any_name(tmp_path: Path) -> None:
    _, reading = rows_of(file(tmp_path, "编号,时间,a,A,,row_number\n1,2,3,4,5,6\n"))
    assert reading.columns == ["编号", "时间", "a", "A (2)", "column_5", "row_number (2)"]


def test_a_quoted_line_break_in_the_header(tmp_path: Path) -> None:
    rows, reading = rows_of(file(tmp_path, '编号,时间,"内\n容"\n1,t,x\n2,t\n'))
    assert rows == [(1, "1", "t", "x")]
    assert [fault.line for fault in reading.broken] == [4]


def test_many_faults_in_a_large_file_leave_exact_numbers(tmp_path: Path) -> None:
    lines = [f"{n},t\n" if n % 97 == 0 else f'{n},t,"x,{n}"\n' for n in range(1, 60_001)]
    rows, reading = rows_of(file(tmp_path, HEADER + "".join(lines)))
    assert all(row[0] == int(row[1]) for row in rows)
    assert [fault.row_number for fault in reading.broken] == list(range(97, 60_001, 97))
    assert [fault.line for fault in reading.broken] == list(range(98, 60_002, 97))
    assert len(rows) + len(reading.broken) == 60_000


def test_texts_that_look_like_rows_stay_texts(tmp_path: Path) -> None:
    """A parallel reader may start within such a text; the standard library counts independently."""
    fake = "".join(f"{n},t,假\n" for n in range(40))
    text = HEADER + "".join(f'{n},t,"{fake}"\n' if n % 3 else f"{n},t,x\n" for n in range(30_000))
    rows, reading = rows_of(file(tmp_path, text))
    assert [row[1:] for row in rows] == [tuple(row) for row in list(csv.reader(io.StringIO(text)))[1:]]
    assert reading.broken == []


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


@settings(max_examples=30, deadline=None)
@given(cells=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), quoting=st.sampled_from([0, 1]))
def test_what_is_written_as_csv_is_read_back(cells: list[tuple[str, str, str]], quoting: Any) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows([("编号", "时间", "内容"), *cells])
    with tempfile.TemporaryDirectory() as folder:
        rows, reading = rows_of(file(Path(folder), text.getvalue()))
    assert [row[1:] for row in rows] == [tuple(cell or None for cell in row) for row in cells]
    assert [row[0] for row in rows] == list(range(1, len(cells) + 1))
    assert reading.broken == []


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("工单")
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, time)
                else:
                    sheet.write(number, place, value)
    return path


def test_cells_become_the_text_a_csv_would_hold(tmp_path: Path) -> None:
    rows = [
        ["工单", "", ""],
        ["编号", "时间", "内容"],
        [13.0, datetime(2024, 1, 2, 3, 4, 59), True],
        [],
        ["007", datetime(2024, 1, 3), 106.8],
        ["", "", ""],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    found, reading = rows_of(path, source(excel={"sheet": "工单", "header_rows": 2}))
    assert found == [
        (1, "13", "2024-01-02 03:04:59", "1"),
        (3, "007", "2024-01-03 00:00:00", "106.8"),
    ]
    assert (reading.broken, reading.warnings) == ([], [])
    with pytest.raises(FileRefused, match="there is no sheet '诉求', only 工单"):
        rows_of(path, source(excel={"sheet": "诉求"}))
    with pytest.raises(FileRefused, match="missing 编号, 时间"):
        rows_of(path, source(excel={"header_rows": 1}))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FileRefused, match="is not a readable workbook"):
        rows_of(path, source(excel={}))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_json_lines(tmp_path: Path, mark: str) -> None:
    lines = [
        mark + '{"编号": 13, "时间": "t", "坐标": {"lon": 106.8}}',
        "",
        '{"编号": "2", "时间"',
        '{"编号": "3", "时间": null, "满意": true}',
        "[4]",
        '{"编号": "5", "时间": "t", "坐标": [1, "路"]}',
    ]
    rows, reading = rows_of(file(tmp_path, "\n".join(lines), "a.jsonl"), source(json={}))
    assert reading.columns == ["编号", "时间", "坐标", "满意"]
    assert rows == [
        (1, "13", "t", '{"lon":106.8}', None),
        (3, "3", None, None, "true"),
        (5, "5", "t", '[1,"路"]', None),
    ]
    faults = [(fault.row_number, fault.line, fault.reason[:8]) for fault in reading.broken]
    assert faults == [(2, 3, "not JSON"), (4, 5, "not an o")]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("line", "reason", "raw"),
    [
        (b'{"a"', "not JSON", '{"a"'),
        (b'{"a": 1} {"a": 2}', "not JSON: Extra data", '{"a": 1} {'),
        (b'{"a": "\xff"}', "bytes that are not utf-8", '{"a": "'),
        (b"null", "not an object", "null"),
        (b'{"a": "' + b"x" * 3_000_000 + b'"}', "line too long", '{"a": "xxx'),
    ],
)
def test_a_faulty_line_of_json_costs_only_itself(tmp_path: Path, line: bytes, reason: str, raw: str) -> None:
    first, last = ('{"编号": "%d", "时间": "t"}'.encode() % number for number in (1, 3))
    rows, reading = rows_of(file(tmp_path, first + b"\n" + line + b"\n" + last, "a.jsonl"), source(json={}))
    assert rows == [(1, "1", "t"), (3, "3", "t")]
    (broken,) = reading.broken
    assert (broken.row_number, broken.line) == (2, 2)
    assert broken.reason.startswith(reason)
    assert broken.raw.startswith(raw)
    # Kept whole, to the byte, but for a line too long to be one.
    assert broken.raw.encode("utf-8", "surrogateescape") == line or (reason == "line too long" and len(broken.raw) == 200)


@pytest.mark.usefixtures("way")
def test_values_of_json_stay_what_was_sent(tmp_path: Path) -> None:
    values = {
        "长": 20260101000000000012345, "短": 106.5, "零": 0.0, "真": True, "空": "", "无": None, "行": 'a\n"b"', "字": "𠀀路",
        "里/外~": {"a": [1, "路"]}, "a": 1, "A": 2,
    }  # fmt: skip
    lines = [json.dumps({"编号": "1", "时间": "t"}), json.dumps({"时间": "t", **values, "编号": "2"}, ensure_ascii=False)]
    rows, reading = rows_of(file(tmp_path, "\n".join(lines), "a.jsonl"), source(json={}))
    assert reading.columns == ["编号", "时间", "长", "短", "零", "真", "空", "无", "行", "字", "里/外~", "a", "A (2)"]
    sent = ("20260101000000000012345", "106.5", "0.0", "true", None, None, 'a\n"b"', "𠀀路", '{"a":[1,"路"]}', "1", "2")
    assert rows == [(1, "1", "t", *[None] * len(values)), (2, "2", "t", *sent)]


def test_half_a_character_becomes_a_question_mark(tmp_path: Path) -> None:
    content = '{"编号": "\\ud83d", "时间": "t"}\n'
    rows, reading = rows_of(file(tmp_path, content, "a.jsonl"), source(json={}))
    assert (rows, reading.broken) == ([(1, "?", "t")], [])


@pytest.mark.parametrize(("name", "form"), [("a[1].csv", "csv"), ("a*.jsonl", "json")])
def test_a_name_that_looks_like_a_pattern_is_that_file(tmp_path: Path, name: str, form: str) -> None:
    content = {"csv": HEADER + "{0},t,x\n", "json": '{{"编号": "{0}", "时间": "t", "内容": "x"}}\n'}[form]
    for other in (name, "a1.csv", "ab.jsonl"):
        file(tmp_path, content.format("right" if other == name else "wrong"), other)
    assert rows_of(tmp_path / name, source(**{form: {}}))[0] == [(1, "right", "t", "x")]


@pytest.mark.parametrize("records", [None, "data.items"])
def test_a_json_array(tmp_path: Path, records: str | None) -> None:
    array: Any = [{"编号": "1", "时间": "t"}, 7, {"时间": "t", "编号": "3"}]
    content = array if records is None else {"data": {"items": array}}
    rows, reading = rows_of(file(tmp_path, json.dumps(content), "a.json"), source(json={"records": records}))
    assert rows == [(1, "1", "t"), (3, "3", "t")]
    assert [(fault.row_number, fault.raw) for fault in reading.broken] == [(2, "7")]
    empty, _ = rows_of(file(tmp_path, json.dumps([]), "a.json"), source(json={}))
    assert empty == []


@pytest.mark.realdata
def test_the_real_file_and_its_workbook_hold_the_same_rows(realdata: Path) -> None:
    appeals = source_named(ROOT / "data" / "cities" / "pingshan", "appeals")
    found = []
    for name in ("pingshan_appeals_gbk.csv", "pingshan_appeals_two_header_rows.xlsx"):
        rows, reading = rows_of(realdata / "pingshan_appeals" / name, appeals)
        assert [row[0] for row in rows] == list(range(1, 10_001))
        assert reading.broken == []
        found.append(Counter(frozenset(zip(reading.columns, row[1:], strict=True)) for row in rows))
    assert found[0] == found[1]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("total", "count"),
    [
        ("合计,,2", 2), ("合　计,共2条,7.5", 2), (",合计：2件,", 2), ("　,总计,3", 3), ("小计,,2", None), ("合计,5,2", None),
        ("合计,2", 2), ("合计", None), ("总计：2", 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", ""])
def test_a_total_of_a_text_is_no_row_and_its_count_is_compared(tmp_path: Path, total: str, count: int | None, line_end: str) -> None:
    rows, reading = rows_of(file(tmp_path, f"{HEADER}1,t,合计收费\n2,t,x\n{total}{line_end}"))
    assert [row[:2] for row in rows] == [(1, "1"), (2, "2")]
    assert (reading.broken, reading.control_count) == ([], count)
    assert any(line.startswith("line 4 is a total, not a row: ") for line in reading.warnings)


@pytest.mark.usefixtures("way")
def test_what_only_looks_like_a_total_stays_a_row(tmp_path: Path) -> None:
    # Numbered; a text of its own with a telephone is a total by the rule of workbooks; a short line between rows may be half a text.
    rows, reading = rows_of(file(tmp_path, f"{HEADER}1,t,合计\n合计,7\n,t,统计\n,t,合计欠薪请回电13812345678\n合计2号,t,x\n5,t,x\n"))
    assert [row[:2] for row in rows] == [(1, "1"), (3, None), (6, "5")]
    assert [fault.raw for fault in reading.broken] == ["合计,7"]
    assert [line.partition("line ")[2] for line in reading.warnings] == [
        "5 is a total, not a row: t 合计欠薪请回电138********",
        "6 is a total, not a row: 合计2号 t x",
    ]


def test_a_text_of_a_header_and_a_total_has_no_rows(tmp_path: Path) -> None:
    _, reading = rows_of(file(tmp_path, f"{HEADER}合计,,0\n"))
    assert (reading.control_count, reading.warnings) == (0, ["line 2 is a total, not a row: 合计 0", "the file has a header but no rows"])
