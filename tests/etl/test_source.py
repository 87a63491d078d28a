"""Sources are read from TOML, and a faulty TOML is refused with its line and what is expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.errors import LoadError, SourceError
from etl.source import KINDS, read_source, source_named, sources_of

ROOT = Path(__file__).parents[2]
GOOD = """\
label = "热线"
kind = "tickets"
delivers = ["closing_times"]

[csv]
encoding = "gb18030"

[values]
nulls = ["", "-"]
dates = ["%Y/%m/%d %H:%M"]

[columns]
number = "工单编号"
reported_at = "上报时间"
status = "状态"

[lookups.status]
"已办结" = "closed"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "hotline.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_says_what_is_odd_and_the_rest_has_defaults(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, GOOD))
    assert (source.code, source.label, source.label_en, source.as_of) == ("hotline", "热线", "热线", "received")
    assert source.csv is not None
    assert (source.csv.encoding, source.csv.delimiter, source.csv.header_rows) == ("gb18030", None, 1)
    assert source.formats == ["csv"]
    assert source.columns["number"] == "工单编号"
    assert source.lookups == {"status": {"已办结": "closed"}}
    assert source.values.crs == "wgs84"


FAULTS = [
    ('label = "热线"', 'labl = "热线"', 1, ["unknown key 'labl'", "'label'"]),
    ('kind = "tickets"', 'kind = "ticket"', 2, ["kind cannot be 'ticket'", "'tickets'"]),
    ('kind = "tickets"\n', "", 1, ["'kind' is missing", "a line kind = …"]),
    ('"closing_times"', '"closing"', 3, ["delivers cannot be 'closing'", "'closing_times'"]),
    ('encoding = "gb18030"', 'encoding = "gbk"', 6, ["encoding cannot be 'gbk'", "'auto', 'utf-8', 'gb18030' or 'utf-16'"]),
    ('encoding = "gb18030"', 'encodng = "utf-8"', 6, ["unknown key 'encodng'", "'encoding'"]),
    ('encoding = "gb18030"', "header_rows = 0", 6, ["header_rows cannot be 0", "greater than or equal to 1"]),
    ('encoding = "gb18030"', 'delimiter = "||"', 6, ["delimiter cannot be '||'", "at most 1 character"]),
    ("[csv]\n", "[csvv]\n", 5, ["unknown key 'csvv'", "'csv'"]),
    ('[csv]\nencoding = "gb18030"\n', "", 1, ["no format is declared", "[csv], [excel], [json], [open311] or [database]"]),
    ("[csv]\n", '[excel]\nsheet = "a"\nsheets = "*"\n[csv]\n', 5, ["both sheet and sheets are declared", "one of the two"]),
    ("[csv]\n", '[database]\nurl_env = "U"\nwatermark = "w"\n[csv]\n', 5, ["it needs query or table", "one of the two"]),
    ("[csv]\n", '[database]\nurl_env = "a://b"\nwatermark = "w"\n[csv]\n', 6, ["url_env cannot be 'a://b'", "match pattern"]),
    ("%Y/%m/%d %H:%M", "%Y/%Q/%d", 10, ["unknown part %Q", "%Y-%m-%d %H:%M:%S"]),
    ("%Y/%m/%d %H:%M", "%H:%M", 10, ["makes no date", "year, month and day"]),
    ("dates = [", 'crs = "mars"\ndates = [', 10, ["crs cannot be 'mars'", "'wgs84'"]),
    ("number =", "numbr =", 13, ["tickets have no column 'numbr'", "'number'"]),
    ('number = "工单编号"\n', "", 12, ["tickets need number, which is not mapped", 'number = "工单编号"']),
    ('number = "工单编号"', 'number = ""', 13, ["number cannot be ''", "at least 1 character"]),
    ("[lookups.status]", '[optional]\nnumber = "号"\n[lookups.status]', 18, ["'number' is mapped twice"]),
    ("[lookups.status]", "[lookups.statuss]", 17, ["a lookup for 'statuss', which is not mapped", "'status'"]),
    ('= "closed"', '= "close"', 18, ["status cannot be 'close'", "open, closed, withdrawn, deleted, unknown", "'closed'"]),
    ('number = "工单编号"', "number = 工单编号", 13, ["is not valid TOML"]),
    ('label = "热线"', 'code = "x"\nlabel = "热线"', 1, ["unknown key 'code'", "called by its file's name"]),
]


