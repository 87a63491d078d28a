"""What a load does with good and bad files: nothing is lost, everything is said, and steps end as one load of all."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dashboard.settings import Settings
from etl import snapshot
from etl.__main__ import app
from etl.errors import FileRefused
from etl.landing import Landing
from etl.load import load
from tests.deliveries import CITIES, GOOD, HEADER, NOW, TEN, asked, delivered, tables, tiny_in

RECEIVED = "2026-10-14T09:00:00"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on a hand-worked city of the test's own; a known fault comes back as the result's exception."""
    monkeypatch.setenv("CITIES", str(CITIES))
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse"))

    def command(*files: Path, source: str = "appeals", received: str = RECEIVED) -> Result:
        names = [str(file) for file in files]
        return CliRunner().invoke(app, ["load", *names, "--city", "tiny", "--source", source, "--received-at", received])

    return command


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


HEAD = ",".join(HEADER) + "\n"
LINE = "G01,2026-10-12 09:00:00" + "," * (len(HEADER) - 2) + "\n"
REFUSED = [
    ("column.csv", HEAD.replace("上报时间", "时间") + LINE, [":1:上报时间: missing 上报时间", "expected the columns mapped in"]),
    (
        "encoding.csv",
        (HEAD + LINE.replace("G01", "路灯")).encode("gb18030"),
        ["encoding.csv: declared as utf-8 but probably gb18030", "expected a file saved as utf-8"],
    ),
    ("empty.csv", "", ["empty.csv", "the file is empty", "expected"]),
]


