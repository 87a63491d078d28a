"""Links of walls and tablets, what a tablet tells a wall, what a wall's black box says: who may, who is refused, what is kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app import create_app
from dashboard.device_routes import LARGEST_SAMPLE
from dashboard.scenes import scenes_of
from dashboard.settings import Settings
from dashboard.store import audit, store
from dashboard.store.health import Sight
from dashboard.walls import MOST_NAMES, Walls, walls_of

ACT = {"X-Act": "page"}
ADMINISTRATOR = "data_administrator"
# A request from elsewhere: not this machine, nor under a name of it.
ELSEWHERE: Any = {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}, "base_url": "http://wall.city"}
NOW = datetime(2026, 11, 22, 9, 0)


@pytest.fixture(scope="module")
def server(tiny: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(tiny.model_copy(update={"people": tmp_path_factory.mktemp("people")})).server


@pytest.fixture
def people(server: Flask, tmp_path: Path) -> Iterator[Engine]:
    """The server with an empty store of its own."""
    held = server.extensions["dashboard"]
    server.extensions["dashboard"] = Settings(city=held.city, cities=held.cities, warehouse=held.warehouse, people=tmp_path)
    yield store(server.extensions["dashboard"].people_url)
    server.extensions["dashboard"] = held


def linked(server: Flask, kind: str) -> FlaskClient:
    """A browser elsewhere that opened a new link of a kind."""
    client = server.test_client()
    assert client.get(made(server, kind), **ELSEWHERE).status_code == 303
    return client


def made(server: Flask, kind: str) -> str:
    """The address of a new link."""
    desk = server.test_client()
    desk.set_cookie("profile", ADMINISTRATOR)
    answer = desk.post("/act/make_device_link", json={"kind": kind, "label": "一楼"}, headers=ACT)
    assert answer.status_code == 200, answer.text
    link: str = answer.get_json()["link"]
    return link


def revoke(server: Flask, device_id: int) -> int:
    desk = server.test_client()
    desk.set_cookie("profile", ADMINISTRATOR)
    return desk.post("/act/revoke_device", json={"device_id": device_id}, headers=ACT).status_code


def told(server: Flask, client: FlaskClient | None = None, **said: object) -> dict[str, Any]:
    """What the polled token tells a wall."""
    answer = (client or server.test_client()).get("/wall/token", query_string=said, **ELSEWHERE)
    assert answer.status_code == 200
    return {name: value for name, value in answer.get_json().items() if name in ("revoked", "steer")}


def press(client: FlaskClient, do: str, revision: int, wall: str = "hall", **more: str) -> tuple[int, str]:
    answer = client.post("/act/steer_wall", json={"wall": wall, "revision": revision, "do": do, **more}, headers=ACT, **ELSEWHERE)
    body = answer.get_json()
    return answer.status_code, body.get("error", "")


def test_a_link_makes_a_browser_a_device_and_is_told_once(server: Flask, people: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    link = made(server, "wall")
    client = server.test_client()
    answer = client.get(link, **ELSEWHERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wall")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=31536000"} <= set(cookie.split("; "))
    token = link.removeprefix("/d/")
    assert token not in caplog.text
    with people.connect() as connection:
        tables = [connection.execute(text(f"select * from {name}")).all() for name in ("audit_lines", "devices")]
    assert token not in str(tables)
    assert [(line.act_code, line.subject, line.note) for line in audit.latest(people)] == [("make_device_link", "wall: 一楼", "device 1")]
    assert server.test_client().get(f"{link}?wall=lobby", **ELSEWHERE).headers["Location"] == "/wall?wall=lobby"
    again = client.get("/wall", headers={"Accept": "text/html"}, **ELSEWHERE)
    assert "Max-Age=31536000" in again.headers["Set-Cookie"], "a wall in use stays one"


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "A" * 5000])
def test_a_guessed_link_opens_nothing(server: Flask, people: Engine, token: str) -> None:
    made(server, "wall")
    answer = server.test_client().get(f"/d/{token}", headers={"Accept": "text/html"}, **ELSEWHERE)
    assert answer.status_code == 410
    assert "请向数据管理员索取新的链接" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_revoked_link_ends_at_the_next_request(server: Flask, people: Engine) -> None:
    link, tablet = made(server, "wall"), linked(server, "duty")
    wall = server.test_client()
    wall.get(link, **ELSEWHERE)
    assert told(server, wall) == {"revoked": False, "steer": None}
    assert press(tablet, "pause", 0, "device:1") == (200, "")
    assert [revoke(server, number) for number in (1, 2, 2, 3)] == [200, 200, 409, 409]
    assert told(server, wall) == {"revoked": True}
    assert [wall.get(path, **ELSEWHERE).status_code for path in ("/wall/frame", "/wall/alerts")] == [403, 403]
    assert set(wall.get("/wall/token", **ELSEWHERE).get_json()) == {"now", "token", "revoked"}
    assert press(tablet, "go_on", 1, "device:1")[0] == 403
    assert tablet.get("/wall/remote/state", **ELSEWHERE).status_code == 403
    assert wall.get(link, **ELSEWHERE).status_code == 410
    posted = wall.post("/wall/health", json={"open_seconds": 1}, headers=ACT, **ELSEWHERE)
    assert posted.status_code == 403


def test_only_the_duty_link_makes_a_duty_officer(server: Flask, people: Engine) -> None:
    told(server, scene="overview")
    for client, status in ((server.test_client(), 403), (linked(server, "wall"), 403), (linked(server, "duty"), 200)):
        assert press(client, "pause", 0)[0] == status
        assert client.get("/wall/remote/state", **ELSEWHERE).status_code == status
    line = audit.latest(people, 1)[0]
    assert (line.who, line.role_code, line.address, line.subject) == ("一楼 #2", "duty_officer", "10.0.0.9", "hall: pause")
    tablet = linked(server, "duty")
    for code in ("rebuild", "make_device_link", "revoke_device"):
        assert tablet.post(f"/act/{code}", json={}, headers=ACT, **ELSEWHERE).status_code == 403
    assert tablet.post("/act/steer_wall", json={}, **ELSEWHERE).status_code == 403, "not from our page"
    evil = {**ACT, "Origin": "http://evil.example"}
    assert tablet.post("/act/steer_wall", json={}, headers=evil, **ELSEWHERE).status_code == 403


def test_of_two_tablets_the_slower_is_told_so(server: Flask, people: Engine) -> None:
    one, two = linked(server, "duty"), linked(server, "duty")
    told(server, scene="overview")
    assert press(one, "pin", 0, scene="overview") == (200, "")
    assert press(two, "go_on", 0) == (409, "另一台设备刚刚操作过，已更新为最新状态")
    (wall,) = two.get("/wall/remote/state", **ELSEWHERE).get_json()["walls"]
    assert (wall["revision"], wall["is_pinned"], wall["is_done"]) == (1, True, False)
    assert press(two, "unpin", wall["revision"]) == (200, "")
    assert press(two, "renew", 2) == (200, "")
    wanted = {
        "revision": 3,
        "scene": "overview",
        "scene_revision": 1,
        "renewal_revision": 3,
        "is_pinned": False,
        "is_paused": False,
        "division": "",
    }
    assert told(server, told=0)["steer"] == wanted
    told(server, told=3, scene="overview", picture=5)
    (wall,) = two.get("/wall/remote/state", **ELSEWHERE).get_json()["walls"]
    assert (wall["is_done"], wall["is_alive"], wall["scene"]) == (True, True, "overview")


def test_next_counts_from_what_is_shown_or_was_just_told(server: Flask, people: Engine) -> None:
    names, tablet = [scene.name for scene in scenes_of(["tickets"])], linked(server, "duty")
    told(server, scene=names[-1])
    for revision in range(3):
        assert press(tablet, "next", revision) == (200, "")
        assert told(server, scene=names[-1], told=0)["steer"]["scene"] == names[revision % len(names)]
    told(server, scene=names[0], told=3)
    press(tablet, "previous", 3)
    assert told(server, scene=names[0], told=3)["steer"]["scene"] == names[-1]


@pytest.mark.parametrize(
    ("wall", "do", "more", "status"),
    [
        ("hall", "focus", {"division": "990100"}, 200), ("hall", "focus", {"division": ""}, 200),
        ("hall", "focus", {"division": "nowhere"}, 409), ("hall", "focus", {"division": "990101"}, 409),
        ("hall", "scene", {"scene": "overview"}, 200), ("hall", "scene", {"scene": "nothing"}, 409), ("hall", "dance", {}, 422),
        ("nowhere", "next", {}, 409), ("device:77", "next", {}, 409), ("../x", "next", {}, 422),
    ],
)  # fmt: skip
def test_a_wall_is_told_only_what_it_can_do(server: Flask, people: Engine, wall: str, do: str, more: dict[str, str], status: int) -> None:
    told(server)
    assert press(linked(server, "duty"), do, 0, wall, **more)[0] == status


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"open_seconds": 60, "heap_bytes": 80000000, "node_count": 4000}', ACT, 200),
        (b'{"open_seconds": 60}', {}, 403),
        (b'{"open_seconds": 60}', ACT | {"Origin": "http://evil.example"}, 403),
        (b'{"open_seconds": 60, "wall": "' + b"x" * LARGEST_SAMPLE + b'"}', ACT, 413),
        (b'{"open_seconds": NaN}', ACT, 422),
        (b'{"open_seconds": 60, "heap_bytes": 1e400}', ACT, 422),
        (b'{"open_seconds": 60, "node_count": 99999999999999999999}', ACT, 422),
        (b'{"open_seconds": -1}', ACT, 422),
        (b'{"open_seconds": 60, "picture_seconds": 999999999999}', ACT, 422),
        (b'{"open_seconds": "60"}', ACT, 422),
        (b'{"open_seconds": 60, "scene": "<b>"}', ACT, 422),
        (b'{"open_seconds": 60, "more": 1}', ACT, 422),
        (b"[" * 2000, ACT, 422),
        (b"", ACT, 422),
    ],
)
def test_what_a_black_box_says_is_checked(server: Flask, people: Engine, body: bytes, headers: dict[str, str], status: int) -> None:
    sent = {**headers, "Content-Type": "application/json"}
    assert server.test_client().post("/wall/health", data=body, headers=sent, **ELSEWHERE).status_code == status
    assert len(server.test_client().get("/wall/health").get_json()["walls"]) == (status == 200)


def test_monitors_read_how_walls_are(server: Flask, people: Engine) -> None:
    wall, client = linked(server, "wall"), server.test_client()
    said = {"wall": "hall", "open_seconds": 60, "picture_seconds": 7, "missed_count": 2, "heap_bytes": 80 * 2**20}
    statuses = [wall.post("/wall/health", json=said, headers=ACT, **ELSEWHERE).status_code for _ in range(2)]
    assert statuses == [200, 429]
    (found,) = client.get("/wall/health", **ELSEWHERE).get_json()["walls"]
    assert (found["wall"], found["label"], found["missed_count"], found["heap_mb"]) == ("device:1", "一楼", 2, 80.0)
    assert (found["is_alive"], found["picture_age_seconds"] in (7, 8)) == (True, True)
    assert "10.0.0.9" not in json.dumps(found)
    assert [client.get(f"/wall/health?wall={name}").status_code for name in ("device:1", "hall")] == [200, 404]


def test_strangers_cannot_fill_the_memory_with_names(people: Engine) -> None:
    walls = Walls(people)
    assert [walls.see(f"w{number}", Sight(NOW)) for number in range(MOST_NAMES + 2)] == [True] * MOST_NAMES + [False] * 2
    assert walls.see("device:1", Sight(NOW)), "a wall with a link always has room"
    assert walls.see("w0", Sight(NOW + timedelta(hours=25), "overview"))
    assert walls.see("late", Sight(NOW + timedelta(hours=25))), "names not seen for a day make room"
    assert [(one.wall, one.scene) for one in Walls(people).standing(NOW + timedelta(hours=25))][-1] == ("w0", "overview")


def test_a_wall_not_seen_for_two_minutes_is_not_alive(people: Engine) -> None:
    walls = walls_of(people)
    walls.see("hall", Sight(NOW))
    found = [walls.standing(NOW + later)[0].is_alive for later in (timedelta(minutes=2), timedelta(minutes=2, seconds=1))]
    assert found == [True, False]
    assert walls.standing(NOW + timedelta(days=2)) == []


@pytest.mark.parametrize(
    "query", ["wall=../x", "picture=NaN&told=-1", "told=99999999999", "scene=%3Cb%3E", "wall=" + "x" * 500, "picture=9999999999"]
)
def test_a_strange_poll_does_no_harm(server: Flask, people: Engine, query: str) -> None:
    assert server.test_client().get(f"/wall/token?{query}", **ELSEWHERE).get_json()["revoked"] is False
    (wall,) = server.test_client().get("/wall/health").get_json()["walls"]
    assert (wall["wall"], wall["scene"]) == ("hall", "")
