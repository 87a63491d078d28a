"""The loader's command line: what it prints, and with which number it ends."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from etl.__main__ import app, main
from tests.deliveries import CITIES, GOOD, TEN, delivered

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on a hand-worked city of the test's own."""
    monkeypatch.setenv("CITIES", str(CITIES))
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("CITY", "tiny")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_history_tells_what_became_of_each_file(tmp_path: Path, run: Callable[..., Result]) -> None:
    moment = ["--received-at", "2026-10-14T09:00:00"]
    run("load", TEN, "--source", "appeals", *moment)
    second = delivered(tmp_path / "更多.csv", [GOOD, GOOD, GOOD | {"工单编号": ""}])
    run("load", second, "--source", "appeals", *moment)
    told = json.loads(run("history", "--json").stdout)
    counts = ("received_count", "accepted_count", "duplicate_count", "rejected_count")
    assert [tuple(batch[name] for name in ("batch_id", "file_name", *counts)) for batch in told] == [
        ("000002-appeals", "ten.csv", 10, 10, 0, 0),
        ("000003-appeals", "更多.csv", 3, 1, 1, 1),
    ]
    assert [batch["file_sha256"] for batch in told] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in (TEN, second)]
    assert told[0]["received_at"] == "2026-10-14 09:00:00"
    printed = run("history").stdout
    assert "ten.csv" in printed
    assert told[1]["file_sha256"][:12] in printed


def test_check_prints_the_counts_and_no_findings(run: Callable[..., Result]) -> None:
    run("load", TEN, "--source", "appeals", "--received-at", "2026-10-14T09:00:00")
    result = run("check")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    expected = [["2", "majors"], ["3", "categories"], ["1", "districts"], ["2", "towns"], ["3", "communities"], ["2", "units"]]
    assert lines[:6] == expected
    assert lines[-1] == ["0", "findings"]


def test_check_ends_with_one_where_a_count_is_not_as_expected(
    tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    cities = tmp_path / "cities" / "tiny"
    for path in (CITIES / "tiny").rglob("*"):
        if path.is_file():
            target = cities / path.relative_to(CITIES / "tiny")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("majors = 2", "majors = 12"), encoding="utf-8")
    monkeypatch.setenv("CITIES", str(tmp_path / "cities"))
    run("load", TEN, "--source", "appeals", "--received-at", "2026-10-14T09:00:00")
    result = run("check")
    assert result.exit_code == 1
    assert "2 majors   expected 12" in result.stdout
    assert "1 findings" in result.stdout
    # A roster is read from the folder as it is, and a faulty one is a finding too.
    (cities / "duty_shifts.csv").write_text("shift_code,label,begins_at,ends_at\nday,白班,08:30,20:30\n", encoding="utf-8")
    (cities / "duty.csv").write_text("day_on,shift_code,officers\n2026-13-01,day,甲\n", encoding="utf-8")
    result = run("check")
    assert "finding: duty.csv:2:day_on: '2026-13-01'; expected a day such as 2026-10-01" in result.stderr
    assert "2 findings" in result.stdout


def test_a_year_without_holidays_is_a_warning(tmp_path: Path, run: Callable[..., Result]) -> None:
    late = delivered(tmp_path / "late.csv", [GOOD | {"上报时间": "2027-03-01 09:00:00"}])
    result = run("load", late, "--source", "appeals", "--received-at", "2027-03-02T09:00:00")
    assert result.exit_code == 0
    assert "warning: holidays.csv has no row for 2027" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["history", "--city", "tiny"], "no snapshot in tiny"),
        (["check", "--city", "nowhere"], "nowhere"),
        (["load", "absent.csv", "--city", "tiny", "--source", "appeals"], "absent.csv: there is no such file"),
        (["load", "absent.csv", "--city", "tiny", "--source", "appeal"], "there is no source 'appeal'"),
    ],
)
def test_a_known_fault_is_one_line_and_ends_with_one(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["etl", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert said in shown
    assert "Traceback" not in shown


def test_it_runs_as_a_program(tmp_path: Path, run: Callable[..., Result]) -> None:
    command = [sys.executable, "-m", "etl", "load", str(TEN), "--source", "appeals"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    # Loaded today, long before its tickets were reported or long after: either way every row is accounted for.
    assert done.returncode == 0, done.stderr
    assert "received" in done.stdout
