"""A person is forgotten: in landing, in what failed, in broken rows and in snapshots; and stays so when delivered again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot
from etl import snapshot
from etl.errors import LoadError
from etl.forget.request import asked_to_forget
from etl.landing import Landing
from etl.load import load
from tests.deliveries import CITIES, GOOD, HEADER, NOW, asked, delivered, tables, tiny_in

ROOT = Path(__file__).parents[2]
SAID = {"姓名": "欧阳小明", "电话": "138 1234 5678", "内容": "欧阳小明说门前积水", "备注": "家住三楼"}
WIDE = [*HEADER, "备注"]
ROWS = [
    GOOD | SAID,
    GOOD | SAID | {"工单编号": "G02", "电话": "+8613812345678"},
    GOOD | {"工单编号": "G03", "内容": "别的", "电话": "13900000000"},
]
TOLD = ("欧阳小明", "门前积水", "家住三楼", "138 1234 5678")
REQUEST = {"source": "", "number": "", "caller": "", "older_than": "", "reason": ""}
ONE = REQUEST | {"source": "appeals", "number": "G01", "reason": "依申请删除"}
CALLER = REQUEST | {"caller": "０１３８－１２３４－５６７８", "reason": "依申请删除"}


def raw(city: Settings) -> str:
    """Everything that stands in landing, as one text."""
    landing = city.city_warehouse / "landing"
    texts = [path.read_text("utf-8") for path in landing.rglob("*") if path.suffix in (".json", ".jsonl")]
    for path in (landing / "rows").glob("*.parquet"):
        texts += [repr(row) for row in duckdb.read_parquet(str(path)).fetchall()]
    return "\n".join(texts)


def told(city: Settings) -> list[str]:
    return [word for word in TOLD if word in raw(city)]


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    made = tiny_in(tmp_path / "warehouse")
    load(made, [(delivered(tmp_path / "a.csv", ROWS, WIDE), "appeals")], received_at=NOW)
    assert told(made) == list(TOLD)
    return made


def forget(city: Settings, request: dict[str, str], *, is_whole: bool = False, is_sure: bool = False) -> list[str]:
    return asked_to_forget(city, request, is_whole=is_whole, is_sure=is_sure)


def test_a_number_is_forgotten_and_its_row_remains(city: Settings, tmp_path: Path) -> None:
    said = forget(city, ONE)
    assert said[0].startswith("1 rows of 1 batches and 0 broken rows emptied; 1 older snapshots deleted")
    rows = duckdb.read_parquet(str(next((city.city_warehouse / "landing" / "rows").glob("*.parquet"))))
    assert rows.select('row_number, "工单编号", "上报时间", "小类", "姓名", "电话", "内容", "备注"').fetchall()[0] == (
        1, "G01", "2026-10-12 09:00:00", "路灯", None, None, None, None,
    )  # fmt: skip
    assert asked(city, "select ticket_number, caller_hash is null, summary is null, category_code from tickets order by 1") == [
        ("G01", True, True, "0201"), ("G02", False, False, "0201"), ("G03", False, False, "0201"),
    ]  # fmt: skip
    assert asked(city, "select received_count, accepted_count from load_batches") == [(3, 3)]
    assert snapshot.names(city.city_warehouse) == [current_snapshot(city.city_warehouse)]
    line = json.loads((city.city_warehouse / "landing" / "forgotten" / "forgotten.jsonl").read_text("utf-8"))
    assert (line["what"], line["reason"], line["row_count"], line["batch_count"]) == ("number", "依申请删除", 1, 1)
    assert "G01" not in "".join(path.read_text("utf-8") for path in (city.city_warehouse / "landing" / "forgotten").iterdir())
    # The same file, and the same row in another file, do not bring it back.
    before = tables(city)
    load(city, [(tmp_path / "a.csv", "appeals")], received_at=NOW)
    assert tables(city) == before
    more = [ROWS[0], ROWS[0] | {"更新时间": "2026-10-13 09:00:00", "内容": "又说门前积水"}]
    load(city, [(delivered(tmp_path / "b.csv", more, WIDE), "appeals")], received_at=NOW + timedelta(hours=1))
    assert asked(city, "select accepted_count, duplicate_count from load_batches order by batch_id") == [(3, 0), (1, 1)]
    assert asked(city, "select summary, caller_hash, updated_at is null from tickets where ticket_number = 'G01'") == [(None, None, False)]
    assert "又说" not in raw(city)


def test_a_caller_is_forgotten_in_every_row(city: Settings, tmp_path: Path) -> None:
    forget(city, CALLER)
    assert told(city) == []
    assert asked(city, "select ticket_number, caller_hash is null, summary from tickets order by 1") == [
        ("G01", True, None), ("G02", True, None), ("G03", False, "别的"),
    ]  # fmt: skip
    load(
        city,
        [(delivered(tmp_path / "b.csv", [GOOD | SAID | {"工单编号": "G09", "电话": "138-1234-5678"}], WIDE), "appeals")],
        received_at=NOW,
    )
    assert told(city) == []
    assert asked(city, "select caller_hash, summary from tickets where ticket_number = 'G09'") == [(None, None)]


def test_whole_rows_go_and_the_counts_stay_true(city: Settings, tmp_path: Path) -> None:
    forget(city, ONE, is_whole=True)
    assert asked(city, "select ticket_number from tickets order by 1") == [("G02",), ("G03",)]
    assert asked(city, "select received_count, accepted_count, warnings from load_batches") == [(2, 2, "")]
    assert "G01" not in raw(city)
    load(city, [(delivered(tmp_path / "b.csv", [*ROWS, GOOD | {"工单编号": "G04"}], WIDE), "appeals")], received_at=NOW)
    assert asked(city, "select ticket_number from tickets order by 1") == [("G02",), ("G03",), ("G04",)]
    assert "G01" not in raw(city)


def test_failed_batches_and_broken_rows_are_emptied_too(city: Settings, tmp_path: Path) -> None:
    landing = Landing(city.city_warehouse / "landing")
    failed = load(city, [(delivered(tmp_path / "f.csv", [ROWS[0] | {"满意度": "5"}], WIDE), "appeals")], received_at=NOW).batches[0]
    landing.set_aside(failed)
    path = delivered(tmp_path / "broken.csv", [GOOD | {"工单编号": "G05"}], WIDE)
    path.write_text(path.read_text("utf-8") + "G01,2026-10-12,欧阳小明,138-1234-5678\nG011,x\n", encoding="utf-8")
    load(city, [(path, "appeals")], received_at=NOW)
    assert "2 broken rows" not in forget(city, ONE)[0]
    lines = [json.loads(line) for line in next((landing.folder / "broken").iterdir()).read_text("utf-8").splitlines()]
    assert [(line["raw"], line["row_number"]) for line in lines] == [("", 2), ("G011,x", 3)]
    assert [name for name in TOLD if name in "".join(map(repr, duckdb.read_parquet(str(landing.rows_of(failed))).fetchall()))] == []
    assert asked(
        city, "select sum(received_count) - sum(accepted_count) - sum(duplicate_count) - sum(rejected_count) from load_batches"
    ) == [(0,)]


def test_what_was_over_long_ago_is_emptied_after_a_dry_run(city: Settings, tmp_path: Path) -> None:
    old = GOOD | SAID | {"工单编号": "G90", "上报时间": "2020-01-01 09:00:00", "办结时间": "2020-01-02 09:00:00"}
    open_still = old | {"工单编号": "G91", "办结时间": ""}
    load(city, [(delivered(tmp_path / "b.csv", [old, open_still], WIDE), "appeals")], received_at=NOW)
    request = REQUEST | {"older_than": "36m"}
    before = raw(city)
    assert forget(city, request) == ["1 tickets were over by then; --yes and --reason empty their raw rows"]
    assert raw(city) == before
    assert forget(city, request | {"reason": "保存期满"}, is_sure=True)[0].startswith("1 rows of 1 batches")
    assert asked(city, "select ticket_number, summary is null from tickets where ticket_number like 'G9%' order by 1") == [
        ("G90", True), ("G91", False),
    ]  # fmt: skip
    assert forget(city, request | {"reason": "保存期满"}, is_sure=True)[0].startswith("0 rows")


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (ONE | {"reason": ""}, "no --reason is given"),
        (ONE | {"source": ""}, "it is not clear what to forget"),
        (ONE | {"caller": "1"}, "it is not clear what to forget"),
        (CALLER | {"caller": "匿名"}, "--caller names nobody"),
        (REQUEST | {"older_than": "3y"}, "'3y' is no age"),
    ],
)
def test_a_request_that_is_not_clear_changes_nothing(city: Settings, request_: dict[str, str], said: str) -> None:
    before = raw(city)
    with pytest.raises(LoadError, match=said):
        forget(city, request_)
    assert raw(city) == before


@pytest.mark.parametrize("after", [0.0, 0.3, 0.9])
def test_killed_in_the_middle_it_finishes_when_run_again(city: Settings, tmp_path: Path, after: float) -> None:
    for number in range(4):
        load(city, [(delivered(tmp_path / f"{number}.csv", [ROWS[0] | {"满意度": str(number + 1)}], WIDE), "appeals")], received_at=NOW)
    command = [
        sys.executable,
        "-m",
        "etl",
        "forget",
        "--city",
        "tiny",
        "--source",
        "appeals",
        "--number",
        "G01",
        "--reason",
        "x",
        "--whole",
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"CITIES": str(CITIES), "WAREHOUSE": str(city.warehouse)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    marks = city.city_warehouse / "landing" / "forgotten" / "marks.jsonl"
    while process.poll() is None and not marks.exists():
        time.sleep(0.002)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    forget(city, ONE, is_whole=True)
    assert "G01" not in raw(city)
    assert asked(city, "select ticket_number from tickets order by 1") == [("G02",), ("G03",)]
    assert snapshot.names(city.city_warehouse) == [current_snapshot(city.city_warehouse)]
    assert [*city.city_warehouse.rglob(".scratch-*")] == []
