"""A command line whose `--help` speaks a language."""

from __future__ import annotations

import re
from typing import Any

import typer

from dashboard.phrases import said


def spoken(app: typer.Typer, language: str) -> Any:
    """The command an app makes, its help and that of its commands and options in a language."""
    whole: Any = typer.main.get_command(app)
    for command in (whole, *getattr(whole, "commands", {}).values()):
        for told in (command, *command.params):
            told.help = _breakable(said(told.help, language)) if getattr(told, "help", None) else None
    return whole


def _breakable(text: str) -> str:
    """A line is broken at spaces only, and what has none is cut off: so there is one after every stop."""
    return re.sub("(?<=[，；。])(?=.)", " ", text)