@pytest.mark.parametrize(("old", "new", "line", "parts"), FAULTS)
def test_a_fault_names_its_line_and_what_is_expected(tmp_path: Path, old: str, new: str, line: int, parts: list[str]) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SourceError) as refused:
        read_source(path)
    said = str(refused.value)
    assert said.startswith(f"{path}:{line}"), said
    assert [part for part in parts if part not in said] == [], said


def test_an_unknown_source_is_answered_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    written(tmp_path / "sources", GOOD)
    with pytest.raises(SourceError, match=r"no source 'hotlin'.*'hotline'"):
        source_named(tmp_path, "hotlin")
    assert source_named(tmp_path, "hotline") == sources_of(tmp_path)[0]


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes('label = "热线"'.encode("gb18030"))
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        read_source(path)
    with pytest.raises(SourceError, match="cannot be opened"):
        read_source(tmp_path / "absent.toml")


def test_errors_print_only_what_is_known() -> None:
    assert str(LoadError("is wrong", "a.csv")) == "a.csv: is wrong"
    assert str(LoadError("is wrong", "a.csv", 3, "上报时间", "a date")) == "a.csv:3:上报时间: is wrong (expected a date)"


def test_the_kinds_are_those_of_the_format_document() -> None:
    text = (ROOT / "docs" / "city-folder.md").read_text(encoding="utf-8")
    printed = dict(re.findall(r"^\* \*\*(\w+)\*\* `([^`]+)`", text, re.MULTILINE))
    assert list(printed) == list(KINDS)
    for name, words in printed.items():
        assert [word.rstrip("*") for word in words.split()] == list(KINDS[name].columns)
        assert [word.rstrip("*") for word in words.split() if word.endswith("*")] == KINDS[name].required


@pytest.mark.parametrize(
    ("kind", "column", "type_"),
    [
        ("tickets", "number", "text"),
        ("tickets", "reported_at", "time"),
        ("tickets", "rework_count", "integer"),
        ("tickets", "satisfaction", "integer"),
        ("tickets", "lon", "number"),
        ("tickets", "is_on_time", "flag"),
        ("disputes", "amount_yuan", "number"),
        ("pilot_observations", "observed_on", "date"),
        ("pilot_observations", "value", "number"),
        ("risks", "impact", "integer"),
    ],
)
def test_a_column_has_the_type_its_name_tells(kind: str, column: str, type_: str) -> None:
    assert KINDS[kind].columns[column] == type_


@pytest.mark.parametrize("city", sorted(path.name for path in (ROOT / "data" / "cities").iterdir() if path.is_dir()))
def test_the_sources_of_the_shipped_cities_are_sound(city: str) -> None:
    for source in sources_of(ROOT / "data" / "cities" / city):
        assert source.label_en
        assert source.oddities == []


def test_columns_that_will_not_count_for_want_of_a_promise_are_told(tmp_path: Path) -> None:
    assert read_source(written(tmp_path, GOOD)).oddities == []
    mapped = GOOD.replace('delivers = ["closing_times"]\n', "").replace(
        "[lookups.status]", 'closed_at = "结"\nsatisfaction = "评"\n\n[lookups.status]'
    )
    told = read_source(written(tmp_path, mapped)).oddities
    assert [word.partition(": ")[2].partition(", so")[0] for word in told] == [
        'closed_at is mapped, but delivers has no "closing_times": nobody knows which tickets are still open',
        'satisfaction is mapped, but delivers has no "ratings": nobody knows who was asked',
    ]
