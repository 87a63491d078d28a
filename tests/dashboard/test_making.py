"""The process that makes reports: job after job in one, replaced when it hangs or dies, and nothing half done."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard import jobs
from dashboard.issuing import MAKE
from dashboard.settings import Settings
from dashboard.standing_worker import StandingWorker
from dashboard.store import engine_of, reports, upgrade
from dashboard.view import View
from tests.dashboard.test_issuing import Desk

NOW = datetime(2026, 11, 23, 9)
# Writes down who did which job; job 3 takes for ever, and job 4 its own life.
OBEDIENT = """
import os, sys, time
for line in sys.stdin:
    with open(sys.argv[1], "a") as file:
        file.write(f"{os.getpid()}\\n")
    if int(line) == 3:
        time.sleep(600)
    if int(line) == 4:
        os._exit(9)
    sys.stdout.write(line)
    sys.stdout.flush()
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_of(f"sqlite:///{tmp_path / 'wuhai' / 'people.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def test_one_process_does_job_after_job_until_it_hangs(book: Engine, tmp_path: Path) -> None:
    worker = StandingWorker(book, [MAKE], [sys.executable, "-c", OBEDIENT, str(tmp_path / "done")], lambda: NOW)
    for _ in range(5):
        jobs.ask(book, MAKE, {}, by="me", now=NOW, limit_seconds=1)
    while worker.work_once():
        pass
    process = worker.process
    assert process is not None
    worker.let_go()
    assert process.returncode is not None
    done = (tmp_path / "done").read_text(encoding="utf-8").split()
    assert done[0] == done[1] == done[2]
    assert len({done[0], done[3], done[4]}) == 3, "the one that hung was killed, the one that died replaced"
    errors = [jobs.job(book, number).error for number in (3, 4)]  # type: ignore[union-attr]
    assert errors == ["stopped: it took longer than 1 s", "its process ended with 9"]


def test_a_report_is_made_by_the_process_and_survives_its_death(
    demo_view: View, demo: Settings, book: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE", str(demo.warehouse))
    monkeypatch.setenv("PEOPLE", str(tmp_path))
    desk = Desk(demo_view, book, demo.model_copy(update={"people": tmp_path}))
    worker = StandingWorker(book, [MAKE], [sys.executable, "-m", "dashboard.issuing.child", "wuhai"], lambda: NOW)
    number = int(desk.do("draft_report", {"kind": "month", "on": "2026-10-01", "name": "王敏"}).link.rpartition("=")[2])
    assert worker.work_once()
    assert desk.issue(number).version == 2, jobs.latest(book, [MAKE], 1)
    desk.step("submit_report", number)
    desk.step("review_report", number, desk.committee)
    asked = desk.step("issue_report", number, formats=("txt", "json"))
    assert asked.job_id is not None
    assert worker.process is not None
    victim = worker.process.pid

    def strike() -> None:
        while (job := jobs.job(book, asked.job_id or 0)) is not None and job.state == jobs.WAITING:
            time.sleep(0.005)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=strike)
    killer.start()
    worker.work_once()
    killer.join()
    assert jobs.job(book, asked.job_id).state == jobs.FAILED  # type: ignore[union-attr]
    assert (desk.issue(number).state, desk.issue(number).number) == ("reviewed", None)
    assert reports.files(book, number) == []
    desk.step("issue_report", number, formats=("txt", "json"))
    worker.work_once()
    worker.let_go()
    assert (desk.issue(number).state, desk.issue(number).number) == ("issued", 10), jobs.latest(book, [MAKE], 1)
    kept = {path.name for path in desk.settings.reports.iterdir()}
    assert {file.sha256 for file in reports.files(book, number)} <= kept
