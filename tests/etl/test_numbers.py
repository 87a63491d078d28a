"""A number that holds a telephone or an identity number: masked, still one of its own, still linked, found and forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.lives import lives
from dashboard.settings import read_city
from dashboard.ticket_numbers import masked
from dashboard.view import view_of
from etl.forget.request import asked_to_forget
from etl.load import load
from etl.numbers import number_macros
from tests.dashboard.test_lives import EVER
from tests.deliveries import GOOD, HEADER, NOW, asked, delivered, ten_in

PHONE, OTHER = "13800138000", "13812348000"
WIDE = list(dict.fromkeys([*HEADER, "重复于", "内容"]))
# Pieces that numbers are made of, and some that look like a person's.
PIECES = st.sampled_from(
    [PHONE, OTHER, "110101199003071234", "15030320261122", "0001", "-", "_", "/", "TS", "诉", "86", "+86 ", "8", "x", " "]
)
PLAIN = ("202611220001", "150303202611220001", "20261122143005", "2026112213800138000", "G01", "12345678901")
NUMBERS = st.lists(PIECES, min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (PHONE, "138****8000"),
        ("TS-20261122-13800138000", "TS-20261122-138****8000"),
        ("13800138000/13900139000", "138****8000/139****9000"),
        ("138-0013-8000", "138****8000"),
        ("86 13800138000号", "86 138****8000号"),
        ("SFZ11010119900307123x", "SFZ110101********123x"),
        # What platforms number by: the day and a running number, a place and the day, a moment, anything longer.
        *(
            (number, number)
            for number in ("202611220001", "150303202611220001", "20261122143005", "2026112213800138000", "G01", "12345678901")
        ),
    ],
)
def test_what_is_masked_and_what_is_not(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(number_macros("k" * 64))
    return made


@settings(deadline=None, max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NUMBERS, min_size=1, max_size=20, unique=True))
def test_two_numbers_stay_two_and_a_shown_one_stays_as_it_is(con: duckdb.DuckDBPyConnection, numbers: list[str]) -> None:
    query = "select n, shown_number(n), shown_number(shown_number(n)) from (select unnest($1::varchar[]) as n)"
    rows = con.execute(query, [numbers]).fetchall()
    assert len({shown for _, shown, _ in rows}) == len(numbers)
    for number, shown, again in rows:
        assert shown == again
        # The reader covers as the loader does.
        assert shown.partition("~")[0] == masked(number)
        assert (shown == number) == (masked(number) == number)
        assert masked(shown) == shown


def test_a_masked_number_is_upserted_linked_found_and_forgotten(tmp_path: Path) -> None:
    city = ten_in(tmp_path)
    first = [
        GOOD | {"工单编号": PHONE, "内容": "积水"},
        GOOD | {"工单编号": OTHER, "上报时间": "2026-10-12 10:00:00"},
        GOOD | {"工单编号": "G77", "上报时间": "2026-10-12 11:00:00", "重复于": PHONE},
    ]
    load(city, [(delivered(tmp_path / "a.csv", first, WIDE), "appeals")], received_at=NOW)
    later = [GOOD | {"工单编号": PHONE, "内容": "积水已退"}]
    load(city, [(delivered(tmp_path / "b.csv", later, WIDE), "appeals")], received_at=NOW + timedelta(hours=1))
    query = "select ticket_number, ticket_key, summary from tickets where ticket_number like '1%' order by reported_at"
    (number, key, summary), (other, _, _) = asked(city, query)
    assert (number[:12], other[:12], summary) == ("138****8000~", "138****8000~", "积水已退")
    assert number != other
    assert asked(city, "select duplicate_root from tickets where ticket_number = 'G77'") == [(key,)]
    assert asked(city, "select count(*) from unmatched_names where kind = 'ticket'") == [(0,)]
    assert not any(PHONE in repr(asked(city, f"from {table}")) for table in ("tickets", "load_batches", "unmatched_names", "ticket_units"))
    view = view_of(read_city(city.city_folder), city.city_warehouse, "zh")
    for wanted, count in ((number, 1), (key, 1), (PHONE, 2), ("138****8000", 2), (f"appeals:{PHONE}", 2), ("13800130000", 0)):
        assert len(lives(view.engine, wanted, EVER, "zh", "closed")) == count, wanted
    view.engine.dispose()
    # Asked for as it is shown: every row of it is emptied, the other's are not; and so are those that come later.
    request = {"source": "appeals", "number": number, "caller": "", "older_than": "", "reason": "依申请删除"}
    assert asked_to_forget(city, request, is_whole=False, is_sure=False)[0].startswith("2 rows of 2 batches")
    again = [GOOD | {"工单编号": PHONE, "内容": "又积水"}]
    load(city, [(delivered(tmp_path / "c.csv", again, WIDE), "appeals")], received_at=NOW + timedelta(hours=2))
    assert asked(city, f"select summary from tickets where ticket_number = '{number}'") == [(None,)]
