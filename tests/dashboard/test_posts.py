"""What a browser posts to Dash: ours is answered, anything else is refused with 400, and only a real fault is one."""

from __future__ import annotations

import json
import logging
import random
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from dashboard.request import CALLBACKS
from dashboard.settings import Settings


@pytest.fixture(scope="module")
def server(tiny: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(tiny.model_copy(update={"people": tmp_path_factory.mktemp("people")})).server


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


WISH = {"period": "last_30_days"}


def part(name: object, prop: str, value: object = None) -> dict[str, Any]:
    return {"id": name, "property": prop, "value": value}


def chart_post(server: Flask, name: str = "trend") -> dict[str, Any]:
    """What the renderer posts to have a chart drawn."""
    chart = {"at": "home", "name": name, "type": "chart"}
    output = next(one["output"] for one in server.test_client().get("/_dash-dependencies").get_json() if one["output"].endswith(".figure"))
    return {
        "output": output, "outputs": {"id": chart, "property": "figure"}, "inputs": [part("filters", "data", WISH)],
        "state": [part(chart, "id", chart)], "changedPropIds": ["filters.data"],
    }  # fmt: skip


def choose_post(server: Flask, changed: str = "reset.n_clicks") -> dict[str, Any]:
    """What the renderer posts when a control of the filter bar was set."""
    declared = next(one for one in server.test_client().get("/_dash-dependencies").get_json() if "start_date" in one["output"])
    period, chart = {"name": "period", "type": "choice"}, {"at": "tickets", "name": "categories", "type": "chart"}
    return {
        "output": declared["output"],
        "outputs": [part("filters", "data"), [part(period, "value")], part("days", "start_date"), part("days", "end_date")],
        "inputs": [
            [part(period, "value", "today")], part("days", "start_date", "2026-01-01"), part("days", "end_date", "2026-02-01"),
            [part(chart, "clickData", {"points": [{"customdata": ["01"]}]})], part("reset", "n_clicks", 1), [],
        ],
        "state": [part("filters", "data", WISH), [part(period, "id", period)]],
        "changedPropIds": [changed],
    }  # fmt: skip


def page_post(server: Flask, path: str = "/", search: str = "") -> dict[str, Any]:
    """What the renderer posts for a page's layout."""
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [part("_pages_content", "children"), part("_pages_store", "data")],
        "inputs": [part("_pages_location", "pathname", path), part("_pages_location", "search", search)],
        "changedPropIds": ["_pages_location.pathname"],
    }


CLICK = '{"at":"tickets","name":"categories","type":"chart"}.clickData'
SET = '{"name":"period","type":"choice"}.value'


def test_what_the_renderer_posts_is_answered(server: Flask, client: FlaskClient) -> None:
    posts = [chart_post(server), page_post(server), page_post(server, "/nowhere")]
    posts += [page_post(server, "/wall", "?scene=a&scene=b"), page_post(server, "/data", "?part=a&part=b")]
    posts += [choose_post(server, changed) for changed in ("reset.n_clicks", "days.start_date", CLICK, SET)]
    for post in posts:
        answer = client.post(CALLBACKS, json=post)
        assert answer.status_code == 200, (answer.text, post)
    chosen = client.post(CALLBACKS, json=choose_post(server, CLICK)).get_json()["response"]
    assert chosen["filters"]["data"]["majors"] == ["01"]


