"""The README says what is there: its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.charts import CHARTS
from etl.__main__ import app
from layouts import PAGES

ROOT = Path(__file__).parents[1]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")}


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXTS[name]):
        assert (ROOT / target).exists(), target


def test_make_targets_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for text in TEXTS.values():
        assert set(re.findall(r"(?<=make )([a-z]+)(?=[ `\n])", text)) <= made


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_exist(name: str) -> None:
    commands = set(re.findall(r"python -m etl ([a-z]+)", TEXTS[name]))
    assert {"load", "history", "check", "demo"} <= commands
    for command in commands:
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


def test_pages_are_named() -> None:
    for page in PAGES:
        for name in ("README.md", "README.zh-CN.md"):
            assert f"`{page.PATH}`" in TEXTS[name]


def test_adding_a_chart_touches_what_the_readme_says() -> None:
    files = {path.stem for path in (ROOT / "dashboard" / "charts").glob("*.py") if "\nCHART = " in path.read_text(encoding="utf-8")}
    assert files == set(CHARTS)
