"""One undo through the whole road: page → job → worker → snapshot → page; every part a real process."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest

from dashboard.act_routes import file_name
from dashboard.settings import Settings
from dashboard.store import audit, store
from etl.load import load
from tests.browser.conftest import Watched
from tests.deliveries import CITIES, GOOD, NOW, asked, delivered, ten_in
from tests.working import worker

# A worker is a process of its own that has to start first: on a busy machine that takes a while.
WORKED = 120


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pattern")
    settings = ten_in(folder / "warehouse")
    rows = [GOOD, GOOD | {"工单编号": "G02"}, GOOD | {"工单编号": ""}]
    load(settings, [(delivered(folder / "second.csv", rows), "appeals")], received_at=NOW)
    return folder


@pytest.fixture
def two(pattern: Path, tmp_path: Path) -> Settings:
    """The hand-worked city with a second batch of two good rows and a bad one."""
    shutil.copytree(pattern, tmp_path, dirs_exist_ok=True)
    return Settings(city="tiny", cities=CITIES, warehouse=tmp_path / "warehouse", people=tmp_path / "people")


def shows(file: str, state: str) -> str:
    """The condition that the row of a file says a state."""
    return f"[...document.querySelectorAll('tr')].some((row) => row.innerText.includes('{file}') && row.innerText.includes('{state}'))"


def choose(watched: Watched, profile: str) -> None:
    watched.page.click(".profile summary")
    watched.page.click(f"[data-profile={profile}]")
    watched.until(f"document.querySelector('[data-profile={profile}].is-here')")


def test_an_undo_from_page_to_snapshot_and_back(two: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched]) -> None:
    watched = watch(serve(two))
    page = watched.open("/data?part=batches&lang=zh")
    assert page.locator("button[data-act]").count() == 0, "a visitor can only read"
    choose(watched, "data_administrator")
    with worker(two):
        page.click("tr:has-text('second.csv') button[data-act=undo_batch]")
        page.fill("dialog input", "重复报送")
        page.click("dialog button.strong")
        watched.until(shows("second.csv", "已撤销"), WORKED)
        assert asked(two, "select count(*) from tickets") == [(10,)]
        assert asked(two, "select state_code, set_aside_by, reason from set_aside_batches") == [
            ("undone", "data_administrator", "重复报送")
        ]
        page.click("tr:has-text('second.csv') button[data-act=redo_batch]")
        page.click("dialog button.strong")
        watched.until(shows("second.csv", "已计入"), WORKED)
        assert asked(two, "select count(*) from tickets") == [(12,)]
        with page.expect_download() as download:
            page.click("tr:has-text('second.csv') button[data-act=download_rejects]")
            page.click("dialog button.strong")
        assert download.value.suggested_filename.endswith(".xlsx")
    assert watched.faults == []
    told = [(line.act_code, line.outcome, line.who) for line in reversed(audit.latest(store(two.people_url)))]
    assert told == [(code, "done", "data_administrator") for code in ("undo_batch", "redo_batch", "download_rejects")]


def test_a_file_sent_by_the_page_is_loaded_and_counted(
    two: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched], tmp_path: Path
) -> None:
    watched = watch(serve(two))
    page = watched.open("/data?part=batches&lang=zh")
    choose(watched, "data_administrator")
    rows = [GOOD | {"工单编号": "G05"}, GOOD | {"工单编号": ""}]
    with worker(two):
        page.click("button[data-act=load_file]")
        page.set_input_files("dialog input[type=file]", delivered(tmp_path / "十月 补报.csv", rows))
        page.click("dialog button.strong")
        watched.until("document.querySelector('.act-told')?.innerText.includes('收到 2 行：采纳 1，重复 0，退回 1')", WORKED)
        page.click("dialog button.quiet")
        watched.until(shows("十月 补报.csv", "已计入"))
    assert asked(two, "select count(*) from tickets where ticket_number = 'G05'") == [(1,)]
    assert list((two.city_people / "uploads").iterdir()) == []
    assert watched.faults == []


def asked_of(base: str, code: str, body: object, cookie: str = "", **headers: str) -> tuple[int, str]:
    """Post an act without a browser; returns (status, body)."""
    sent = {"Content-Type": "application/json", **({"Cookie": cookie} if cookie else {}), **headers}
    request = urllib.request.Request(f"{base}/act/{code}", json.dumps(body).encode(), sent)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("cookie", "headers", "code", "body", "status"),
    [
        ("", {"X-Act": "page"}, "undo_batch", {"batch_id": "000003-appeals", "reason": "x"}, 403),
        ("profile=data_administrator", {}, "undo_batch", {"batch_id": "000003-appeals", "reason": "x"}, 403),
        ("profile=data_administrator", {"X-Act": "p", "Origin": "http://evil.example"}, "rebuild", {}, 403),
        ("profile=data_administrator", {"X-Act": "p", "Host": "evil.example"}, "rebuild", {}, 403),
        ("profile=data_administrator", {"X-Act": "p", "X-Forwarded-For": "10.0.0.9"}, "rebuild", {}, 403),
        ("profile=data_administrator", {"X-Act": "p"}, "undo_batch", {"batch_id": "../../x", "reason": "x"}, 422),
        ("profile=data_administrator", {"X-Act": "p"}, "undo_batch", {"batch_id": "000003-appeals"}, 422),
        ("profile=data_administrator", {"X-Act": "p"}, "undo_batch", "nonsense", 422),
        ("profile=data_administrator", {"X-Act": "p"}, "undo_batch", {"batch_id": "000099-appeals", "reason": "x"}, 409),
        ("profile=data_administrator", {"X-Act": "p"}, "redo_batch", {"batch_id": "000003-appeals"}, 409),
        ("profile=data_administrator", {"X-Act": "p"}, "load_file", {"source": "nobody", "upload": "0" * 32}, 409),
        ("profile=data_administrator", {"X-Act": "p"}, "load_file", {"source": "appeals", "upload": "../../etc"}, 422),
        ("profile=data_administrator", {"X-Act": "p"}, "shut_down", {}, 404),
        ("profile=data_administrator", {"X-Act": "p"}, "cancel_job", {"job_id": 77}, 409),
    ],
)
def test_an_act_that_may_not_be_done_is_refused_and_noted(
    two: Settings, serve: Callable[[Settings], str], cookie: str, headers: dict[str, str], code: str, body: object, status: int
) -> None:
    got, text = asked_of(serve(two), code, body, cookie, **headers)
    assert got == status, text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("part", "width", "height"),
    [("batches", 390, 844), ("refused", 390, 844), ("definitions", 1920, 1080), ("published", 390, 844)],
)
def test_every_part_of_the_data_page_stands(
    demo: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched], part: str, width: int, height: int
) -> None:
    watched = watch(serve(demo), width, height)
    page = watched.open(f"/data?part={part}")
    page.wait_for_selector("tbody tr")
    assert page.locator("tbody tr").count() > 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
    assert watched.faults == []


@pytest.mark.parametrize(
    "query", ["part=nonsense", "part=batches&page=-1", "part=batches&page=99999&source=%3Cb%3E", "part=batches&page=٣"]
)
def test_a_strange_address_still_answers(
    tiny: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched], query: str
) -> None:
    watched = watch(serve(tiny))
    watched.open(f"/data?{query}").wait_for_selector(".card")
    assert watched.faults == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("十月.csv", "十月.csv"), ("../../etc/passwd", "passwd"), ("C:\\导出\\a.xlsx", "a.xlsx"), ("", "file"), ("..", "file"),
        (".csv", "csv"), ("a\n<b>.csv", "ab.csv"), ("x" * 300 + ".csv", "x" * 80 + ".csv"),
    ],
)  # fmt: skip
def test_the_name_of_a_sent_file_leads_nowhere(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


def test_a_number_no_database_holds_is_no_job(two: Settings, serve: Callable[[Settings], str]) -> None:
    request = urllib.request.Request(f"{serve(two)}/job/{10**20}", headers={"Cookie": "profile=data_administrator"})
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request)
    refused.value.close()
    assert refused.value.code == 404
