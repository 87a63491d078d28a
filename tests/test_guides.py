"""The guides say what is there: their commands and options exist, their links lead somewhere, and both languages say the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from etl.__main__ import app

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = ["bring-your-own-data.md", "bring-your-own-data.zh-CN.md"]
COMMAND = re.compile(r"^python -m etl (.+)$", re.MULTILINE)


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GUIDES)
def test_commands_and_their_options_exist(name: str) -> None:
    lines = COMMAND.findall(text(name))
    assert {line.split()[0] for line in lines} >= {"inspect", "load", "history", "rejects", "undo", "watch", "rebuild", "check"}
    known = get_command(app).commands  # type: ignore[attr-defined]
    for line in lines:
        command, *arguments = shlex.split(line)
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
        options = {option for parameter in known[command].params for option in parameter.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= options, line


@pytest.mark.parametrize("name", GUIDES)
def test_links_and_make_targets_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text(name)):
        assert (DOCS / target).exists(), target
    made = set(re.findall(r"^([a-z]+):", (DOCS.parent / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", text(name), re.MULTILINE)) <= made


def test_both_languages_give_the_same_commands() -> None:
    blocks = [re.findall(r"```\n(.*?)```", text(name), re.DOTALL) for name in GUIDES]
    assert blocks[0] == blocks[1]
