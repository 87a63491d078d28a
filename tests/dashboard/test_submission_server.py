"""Who a unit's profile is given to, what may be taken away, and what is said where the store does not answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app import create_app
from dashboard.settings import Settings
from dashboard.store import store
from tests.conftest import made_once
from tests.dashboard.submitting import entry, small_city

ACT = {"X-Act": "page"}
ELSEWHERE: Any = {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}, "base_url": "http://desk.city"}
SAVE = {"period": "2026-09-30", "entries": [entry("T01", "990101", value=90)]}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Flask]:
    folder = made_once("reporting", tmp_path_factory, lambda place: (small_city(place), None)[1])
    yield create_app(Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse", people=tmp_path)).server
    store.cache_clear()


def at_work(server: Flask, profile: str, unit: str = "") -> FlaskClient:
    client = server.test_client()
    address = f"/profile/{profile}" + (f"?unit={unit}" if unit else "")
    assert client.post(address, headers=ACT).status_code == 200
    return client


def test_a_unit_is_chosen_on_the_machine_itself_and_must_be_one(server: Flask) -> None:
    for unit in ("XX", "' or 1=1"):
        assert server.test_client().post("/profile/unit_member", query_string={"unit": unit}, headers=ACT).status_code == 403
    member = at_work(server, "unit_member", "CG")
    assert member.post("/act/save_submission", json=SAVE, headers=ACT).get_json()["message"] == "已保存草稿 1 条"
    assert member.post("/act/save_submission", json=SAVE, headers=ACT, **ELSEWHERE).status_code == 403
    assert at_work(server, "unit_member").post("/act/save_submission", json=SAVE, headers=ACT).status_code == 409
    forged = server.test_client()
    forged.set_cookie("profile", "unit_member")
    forged.set_cookie("unit", "XX")
    assert forged.post("/act/save_submission", json=SAVE, headers=ACT).status_code == 409
    # Another unit's is not to be had by its name in the form.
    body = {**SAVE, "entries": [entry("T02", "990100")]}
    assert at_work(server, "unit_member", "ZJ").post("/act/save_submission", json=body, headers=ACT).status_code == 403


def test_the_form_is_its_units_own(server: Flask) -> None:
    answer = at_work(server, "unit_head", "ZJ").get("/pilots/report/form.xlsx?period=2026-09-30")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert [row[0] for row in book.get_sheet_by_name("填报").to_python()[3:]] == ["T01|ZJ|990101|2026-09-30"]
    assert at_work(server, "unit_member", "CG").get("/pilots/report/form.xlsx?period=1999-01-31").status_code == 404
    for profile in ("visitor", "committee", "unit_member"):
        assert at_work(server, profile).get("/pilots/report/form.xlsx").status_code == 403


def test_a_file_is_for_its_unit_and_the_committee_and_never_shown(server: Flask) -> None:
    member = at_work(server, "unit_member", "CG")
    upload = member.post("/upload?name=x.html", data=b"<script>1</script>", headers=ACT).get_json()["upload"]
    body = {**SAVE, "entries": [entry("T01", "990101", value=90, upload=upload)]}
    assert member.post("/act/save_submission", json=body, headers=ACT).status_code == 200
    for client in (member, at_work(server, "unit_head", "CG"), at_work(server, "committee")):
        answer = client.get("/pilots/report/evidence/1", buffered=True)
        assert answer.data == b"<script>1</script>"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    for client in (server.test_client(), at_work(server, "unit_member", "ZJ"), at_work(server, "data_administrator")):
        assert client.get("/pilots/report/evidence/1").status_code == 403
    assert at_work(server, "committee").get(f"/pilots/report/evidence/{2**40}").status_code == 404
    for profile in ("visitor", "committee"):
        assert at_work(server, profile).post("/upload?name=a", data=b"x", headers=ACT).status_code == 403


@pytest.mark.parametrize("fault", ["alter table submissions rename to gone", "update alembic_version set version_num = '9999'"])
def test_a_store_that_is_half_migrated_is_told_and_nothing_is_lost(server: Flask, fault: str) -> None:
    member = at_work(server, "unit_member", "CG")
    assert member.post("/act/save_submission", json=SAVE, headers=ACT).status_code == 200
    with store(server.extensions["dashboard"].people_url).begin() as connection:
        connection.execute(text(fault))
    store.cache_clear()
    body = {**SAVE, "entries": [entry("T01", "990102", value=1)]}
    answer = member.post("/act/save_submission", json=body, headers=ACT)
    assert (answer.status_code, answer.get_json()["error"]) == (503, "数据库正忙或正在升级，本次操作没有保存，请稍后再试")
