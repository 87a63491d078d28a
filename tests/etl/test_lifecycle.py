"""The life of a ticket: late updates, deletions, co-handling, repeats, secrecy; worked by hand, and steps equal to the whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dashboard.settings import Settings
from dashboard.warehouse import metadata
from etl import snapshot
from etl.errors import SourceError
from etl.landing import Landing
from etl.load import load
from etl.source import read_source
from tests.deliveries import CITIES, GOOD, HEADER, NOW, asked, delivered, tables

Row = Mapping[str, str]
MORE = {
    "is_secret": "保密", "address": "地址", "lon": "经度", "lat": "纬度", "grid": "网格", "assisting_units": "协办", "status": "状态",
    "title": "标题", "rework_count": "返工",
}  # fmt: skip
WIDE = [*HEADER, *MORE.values()]


def city_in(folder: Path, declared: str = "") -> Settings:
    """The hand-worked city whose platform maps more columns, and declares what is given."""
    shutil.copytree(CITIES / "tiny", folder / "cities" / "tiny")
    path = folder / "cities" / "tiny" / "sources" / "appeals.toml"
    text = declared + "\n" + path.read_text(encoding="utf-8") + "[optional]\n"
    text += "".join(f'{ours} = "{theirs}"\n' for ours, theirs in MORE.items()) + '[lookups.status]\n"已删除" = "deleted"\n'
    path.write_text(text, encoding="utf-8")
    return Settings(city="tiny", cities=folder / "cities", warehouse=folder / "warehouse")


def load_rows(settings: Settings, rows: Sequence[Row], at: datetime = NOW) -> None:
    folder = settings.warehouse.parent
    load(settings, [(delivered(folder / f"{len(list(folder.glob('*.csv')))}.csv", rows, WIDE), "appeals")], received_at=at)


def assert_whole_is_the_same(settings: Settings) -> None:
    stepwise = tables(settings)
    snapshot.publish(settings.city_warehouse, Landing(settings.city_warehouse / "landing"), NOW, whole=True)
    whole = tables(settings)
    assert {name: rows for name, rows in stepwise.items() if rows != whole[name]} == {}


def state(settings: Settings, columns: str) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in asked(settings, f"select ticket_number, {columns} from tickets order by 1")}


VERSIONS: list[Row] = [
    GOOD
    | {"更新时间": "2026-10-12 10:00:00", "内容": "一", "承办单位": "CG", "电话": "13800000001", "街道": "河西街道", "社区": "和平社区"},
    GOOD | {"更新时间": "2026-10-12 11:00:00", "内容": "", "受理时间": "2026-10-12 10:30:00", "承办单位": "", "街道": "", "社区": ""},
    GOOD | {"更新时间": "2026-10-12 12:00:00", "内容": "三", "小类": "", "街道": "河东街道", "社区": ""},
    GOOD | {"更新时间": "2026-10-12 13:00:00", "内容": "", "满意度": "4", "小类": "", "承办单位": "", "街道": "", "社区": "", "保密": "否"},
]
LAST = {
    # Every cell of the last version, or, from a platform that sends parts, the newest cell that said something.
    "": (None, None, None, None, None),
    "partial = true": ("三", "ZJ", "0201", "990101", None),
}


@pytest.mark.parametrize("declared", LAST)
@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(order=st.permutations(range(len(VERSIONS))), cut=st.integers(1, 3))
def test_the_order_of_arrival_does_not_matter(declared: str, order: list[int], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = city_in(Path(folder), declared)
        for places in (order[:cut], order[cut:]):
            files = [delivered(Path(folder) / f"{place}.csv", [VERSIONS[place]], WIDE) for place in places]
            load(city, [(file, "appeals") for file in files], received_at=NOW)
        columns = "summary, unit_code, category_code, town_code, community_code, accepted_at, caller_hash is null, satisfaction_score"
        found = state(city, columns)["G01"]
        accepted = datetime(2026, 10, 12, 10, 30) if declared else None
        assert found == (*LAST[declared], accepted, not declared, 4)
        assert_whole_is_the_same(city)


def test_pieces_of_a_row_in_one_delivery_and_pieces_without_a_time(tmp_path: Path) -> None:
    city = city_in(tmp_path, "partial = true")
    load_rows(city, [VERSIONS[2], VERSIONS[0]])
    load_rows(city, [GOOD | {"承办单位": "CG", "小类": ""}, {"工单编号": "G01"}], NOW + timedelta(hours=1))
    assert state(city, "summary, unit_code, category_code") == {"G01": ("三", "CG", "0201")}
    counts = asked(city, "select received_count, accepted_count, duplicate_count, rejected_count from load_batches order by batch_id")
    assert counts == [(2, 2, 0, 0), (2, 1, 0, 1)]
    assert_whole_is_the_same(city)


def test_a_status_word_deletes_and_a_later_version_brings_back(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    other = GOOD | {"工单编号": "G02", "电话": "13800000001", "上报时间": "2026-10-13 09:00:00"}
    load_rows(city, [GOOD | {"电话": "13800000001", "更新时间": "2026-10-12 10:00:00"}, other])
    columns = "is_deleted, is_counted, is_open, is_repeat, deleted_at"
    assert state(city, columns) == {"G01": (False, True, True, False, None), "G02": (False, True, True, True, None)}
    load_rows(city, [GOOD | {"电话": "13800000001", "更新时间": "2026-10-13 10:00:00", "状态": "已删除"}])
    gone = (True, False, False, False, datetime(2026, 10, 13, 10))
    assert state(city, columns) == {"G01": gone, "G02": (False, True, True, False, None)}
    assert_whole_is_the_same(city)
    load_rows(city, [GOOD | {"电话": "13800000001", "更新时间": "2026-10-13 11:00:00"}])
    assert state(city, columns) == {"G01": (False, True, True, False, None), "G02": (False, True, True, True, None)}
    assert_whole_is_the_same(city)


def hours(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def test_what_a_full_export_no_longer_holds_is_deleted(tmp_path: Path) -> None:
    city = city_in(tmp_path, 'deletions = "absent"')
    one, two, three = (GOOD | {"工单编号": f"G0{n}"} for n in (1, 2, 3))
    load_rows(city, [one, two, three])
    load_rows(city, [one, three], hours(1))
    load_rows(city, [one], hours(2))
    columns = "is_deleted, is_counted, deleted_at"
    here = (False, True, None)
    assert state(city, columns) == {"G01": here, "G02": (True, False, hours(1)), "G03": (True, False, hours(2))}
    assert_whole_is_the_same(city)
    # Identical rows are duplicates, and still say that the ticket is there.
    load_rows(city, [one, two, GOOD | {"工单编号": "G04"}], hours(3))
    assert state(city, columns) == {"G01": here, "G02": here, "G03": (True, False, hours(2)), "G04": here}
    assert_whole_is_the_same(city)
    # An old stock that comes late says when something was last there, not that it is gone.
    load_rows(city, [three, GOOD | {"工单编号": "G05"}], hours(-1))
    late = (True, False, hours(0))
    assert state(city, columns) == {"G01": here, "G02": here, "G03": (True, False, hours(2)), "G04": here, "G05": late}
    assert_whole_is_the_same(city)


def test_a_delivery_that_is_not_surely_whole_deletes_nothing(tmp_path: Path) -> None:
    city = city_in(tmp_path, 'deletions = "absent"')
    load_rows(city, [GOOD, GOOD | {"工单编号": "G02"}])
    load_rows(city, [], hours(1))
    cut = tmp_path / "cut.csv"
    cut.write_text(delivered(cut, [GOOD], WIDE).read_text(encoding="utf-8") + "G02,2026", encoding="utf-8")
    short = delivered(tmp_path / "short.csv", [GOOD | {"内容": "又"}], WIDE)
    (tmp_path / "short.csv.total").write_text("2", encoding="utf-8")
    load(city, [(cut, "appeals"), (short, "appeals")], received_at=hours(2))
    assert state(city, "is_deleted") == {"G01": (False,), "G02": (False,)}
    assert_whole_is_the_same(city)


def test_assisting_units_by_any_sign_and_unknown_ones_listed(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    load_rows(city, [
        GOOD | {"协办": "城管;住建局"}, GOOD | {"工单编号": "G02", "承办单位": "", "协办": "CG、 园林局，城市管理局|ZJ"},
        GOOD | {"工单编号": "G03"}, GOOD | {"工单编号": "G04", "协办": "城管", "保密": "是"},
    ])  # fmt: skip
    assert asked(city, "select ticket_key, unit_code, role_code from ticket_units order by all") == [
        ("appeals:G01", "CG", "assist"), ("appeals:G01", "ZJ", "lead"), ("appeals:G02", "CG", "assist"), ("appeals:G02", "ZJ", "assist"),
        ("appeals:G03", "ZJ", "lead"),
    ]  # fmt: skip
    assert state(city, "assisting_count") == {"G01": (1,), "G02": (2,), "G03": (0,), "G04": (None,)}
    assert asked(city, "select kind, name, row_count from unmatched_names") == [("unit", "园林局", 1)]
    load_rows(city, [GOOD | {"更新时间": "2026-10-14 09:30:00"}], hours(1))
    assert asked(city, "select unit_code, role_code from ticket_units where ticket_key = 'appeals:G01'") == [("ZJ", "lead")]
    assert_whole_is_the_same(city)


def test_a_row_for_each_unit(tmp_path: Path) -> None:
    city = city_in(tmp_path, "units_in_rows = true")
    load_rows(city, [GOOD | {"承办单位": "城管"}, GOOD, GOOD | {"工单编号": "G02"}])
    assert asked(city, "select ticket_key, unit_code, role_code from ticket_units order by all") == [
        ("appeals:G01", "CG", "lead"), ("appeals:G01", "ZJ", "assist"), ("appeals:G02", "ZJ", "lead"),
    ]  # fmt: skip
    assert asked(city, "select accepted_count, warnings from load_batches") == [(3, "")]
    load_rows(city, [GOOD | {"工单编号": "G02"}, GOOD | {"工单编号": "G02", "承办单位": "CG"}], hours(1))
    assert asked(city, "select unit_code, role_code from ticket_units where ticket_key = 'appeals:G02' order by all") == [
        ("CG", "assist"), ("ZJ", "lead"),
    ]  # fmt: skip
    assert_whole_is_the_same(city)


def linked(number: str, target: str = "", **more: str) -> Row:
    return GOOD | {"工单编号": number, "重复于": target, "上报时间": f"2026-10-{10 + int(number[1:]) % 4} 09:00:00"} | more


def test_duplicates_lead_to_the_one_ticket_that_counts(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    # A chain, a circle of two with one leading into it, one of itself, one of nobody.
    rows = [linked("D3", "D2"), linked("D2", "D1"), linked("D1")]
    rows += [linked("E1", "E2"), linked("E2", "E1"), linked("E3", "E2"), linked("F1", "F1"), linked("H1", "H9"), linked("H2", "H1")]
    for part in (rows[:1], rows[1:4], rows[4:]):
        load_rows(city, part)
    root = "duplicate_root, is_counted"
    alone = (None, True)
    assert state(city, root) == {
        "D1": alone, "D2": ("appeals:D1", False), "D3": ("appeals:D1", False), "E1": alone, "E2": ("appeals:E1", False),
        "E3": ("appeals:E1", False), "F1": alone, "H1": alone, "H2": ("appeals:H1", False),
    }  # fmt: skip
    assert asked(city, "select kind, name, row_count from unmatched_names") == [("ticket", "H9", 1)]
    assert_whole_is_the_same(city)
    # The unknown one arrives, and the head of the chain is deleted: the first of those left counts for it.
    load_rows(city, [linked("H9"), linked("D1", 状态="已删除", 更新时间="2026-10-14 09:00:00")])
    found = state(city, root)
    assert (found["H9"], found["H1"], found["H2"]) == (alone, ("appeals:H9", False), ("appeals:H9", False))
    assert (found["D1"][1], found["D2"], found["D3"]) == (False, alone, ("appeals:D2", False))
    assert asked(city, "select count(*) from unmatched_names") == [(0,)]
    assert_whole_is_the_same(city)


def test_a_chain_of_five_hundred_has_one_root(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    load_rows(city, [linked(f"K{n}", f"K{n - 1}" if n else "") for n in range(500)])
    assert asked(city, "select distinct duplicate_root from tickets where not is_counted") == [("appeals:K0",)]
    assert asked(city, "select count(*) from tickets where is_counted") == [(1,)]


def test_a_repeat_names_the_first_of_its_chain(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    days = {"R1": "2026-07-01", "R2": "2026-07-31", "R3": "2026-08-30", "R4": "2026-09-30", "R5": "2026-10-01"}
    rows = [GOOD | {"工单编号": n, "电话": "13800000001", "上报时间": f"{day} 09:00:00"} for n, day in days.items()]
    # R5 stands also in a chain of its place, which began later than that of its caller.
    rows[4] = rows[4] | {"地址": "1号"}
    rows.append(GOOD | {"工单编号": "R6", "上报时间": "2026-09-30 10:00:00", "地址": "1号"})
    for part in (rows[3:], rows[1:3], rows[:1]):
        load_rows(city, part)
    # Thirty days and no more: the 30th of September is 31 days after the 30th of August.
    assert state(city, "is_repeat, repeat_of") == {
        "R1": (False, None), "R2": (True, "appeals:R1"), "R3": (True, "appeals:R1"), "R4": (False, None), "R5": (True, "appeals:R4"),
        "R6": (False, None),
    }  # fmt: skip
    assert_whole_is_the_same(city)


TELLING = {
    "姓名": "欧阳小明", "电话": "13800000001", "内容": "告密内容", "标题": "告密标题", "地址": "告密路1号", "经度": "106.8", "纬度": "39.6",
    "网格": "告密网格", "协办": "城管", "社区": "公园社区", "渠道": "12345", "满意度": "1", "重复于": "G02", "返工": "3",
}  # fmt: skip
SHOWN = """
    ticket_key source_code ticket_number batch_id row_number category_code major_code division_code district_code town_code status_code
    stage_code age_band is_secret has_closing_times delivered_on_time delivered_deleted elapsed_seconds elapsed_work_seconds limit_used_pct
    last_seen_batch
