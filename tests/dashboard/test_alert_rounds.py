"""Looking after alerts on the demo city, what walls fetch of them, and the acts of whoever takes one up."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from dashboard.alerts import book, rounds
from dashboard.alerts.handed_over import MOST, left_open
from dashboard.alerts.rounds import Rounds
from dashboard.settings import Settings, read_city
from dashboard.store import audit, store

ROLE = {"X-Act": "page"}


@pytest.fixture
def city(demo: Settings, tmp_path: Path) -> Settings:
    """The demo city with its clock standing at its last delivery, a folder of its own and nobody's alerts yet."""
    shutil.copytree(demo.city_folder, tmp_path / "cities" / demo.city)
    toml = tmp_path / "cities" / demo.city / "city.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('today = "server"', 'today = "as_of"'), encoding="utf-8")
    return Settings(city=demo.city, cities=tmp_path / "cities", warehouse=demo.warehouse, people=tmp_path / "people")


@pytest.fixture
def client(city: Settings) -> Iterator[FlaskClient]:
    Rounds(city)()
    with create_app(city).server.test_client() as client:
        yield client


def act(client: FlaskClient, code: str, **form: object) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/act/{code}?lang=en", json=form, headers=ROLE)
    return answer.status_code, answer.get_json()


def test_a_round_finds_what_the_rules_say_and_looks_again_when_something_is_new(city: Settings) -> None:
    look = Rounds(city)
    look()
    engine = store(city.people_url)
    kinds = {row.kind for row in book.open_alerts(engine)}
    assert {"red_risk", "platform_silent"} <= kinds
    first = book.round_of(engine)
    assert first is not None
    assert (first.faults, first.numbers_at) == ("[]", first.times_at)
    look()
    again = book.round_of(engine)
    assert again is not None
    assert (again.revision, again.times_at) == (first.revision, first.times_at), "a minute has not passed"
    (city.city_folder / "alerts.toml").write_text("", encoding="utf-8")
    look()
    assert book.open_alerts(engine) == [], "without rules there is nothing to be alerted of"


def test_a_wrong_file_is_told_and_the_last_good_rules_hold(city: Settings) -> None:
    engine, file = store(city.people_url), city.city_folder / "alerts.toml"
    Rounds(city)()
    before = book.round_of(engine)
    good = file.read_text(encoding="utf-8").replace("at_least = 15", "at_least = 16")
    file.write_text(good, encoding="utf-8")
    Rounds(city)()
    file.write_text(good.replace("at_least = 16", "at_least = 0"), encoding="utf-8")
    with book.writing(engine) as session:
        book.the_round(session).times_at = None
    Rounds(city)()  # A worker that was started anew knows the last good rules too.
    after = book.round_of(engine)
    assert before is not None
    assert after is not None
    assert "at_least = 16" in after.rules_text
    assert [fault.en for fault in book.faults_of(after)] == ["alerts.toml: rule 1 (surge): at_least: must be at least 3"]
    assert after.revision > before.revision