@pytest.mark.parametrize(("name", "content", "parts"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_and_the_old_snapshot_stays(
    tmp_path: Path, run: Callable[..., Result], name: str, content: str | bytes, parts: list[str]
) -> None:
    settings = tiny_in(tmp_path / "warehouse")
    load(settings, [(TEN, "appeals")], received_at=NOW)
    before = (settings.city_warehouse / "CURRENT").read_bytes()
    result = run(written(tmp_path / name, content))
    assert isinstance(result.exception, FileRefused)
    assert [part for part in parts if part not in str(result.exception)] == [], str(result.exception)
    assert (settings.city_warehouse / "CURRENT").read_bytes() == before


def test_a_refused_file_does_not_stop_the_good_ones(tmp_path: Path, run: Callable[..., Result]) -> None:
    good = delivered(tmp_path / "good.csv", [GOOD])
    result = run(written(tmp_path / "empty.csv", ""), good, tmp_path / "absent.csv")
    assert result.exit_code == 1
    assert "empty.csv: the file is empty" in result.stderr
    assert "absent.csv: there is no such file" in result.stderr
    assert asked(tiny_in(tmp_path / "warehouse"), "select ticket_number from tickets") == [("G01",)]


def test_several_files_all_refused_are_all_named(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run(written(tmp_path / "a.csv", ""), written(tmp_path / "b.csv", ""))
    assert isinstance(result.exception, FileRefused)
    assert "a.csv: the file is empty" in str(result.exception)
    assert "b.csv: the file is empty" in result.exception.__notes__[0]


REJECTED = [
    ({"上报时间": "1989-12-31 23:59:59"}, "bad.csv:3:上报时间: before_1990 '1989-12-31 23:59:59'; expected a time after 1990-01-01"),
    ({"更新时间": "1900-01-01 00:00:00"}, "bad.csv:3:更新时间: before_1990 '1900-01-01 00:00:00'; expected a time after 1990-01-01"),
    (
        {"上报时间": "2026-10-14 10:00:01"},
        "bad.csv:3:上报时间: after_arrival '2026-10-14 10:00:01'; expected times no later than the arrival",
    ),
    (
        {"更新时间": "2099-01-01 00:00:00"},
        "bad.csv:3:更新时间: after_arrival '2099-01-01 00:00:00'; expected times no later than the arrival",
    ),
    (
        {"办结时间": "2026-10-12 08:59:59"},
        "bad.csv:3:办结时间: closed_before_reported '2026-10-12 08:59:59'; expected a closing time after",
    ),
    ({"受理时间": "昨天"}, "bad.csv:3:受理时间: unreadable_time '昨天'; expected a date like %Y-%m-%d %H:%M:%S or %Y-%m-%d %H:%M"),
    ({"工单编号": ""}, "bad.csv:3:工单编号: no_number; expected a number that identifies the row"),
    ({"上报时间": ""}, "bad.csv:3:上报时间: no_report_time; expected the time it was reported or accepted"),
]


@pytest.mark.parametrize(("fault", "said"), REJECTED)
def test_a_row_that_cannot_be_a_ticket_is_rejected_with_file_row_column_and_expectation(
    tmp_path: Path, run: Callable[..., Result], fault: dict[str, str], said: str
) -> None:
    bad = delivered(tmp_path / "bad.csv", [GOOD | {"工单编号": "G00"}, GOOD | fault, GOOD | {"工单编号": "G02"}])
    result = run(bad)
    assert result.exit_code == 0, result.output
    assert f"rejected: {said}" in result.stderr.replace("\n", "")
    settings = tiny_in(tmp_path / "warehouse")
    assert asked(settings, "select ticket_number from tickets order by 1") == [("G00",), ("G02",)]
    assert asked(settings, "select received_count, accepted_count, duplicate_count, rejected_count from load_batches") == [(3, 2, 0, 1)]


def test_a_row_is_named_by_the_line_a_person_sees(tmp_path: Path, run: Callable[..., Result]) -> None:
    rows = [GOOD | {"工单编号": "G00"}, GOOD | {"工单编号": "", "满意度": "9"}]
    text = delivered(tmp_path / "a.csv", rows)
    faulty = text.read_text("utf-8") + "x,y\n" + ",".join(GOOD.get(name, "") for name in HEADER).replace("G01", "") + "\n"
    written(tmp_path / "b.csv", faulty)
    written(tmp_path / "c.csv", faulty.replace("路灯", '"路\n灯"'))
    said = {file: run(tmp_path / file).stderr for file in ("a.csv", "b.csv", "c.csv")}
    assert "rejected: a.csv:3:工单编号: no_number" in said["a.csv"]
    assert "rejected: b.csv:4: broken_row" in said["b.csv"]
    # A value of several lines: only of a broken line the line is known.
    assert "rejected: c.csv:row 2:工单编号: no_number" in said["c.csv"]
    assert "rejected: c.csv:6: broken_row" in said["c.csv"]
    city = tiny_in(tmp_path / "warehouse")
    lines = asked(city, "select file_name, row_number, line_number from rejected_rows order by all")
    assert lines == [
        ("a.csv", 2, 3), ("b.csv", 2, 3), ("b.csv", 3, 4), ("b.csv", 4, 5), ("c.csv", 2, None), ("c.csv", 3, 6), ("c.csv", 4, None),
    ]  # fmt: skip


def test_the_total_of_a_text_is_compared_and_rejects_nothing(tmp_path: Path, run: Callable[..., Result]) -> None:
    path = delivered(tmp_path / "a.csv", [GOOD, GOOD | {"工单编号": "G02"}])
    result = run(written(path, path.read_text("utf-8") + "合计,3\n"))
    assert "the sender counts 3 rows, 2 were received" in result.stderr.replace("\n", " ")
    assert "rejected:" not in result.stderr
    counts = "select received_count, accepted_count, rejected_count, control_count from load_batches"
    assert asked(tiny_in(tmp_path / "warehouse"), counts) == [(2, 2, 0, 3)]


def test_the_arrival_has_an_hour_of_grace(tmp_path: Path, run: Callable[..., Result]) -> None:
    run(delivered(tmp_path / "a.csv", [GOOD | {"上报时间": "2026-10-14 10:00:00"}]))
    assert asked(tiny_in(tmp_path / "warehouse"), "select count(*) from tickets") == [(1,)]


def test_a_file_cut_in_mid_row_brings_its_whole_rows(tmp_path: Path, run: Callable[..., Result]) -> None:
    lines = TEN.read_text(encoding="utf-8").splitlines(keepends=True)
    result = run(written(tmp_path / "cut.csv", "".join(lines[:6]) + lines[6][:20]))
    assert result.exit_code == 0, result.output
    assert "rejected: cut.csv:7" in result.stderr
    assert "expected" in result.stderr
    settings = tiny_in(tmp_path / "warehouse")
    assert asked(settings, "select received_count, accepted_count, rejected_count from load_batches") == [(6, 5, 1)]


def test_one_number_with_two_contents_is_a_warning(tmp_path: Path, run: Callable[..., Result]) -> None:
    rows = [
        GOOD | {"更新时间": "2026-10-13 12:00:00", "内容": "后"},
        GOOD | {"更新时间": "2026-10-13 11:00:00", "内容": "先"},
        GOOD | {"工单编号": "G02", "内容": "甲"},
        GOOD | {"工单编号": "G02", "内容": "乙"},
        GOOD | {"工单编号": "G03"},
        GOOD | {"工单编号": "G03"},
    ]
    result = run(delivered(tmp_path / "two.csv", rows))
    assert result.exit_code == 0, result.output
    assert "warning: two.csv: 2 numbers stand in this file with two contents or more, first G01" in result.stderr
    settings = tiny_in(tmp_path / "warehouse")
    assert asked(settings, "select ticket_number, summary from tickets order by 1") == [("G01", "后"), ("G02", "乙"), ("G03", None)]
    assert asked(settings, "select received_count, accepted_count, duplicate_count, rejected_count from load_batches") == [(6, 5, 1, 0)]
    assert "2 numbers stand" in asked(settings, "select warnings from load_batches")[0][0]


def test_a_cell_of_ten_megabytes_is_read_or_refused_with_its_place(tmp_path: Path, run: Callable[..., Result]) -> None:
    huge = delivered(tmp_path / "huge.csv", [GOOD, GOOD | {"工单编号": "G02", "内容": "长" * 3_500_000}, GOOD | {"工单编号": "G03"}])
    result = run(huge)
    assert result.exit_code == 0, result.output
    settings = tiny_in(tmp_path / "warehouse")
    received, accepted, rejected = asked(settings, "select received_count, accepted_count, rejected_count from load_batches")[0]
    assert (received, accepted + rejected) == (3, 3)
    assert {("G01",), ("G03",)} <= set(asked(settings, "select ticket_number from tickets"))
    assert asked(settings, "select max(length(summary)) <= 500 from tickets") in ([(True,)], [(None,)])


def test_unknown_names_are_counted_and_listed(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run(TEN)
    for line in (
        "category are counted as such; 1 names: 外星人",
        "place are counted as such; 1 names: 无名社区",
        "unit are counted as such; 1 names: 园林局",
    ):
        assert line in result.stderr
    assert asked(tiny_in(tmp_path / "warehouse"), "select rejected_count from load_batches") == [(0,)]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path, run: Callable[..., Result]) -> None:
    run(TEN)
    before = sorted(path.name for path in (tmp_path / "warehouse" / "tiny" / "snapshots").iterdir())
    result = run(TEN, TEN)
    assert "ten.csv: already loaded as 000002-appeals; nothing changed" in result.stdout
    assert sorted(path.name for path in (tmp_path / "warehouse" / "tiny" / "snapshots").iterdir()) == before


def test_a_row_that_came_too_early_may_come_again(tmp_path: Path) -> None:
    settings = tiny_in(tmp_path / "warehouse")
    row = GOOD | {"上报时间": "2026-10-14 12:00:00"}
    for number, (moment, more) in enumerate([(NOW, []), (NOW, [GOOD]), (NOW + timedelta(hours=5), [GOOD | {"工单编号": "G02"}])]):
        load(settings, [(delivered(tmp_path / f"{number}.csv", [row, *more]), "appeals")], received_at=moment)
    counts = "select received_count, accepted_count, duplicate_count, rejected_count from load_batches order by batch_id"
    assert asked(settings, counts) == [(1, 0, 0, 1), (2, 1, 0, 1), (2, 2, 0, 0)]
    load(settings, [(delivered(tmp_path / "4.csv", [GOOD, row]), "appeals")], received_at=NOW + timedelta(hours=6))
    assert asked(settings, counts)[-1] == (2, 0, 2, 0)
    assert_whole_is_the_same(settings)


def assert_whole_is_the_same(settings: Settings) -> None:
    """One rebuild from landing gives the tables that the loads in steps have given."""
    stepwise = tables(settings)
    snapshot.publish(settings.city_warehouse, Landing(settings.city_warehouse / "landing"), NOW, whole=True)
    whole = tables(settings)
    for name, rows in stepwise.items():
        assert rows == whole[name], name


TIMES = ["受理时间", "派遣时间", "签收时间", "办结时间", "评价时间"]


def a_life(dice: random.Random, number: int) -> list[dict[str, str]]:
    """All versions of one ticket, as its platform would export it at several moments."""
    moment = datetime(2026, 9, 1) + timedelta(minutes=dice.randrange(60 * 24 * 43))
    row = GOOD | {
        "工单编号": f"R{number}", "上报时间": str(moment), "小类": dice.choice(["占道经营", "垃圾清运", "路灯", "外星人", ""]),
        "社区": dice.choice(["和平社区", "公园社区", "无名社区", ""]), "承办单位": dice.choice(["城管", "ZJ", "园林局"]),
        "电话": dice.choice(["1", "2", "3", "4", ""]),
    }  # fmt: skip
    versions = []
    for stage in [*TIMES, "更新时间"][: dice.randrange(7)]:
        if dice.random() < 0.8 and stage != "更新时间":
            moment += timedelta(minutes=dice.randrange(60 * 24 * 4))
            row = row | {stage: str(moment)}
        versions.append(row | ({"更新时间": str(moment)} if dice.random() < 0.7 else {}))
    if dice.random() < 0.1:
        row = row | {"上报时间": str(moment - timedelta(days=20)), "小类": "路灯"}
    return [*versions, row | ({"重复于": "R1"} if dice.random() < 0.05 else {})]


@pytest.mark.parametrize("seed", range(2))
def test_loads_in_steps_end_as_one_load_of_everything(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    rows = [version for number in range(80) for version in a_life(dice, number)]
    rows += dice.choices(rows, k=15)
    dice.shuffle(rows)
    settings = tiny_in(tmp_path / "warehouse")
    received = datetime(2026, 9, 20)
    cuts = [0, *sorted(dice.sample(range(len(rows)), 5)), len(rows)]
    for begin, end in pairwise(cuts):
        load(settings, [(delivered(tmp_path / f"{begin}.csv", rows[begin:end]), "appeals")], received_at=received)
        # Mostly forward, now and then a replay of an earlier day.
        received += timedelta(hours=dice.randrange(-60, 240))
    assert_whole_is_the_same(settings)
    assert asked(settings, "select sum(received_count) from load_batches")[0][0] == len(rows)


def test_a_source_that_is_gone_is_named(tmp_path: Path) -> None:
    cities = tmp_path / "cities"
    shutil.copytree(CITIES / "tiny", cities / "tiny")
    settings = tiny_in(tmp_path / "warehouse").model_copy(update={"cities": cities})
    load(settings, [(TEN, "appeals")], received_at=NOW)
    (cities / "tiny" / "sources" / "appeals.toml").rename(cities / "tiny" / "sources" / "calls.toml")
    with pytest.raises(ValueError, match=r"sources/appeals.toml: gone; expected the source of the landed batch 000002-appeals"):
        load(settings, [(delivered(tmp_path / "a.csv", [GOOD]), "calls")], received_at=NOW)
    assert asked(settings, "select count(*) from tickets") == [(10,)]


def test_a_column_mapped_later_is_empty_in_what_was_landed_before(tmp_path: Path) -> None:
    cities = tmp_path / "cities"
    shutil.copytree(CITIES / "tiny", cities / "tiny")
    settings = tiny_in(tmp_path / "warehouse").model_copy(update={"cities": cities})
    load(settings, [(TEN, "appeals")], received_at=NOW)
    declared = cities / "tiny" / "sources" / "appeals.toml"
    declared.write_text(declared.read_text(encoding="utf-8") + 'grid = "网格"\n', encoding="utf-8")
    load(settings, [(delivered(tmp_path / "a.csv", [GOOD | {"网格": "G7"}], [*HEADER, "网格"]), "appeals")], received_at=NOW)
    assert asked(settings, "select grid_code, count(*) from tickets group by 1 order by 2") == [("G7", 1), (None, 10)]


def test_a_control_total_that_does_not_meet_is_said_and_nothing_is_refused(tmp_path: Path) -> None:
    settings = tiny_in(tmp_path / "warehouse")
    file = delivered(tmp_path / "a.csv", [GOOD, GOOD | {"工单编号": "G02"}])
    (tmp_path / "a.csv.total").write_text("3\n", encoding="utf-8")
    outcome = load(settings, [(file, "appeals")], received_at=NOW)
    assert list(outcome.counts.values()) == [(2, 2, 0, 0)]
    assert [line for lines in outcome.warnings.values() for line in lines] == ["the sender counts 3 rows, 2 were received"]
    assert asked(settings, "select control_count, received_count from load_batches") == [(3, 2)]


def test_a_control_total_that_is_no_number_refuses_the_file(tmp_path: Path) -> None:
    file = delivered(tmp_path / "a.csv", [GOOD])
    (tmp_path / "a.csv.total").write_text("about three", encoding="utf-8")
    with pytest.raises(FileRefused, match=r"a\.csv\.total:1: 'about three' is no number"):
        load(tiny_in(tmp_path / "warehouse"), [(file, "appeals")], received_at=NOW)
