"""The page of supervision slips and its files: who sees what, what is previewed and issued, what is taken away."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from app import create_app
from dashboard.reports.formats import FORMATS
from dashboard.request import EXTENSION, current_view
from dashboard.settings import Settings
from dashboard.store import audit, store
from dashboard.store import schedule as runs
from dashboard.store.schedule import NewRun
from dashboard.supervising.finding import late_tickets
from dashboard.view import View
from layouts import schedule, supervision

ACT = {"X-Act": "page"}
NOW = datetime(2026, 11, 20, 15, 0)


@pytest.fixture(scope="module")
def whole(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One server for all: its first request is dear."""
    with pytest.MonkeyPatch.context() as patched:
        # The demo's calendar reaches some years beyond its data, and no further.
        patched.setattr(View, "now", property(lambda _: NOW))
        yield create_app(demo.model_copy(update={"people": tmp_path_factory.mktemp("slips")})).server


@pytest.fixture
def settings(demo: Settings, tmp_path: Path) -> Settings:
    return demo.model_copy(update={"people": tmp_path})


@pytest.fixture
def server(whole: Flask, settings: Settings) -> Flask:
    """The server with books of its own."""
    whole.extensions[EXTENSION] = settings
    return whole


def at_work(server: Flask, profile: str, unit: str = "") -> FlaskClient:
    client = server.test_client()
    client.set_cookie("profile", profile)
    client.set_cookie("unit", unit)
    return client


def page(server: Flask, profile: str, of: str = "", layout: Any = supervision.layout, **query: Any) -> str:
    """What a page says to a profile."""
    cookie = {"Cookie": f"profile={profile}; unit={of}"}
    with server.test_request_context("/", headers=cookie, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        made = layout(current_view(), query)
    return json.dumps(made, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.fixture
def units(demo_view: View) -> list[str]:
    found = late_tickets(demo_view, "overdue")
    return sorted((code for code in found if code), key=lambda code: -len(found[code]))


def issued(server: Flask, *units: str) -> None:
    body = {"kind": "overdue", "units": list(units)}
    answer = at_work(server, "report_clerk").post("/act/issue_slips", json=body, headers=ACT)
    assert answer.status_code == 200, answer.get_json()


def test_from_the_choice_to_the_book(server: Flask, units: list[str]) -> None:
    first = units[0]
    told = page(server, "committee")
    assert "待催督的单位" in told
    assert f'"data-unit": "{first}"' in told
    assert "还没有签发过" in told
    told = page(server, "committee", preview="1", kind="overdue", unit=[first])
    assert "预览：共 1 份" in told
    assert "（编号于签发时生成）" in told
    issued(server, first)
    assert "没有可列入的诉求" in page(server, "committee", preview="1", kind="overdue", unit=first)
    told = page(server, "committee")
    assert "督〔2026〕1号" in told
    assert "没有符合条件的" in page(server, "committee", state="closed")
    told = page(server, "report_clerk", slip="1")
    assert "所列诉求现在的情况" in told
    assert "0 件已办结" in told
    assert "催办" in page(server, "committee", kind="due_soon")


def test_who_sees_what(server: Flask, units: list[str]) -> None:
    issued(server, *units[:2])
    own = page(server, "unit_member", units[0])
    assert "督〔2026〕1号" in own
    assert "督〔2026〕2号" not in own
    assert "待催督的单位" not in own
    assert "记录回复" in page(server, "unit_member", units[0], slip="1")
    for wanted in ("2", "999", "x", "-1", "9" * 30):
        assert "没有这份督办单" in page(server, "unit_member", units[0], slip=wanted)
    assert "请先在右上角选择单位" in page(server, "unit_member")
    assert "督办单只向" in page(server, "visitor")


def test_files_are_for_whom_the_slip_is(server: Flask, settings: Settings, units: list[str]) -> None:
    issued(server, *units[:2])
    clerk, member = at_work(server, "report_clerk"), at_work(server, "unit_member", units[0])
    for form in sorted(set(FORMATS)):
        answer = clerk.get(f"/reports/supervision/1.{form}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
    assert "督〔2026〕1号" in clerk.get("/reports/supervision/1.txt").text
    assert member.get("/reports/supervision/1.txt").status_code == 200
    assert member.get("/reports/supervision/2.txt").status_code == 404
    assert clerk.get("/reports/supervision/1.exe").status_code == 404
    assert clerk.get("/reports/supervision/99999999999999.txt").status_code == 404
    assert server.test_client().get("/reports/supervision/1.txt").status_code == 403
    packed = zipfile.ZipFile(io.BytesIO(clerk.get("/reports/supervision.zip?form=txt").data))
    assert len(packed.namelist()) == 2
    own = zipfile.ZipFile(io.BytesIO(member.get(f"/reports/supervision.zip?form=txt&of_unit={units[1]}").data))
    assert [name.partition("_")[0] for name in own.namelist()] == ["督〔2026〕1号"], "a unit has its own, whatever it asks for"
    lines = audit.latest(store(settings.people_url), 50)
    assert sum(line.act_code == "download_slip" for line in lines) == len(FORMATS) + 4


def test_the_schedule_says_how_it_stands(server: Flask, settings: Settings) -> None:
    engine = store(settings.people_url)
    runs.add(engine, NewRun("monthly", "month", NOW.date().replace(month=10, day=1), NOW.date().replace(month=10, day=31), NOW), NOW)
    (held,) = runs.runs(engine)
    runs.address(engine, held.run_id, [(runs.MAIL, "a@b.cn")], NOW)
    runs.step(engine, held, NOW, state=runs.FAILED, note="有 1 处没有送达", note_en="1 delivery did not arrive", is_partial=True)
    told = page(server, "report_clerk", layout=schedule.layout)
    for words in ("运行月报", "2026年11月", "2026-12-02 08:00", "2026年10月", "有 1 处没有送达", "数据不全", "a@b.cn", "retry_run"):
        assert words in told
    assert "请在右上角选择身份" in page(server, "visitor", layout=schedule.layout)
    clerk = at_work(server, "report_clerk")
    assert clerk.post("/act/retry_run", json={"run_id": held.run_id}, headers=ACT).status_code == 200
    assert clerk.post("/act/retry_run", json={"run_id": held.run_id}, headers=ACT).status_code == 409
