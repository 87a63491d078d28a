"""The floors of the house, and the few rules a reader of the code may rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from importlinter.application.use_cases import read_user_options
from importlinter.cli import lint_imports

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = sorted(path for folder in ("dashboard", "etl", "layouts") for path in (PROJECT / folder).rglob("*.py"))


def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(PROJECT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0, capsys.readouterr().out


def test_every_module_of_the_reader_stands_on_a_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    contract = next(c for c in read_user_options("pyproject.toml").contracts_options if c["type"] == "layers")
    placed = {name.strip() for floor in contract["layers"] for name in floor.split("|")}
    there = {f"dashboard.{path.stem}" for path in (PROJECT / "dashboard").glob("*.py") if not path.stem.startswith("__")}
    there |= {f"dashboard.{path.parent.name}" for path in (PROJECT / "dashboard").glob("*/__init__.py")}
    there |= {"dashboard.__main__"}
    assert placed == there | {"layouts"}


def test_the_app_only_puts_things_together() -> None:
    assert len((PROJECT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_looks_are_written_in_css() -> None:
    styled = [path.name for path in PYTHON if path.parts[-2] != "etl" and re.search(r"\bstyle\s*=\s*(\{|dict)", path.read_text("utf-8"))]
    assert styled == []


def test_only_the_settings_read_the_environment() -> None:
    asked = [str(path.relative_to(PROJECT)) for path in PYTHON if re.search(r"\benviron\b|\bgetenv\b", path.read_text("utf-8"))]
    assert set(asked) <= {"dashboard/settings.py"}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_opens_with_a_plain_sentence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r'"""\w.*[^\s]', text), path
    assert path.stem not in ("utils", "helpers", "common", "manager")
    assert "except Exception" not in text
