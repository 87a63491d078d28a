"""Answers of Open311 services, in XML and JSON: every request accounted for, broken XML up to its break, bombs refused."""

from __future__ import annotations

import json
import tracemalloc
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import checks
from etl.errors import FileRefused
from etl.load import load
from etl.readers import Reading, open311
from etl.source import Source
from tests.deliveries import CITIES, NOW, asked, tiny_in
from tests.etl.test_readers import rows_of
from tests.etl.test_readers import source as source_of

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
COLUMNS = {"number": "service_request_id", "reported_at": "requested_datetime"}


def source() -> Source:
    return source_of(open311={}).model_copy(update={"columns": COLUMNS})


def request(number: object, more: str = "") -> str:
    return f"<request><service_request_id>{number}</service_request_id><requested_datetime>t</requested_datetime>{more}</request>\n"


def read(folder: Path, content: str | bytes, name: str = "a.xml") -> tuple[list[dict[str, str]], Reading]:
    """Each row as column -> text, without what is empty."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, reading = rows_of(path, source())
    names = ["row_number", *reading.columns]
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows], reading


def test_elements_become_columns(tmp_path: Path) -> None:
    more = (
        "<address>  &lt;Road&gt; 5 </address><description><![CDATA[a\r\nb & c]]></description>"
        f"<lat {XSI} xsi:nil='true'/><zip/><long>0.0</long>"
        "<service_notice><code>7</code><text>soon</text></service_notice><note>1</note><note>2</note>"
    )
    content = (
        f'<?xml version="1.0"?><!-- made today --><s:service_requests xmlns:s="urn:x">{request(1)}{request(2, more)}</s:service_requests>'
    )
    rows, reading = read(tmp_path, content)
    assert rows[0] == {"row_number": 1, "service_request_id": "1", "requested_datetime": "t"}
    assert rows[1] == {
        "row_number": 2, "service_request_id": "2", "requested_datetime": "t", "address": "<Road> 5", "description": "a\nb & c",
        "long": "0.0", "service_notice": '{"code":"7","text":"soon"}', "note": '["1","2"]',
    }  # fmt: skip
    assert {"lat", "zip"} <= set(reading.columns)
    assert reading.broken == []


@pytest.mark.parametrize("wrap", ["{}", '{{"service_requests": {}}}', '{{"service_requests": {{"request": {}}}}}'])
def test_json_may_be_wrapped(tmp_path: Path, wrap: str) -> None:
    array = [{"service_request_id": 7, "requested_datetime": "t", "lat": 0, "zip": None, "note": {"a": 1}}]
    rows, _ = read(tmp_path, wrap.format(json.dumps(array)), "a.json")
    assert rows == [{"row_number": 1, "service_request_id": "7", "requested_datetime": "t", "lat": "0", "note": '{"a":1}'}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb2312", "GBK"])
def test_the_encoding_is_the_one_the_xml_states(tmp_path: Path, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><service_requests>{request("路灯")}</service_requests>'
    assert read(tmp_path, content.encode(encoding))[0][0]["service_request_id"] == "路灯"


BREAKS = [
    ("<request><service_request_id>3</service_request_id>", 4, "no element found"),
    ("<request><lat>1</long></request></service_requests>", 4, "mismatched tag"),
    ("<request>\n<a>&nothing;</a></request></service_requests>", 5, "undefined entity"),
    ("<request>\x01</request></service_requests>", 4, "not well-formed"),
]


@pytest.mark.parametrize(("end", "line", "said"), BREAKS)
def test_broken_xml_keeps_every_whole_request_before_the_break(tmp_path: Path, end: str, line: int, said: str) -> None:
    rows, reading = read(tmp_path, f"<service_requests>\n{request(1)}{request(2)}{end}")
    assert [row["service_request_id"] for row in rows] == ["1", "2"]
    (broken,) = reading.broken
    assert (broken.row_number, broken.line, broken.expected) == (3, line, "a whole <request>")
    assert said in broken.reason


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("many", [1, 300])
def test_a_break_in_a_file_of_one_line_keeps_what_stands_around_it(tmp_path: Path, many: int, encoding: str) -> None:
    whole = "".join(request(number, "<description>路灯不亮</description>") for number in range(many)).replace("\n", "")
    after = "<request>还有很多</request>" * many * 3
    text = f'<?xml version="1.0" encoding="{encoding}"?><service_requests>{whole}<request><a>坏</b></request>{after}</service_requests>'
    rows, reading = read(tmp_path, text.encode(encoding))
    assert len(rows) == many
    (broken,) = reading.broken
    assert "<request><a>坏</b></request>" in broken.raw
    assert len(broken.raw) <= 4_002
    assert broken.raw.strip("…") in text
    assert (broken.raw == text) == (many == 1)


def test_a_request_that_is_too_long_costs_only_itself(tmp_path: Path) -> None:
    huge = request(2, f"<description>{'长' * 3_000_000}</description>")
    rows, reading = read(tmp_path, f"<service_requests>{request(1)}{huge}{request(3)}</service_requests>")
    assert [row["service_request_id"] for row in rows] == ["1", "3"]
    assert [(fault.row_number, fault.reason) for fault in reading.broken] == [(2, "line too long")]


def test_a_request_nested_too_deeply_costs_only_itself(tmp_path: Path) -> None:
    deep = request(2, "<a>" * 50_000 + "</a>" * 50_000)
    rows, reading = read(tmp_path, f"<service_requests>{request(1)}{deep}{request(3)}</service_requests>")
    assert [row["service_request_id"] for row in rows] == ["1", "3"]
    assert [(fault.row_number, fault.reason) for fault in reading.broken] == [(2, "nested too deeply")]


REFUSED = [
    ("<service_requests>\n<request><a>", "a.xml:2: no row could be read: not XML from here on"),
    ('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><service_requests>&b;</service_requests>', "XML with entities forbidden"),
    ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><service_requests>&f;</service_requests>', "XML with entities forbidden"),
    ("<services><service/></services>", "begins with <services> .expected <service_requests>"),
    ("<html><body/></html>", "it is really an HTML page"),
    ("  \n", "the file is empty"),
    ("", "the file is empty"),
    ("<service_requests", "is not XML"),
    ("no markup at all", "is not XML"),
    ('{"error": "no"}', "no array|missing service_request_id"),
    (f"<service_requests>{request(1).replace('requested_datetime', 'requested')}</service_requests>", "missing requested_datetime"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_what_is_no_answer_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read(tmp_path, content)


def test_an_answer_without_requests_is_a_delivery_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "<service_requests/>")[0] == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    many = "".join(request(number, f"<d>{number:0900}</d>") for number in range(5_000))
    path.write_text(f"<service_requests>{many}</service_requests>", encoding="utf-8")
    assert path.stat().st_size > 5_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in open311.requests_in(path, is_chinese=False)) == 5_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


OFFSETS = [
    ("2026-10-12T09:00:00+08:00", datetime(2026, 10, 12, 9)),
    ("2026-10-12T09:00:00-0400", datetime(2026, 10, 12, 21)),
    ("2026-10-12T01:00:00Z", datetime(2026, 10, 12, 9)),
    ("2026-10-12 09:00:00", datetime(2026, 10, 12, 9)),
]


@pytest.mark.parametrize(("text", "moment"), OFFSETS)
def test_a_time_with_an_offset_becomes_civic_time_in_any_source(tmp_path: Path, text: str, moment: datetime) -> None:
    cities = tmp_path / "cities" / "tiny"
    for path in (CITIES / "tiny").rglob("*.*"):
        (cities / path.relative_to(CITIES / "tiny")).parent.mkdir(parents=True, exist_ok=True)
        (cities / path.relative_to(CITIES / "tiny")).write_bytes(path.read_bytes())
    declared = (
        'label = "x"\nkind = "tickets"\n[csv]\n[columns]\nnumber = "n"\nreported_at = "t"\n[values]\n'
        'dates = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S"]\n'
    )
    (cities / "sources" / "zoned.toml").write_text(declared, encoding="utf-8")
    (tmp_path / "a.csv").write_text(f"n,t\n1,{text}\n", encoding="utf-8")
    settings = tiny_in(tmp_path / "warehouse").model_copy(update={"cities": cities.parent})
    load(settings, [(tmp_path / "a.csv", "zoned")], received_at=NOW)
    assert asked(settings, "select reported_at from tickets") == [(moment,)]


REAL = {"sanfrancisco": ("san_francisco_requests.xml", 56, 47), "bloomington": ("bloomington_requests.json", 21, None)}


@pytest.mark.realdata
@pytest.mark.parametrize("city", REAL)
def test_the_real_answers_are_loaded_completely(realdata: Path, tmp_path: Path, city: str) -> None:
    name, count, located = REAL[city]
    settings = Settings(city=city, warehouse=tmp_path)
    outcome = load(settings, [(realdata / "open311" / name, "open311")])
    assert list(outcome.counts.values()) == [(count, count, 0, 0)]
    statuses = dict(asked(settings, "select status_code, count(*) from tickets group by 1"))
    assert sum(statuses.values()) == count
    assert set(statuses) <= {"open", "closed"}
    # Nine of the requests give 0.0 for a place nobody knows.
    if located:
        assert asked(settings, "select count(lon) from tickets") == [(located,)]
    assert asked(settings, "select count(*) from tickets where lon = 0 or lat = 0") == [(0,)]
    with duckdb.connect(str(snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))), read_only=True) as con:
        assert checks.findings(con) == []


@pytest.mark.realdata
def test_bloomingtons_offsets_are_its_own_time(realdata: Path, tmp_path: Path) -> None:
    settings = Settings(city="bloomington", warehouse=tmp_path)
    load(settings, [(realdata / "open311" / REAL["bloomington"][0], "open311")])
    first = asked(settings, "select reported_at from tickets where ticket_number = '4fbd40b2b1fe2c4b02000001'")
    assert first == [(datetime(2012, 5, 23, 15, 55, 28),)]