def malformed(server: Flask) -> dict[str, bytes]:
    """Posts no page of ours makes, by what is wrong with them."""
    good, page, choose = chart_post(server), page_post(server), choose_post(server)
    chart = {"at": "home", "name": "secret_chart", "type": "chart"}
    control = [part({"name": "x", "type": "choice"}, "id", {"name": "x", "type": "choice"})]
    changed: dict[str, Any] = {
        "no dictionary": [1, 2],
        "nothing": None,
        "a text": "secret",
        "empty": {},
        "an unknown output": good | {"output": "secret.children"},
        "an output that is no text": good | {"output": ["secret"]},
        "no inputs": good | {"inputs": []},
        "inputs null": good | {"inputs": None},
        "inputs a text": good | {"inputs": "filters.data"},
        "another input": good | {"inputs": [part("secret", "data", WISH)]},
        "an input without property": good | {"inputs": [{"id": "filters"}]},
        "an input in a list": good | {"inputs": [good["inputs"]]},
        "states missing": good | {"state": []},
        "outputs a number": good | {"outputs": 7},
        "outputs missing": good | {"outputs": []},
        "another output": good | {"outputs": {"id": "secret", "property": "figure"}},
        "changed a number": good | {"changedPropIds": 5},
        "a changed property that is no name": good | {"changedPropIds": ["{secret.value"]},
        "an unknown chart": good | {"state": [part(chart, "id", chart)]},
        "an id of numbers": good | {"state": [part({"type": 1}, "id", {})]},
        "an id that is not its own": good | {"state": [part(chart, "id", 5)]},
        "a listing for a chart": chart_post(server, "events"),
        "half a character": good | {"inputs": [part("filters", "data", "\ud800")]},
        "a path that is none": page | {"inputs": [part("_pages_location", "pathname", 5), page["inputs"][1]]},
        "a control that is none": choose | {"state": [choose["state"][0], control]},
    }
    deep = json.dumps(good).encode().replace(b'"last_30_days"', b"[" * 900 + b"]" * 900)
    return {name: json.dumps(body).encode() for name, body in changed.items()} | {
        "no JSON": b"{secret",
        "no text": b"\xff\xfe\x00",
        "no body": b"",
        "huge": b'{"output": "' + b"x" * 2**20 + b'"}',
        "deep": b"[" * 100_000 + b"]" * 100_000,
        "deep inside": deep,
    }


def test_a_malformed_post_is_answered_with_400_and_one_line_in_the_log(
    server: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for name, body in malformed(server).items():
        caplog.clear()
        answer = client.post(CALLBACKS, data=body, content_type="application/json", headers={"Accept": "text/html"})
        if name == "deep inside":  # How deep is too deep is Python's affair.
            assert answer.status_code in (200, 400)
            continue
        assert answer.status_code == 400, (name, answer.text)
        assert answer.text == "请求格式有误 / The request cannot be understood\n"
        (line,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
        assert "\n" not in line.getMessage()
        assert "secret" not in line.getMessage()
    assert client.post(CALLBACKS, data=b"a=1", content_type="application/x-www-form-urlencoded").status_code == 400


STRANGE = [None, True, -1, 1e308, "", "x", "\x00", "..", [], [[]], [None], {}, {"points": [5]}, {"type": "chart"}, "{}", "1e9"]


def spoilt(body: Any, chance: random.Random) -> Any:
    """A copy with one place anywhere in it replaced by something strange."""
    body = deepcopy(body)
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = chance.choice(keys)
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or chance.random() < 0.2:
            place[key] = chance.choice(STRANGE)
            return body
        place = inner


def test_no_post_however_spoilt_is_a_fault_of_the_server(server: Flask, client: FlaskClient) -> None:
    chance = random.Random(7)  # noqa: S311 the same each time
    posts = [chart_post(server), chart_post(server, "categories"), page_post(server, "/tickets", "?period=today")]
    posts += [choose_post(server, changed) for changed in ("reset.n_clicks", "days.end_date", CLICK, SET)]
    for _ in range(600):
        body = spoilt(chance.choice(posts), chance)
        if chance.random() < 0.3:
            body = spoilt(body, chance)
        answer = client.post(CALLBACKS, json=body)
        assert answer.status_code in (200, 204, 400, 404), (answer.status_code, body)


def test_a_real_fault_inside_a_callback_stays_one(tiny: Settings, caplog: pytest.LogCaptureFixture) -> None:
    server = create_app(tiny).server
    post = chart_post(server)
    # The city's folder is gone: a fault of the server, not of the post.
    server.extensions["dashboard"] = Settings(city="gone", cities=tiny.cities, warehouse=tiny.warehouse)
    answer = server.test_client().post(CALLBACKS, json=post)
    assert answer.status_code == 500
    assert "gone" not in answer.text
    assert "CityError" in caplog.text
