"""What is answered where a request cannot be served: statuses, readable pages, JSON sentences, and nothing leaked."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from dashboard.acts import ACTS
from dashboard.acts.base import FIELDS
from dashboard.routes import first_alone
from dashboard.settings import Settings
from dashboard.texts import Text
from layouts import PAGES

HTML = {"Accept": "text/html,application/xhtml+xml"}
ACT = {"X-Act": "page"}


@pytest.fixture(scope="module")
def server(tiny: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(tiny.model_copy(update={"people": tmp_path_factory.mktemp("people")})).server


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


@pytest.mark.parametrize(
    "path",
    [page.PATH for page in PAGES if page.HAS in ("", "tickets") and not hasattr(page, "stands")] + ["/tickets/", "/tickets?period=today"],
)
def test_a_page_is_answered_with_200(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/tickets/more", "/404", "/favicon.ico", "/index.php?lang=en", "/工单", "/geo/x"])
def test_an_address_without_a_page_is_answered_with_404_and_the_shell(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert "react-entry-point" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/wall/frame", 200), ("/wall/frame?scene=none", 404), ("/token", 200), ("/health", 200), ("/geo/none/town.json", 404),
     ("/assets/none.js", 404), ("/assets/base.css", 200), ("/job/1", 403)],
)  # fmt: skip
def test_data_addresses_answer_as_they_did(client: FlaskClient, path: str, status: int) -> None:
    with client.get(path, headers={"Accept": "*/*"}) as answer:
        assert answer.status_code == status


PROBLEMS = [
    ("GET", "/job/1/file", 403, Text("无权进行此操作", "This is not allowed here")),
    ("GET", "/job/x/file", 404, Text("没有这个页面", "There is no such page")),
    ("POST", "/tickets", 405, Text("该网址不支持此操作", "This address does not do that")),
]


@pytest.mark.parametrize(("method", "path", "status", "said"), PROBLEMS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refused_page_is_readable_in_both_languages(
    client: FlaskClient, method: str, path: str, status: int, said: Text, language: str
) -> None:
    answer = client.open(f"{path}?lang={language}", method=method, headers=HTML)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    first, second = (said.zh, said.en) if language == "zh" else (said.en, said.zh)
    if "react-entry-point" not in answer.text:
        assert f"<h1>{first}</h1>" in answer.text
        assert answer.text.index(first) < answer.text.index(second)
        assert "<script" not in answer.text
        assert '<a href="/">' in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_fault_is_a_readable_page_and_tells_nothing(tiny: Settings, caplog: pytest.LogCaptureFixture) -> None:
    server = create_app(tiny).server

    def broken() -> None:
        raise RuntimeError("the secret of the house")

    server.add_url_rule("/broken", view_func=broken)
    server.add_url_rule("/act/broken", view_func=broken, methods=["POST"])
    answer = server.test_client().get("/broken", headers=HTML)
    assert answer.status_code == 500
    assert "系统出错" in answer.text
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text
    posted = server.test_client().post("/act/broken", headers=ACT)
    assert (posted.status_code, posted.get_json()) == (500, {"error": "系统出错，暂时无法显示"})


@pytest.mark.parametrize(
    ("path", "headers", "body", "status", "said"),
    [
        ("/act/rebuild", {}, b"{}", 403, Text("无权进行此操作", "This is not allowed here")),
        ("/upload", {}, b"x", 403, Text("无权进行此操作", "This is not allowed here")),
        ("/act/rebuild", ACT, b" " * (2**20 + 1), 413, Text("提交的内容过大", "What was sent is too large")),
        ("/profile/nobody", ACT, b"", 403, Text("无权进行此操作", "This is not allowed here")),
        ("/act/undo_batch", ACT, b"nonsense", 422, Text("填写有误：表单（不合要求）", "Please correct: form (not valid)")),
        (
            "/act/undo_batch", ACT, b'{"batch_id": "a/b"}', 422,
            Text("填写有误：批次（不合要求）、原因（未填）", "Please correct: batch (not valid), reason (missing)"),
        ),
        (
            "/act/undo_batch", ACT, json.dumps({"batch_id": "a", "reason": "x" * 201, "<b>": 1}).encode(), 422,
            Text("填写有误：原因（过长）、多余的内容（不合要求）", "Please correct: reason (too long), something unknown (not valid)"),
        ),
    ],
)  # fmt: skip
def test_what_is_posted_for_people_is_refused_in_json(
    client: FlaskClient, path: str, headers: dict[str, str], body: bytes, status: int, said: Text
) -> None:
    if headers:
        client.set_cookie("profile", "data_administrator")
    for language in ("zh", "en"):
        sent = {**headers, "Content-Type": "application/json", "Accept": "text/html"}
        answer = client.post(f"{path}?lang={language}", headers=sent, data=body)
        assert (answer.status_code, answer.mimetype) == (status, "application/json")
        assert answer.get_json() == {"error": said.in_(language)}


def test_every_field_of_every_form_has_a_name_among_people() -> None:
    assert {name for act in ACTS.values() for name in act.form.model_fields} <= set(FIELDS)


def test_the_first_request_is_answered_alone() -> None:
    """Dash sets its pages up within it: whoever is answered meanwhile would lack their script."""
    begun, may_end = Event(), Event()
    told: list[str] = []

    def answer(question: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
        told.append(f"{question['who']} begins")
        if question["who"] == "first":
            begun.set()
            assert may_end.wait(30)
        told.append(f"{question['who']} ends")
        return []

    in_turn = first_alone(answer)
    askers = [Thread(target=in_turn, args=({"who": who}, None)) for who in ("first", "second")]
    askers[0].start()
    assert begun.wait(30)
    askers[1].start()
    askers[1].join(0.3)
    assert told == ["first begins"]
    may_end.set()
    for asker in askers:
        asker.join(30)
    assert told == ["first begins", "first ends", "second begins", "second ends"]
