"""What a delivered text means: times in every form people write them, numbers, flags, words."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.settings import Settings
from etl.books import MODELS
from etl.load import load
from etl.source import Source
from etl.values import as_typed, plain
from tests.deliveries import CITIES, GOOD, HEADER, NOW, asked, delivered


def source(dates: list[str]) -> Source:
    return Source.model_validate(
        {"code": "x", "label": "x", "kind": "tickets", "columns": {"number": "n"}, "values": {"dates": dates}}
    )  # fmt: skip


def read(texts: list[str | None], name: str, type_: str, dates: list[str]) -> list[object]:
    """What a column of texts is read as."""
    with duckdb.connect() as con:
        con.execute("create temp macro civic(x) as timezone('Asia/Shanghai', x)")
        con.execute((MODELS / "values.sql").read_text(encoding="utf-8"))
        typed = as_typed("x" if type_ == "flag" else plain("x"), name, type_, source(dates))  # type: ignore[arg-type]
        return [row[0] for row in con.execute(f"select {typed} from (select unnest(?::varchar[]) as x)", [texts]).fetchall()]


def times(dates: list[str], expected: dict[str, str | None]) -> None:
    """Each text is read as the moment beside it, None: not at all."""
    found = read([*expected, None], "reported_at", "time", dates)
    assert dict(zip(expected, found[:-1], strict=True)) == {
        text: None if moment is None else datetime.fromisoformat(moment) for text, moment in expected.items()
    }
    assert found[-1] is None


def test_times_as_chinese_programs_and_people_write_them() -> None:
    times(["chinese"], {
        "2018/10/30 上午11:05:00": "2018-10-30 11:05:00", "2018/10/30 下午1:05": "2018-10-30 13:05:00",
        "2018/10/30 下午 11:05:09": "2018-10-30 23:05:09", "2018/10/30 下午13:05": "2018-10-30 13:05:00",
        "2018/10/30 上午12:05": "2018-10-30 00:05:00", "2018/10/30 下午12:05": "2018-10-30 12:05:00",
        "2024年3月5日 9时30分": "2024-03-05 09:30:00", "2024年3月5日9时30分07秒": "2024-03-05 09:30:07", "2024年3月5日": "2024-03-05",
        "2024年03月05日 星期二 21点": "2024-03-05 21:00:00", "2024-3-5 9:5": "2024-03-05 09:05:00", "2024.3.5": "2024-03-05",
        "2024-03-05T09:05:07.250": "2024-03-05 09:05:07", "20240305093000": "2024-03-05 09:30:00", "202403050930": "2024-03-05 09:30:00",
        "20240305": "2024-03-05", "20240305 09:30": "2024-03-05 09:30:00",
        "2024年3月5日 中午12:30": "2024-03-05 12:30:00", "2024年3月5日 中午1点": "2024-03-05 13:00:00",
        "2024年3月5日凌晨3点20分": "2024-03-05 03:20:00", "2024年3月5日 凌晨12:30": "2024-03-05 00:30:00",
        "2024年3月5日 早上7点": "2024-03-05 07:00:00", "2024年3月5日 傍晚6:10": "2024-03-05 18:10:00",
        "2024年3月5日晚上8点": "2024-03-05 20:00:00",
        "２０２４年３月５日　９：３０": "2024-03-05 09:30:00", "２０２４／３／５ ９：３０": "2024-03-05 09:30:00",
        "2024-03-05 24:00": "2024-03-06", "2024年12月31日 24时": "2025-01-01", "2018/10/30 11:05:00 PM": "2018-10-30 23:05:00",
    })  # fmt: skip


@pytest.mark.parametrize("form", ["chinese", "excel", "iso", "%Y-%m-%d %H:%M:%S"])
def test_what_is_no_time_is_none_and_nothing_is_shifted(form: str) -> None:
    wrong = [
        "2023-02-30 10:00:00", "2023年2月30日", "20230230", "2023-02-29 24:00:00", "2023-04-31T10:00:00+08:00", "2023-13-01 10:00:00",
        "2024-03-05 25:00:00", "2024-03-05 24:00:01", "2024-03-05 10:60:00", "2024-03-05 10:00:60", "2024年3月5日 上午13:05",
        "2024年3月5日 晚上12点", "2024年3月5日 晚上3点", "2024年3月5日 上午", "昨天", "infinity", "epoch", "now", "1e5", "18年10月30日",
        "2024-03-05 10", "-43403", "9" * 5000, "２０２３－０２－３０ １０：００：００",
    ]  # fmt: skip
    # strptime takes these two for the year 1900, and they are rejected as too early.
    times([form], {text: None for text in wrong if not (form.startswith("%") and text in ("infinity", "epoch"))})


def test_a_spreadsheets_day_numbers() -> None:
    times(["%Y-%m-%d %H:%M", "excel"], {
        "43403.4618": "2018-10-30 11:05:00", "43403.461805555557": "2018-10-30 11:05:00", "43403": "2018-10-30",
        "45657.99999": "2024-12-31 23:59:59", "60": None, "20181030": None, "2018-10-30 11:05": "2018-10-30 11:05:00",
    })  # fmt: skip


OFFSETS = {
    "2018-10-30T11:05:00+08:00": "2018-10-30 11:05:00", "2018-10-30T11:05:00+00:00": "2018-10-30 19:05:00",
    "2018-10-30T11:05:00Z": "2018-10-30 19:05:00", "2018-10-30T11:05:00-0500": "2018-10-31 00:05:00",
}  # fmt: skip


def test_an_offset_is_turned_to_the_clock_of_the_city() -> None:
    times(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S"], {**OFFSETS, "2018-10-30 11:05:00": "2018-10-30 11:05:00"})
    times(["iso"], {
        **OFFSETS, "2018-10-30T11:05:00": "2018-10-30 11:05:00",
        "2018-10-30 11:05:00.500": "2018-10-30 11:05:00.5", "2018-10-30": "2018-10-30",
        "2018-10-30 11:05:00 +08:00": "2018-10-30 11:05:00", "2018-10-30T11:05Z": "2018-10-30 19:05:00",
    })  # fmt: skip


def test_formats_of_twelve_hours_and_the_end_of_a_day() -> None:
    times(["%m/%d/%Y %I:%M:%S %p"], {"10/30/2018 11:05:00 PM": "2018-10-30 23:05:00", "10/30/2018 12:05:00 AM": "2018-10-30 00:05:00"})
    times(["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"], {
        "2024-02-28 24:00:00": "2024-02-29", "2024-12-31 24:00": "2025-01-01", "2024-12-31 10:24:00": "2024-12-31 10:24:00",
    })  # fmt: skip


def test_numbers() -> None:
    texts = ["1", "2.0", "１２", "1,234.50", "+5", "1e400", "-1e400", "nan", "inf", "9" * 5000, "abc", "12,34", "85%", "3.7", "", None]
    assert read(texts, "amount_yuan", "number", ["iso"]) == [1, 2, 12, 1234.5, 5, *[None] * 8, 3.7, None, None]
    assert read(["85%", "85", "8.5 %", "%"], "progress_pct", "number", ["iso"]) == [85, 85, 8.5, None]
    assert read(["1", "2.0", "3.7", "1e300", "99999999999", "1,234"], "rework_count", "integer", ["iso"]) == [1, 2, None, None, None, 1234]


def test_satisfaction_in_words() -> None:
    words = ["非常满意", "满意", "基本满意", "一般", "不满意", "非常不满意", "4", "4.0", "尚可", "满意度"]
    assert read(words, "satisfaction", "integer", ["iso"]) == [5, 4, 3, 3, 2, 1, 4, 4, None, None]


def city(folder: Path, more: str = "", replaced: tuple[str, str] = ("", "")) -> Settings:
    """The hand-worked city with a source of its own."""
    shutil.copytree(CITIES / "tiny", folder / "cities" / "tiny")
    path = folder / "cities" / "tiny" / "sources" / "appeals.toml"
    path.write_text(path.read_text("utf-8").replace(*replaced) + more, "utf-8")
    return Settings(city="tiny", cities=folder / "cities", warehouse=folder / "warehouse")


def test_a_load_reads_them_and_says_which_forms_it_knows(tmp_path: Path) -> None:
    forms = 'dates = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]'
    settings = city(tmp_path, replaced=(forms, 'dates = ["%Y-%m-%d %H:%M:%S", "chinese", "excel"]'))
    texts = ["2026年10月12日 下午1:05", "46307.5", "2026-10-12 09:00:00", "2026年2月30日 9时"]
    rows = [GOOD | {"工单编号": f"G{n}", "上报时间": text} for n, text in enumerate(texts)]
    load(settings, [(delivered(tmp_path / "a.csv", rows), "appeals")], received_at=NOW)
    assert asked(settings, "select ticket_number, reported_at from tickets order by 1") == [
        ("G0", datetime(2026, 10, 12, 13, 5)), ("G1", datetime(2026, 10, 12, 12)), ("G2", datetime(2026, 10, 12, 9)),
    ]  # fmt: skip
    expected = "a date like %Y-%m-%d %H:%M:%S or 2024年3月5日 下午1:05 or 43403.4618"
    assert asked(settings, "select row_number, reason_code, column_name, masked_value, expected from rejected_rows") == [
        (4, "unreadable_time", "上报时间", "2026年2月30日 9时", expected)
    ]


def test_a_lookup_goes_before_the_usual_words(tmp_path: Path) -> None:
    settings = city(tmp_path, '[lookups.satisfaction]\n"满意" = "5"\n"超级棒" = "5"\n')
    rows = [GOOD | {"工单编号": f"G{n}", "满意度": text} for n, text in enumerate(["满意", "超级棒", "一般", "-"])]
    load(settings, [(delivered(tmp_path / "a.csv", rows), "appeals")], received_at=NOW)
    assert asked(settings, "select satisfaction_score from tickets order by ticket_number") == [(5,), (5,), (3,), (None,)]
    assert asked(settings, "select * from contradictions") == []


def test_what_cannot_be_read_is_empty_and_listed_once_a_column(tmp_path: Path) -> None:
    extra = {"rework_count": "返工", "is_solved": "解决", "is_secret": "保密"}
    settings = city(tmp_path, "[optional]\n" + "".join(f'{ours} = "{theirs}"\n' for ours, theirs in extra.items()))
    rows = [
        GOOD | {"满意度": "9", "返工": "两次13812345678", "解决": "也许", "保密": "否"},
        GOOD | {"工单编号": "G02", "满意度": "很好", "返工": "1.5", "解决": "是", "保密": "是"},
        GOOD | {"工单编号": "G03", "满意度": "0", "返工": "2", "解决": "", "保密": "不详"},
        GOOD | {"工单编号": "G04", "上报时间": "1980-01-01 00:00:00", "返工": "rejected"},
        GOOD | {"工单编号": "G03", "满意度": "0", "返工": "2", "解决": "", "保密": "不详"},
    ]
    load(settings, [(delivered(tmp_path / "a.csv", rows, [*HEADER, *extra.values()]), "appeals")], received_at=NOW)
    columns = "ticket_number, satisfaction_score, rework_count, is_solved, is_secret"
    assert asked(settings, f"select {columns} from tickets order by 1") == [
        ("G01", None, None, None, False), ("G02", None, None, None, True), ("G03", None, 2, None, False),
    ]  # fmt: skip
    assert asked(settings, "select source_code, kind, column_name, name, row_count, first_row from contradictions order by 2, 3") == [
        ("appeals", "flag_unreadable", "保密", "不详", 1, 3),
        ("appeals", "flag_unreadable", "解决", "也许", 1, 1),
        ("appeals", "number_unreadable", "满意度", None, 1, 2),
        ("appeals", "number_unreadable", "返工", "两次138****5678", 2, 1),
        ("appeals", "satisfaction_out_of_range", "满意度", "9", 2, 1),
    ]