def test_a_rule_that_fails_stops_no_other(city: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(rounds.FINDERS, "red_risk", lambda _rule, _look: 1 / 0)
    Rounds(city)()
    engine = store(city.people_url)
    assert "platform_silent" in {row.kind for row in book.open_alerts(engine)}
    last = book.round_of(engine)
    assert last is not None
    assert [fault.rule_code for fault in book.faults_of(last)] == ["red_risk"]
    assert capsys.readouterr().err.count("rule red_risk could not be applied (ZeroDivisionError)") == 1


@pytest.mark.parametrize(("language", "level"), [("zh", "紧急"), ("en", "Urgent")])
def test_walls_fetch_what_stands_in_their_language(client: FlaskClient, city: Settings, language: str, level: str) -> None:
    answer = client.get(f"/wall/alerts?lang={language}")
    said = json.loads(answer.data)
    rows = book.open_alerts(store(city.people_url))
    assert [alert["id"] for alert in said["alerts"]] == [row.alert_id for row in rows]
    assert sum(said["counts"].values()) == len(rows) > 0
    assert (said["is_watching"], said["rules"], said["has_faults"]) == (True, 6, False)
    first = said["alerts"][0]
    assert (first["level"], first["level_word"], first["shape"], first["state"]) == ("urgent", level, "▲", "new")
    assert all(first[key] for key in ("what", "where", "since", "who", "do", "state_word", "scene", "numbers"))
    packed = client.get(f"/wall/alerts?lang={language}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(answer.data)


def test_a_duty_officer_takes_up_and_handles_and_nobody_else(client: FlaskClient, city: Settings) -> None:
    engine = store(city.people_url)
    first = book.open_alerts(engine)[0].alert_id
    assert act(client, "acknowledge_alert", alert_id=first)[0] == 403
    client.set_cookie("profile", "data_administrator")
    assert act(client, "handle_alert", alert_id=first, note="x")[0] == 403
    client.set_cookie("profile", "duty_officer")
    assert act(client, "acknowledge_alert", alert_id=first) == (200, {"message": "Acknowledged", "job_id": None})
    assert act(client, "acknowledge_alert", alert_id=first)[1]["error"] == "Somebody has acknowledged this alert already"
    assert act(client, "handle_alert", alert_id=first, note=" ")[1]["error"] == "Please correct: what was done (missing)"
    assert act(client, "handle_alert", alert_id=first, note="已到场处置")[0] == 200
    assert act(client, "handle_alert", alert_id=first, note="x") == (409, {"error": "Somebody has handled this alert already"})
    assert act(client, "handle_alert", alert_id=99999, note="x") == (404, {"error": "There is no such alert"})
    assert first not in [alert["id"] for alert in json.loads(client.get("/wall/alerts").data)["alerts"]]
    second = book.open_alerts(engine)[0].alert_id
    (city.city_folder / "alerts.toml").write_text("", encoding="utf-8")
    Rounds(city)()
    assert act(client, "acknowledge_alert", alert_id=second) == (409, {"error": "The alert has closed; nothing is left to do about it"})
    done = [(line.act_code, line.subject) for line in audit.latest(engine) if line.outcome == audit.DONE]
    assert done == [("handle_alert", f"alert {first}: 已到场处置"), ("acknowledge_alert", f"alert {first}")]


def test_a_shift_hands_over_what_was_open_when_it_ended(city: Settings) -> None:
    Rounds(city)()
    engine, has = store(city.people_url), tuple(read_city(city.city_folder).has)
    rows = book.open_alerts(engine)
    found_at = min(row.first_seen_at for row in rows)
    after, later = found_at + timedelta(minutes=1), found_at + timedelta(hours=1)
    assert left_open(engine, has, found_at) == [], "nothing was found before the shift ended"
    assert left_open(store(f"sqlite:///{city.people / 'empty.sqlite'}"), has, after) is None, "nobody ever looked"
    told = left_open(engine, has, after) or []
    assert len(told) == min(len(rows), MOST)
    assert [row["level"][0] for row in told] == sorted((row["level"][0] for row in told), key="▲◆●".index)
    assert all(row["state"] == "待确认" and row["what"] and row["what_en"] and row["at"] for row in told)
    assert not any(re.search(r"[\u4e00-\u9fff]", row["level_en"] + row["state_en"]) for row in told)
    book.handle(engine, rows[0].alert_id, "duty_officer", "已联系", later)
    book.acknowledge(engine, rows[1].alert_id, "duty_officer", later)
    assert left_open(engine, has, after) == told, "what was done later had not been done then"
    now = left_open(engine, has, later + timedelta(minutes=1)) or []
    assert len(now) == min(len(rows) - 1, MOST)
    assert [row["state"] for row in now].count("已确认") == 1
