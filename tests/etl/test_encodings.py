"""Text in the encodings that offices use is read as what it is, and where that cannot be told it is refused."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from etl.errors import FileRefused
from tests.etl.test_readers import HEADER, file, rows_of, source

AUTO = source(csv={})
TEXT = HEADER + '1,t,"两行\n春节"\n2,t,𠀀路\n'
ROWS = [(1, "1", "t", "两行\n春节"), (2, "2", "t", "𠀀路")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_encoding_is_told_from_the_file(tmp_path: Path, encoding: str, line_end: str) -> None:
    rows, reading = rows_of(file(tmp_path, TEXT.replace("\n", line_end).encode(encoding)), AUTO)
    assert rows == [tuple(v.replace("\n", line_end) if isinstance(v, str) else v for v in row) for row in ROWS]
    assert reading.broken == []
    # GB18030 makes some Chinese of almost any bytes, so that guess is said.
    assert [line[:15] for line in reading.warnings] == (["read as gb18030"] if encoding == "gb18030" else [])


@pytest.mark.parametrize("declared", ["auto", "utf-16"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_is_read_in_both_orders_and_a_cut_character_costs_its_line(tmp_path: Path, order: str, declared: str) -> None:
    mark = codecs.BOM_UTF16_LE if order == "le" else codecs.BOM_UTF16_BE
    path = file(tmp_path, mark + (TEXT + "3,t,春节").encode(f"utf-16-{order}")[:-1])
    rows, reading = rows_of(path, source(csv={"encoding": declared}))
    assert rows == ROWS
    assert [(fault.row_number, fault.line, fault.expected) for fault in reading.broken] == [(3, 5, "utf-16")]


def test_half_a_pair_in_utf_16_costs_its_line(tmp_path: Path) -> None:
    bad = "1,t,".encode("utf-16-le") + b"\x00\xd8" + "\n2,t,好\n".encode("utf-16-le")
    rows, reading = rows_of(file(tmp_path, codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le") + bad), AUTO)
    assert rows == [(2, "2", "t", "好")]
    assert [fault.row_number for fault in reading.broken] == [1]


def test_chinese_behind_a_megabyte_of_plain_ascii_is_told(tmp_path: Path) -> None:
    plain = source().model_copy(update={"columns": {"number": "id", "reported_at": "time"}})
    lines = "".join(f"{number},t,{'x' * 90}\n" for number in range(14_000))
    rows, reading = rows_of(file(tmp_path, ("id,time,text\n" + lines + "14000,t,路灯不亮\n").encode("gb18030")), plain)
    assert rows[-1] == (14_001, "14000", "t", "路灯不亮")
    assert (len(rows), reading.broken) == (14_001, [])


def test_a_stray_byte_in_utf_8_costs_its_line_and_changes_nothing_else(tmp_path: Path) -> None:
    rows, reading = rows_of(file(tmp_path, f"{HEADER}1,t,好\n".encode() + b"2,t,\xb4\xba\n" + "3,t,路\n".encode()), AUTO)
    assert [row[3] for row in rows] == ["好", "路"]
    assert [fault.row_number for fault in reading.broken] == [2]


REFUSED = [
    (TEXT.encode("utf-16-le"), "auto", "no byte order mark"),
    (TEXT.encode(), "utf-16", "no byte order mark"),
    (b"id,time\n" + "1,café\n2,naïve\n".encode("latin-1") * 3, "auto", "its encoding cannot be told"),
    (codecs.BOM_UTF16_LE, "auto", "the file is empty"),
    (codecs.BOM_UTF16_LE + TEXT.replace("\n", "\r").encode("utf-16-le"), "auto", "lines end with a carriage return only"),
    (TEXT.replace("\n", "\r").encode("gb18030"), "auto", "lines end with a carriage return only"),
    (b"\x00" * 4_000, "auto", "the file is empty"),
]


@pytest.mark.parametrize(("content", "encoding", "said"), REFUSED)
def test_text_that_cannot_be_told_is_refused(tmp_path: Path, content: bytes, encoding: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        rows_of(file(tmp_path, content), source(csv={"encoding": encoding}))


def test_a_tsv_has_tabs_unless_declared_otherwise(tmp_path: Path) -> None:
    tabs, semicolons = (HEADER.replace(",", sign) + f"1{sign}t{sign}a,b\n" for sign in "\t;")
    for name, content, declared in (("a.tsv", tabs, {}), ("b.tsv", semicolons, {"delimiter": ";"}), ("c.csv", tabs, {"delimiter": "\t"})):
        assert rows_of(file(tmp_path, content, name), source(csv=declared))[0] == [(1, "1", "t", "a,b")]


def test_hostile_text_is_text(tmp_path: Path) -> None:
    values = [
        "'; drop table tickets; --",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "\u202e反",
        "\x00\x1b[31m",
        "${x}{{y}}",
        "\\N",
    ]
    content = HEADER + "".join(f'{number},t,"{value}"\n' for number, value in enumerate(values, 1))
    rows, reading = rows_of(file(tmp_path, content), AUTO)
    assert [row[3] for row in rows] + [fault.raw for fault in reading.broken] == values
