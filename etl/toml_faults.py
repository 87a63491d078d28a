"""Finds the line of a key in a TOML text and says in plain words what is wrong there."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from etl.errors import SourceError

TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]")
Place = tuple[int | str, ...]


def line_of(text: str, place: Place) -> int:
    """The line (from 1) of the key at `place` such as ("csv", "encoding"), else of its table, else 1."""
    path = [str(part) for part in place if isinstance(part, str)]
    table: list[str] = []
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        head = TABLE.match(line)
        if head:
            table = [part.strip().strip("\"'") for part in head[1].split(".")]
            here = table
        elif "=" in line and not line.lstrip().startswith("#"):
            here = [*table, line.split("=", 1)[0].strip().strip("\"'")]
        else:
            continue
        if len(here) > depth and here == path[: len(here)]:
            best, depth = number, len(here)
    return best


def close_to(name: str, known: Sequence[str]) -> str:
    """What may have been meant by `name`: a near name, or all that there are."""
    near = difflib.get_close_matches(name, known, 2, 0.6)
    return " or ".join(repr(one) for one in near) if near else f"one of {', '.join(known) or 'none'}"


def fault(error: ValidationError, path: Path, text: str, model: type[BaseModel]) -> SourceError:
    """The most telling of pydantic's complaints, in plain words and with its line: a misspelt key explains a missing one."""
    first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    place: Place = first["loc"]
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    said, expected = str(first["msg"]), None
    kind, context = first["type"], first.get("ctx", {})
    if kind == "extra_forbidden":
        said, expected = f"unknown key {key!r}", close_to(key, _keys(model, place[:-1]))
    elif kind == "missing":
        said, expected = f"{key!r} is missing", f"a line {key} = …" if key != "columns" else "a table [columns]"
    elif kind == "literal_error":
        said, expected = f"{key} cannot be {first['input']!r}", str(context["expected"])
    elif kind == "value_error":
        said, _, expected = said.removeprefix("Value error, ").partition("; ")
    elif " should " in said:
        said, expected = f"{key} cannot be {first['input']!r}", said.partition(" should ")[2].removeprefix("be ")
    return SourceError(said, path, line_of(text, place), key or None, expected)


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that may stand in the table at `place`."""
    for part in place:
        field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
        model = _section(field.annotation) if field else model
    return [field.alias or name for name, field in model.model_fields.items() if name != "code"]


def _section(annotation: Any) -> type[BaseModel]:
    options = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    return next(option for option in options if isinstance(option, type) and issubclass(option, BaseModel))
