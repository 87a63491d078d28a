"""Supervision slips: what is listed by pandas and by hand, numbers without gaps, what is not urged twice, answers, acts, files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from dashboard.acts import Acting, ActRefused, perform
from dashboard.profiles import COMMITTEE, UNIT_MEMBER, VISITOR, Profile
from dashboard.reports.plain import as_text
from dashboard.reports.supervision import slip_of, supervision_report
from dashboard.store import audit, engine_of, upgrade
from dashboard.store import supervision as book
from dashboard.store.supervision import CLOSED, DUE_SOON, ISSUED, OVERDUE, REPLIED, History, Listed, NewSlip
from dashboard.supervising.drafting import Asked, drafts
from dashboard.supervising.finding import after_workdays, late_tickets, shortened
from dashboard.view import View

NOW = datetime(2026, 11, 20, 15, 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date store, of each kind."""
    is_file = request.param == "sqlite"
    engine = engine_of(f"sqlite:///{tmp_path / 'people.sqlite'}" if is_file else request.getfixturevalue("postgres_database"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_of(f"sqlite:///{tmp_path / 'book.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def listed(key: str, urging: int = 1, over: int | None = 3) -> Listed:
    return Listed(f"s:{key}", key, "路灯不亮", "路灯不亮", "甲社区", "签收", NOW, NOW, over, urging)


def new(*keys: str, unit: str = "U1", kind: str = OVERDUE) -> NewSlip:
    return NewSlip(kind, unit, "市甲局", "000001-x", NOW, date(2026, 11, 27), tuple(map(listed, keys)), len(keys))


def issued(engine: Engine, *slips: NewSlip, at: datetime = NOW, kind: str = OVERDUE) -> list[int]:
    return book.issue(engine, kind, lambda _: slips, by="committee", at=at)


# What is listed.


@pytest.mark.parametrize(("kind", "column"), [(OVERDUE, "is_overdue"), (DUE_SOON, "is_due_soon")])
def test_what_is_late_is_what_pandas_finds(demo_view: View, kind: str, column: str) -> None:
    with demo_view.engine.connect() as connection:
        rows = pd.read_sql(text(f"select * from tickets where is_counted and {column}"), connection)
        days = pd.read_sql(text("select day_on, is_workday from calendar_days"), connection)
        seen = pd.read_sql(text("select source_code, as_of from sources"), connection).set_index("source_code")["as_of"]
    worked = pd.to_datetime(days.loc[days["is_workday"], "day_on"])
    found = {one.ticket.ticket_key: (code, one) for code, late in late_tickets(demo_view, kind).items() for one in late}
    assert set(found) == set(rows["ticket_key"])
    assert found or kind == DUE_SOON, "the small demo has nothing due soon at that hour"
    for row in rows.to_dict("records"):
        code, one = found[row["ticket_key"]]
        assert code == (row["unit_code"] if isinstance(row["unit_code"], str) else "")
        if kind == OVERDUE:
            end = pd.Timestamp(seen[row["source_code"]]).normalize()
            assert one.ticket.over_days == int(((worked > row["close_due_at"].normalize()) & (worked <= end)).sum())
        else:
            assert one.ticket.over_days is None


def test_an_answer_is_due_after_so_many_working_days(demo_view: View) -> None:
    assert after_workdays(demo_view, date(2026, 11, 20), 1) == date(2026, 11, 23), "Friday, then Monday"
    assert after_workdays(demo_view, date(2026, 11, 21), 2) == date(2026, 11, 24), "from a Saturday"
    assert after_workdays(demo_view, date(2026, 9, 30), 1) == date(2026, 10, 8), "the national holiday counts as none"
    with pytest.raises(ValueError, match="calendar"):
        after_workdays(demo_view, date(1995, 1, 1), 1)


def test_the_length_of_a_quoted_text() -> None:
    assert len(shortened("路" * 500)) == 80
    assert shortened(" 一\n二 ") == "一 二"


def test_a_slip_leaves_out_what_is_secret_and_what_was_just_urged(demo_view: View) -> None:
    most = max(late_tickets(demo_view, OVERDUE).items(), key=lambda item: len(item[1]))
    code, keys = most[0], [one.ticket.ticket_key for one in most[1] if not one.is_secret]
    assert len(keys) > 1
    asked = Asked(OVERDUE, (code,))
    whole = drafts(demo_view, asked, {}, NOW)[0]
    assert [one.ticket_key for one in whole.tickets] == keys
    assert whole.found_count == len(most[1])
    assert whole.secret_count == whole.found_count - len(keys)
    on_open = {keys[0]: book.Urged(1, NOW - timedelta(days=3), NOW - timedelta(days=3))}
    less = drafts(demo_view, asked, on_open, NOW)[0]
    assert [one.ticket_key for one in less.tickets] == keys[1:]
    assert less.urged_count == 1
    assert "近期已督办、尚在回复期内的1件不重复列入" in as_text(supervision_report(demo_view, less))
    for urged in (
        {keys[0]: book.Urged(2, NOW, None)},  # on slips that were closed
        {keys[0]: book.Urged(2, NOW, NOW - timedelta(days=8))},  # long enough ago
    ):
        again = drafts(demo_view, asked, urged, NOW)[0]
        assert again.tickets[0].urging == 3
        assert "第三次督办1件" in as_text(supervision_report(demo_view, again))
    assert drafts(demo_view, replace(asked, again=True), on_open, NOW)[0].tickets[0].urging == 2
    every = {key: book.Urged(1, NOW, NOW) for key in keys}
    assert drafts(demo_view, asked, every, NOW) == []


def test_all_units_with_at_least_so_many(demo_view: View) -> None:
    found = {code: len(late) for code, late in late_tickets(demo_view, OVERDUE).items() if code}
    made = drafts(demo_view, Asked(OVERDUE, at_least=3), {}, NOW)
    assert {slip.unit_code for slip in made} == {code for code, count in found.items() if count >= 3}
    assert [slip.found_count for slip in made] == sorted((slip.found_count for slip in made), reverse=True)


def test_what_a_slip_says(demo_view: View) -> None:
    slip = replace(new("A1"), tickets=(listed("A1", urging=2, over=12), listed("A2", over=0)), found_count=4, secret_count=1, urged_count=1)
    report = supervision_report(demo_view, slip, number="督〔2026〕12号", made_on=date(2026, 11, 20))
    said = as_text(report)
    for words in (
        "市甲局：", "截至2026年11月20日15时", "共4件", "最长已超期12个工作日", "本单列出2件", "第二次督办1件",
        "2026年11月27日前（5个工作日内）",
        "督〔2026〕12号", "涉密件1件不列入本单", "内部资料 注意保存",
    ):  # fmt: skip
        assert words in said
    for never in ("机密", "秘密", "绝密", "责任人"):
        assert never not in said
    both = replace(slip, tickets=(listed("A1", urging=2), listed("A2", urging=2)))
    assert "所列诉求均为第二次督办。" in as_text(supervision_report(demo_view, both))
    urging = supervision_report(demo_view, replace(new("A1", kind=DUE_SOON), tickets=(listed("A1", over=None),)))
    assert "催办次数" in as_text(urging)
    assert "超期" not in as_text(urging)


# The book.


def test_numbers_follow_one_another_by_kind_and_year(both: Engine) -> None:
    issued(both, new("A1"), new("A2", unit="U2"))
    issued(both, new("A3"), at=NOW.replace(year=2027))
    issued(both, new("A4", kind=DUE_SOON), kind=DUE_SOON)
    held, total = book.slips(both)
    assert total == 4
    assert {slip.number for slip in held} == {"督〔2026〕1号", "督〔2026〕2号", "督〔2027〕1号", "催〔2026〕1号"}
    assert book.slips(both, unit="U2")[1] == 1
    assert book.slips(both, kind=DUE_SOON, state=ISSUED)[1] == 1
    assert book.slips(both, state=CLOSED)[1] == 0
    assert book.last_of_units(both)["U1"].number == "催〔2026〕1号"


def test_two_who_issue_at_once_urge_nothing_twice(both: Engine) -> None:
    """Whoever is second sees what the first has listed, and takes the next number."""
    begun = threading.Barrier(2)

    def choose(urged: History) -> list[NewSlip]:
        if not begun.broken and not urged:
            begun.wait(10)
        return [new(key) for key in ("A1", "A2") if f"s:{key}" not in urged]

    ended: list[list[int]] = []
    threads = [threading.Thread(target=lambda: ended.append(book.issue(both, OVERDUE, choose, by="committee", at=NOW))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(made) for made in ended) == [0, 2]
    assert [slip.number for slip in book.slips(both)[0]] == ["督〔2026〕2号", "督〔2026〕1号"]


def test_answered_and_closed(both: Engine) -> None:
    first = issued(both, new("A1"))[0]
    assert book.history(both, OVERDUE)["s:A1"] == book.Urged(1, NOW, NOW)
    assert book.reply(both, first, 1, "已派人处理", by="unit_member U1", at=NOW)
    assert not book.reply(both, first, 1, "晚了一步", by="unit_member U1", at=NOW), "of an older version"
    assert book.reply(both, first, 2, "已办结", by="unit_member U1", at=NOW)
    assert book.close(both, first, 3, "办结", by="committee", at=NOW)
    assert not book.reply(both, first, 4, "再答", by="unit_member U1", at=NOW), "it is closed"
    held = book.slip(both, first)
    assert held is not None
    assert (held.state, held.reply, held.close_note) == (CLOSED, "已办结", "办结")
    assert book.history(both, OVERDUE)["s:A1"] == book.Urged(1, NOW, None)


def test_a_slip_is_printed_alike_for_ever(demo_view: View, store: Engine) -> None:
    made = drafts(demo_view, Asked(OVERDUE), {}, NOW)[0]
    number = issued(store, made)[0]
    held = book.slip(store, number)
    assert held is not None
    kept = slip_of(held, book.listed(store, [number])[number])
    assert kept == made
    again = supervision_report(demo_view, kept, number=held.number, made_on=NOW.date())
    assert again == supervision_report(demo_view, made, number="督〔2026〕1号", made_on=NOW.date())


# The acts.


def do(view: View, store: Engine, act: str, body: dict[str, Any], profile: Profile = COMMITTEE, unit: str = "") -> Any:
    return perform(act, body, Acting(profile, "127.0.0.1", replace(view, profile=profile, unit=unit), store))


def test_issued_answered_and_closed_by_acts(demo_view: View, store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    # The demo's calendar reaches some days beyond its data.
    monkeypatch.setattr(View, "now", property(lambda _: NOW))
    code = max(late_tickets(demo_view, OVERDUE).items(), key=lambda item: len(item[1]))[0]
    body = {"kind": OVERDUE, "units": [code], "snapshot": demo_view.snapshot}
    for refused in (VISITOR, UNIT_MEMBER):
        with pytest.raises(ActRefused) as told:
            do(demo_view, store, "issue_slips", body, refused, code)
        assert told.value.status == 403
    assert do(demo_view, store, "issue_slips", body).message.zh == "已签发1份：督〔2026〕1号"
    with pytest.raises(ActRefused, match="Nothing to list"):
        do(demo_view, store, "issue_slips", body)
    with pytest.raises(ActRefused, match="newer data"):
        do(demo_view, store, "issue_slips", body | {"snapshot": "000000-gone"})
    assert do(demo_view, store, "issue_slips", body | {"again": True}).message.zh == "已签发1份：督〔2026〕2号"
    second = book.slips(store)[0][0]
    assert book.listed(store, [second.slip_id])[second.slip_id][0].urging == 2
    answer = {"slip_id": second.slip_id, "version": 1, "text": "已安排办理"}
    with pytest.raises(ActRefused, match="another unit"):
        do(demo_view, store, "reply_slip", answer, UNIT_MEMBER, "another")
    do(demo_view, store, "reply_slip", answer, UNIT_MEMBER, code)
    with pytest.raises(ActRefused, match="quicker"):
        do(demo_view, store, "close_slip", answer)
    do(demo_view, store, "close_slip", answer | {"version": 2, "text": "已核实"})
    with pytest.raises(ActRefused, match="closed"):
        do(demo_view, store, "reply_slip", answer | {"version": 3}, UNIT_MEMBER, code)
    with pytest.raises(ActRefused, match="no such slip"):
        do(demo_view, store, "close_slip", answer | {"slip_id": 999})
    held = book.slip(store, second.slip_id)
    assert held is not None
    assert held.replied_by == f"unit_member {code}"
    assert held.state == CLOSED
    written = [line.act_code for line in audit.latest(store, 50)]
    assert {"issue_slips", "reply_slip", "close_slip"} <= set(written)


def test_states_are_known() -> None:
    assert {ISSUED, REPLIED, CLOSED} == set(book.STATES)
