"""Ten tickets worked out by hand from the rules of docs/city-folder.md, and what a snapshot must never hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.settings import Settings
from dashboard.warehouse import metadata
from etl.books import MODELS
from etl.load import load
from etl.source import source_named
from tests.deliveries import CITIES, GOOD, HEADER, NOW, asked, delivered, tables, tiny_in

HOUR = 3600


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")


# Office hours 08:30-12:00 and 14:30-17:30: six and a half hours a day. 28 September 2026 is a Monday; 1, 2 and 5-7 October
# are holidays, 3 and 4 a weekend, Saturday the 10th is worked. The file was received on Wednesday 14 October at 9:00.
BY_HAND: dict[str, dict[str, Any]] = {
    # Three workdays from acceptance on the 28th: 29, 30, then the 8th, until the office closes.
    "T01": {
        "accept_due_at": at("09-28 11:00"), "dispatch_due_at": None, "close_due_at": at("10-08 17:30"),
        "is_accepted_on_time": True, "is_closed_on_time": True, "is_open": False, "is_repeat": False, "stage_code": "rated",
        "community_code": "990101001", "unit_code": "CG", "category_code": "0101", "satisfaction_score": 5, "age_band": None,
        # 49 hours on the wall; at work 3 + 3 on the 28th, 6.5 on the 29th, 1.5 on the 30th.
        "elapsed_seconds": 49 * HOUR, "elapsed_work_seconds": 14 * HOUR,
    },
    # Accepted an hour after the two hours allowed; closed on the 12th, the deadline was the 8th.
    "T02": {
        "accept_due_at": at("09-28 12:00"), "close_due_at": at("10-08 17:30"), "is_accepted_on_time": False,
        "is_closed_on_time": False, "is_open": False, "is_overdue": False, "community_code": "990101002", "satisfaction_score": 2,
        # 2 + 3 on the 28th, 6.5 each on 29, 30, 8, 9 and 10, then 1.5 on the 12th.
        "elapsed_seconds": 14 * 24 * HOUR, "elapsed_work_seconds": 39 * HOUR,
    },
    # 垃圾未清 is another name of 垃圾清运: 24 hours by the wall clock from acceptance at 8:10. CG is a code, not a name.
    "T03": {
        "category_code": "0102", "unit_code": "CG", "channel_code": "mini", "community_code": "990102001",
        "accept_due_at": at("09-29 10:00"), "close_due_at": at("09-30 08:10"), "is_closed_on_time": True,
        "elapsed_seconds": 12 * HOUR, "elapsed_work_seconds": 6.5 * HOUR,
    },
    # An hour at work from 16:30 ends with the day. Of the four from 16:40 fifty minutes fit before the holidays, the other
    # 3:10 on the 8th; of the four from 17:00, half an hour and 3:30; of the seven from 16:40, fifty minutes, 3:30 and 2:40.
    "T04": {
        "accept_due_at": at("09-30 17:30"), "dispatch_due_at": at("10-08 11:40"), "sign_due_at": at("10-08 12:00"),
        "close_due_at": at("10-08 17:10"), "is_accepted_on_time": True, "is_dispatched_on_time": True, "is_signed_on_time": True,
        "is_closed_on_time": True, "caller_hash": None, "is_repeat": False, "stage_code": "resolved", "unit_code": "ZJ",
        "elapsed_seconds": 191.5 * HOUR, "elapsed_work_seconds": 6 * HOUR,
    },
    # Accepted 9:20 on the 9th: 2:40, 3:00 and, on the worked Saturday, 1:20. The same caller as T01, of another category.
    "T05": {
        "accept_due_at": at("10-09 10:00"), "dispatch_due_at": at("10-09 15:50"), "sign_due_at": at("10-09 16:10"),
        "close_due_at": at("10-10 09:50"), "is_closed_on_time": True, "is_repeat": False, "satisfaction_score": 3,
        "elapsed_seconds": 24 * HOUR, "elapsed_work_seconds": 6.5 * HOUR,
    },
    # The same caller and category as T05 three days later: a repeat, still counted. Open; clocks start when the office opens.
    "T06": {
        "accept_due_at": at("10-12 09:30"), "dispatch_due_at": at("10-12 15:00"), "sign_due_at": None,
        "close_due_at": at("10-13 09:00"), "is_open": True, "is_overdue": True, "is_closed_on_time": False, "is_due_soon": False,
        "is_dispatched_on_time": False, "is_signed_on_time": None, "is_repeat": True, "is_counted": True, "age_band": "1-3",
        # 13.5 hours at work against a limit of seven.
        "elapsed_work_seconds": 13.5 * HOUR, "limit_used_pct": 100 * 13.5 / 7,
    },
    # Never accepted: late for that at 10:00 on the 13th, and closing runs from the report: 24 hours, over an hour ago.
    "T07": {
        "accept_due_at": at("10-13 10:00"), "is_accepted_on_time": False, "close_due_at": at("10-14 08:00"), "is_overdue": True,
        "is_closed_on_time": False, "stage_code": "reported", "unit_code": "CG", "limit_used_pct": 100 * 25 / 24,
    },
    # Neither community nor unit is known: counted in the town, and for no unit. Three workdays: 14, 15, 16 October.
    "T08": {
        "town_code": "990101", "community_code": None, "unit_code": None, "close_due_at": at("10-16 17:30"), "is_open": True,
        "is_overdue": False, "is_closed_on_time": None, "stage_code": "dispatched", "elapsed_work_seconds": 6.5 * HOUR,
        "limit_used_pct": 100 * 6.5 / 25.5, "is_due_soon": False,
    },
    # An unknown category has no limits; the rest of the row is empty.
    "T09": {
        "category_code": None, "division_code": None, "unit_code": None, "accept_due_at": None, "close_due_at": None,
        "is_open": True, "is_overdue": False, "is_accepted_on_time": None, "limit_used_pct": None, "age_band": "0-1",
    },
    # The platform itself calls it a duplicate of T08: seen, not counted.
    "T10": {"duplicate_of": "appeals:T08", "is_counted": False, "close_due_at": at("10-16 17:30"), "is_repeat": False},
}  # fmt: skip


@pytest.mark.parametrize("number", BY_HAND)
def test_a_ticket_worked_out_by_hand(tiny: Settings, number: str) -> None:
    expected = BY_HAND[number]
    row = asked(tiny, f"select {', '.join(expected)} from tickets where ticket_number = '{number}'")[0]
    assert dict(zip(expected, row, strict=True)) == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }


def test_the_books_of_the_ten(tiny: Settings) -> None:
    assert asked(tiny, "select received_count, accepted_count, duplicate_count, rejected_count from load_batches") == [(10, 10, 0, 0)]
    assert asked(tiny, "select kind, name, row_count from unmatched_names order by kind") == [
        ("category", "外星人", 1), ("place", "无名社区", 1), ("unit", "园林局", 1),
    ]  # fmt: skip
    assert asked(tiny, "select as_of, last_event_at from sources") == [(NOW, datetime(2026, 10, 13, 10, 0))]
    assert asked(tiny, "select summary from tickets where ticket_number = 'T01'") == [("王**反映门口占道经营，电话138****5678",)]


def test_due_soon_is_three_quarters_of_the_limit(tmp_path: Path) -> None:
    # 24 hours from 9:00 on the 13th: at 3:00 on the 14th eighteen of them are used.
    rows = [GOOD | {"工单编号": "A", "小类": "垃圾清运", "上报时间": "2026-10-13 09:00:00"}]
    for received, soon in ((datetime(2026, 10, 14, 2, 59, 59), False), (datetime(2026, 10, 14, 3, 0), True)):
        settings = tiny_in(tmp_path / str(soon))
        load(settings, [(delivered(tmp_path / "a.csv", rows), "appeals")], received_at=received)
        assert asked(settings, "select is_due_soon, is_overdue from tickets") == [(soon, False)]


# What must not be found -> the text that held it.
HOSTILE = {
    "13812345678": "手机13812345678急",
    "139 1111 2222": "打139 1111 2222",
    "137-3333-4444": "137-3333-4444",
    "１３６５５５５６６６６": "全角１３６５５５５６６６６",
    "13912345678": "138-1234-13912345678",
    "15150121199003074512": "卡15150121199003074512",
    "15030219900307451X": "身份证15030219900307451X",
    "150302 19900307 4519": "150302 19900307 4519",
    "150302900307451": "旧证150302900307451",
    "0473-2012345": "座机0473-2012345",
    "(0473)2012345": "(0473)2012345",
    "（0473）2012345": "（0473）2012345",
    "li.si@example.cn": "邮箱li.si@example.cn",
    "li＠": "li＠example.cn",
    "蒙CA1234": "车牌蒙CA1234",
    "蒙c·a1234": "蒙c·a1234",
    "13611112222": "A&#40;13611112222&#41;",
}


def test_nothing_that_identifies_a_person_enters_a_snapshot(tmp_path: Path) -> None:
    rows = [
        GOOD
        | {"工单编号": f"H{n}", "姓名": "欧阳小明", "电话": "18900001111", "内容": f"欧阳小明说：&quot;{text}&quot;欧阳小明"}
        | {"承办单位": f"{text}科", "社区": f"{text}社区", "小类": f"{text}类"}
        for n, text in enumerate(HOSTILE.values())
    ]
    rows += [GOOD | {"工单编号": f"B{n}", "上报时间": text} for n, text in enumerate(HOSTILE.values())]
    settings = tiny_in(tmp_path / "w")
    load(settings, [(delivered(tmp_path / "hostile.csv", rows), "appeals")], received_at=NOW)
    assert asked(settings, "select count(*) from tickets") == [(len(HOSTILE),)]
    assert asked(settings, "select count(*) from rejected_rows where reason_code = 'unreadable_time'") == [(len(HOSTILE),)]
    everything = "\n".join(line for lines in tables(settings).values() for line in lines)
    assert [part for part in [*HOSTILE, "18900001111", "欧阳小明"] if part in everything] == []
    assert asked(settings, "select count(*) from tickets where summary like '欧阳**说：%欧阳**'") == [(len(HOSTILE),)]


def test_the_code_of_an_unknown_place_stays_readable(tmp_path: Path) -> None:
    rows = [GOOD | {"工单编号": f"P{n}", "社区": name} for n, name in enumerate(["150302199001", "15030219900"])]
    settings = tiny_in(tmp_path / "w")
    load(settings, [(delivered(tmp_path / "a.csv", rows), "appeals")], received_at=NOW)
    assert asked(settings, "select name from unmatched_names order by name") == [("150****9900",), ("150302199001",)]


def test_both_title_and_description_are_masked_and_secrets_show_nothing(tmp_path: Path) -> None:
    cities = tmp_path / "cities"
    folder = cities / "tiny"
    source = tiny_in(tmp_path).city_folder
    for path in source.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    declared = folder / "sources" / "appeals.toml"
    theirs = {
        "title": "标题",
        "address": "地址",
        "is_secret": "保密",
        "lon": "经度",
        "lat": "纬度",
        "grid": "网格",
        "assisting_units": "协办",
    }
    more = "[optional]\n" + "".join(f'{ours} = "{name}"\n' for ours, name in theirs.items())
    declared.write_text(declared.read_text(encoding="utf-8") + more, encoding="utf-8")
    extra = {"姓名": "李四", "内容": "李四13812345678", "地址": "李四家13812345678", "经度": "106.8", "纬度": "39.6", "网格": "G1"}
    rows = [
        GOOD | extra | {"工单编号": "A", "标题": "李四的诉求13812345678", "协办": "城管13812345678"},
        GOOD | extra | {"工单编号": "B"},
        GOOD | extra | {"工单编号": "C", "标题": "举报", "保密": "是"},
    ]
    settings = Settings(city="tiny", cities=cities, warehouse=tmp_path / "w")
    header = list(dict.fromkeys([*HEADER, *rows[0], *rows[2]]))
    load(settings, [(delivered(tmp_path / "a.csv", rows, header), "appeals")], received_at=NOW)
    columns = "summary, address, assisting_units, lon, lat, grid_code"
    assert asked(settings, f"select {columns} from tickets order by ticket_number") == [
        ("李*的诉求138****5678", "李*家138****5678", "城管138****5678", 106.8, 39.6, "G1"),
        ("李*138****5678", "李*家138****5678", None, 106.8, 39.6, "G1"),
        (None, None, None, None, None, None),
    ]


def test_every_table_of_the_models_is_in_the_contract() -> None:
    kinds = {path.stem for path in (MODELS / "marts").glob("*.sql")}
    assert kinds <= set(metadata.tables)
    assert kinds == {path.stem for path in (MODELS / "conform").glob("*.sql")} - {"derive", "names"}


def test_words_and_names_nobody_agreed_on_are_listed_and_count_as_empty(tmp_path: Path) -> None:
    settings = Settings(city="small", cities=CITIES, warehouse=tmp_path / "warehouse")
    header_of = {name: list(source_named(CITIES / "small", name).columns) for name in ("mediation", "hotline")}
    row = {"accepted_at": "2026-10-01 09:00:00", "origin": "patrol"}
    disputes = [
        row | {"number": "A", "type": "邻里纠纷", "outcome": "success", "organisation": "河东调委会"},
        row | {"number": "B", "type": "噪音13812345678", "outcome": "谈妥了", "organisation": "某调委会"},
        row | {"number": "C", "type": "", "outcome": "谈妥了", "organisation": "某调委会", "origin": "上门"},
    ]
    calls = [{"number": "1", "reported_at": "2026-10-01 09:00:00", "status": "半办结", "is_secret": ""}]
    secret = [{"number": "2", "reported_at": "2026-10-01 09:00:00", "status": "保密状态", "is_secret": "是"}]
    load(
        settings,
        [
            (delivered(tmp_path / "m.csv", disputes, header_of["mediation"]), "mediation"),
            (delivered(tmp_path / "h.csv", calls + secret, header_of["hotline"]), "hotline"),
        ],
        received_at=NOW,
    )
    columns = "dispute_number, dispute_type_code, origin_code, outcome_code, organisation_code"
    assert asked(settings, f"select {columns} from disputes order by 1") == [
        ("A", "neighbour", "patrol", "success", "O1"), ("B", None, "patrol", None, None), ("C", None, None, None, None),
    ]  # fmt: skip
    assert asked(settings, "select kind, name, row_count from unmatched_names order by 1, 2") == [
        ("dispute_type", "噪音138****5678", 1), ("organisation", "某调委会", 2),
    ]  # fmt: skip
    assert asked(settings, "select source_code, kind, column_name, name, row_count, first_row from contradictions order by 1, 3, 4") == [
        ("hotline", "word_unknown", "status", "半办结", 2, 1),
        ("mediation", "word_unknown", "origin", "上门", 1, 3),
        ("mediation", "word_unknown", "outcome", "谈妥了", 2, 2),
    ]
