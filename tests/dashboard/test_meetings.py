"""Meetings: what a target's numbers are by pandas, the agenda by hand, decisions in their chain, restated numbers, the acts."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from dashboard import jobs
from dashboard.acts import Acting, ActRefused, perform
from dashboard.meeting_cards.forms import about_fields
from dashboard.meetings.agenda import CARRIED, DUE, NEGATIVE, RED, UNREPORTED, YELLOW, Proposed, new_items, propose, reason_of, reasons_of
from dashboard.meetings.facts import Facts, facts_of
from dashboard.meetings.opening import frozen, pinning
from dashboard.meetings.owner import owners
from dashboard.meetings.restated import restated
from dashboard.meetings.scope import MeetingScope
from dashboard.meetings.stage import moved, stage_of
from dashboard.meetings.words import measured, number, signed
from dashboard.profiles import COMMITTEE, VISITOR
from dashboard.store import audit, chain, decisions, engine_of, meetings, upgrade
from dashboard.store.decisions import Decision
from dashboard.store.meeting_tables import Meeting
from dashboard.store.meetings import DECIDED, NOTED, NewItem
from dashboard.view import View
from dashboard.warehouse import PINS, pinned_snapshots
from etl.errors import FileRefused
from etl.pins import pin, unpin

NOW = datetime(2026, 11, 22, 9, 0)
HELD = datetime(2026, 11, 24, 9, 30)
ABOUT: dict[str, Any] = {"label": "试点工作调度会", "held_at": HELD.isoformat()}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date store, of each kind."""
    is_file = request.param == "sqlite"
    engine = engine_of(f"sqlite:///{tmp_path / 'people.sqlite'}" if is_file else request.getfixturevalue("postgres_database"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date store in a file."""
    engine = engine_of(f"sqlite:///{tmp_path / 'book.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def facts(code: str, **values: Any) -> Facts:
    """A target with one part, behind by nothing."""
    plain: dict[str, Any] = {
        "code": code, "label": f"任务{code}", "label_en": f"Target {code}", "block": "法治", "kind": "target", "measure_unit": "件",
        "better": "up", "start_on": "2026-01-01", "due_on": "2027-12-31", "baseline": 0.0, "target": 10.0, "lamp": "green", "value": 9.0,
        "progress": 90.0, "elapsed": 80.0, "gap": 10.0, "mean_gap": 10.0, "mean_progress": 90.0, "part_count": 1, "reported_count": 1,
        "lamps": {"red": 0, "yellow": 0, "green": 1}, "is_done": False, "is_hit": False, "hit_count": 0, "hit_on": "",
        "observed_on": "2026-10-31",
    }  # fmt: skip
    return Facts(**plain | values)


def held(engine: Engine, count: int = 2, at: datetime = HELD) -> tuple[Meeting, list[int]]:
    """A meeting with targets T1, T2, … on its agenda."""
    values = {
        "label": "调度会", "number": 3, "held_at": at, "next_on": (at + timedelta(days=31)).date(), "place": "", "chair": "李某某",
        "recorder": "", "attended": "甲\n乙", "excused": "", "observing": "", "sent_to": "", "scope": MeetingScope().to_json(),
        "snapshot_name": "000001-20261120T143000", "as_of": NOW,
    }  # fmt: skip
    items = [NewItem(RED, f"任务T{n}", f"Target T{n}", f"T{n}", facts(f"T{n}").to_json()) for n in range(1, count + 1)]
    meeting_id = meetings.make(engine, values, items, by="committee", at=NOW)
    found = meetings.meeting(engine, meeting_id)
    assert found is not None
    return found, [item.item_id for item in meetings.items(engine, meeting_id)]


def decide(engine: Engine, item: int, version: int = 1, said: str = "按周报送", **more: Any) -> str:
    decision = Decision(more.pop("state", DECIDED), said, "U1", "市教委", date(2026, 12, 15), **more)
    return decisions.decide(engine, item, version, decision, by="committee", at=NOW)


# Numbers of targets.


def test_the_numbers_of_targets_are_those_of_pandas(demo_view: View) -> None:
    with demo_view.engine.connect() as connection:
        rows = pd.read_sql(text("select * from pilot_standing"), connection)
        reports = pd.read_sql(text("select * from pilot_observations"), connection)
    found = {one.code: one for one in facts_of(demo_view.engine, MeetingScope().filters(demo_view))}
    assert set(found) == set(rows["target_code"])
    for code, parts in rows.groupby("target_code"):
        one = found[str(code)]
        assert one.part_count == len(parts)
        assert one.reported_count == int(parts["is_reported"].sum())
        assert one.lamps == {lamp: int((parts["lamp_code"] == lamp).sum()) for lamp in ("red", "yellow", "green")}
        gap = parts["gap_pct"].min()
        assert (one.gap is None) if pd.isna(gap) else one.gap == pytest.approx(gap, abs=1e-4)
        assert one.is_hit == bool(parts["is_hit"].any())
        if not pd.isna(gap):
            assert one.mean_gap == pytest.approx(parts["gap_pct"].mean(), abs=1e-3)
        if one.kind != "negative" and one.trend and parts["target_value"].notna().all():
            last = reports[(reports["target_code"] == code) & (reports["observed_on"].astype(str).str[:10] == one.trend[-1][0])]
            start = parts["baseline_value"].fillna(0).iloc[0]
            way = 100 * (last["value"] - start) / (parts["target_value"].iloc[0] - start)
            assert one.trend[-1][1] == pytest.approx(last["progress_pct"].fillna(way).clip(upper=100).mean(), abs=0.01)
    gates = [one for one in found.values() if one.kind == "negative"]
    assert gates
    assert all(one.gap is None and not one.lamp for one in gates), "a gate is never averaged"


def test_numbers_are_kept_as_they_were(demo_view: View) -> None:
    some = facts_of(demo_view.engine, MeetingScope().filters(demo_view))[:5]
    assert [Facts.from_json(one.to_json()) for one in some] == some


def test_a_scope_narrows_what_a_meeting_is_about(demo_view: View) -> None:
    everything = facts_of(demo_view.engine, MeetingScope().filters(demo_view))
    unit = everything[0].unit_codes[0]
    narrowed = facts_of(demo_view.engine, MeetingScope(units=(unit,)).filters(demo_view))
    assert 0 < len(narrowed) <= len(everything)
    assert all(one.unit_codes == [unit] for one in narrowed)
    assert MeetingScope.from_json(MeetingScope(blocks=("法治",)).to_json()) == MeetingScope(blocks=("法治",))


def test_numbers_are_printed_plainly() -> None:
    assert [number(value) for value in (None, 0.0, -0.001, 1234.5, -3.10)] == ["—", "0", "0", "1,234.5", "−3.1"]
    assert [signed(value) for value in (None, 0.0, -0.04, 3.14159, -12.0)] == ["—", "0.0", "0.0", "+3.1", "−12.0"]
    one = facts("T1", measure_unit="件/万人")
    assert (measured(3.0, one, "zh"), measured(3.0, one, "en")) == ("3件/万人", "3 per 10k people")
    own = facts("T1", measure_unit="度")
    assert (measured(3.0, own, "zh"), measured(3.0, own, "en")) == ("3度", "3"), "a word nobody has in English is left out"


# The agenda.


def test_the_agenda_by_hand() -> None:
    targets = [
        facts("GREEN"), facts("LATE", due_on="2026-12-01"), facts("DONE", due_on="2026-12-01", is_done=True),
        facts("Y60", lamp=YELLOW, gap=-5.0, due_on="2027-01-23"), facts("Y61", lamp=YELLOW, gap=-9.0, due_on="2027-01-24"),
        facts("R1", lamp=RED, gap=-11.0), facts("R2", lamp=RED, gap=-30.0), facts("SILENT", part_count=2),
        facts("GATE", kind="negative", lamp="", gap=None, is_hit=True, hit_count=1), facts("CLEAN", kind="negative", lamp="", gap=None),
    ]  # fmt: skip
    found = propose(targets, [], HELD.date(), date(2026, 12, 24))
    expected = [(NEGATIVE, "GATE"), (RED, "R2"), (RED, "R1"), (YELLOW, "Y60"), (DUE, "LATE"), (UNREPORTED, "SILENT")]
    assert [(one.kind, one.facts.code) for one in found if one.facts] == expected
    assert reason_of(facts("NO_DAY", due_on="", lamp=""), HELD.date(), date(2026, 12, 24)) == ""
    assert reason_of(facts("FULL", due_on="2026-12-01", progress=100.0), HELD.date(), date(2026, 12, 24)) == ""
    assert Proposed(RED, targets[5]).item().facts == targets[5].to_json()
    many = new_items([Proposed(RED, facts(f"R{n}")) for n in range(15)])
    assert [one.is_dropped for one in many] == [False] * 12 + [True] * 3


def test_open_actions_of_earlier_meetings_are_carried_over(store: Engine) -> None:
    earlier, (first, second) = held(store, at=HELD - timedelta(days=31))
    assert decide(store, first) == decide(store, second, said="另一件") == "written"
    done = next(one for one in decisions.actions(store) if one.decision.text == "另一件")
    assert decisions.finish(store, done.action.action_id, 1, "已完成", by="committee", at=NOW)
    assert not decisions.finish(store, done.action.action_id, 1, "又完成", by="committee", at=NOW)
    left = decisions.actions(store, before=HELD, only_open=True)
    assert [one.decision.text for one in left] == ["按周报送"]
    gate, again, red = propose(
        [facts("R", lamp=RED), facts("T1", lamp=RED), facts("GATE", kind="negative", is_hit=True)], left, HELD.date(), date(2026, 12, 24)
    )
    assert [(one.kind, one.facts.code) for one in (gate, again, red) if one.facts] == [(NEGATIVE, "GATE"), (CARRIED, "T1"), (RED, "R")]
    assert reasons_of(CARRIED, again.facts, True, HELD.date(), date(2026, 12, 24)) == [CARRIED, RED]
    (carried,) = propose([facts("T1", lamp="green", value=9.5)], left, HELD.date(), date(2026, 12, 24))
    assert (carried.kind, carried.item().target_code, carried.item().action_id) == ("carried", "T1", left[0].action.action_id)
    later, _ = held(store)
    meetings.add(store, later.meeting_id, later.version, carried.item())
    said = stage_of(store, later, "zh").printed()
    assert said[-1]["carried"]["by"] == "市教委，2026-12-15前"
    assert "9件" in said[-1]["carried"]["moved"]
    assert "9.5件" in said[-1]["carried"]["moved"]
    assert said[0]["last"]["text"] == "按周报送", "the last decision on the same target"
    assert decisions.actions(store, before=earlier.held_at) == []
    assert moved(facts("A"), facts("A"), "en").startswith("the number has not moved")


def test_an_agenda_is_arranged_by_whoever_saw_it_last(store: Engine) -> None:
    meeting, (first, second) = held(store)
    assert meetings.arrange(store, meeting.meeting_id, 1, [second])
    assert [(item.item_id, item.is_dropped) for item in meetings.items(store, meeting.meeting_id)] == [(second, False), (first, True)]
    assert not meetings.arrange(store, meeting.meeting_id, 1, [first]), "somebody changed it since"
    assert meetings.arrange(store, meeting.meeting_id, 2, [first, second])
    assert meetings.add(store, meeting.meeting_id, 3, NewItem("free", "其他", "其他")) is not None
    assert decide(store, first) == "written"
    assert meetings.arrange(store, meeting.meeting_id, 4, [second])
    assert not meetings.items(store, meeting.meeting_id)[1].is_dropped, "what was decided on stays"
    assert not meetings.remove(store, meeting.meeting_id, 5), "a meeting that decided something stays"
    assert meetings.counts(store) == {meeting.meeting_id: (2, 1)}


# Decisions and their chain.


def test_a_chain_holds_and_what_was_changed_is_named(store: Engine) -> None:
    meeting, (first, second) = held(store)
    assert decide(store, first) == "written"
    assert decide(store, second, state=NOTED, said="") == "written"
    assert decide(store, first, version=2, said="更正：按月报送") == "written"
    rows = decisions.decisions(store, meeting.meeting_id)
    assert [(row.number, row.supersedes) for row in rows] == [(1, None), (2, None), (3, 1)]
    assert decisions.standing(rows)[first].text == "更正：按月报送"
    assert [one.decision.number for one in decisions.actions(store)] == [3], "the action of what was superseded is replaced"
    found = decisions.read_chain(store, meeting)
    assert (found.count, found.holds, found.head) == (3, True, rows[-1].content_hash)

    def tampered(statement: str) -> chain.Chain:
        with store.connect() as connection:
            connection.execute(text(statement))
            connection.commit()
        latest = meetings.meeting(store, meeting.meeting_id)
        assert latest is not None
        return decisions.read_chain(store, latest)

    changed = tampered("update meeting_decisions set due_on = '2027-12-15' where number = 1")
    assert (changed.changed, changed.holds) == ((1,), False)
    assert tampered("update meeting_decisions set due_on = '2026-12-15' where number = 1").holds
    assert tampered("update meeting_decisions set seen = '{}' where number = 2").changed == (2,)
    rehashed = decisions.decisions(store, meeting.meeting_id)[1]
    forged = chain.content_hash(rehashed)
    assert tampered(f"update meeting_decisions set content_hash = '{forged}' where number = 2").changed == (3,), "the next one tells"
    with store.connect() as connection:
        connection.execute(text("delete from meeting_actions"))
        connection.commit()
    assert tampered("delete from meeting_decisions where number = 2").missing == (2,)


def test_what_is_cut_off_the_end_of_a_closed_meeting_is_missed(store: Engine) -> None:
    meeting, (first, second) = held(store)
    decide(store, first)
    decide(store, second, state=NOTED)
    assert meetings.close(store, meeting.meeting_id, 1, signed_by="李某某", by="committee", at=NOW)
    assert decide(store, first, version=2) == "closed"
    assert not meetings.step(store, meeting.meeting_id, first, NOW)
    assert not meetings.edit(store, meeting.meeting_id, 2, {"place": "别处"})
    with store.begin() as connection:
        connection.execute(text("delete from meeting_decisions where number = 2"))
    closed = meetings.meeting(store, meeting.meeting_id)
    assert closed is not None
    assert decisions.read_chain(store, closed).missing == (2,)


def test_of_two_who_decide_at_once_the_second_is_told(store: Engine) -> None:
    meeting, (first, second) = held(store)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda n=n: answers.append(decide(store, first, said=f"甲{n}"))) for n in range(4)]
    threads += [threading.Thread(target=lambda: answers.append(decide(store, second)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["changed"] * 3 + ["written"] * 2
    assert decisions.read_chain(store, meeting).holds
    assert [row.number for row in decisions.decisions(store, meeting.meeting_id)] == [1, 2]
    assert decisions.decide(store, 999, 1, Decision(NOTED), by="x", at=NOW) == "gone"


def test_every_window_follows_one_step(store: Engine) -> None:
    meeting, (first, second) = held(store)
    assert meetings.step(store, meeting.meeting_id, first, NOW)
    assert meetings.step(store, meeting.meeting_id, second, NOW + timedelta(minutes=5))
    found = meetings.meeting(store, meeting.meeting_id)
    assert found is not None
    assert (found.step_item_id, found.step_revision, found.begun_at, found.step_since) == (second, 2, NOW, NOW + timedelta(minutes=5))
    before = meetings.changes(store, found)
    decide(store, first)
    assert meetings.changes(store, found) == before + 1


# Restated numbers.


def test_numbers_that_were_restated_since_are_marked(demo_view: View, tmp_path: Path) -> None:
    seen = facts_of(demo_view.engine, MeetingScope().filters(demo_view))
    behind = next(one for one in seen if one.gap is not None and one.value is not None and one.part_count == 1)
    name = "000002-20261121T143000"
    (tmp_path / "snapshots").mkdir()
    copy = tmp_path / "snapshots" / f"{name}.duckdb"
    shutil.copyfile(demo_view.folder / "snapshots" / f"{demo_view.snapshot}.duckdb", copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("update pilot_standing set value = value + 1, gap_pct = -50, lamp_code = 'red' where target_code = ?", [behind.code])
        con.execute("delete from pilot_standing where target_code = ?", [seen[-1].code])
    later = replace(demo_view, folder=tmp_path, snapshot=name)
    found = {one.seen.code: one for one in restated(seen, facts_of(later.engine, MeetingScope().filters(later)))}
    expected = {"value", "gap"} | ({"lamp"} if behind.lamp != "red" else set())
    assert set(found[behind.code].differing) == expected
    assert found[seen[-1].code].now is None
    assert sum(bool(one.differing) for one in found.values()) == 2


# The acts.


@pytest.fixture
def acting(demo_view: View, book: Engine) -> Acting:
    return Acting(COMMITTEE, "127.0.0.1", replace(demo_view, profile=COMMITTEE), book)


def test_a_meeting_is_called_pinned_and_its_agenda_grows(acting: Acting, tmp_path: Path) -> None:
    done = perform("create_meeting", ABOUT | {"number": "", "next_on": "", "attended": "甲\x07\n乙"}, acting)
    (meeting,) = meetings.meetings(acting.store)
    assert done.link == f"/pilots/meeting?meeting={meeting.meeting_id}"
    assert (meeting.snapshot_name, meeting.attended, meeting.number) == (acting.view.snapshot, "甲\n乙", None)
    assert meeting.next_on == date(2026, 12, 25)
    (job,) = jobs.latest(acting.store, ["pin"])
    assert job.arguments == {"snapshot": acting.view.snapshot, "holder": f"meeting-{meeting.meeting_id}"}
    assert pinning(acting.view, acting.store, meeting) == "waiting"
    items = meetings.items(acting.store, meeting.meeting_id)
    assert items
    rest = {one.code for one in facts_of(acting.view.engine, MeetingScope().filters(acting.view))} - {item.target_code for item in items}
    form = {"meeting_id": meeting.meeting_id, "version": 1}
    perform("add_item", form | {"target_code": min(rest)}, acting)
    for body, status in (({"target_code": min(rest)}, 409), ({"target_code": "NOWHERE"}, 409), ({}, 422), ({"label": "迟到"}, 409)):
        with pytest.raises(ActRefused) as refused:
            perform("add_item", form | body, acting)
        assert refused.value.status == status
    assert perform("delete_meeting", form | {"version": 2}, acting).link == "/pilots/meeting"
    assert [job.kind for job in jobs.latest(acting.store)] == ["unpin", "pin"]
    fields = {field["name"]: field["value"] for field in about_fields(acting.view, None, 2, meeting)}
    assert (fields["attended"], fields["number"]) == ("甲\n乙", "2")
    assert pinning(replace(acting.view, snapshot="x"), acting.store, meeting) in ("waiting", "failed")
    assert frozen(replace(acting.view, folder=tmp_path), meeting) is None


def test_what_cannot_be_decided_is_refused_in_words(acting: Acting) -> None:
    meeting, (first, _) = held(acting.store)
    good = {"item_id": first, "version": 1, "state": "decided", "text": "办", "due_on": "2026-12-01"}
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"text": ""}, 422), ({"unit": "NO_SUCH"}, 422), ({"due_on": "2026-11-01"}, 422), ({"state": "agreed"}, 422),
        ({"item_id": 9999}, 404),
        ({"version": 7}, 409),
    ]  # fmt: skip
    for change, status in wrong:
        with pytest.raises(ActRefused) as refused:
            perform("decide", good | change, acting)
        assert refused.value.status == status, change
    perform("decide", good, acting)
    perform("close_meeting", {"meeting_id": meeting.meeting_id, "version": 1, "signed_by": "李某某"}, acting)
    with pytest.raises(ActRefused, match="signed off"):
        perform("decide", good | {"version": 2}, acting)
    with pytest.raises(ActRefused):
        perform("edit_meeting", ABOUT | {"meeting_id": meeting.meeting_id, "version": 2}, acting)
    with pytest.raises(ActRefused):
        perform("create_meeting", ABOUT | {"blocks": ["没有的板块"]}, acting)
    with pytest.raises(ActRefused) as not_yours:
        perform("decide", good, replace(acting, profile=VISITOR))
    assert not_yours.value.status == 403
    assert {line.outcome for line in audit.latest(acting.store)} == {audit.DONE, audit.REFUSED}


def test_a_unit_goes_by_all_of_its_names(acting: Acting) -> None:
    with acting.view.engine.connect() as connection:
        rows = pd.read_sql(text("select unit_code, label, short_label from units order by unit_code"), connection)
    code, label, short = rows.dropna().iloc[0]
    for written in (code, code.lower(), label, f" {short[:1]} {short[1:]} "):
        assert owners(acting.view.engine, written) == [(code, label)], written
    _, (first, _) = held(acting.store)
    form = {"item_id": first, "version": 1, "state": "decided", "text": "办"}
    sign = next(sign for sign in "局委办" if rows["label"].str.contains(sign).sum() > 1)
    candidate = owners(acting.view.engine, sign)[0][0]
    with pytest.raises(ActRefused) as refused:
        perform("decide", form | {"unit": sign}, acting)
    assert str(rows.set_index("unit_code").loc[candidate, "label"]) in refused.value.message.zh
    perform("decide", form | {"unit": short}, acting)
    (action,) = decisions.actions(acting.store)
    assert (action.decision.unit_code, action.decision.unit_label) == (code, label)


def test_a_snapshot_stays_while_anybody_holds_it(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "000001-a.duckdb").touch()
    (tmp_path / PINS).write_text("000000-by-hand\n", encoding="utf-8")
    pin(tmp_path, "000001-a", "meeting-1")
    pin(tmp_path, "000001-a", "meeting-2")
    pin(tmp_path, "000001-a", "meeting-2")
    unpin(tmp_path, "000001-a", "meeting-1")
    assert pinned_snapshots(tmp_path) == {"000000-by-hand", "000001-a"}
    unpin(tmp_path, "000001-a", "meeting-2")
    assert pinned_snapshots(tmp_path) == {"000000-by-hand"}
    with pytest.raises(FileRefused, match="gone"):
        pin(tmp_path, "000009-z", "meeting-1")