"""


def test_a_secret_ticket_shows_category_town_time_and_status_alone(tmp_path: Path) -> None:
    city = city_in(tmp_path)
    names = [column.name for column in metadata.tables["tickets"].columns]
    opened = GOOD | TELLING | {"更新时间": "2026-10-12 10:00:00"}
    hidden = opened | {"更新时间": "2026-10-12 12:00:00", "保密": "是", "社区": "无名社区", "承办单位": "无名局"}
    load_rows(city, [opened, GOOD | {"工单编号": "G02"}])
    assert state(city, "summary, caller_hash is null, unit_code")["G01"] == ("告密标题", False, "ZJ")
    for row in (hidden, opened | {"更新时间": "2026-10-12 11:00:00"}):
        load_rows(city, [row])
        facts = dict(zip(names, asked(city, f"select {', '.join(names)} from tickets where ticket_number = 'G01'")[0], strict=True))
        told = {n for n, value in facts.items() if value is not None and not n.endswith("_at") and not n.startswith("is_")} - set(
            SHOWN.split()
        )
        assert told == set()
        assert (facts["division_code"], facts["town_code"], facts["category_code"], facts["is_asked"]) == ("990101", "990101", "0201", None)
        everything = "\n".join(line for lines in tables(city).values() for line in lines)
        assert [word for word in ("告密", "无名", "106.8") if word in everything] == []
        assert asked(city, "select count(*) from ticket_units where ticket_key = 'appeals:G01'") == [(0,)]
        assert_whole_is_the_same(city)
    # The flag is lifted.
    load_rows(city, [opened | {"更新时间": "2026-10-13 10:00:00", "保密": "否"}], hours(1))
    assert state(city, "summary, address, duplicate_root")["G01"] == ("告密标题", "告密路1号", "appeals:G02")
    assert_whole_is_the_same(city)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('partial = true\ndeletions = "absent"', "partial and deletions exclude each other"),
        ("partial = true\nunits_in_rows = true", "partial and units_in_rows exclude each other"),
        ('deletions = "never"', "deletions cannot be 'never'"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_line(tmp_path: Path, declared: str, said: str) -> None:
    city = city_in(tmp_path, declared)
    with pytest.raises(SourceError, match=said):
        read_source(city.city_folder / "sources" / "appeals.toml")


@pytest.mark.parametrize(
    ("kind", "key", "time"), [("disputes", "dispute_number", "accepted_at"), ("risks", "risk_number", "registered_at")]
)
def test_disputes_and_risks_are_deleted_alike(tmp_path: Path, kind: str, key: str, time: str) -> None:
    city = city_in(tmp_path)
    for code, declared in (("stock", 'deletions = "absent"'), ("stated", "")):
        text = f'label = "{code}"\nkind = "{kind}"\n{declared}\n[csv]\n[columns]\nnumber = "编号"\n{time} = "时间"\nis_deleted = "删除"\n'
        (city.city_folder / "sources" / f"{code}.toml").write_text(text, encoding="utf-8")
    row = {"时间": "2026-10-01 09:00:00", "删除": "否"}
    first, second = ([row | {"编号": number} for number in numbers] for numbers in ("AB", "A"))
    header = ["编号", "时间", "删除"]
    stated = delivered(tmp_path / "s.csv", [row | {"编号": "C"}, row | {"编号": "D", "删除": "是"}], header)
    load(city, [(delivered(tmp_path / "1.csv", first, header), "stock"), (stated, "stated")], received_at=NOW)
    columns = f"select {key}, is_deleted, is_counted, is_open, deleted_at from {kind} order by 1"
    here = (False, True, True, None)
    gone = (True, False, False, NOW)
    assert asked(city, columns) == [("A", *here), ("B", *here), ("C", *here), ("D", *gone)]
    load(city, [(delivered(tmp_path / "2.csv", second, header), "stock")], received_at=hours(1))
    assert asked(city, columns) == [("A", *here), ("B", True, False, False, hours(1)), ("C", *here), ("D", *gone)]
    assert_whole_is_the_same(city)
    load(city, [(delivered(tmp_path / "3.csv", [*first, row | {"编号": "E"}], header), "stock")], received_at=hours(2))
    assert asked(city, columns)[1] == ("B", *here)
    assert_whole_is_the_same(city)
