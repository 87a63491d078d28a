"""The sheets of a workbook as rows of cells."""

from __future__ import annotations

import pickle
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.errors import FileRefused
from etl.readers import workbook_cells

Range = tuple[tuple[int, int], tuple[int, int]]
PROTECTED = "EncryptedPackage".encode("utf-16-le")
# Where a container of Microsoft's keeps the names of its parts cannot be foreseen, but it is small.
SEARCHED = 64 << 20


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from A1 on, row by row, and its merged ranges ((row, column) of first and last cell, from 0)."""

    name: str
    cells: list[list[Any]]
    merged: list[Range] = field(default_factory=list)


def sheets_of(path: Path, scratch: Path) -> list[Sheet]:
    """Every sheet of an .xlsx or .xls. Raises FileRefused if it is damaged or protected; a process of its own finds out."""
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0" and PROTECTED in file.read(SEARCHED):
            raise FileRefused("the workbook is protected by a password", path, expected="a workbook saved without password")
    target = scratch / f"{secrets.token_hex(4)}.cells"
    command = [sys.executable, "-I", str(Path(workbook_cells.__file__)), str(path), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")  # noqa: S603 our own program
    if done.returncode:
        reason = done.stderr if done.returncode == workbook_cells.REFUSED else "it is damaged, or larger than this machine can hold"
        if "password" in reason:
            raise FileRefused("the workbook is protected by a password", path, expected="a workbook saved without password")
        raise FileRefused(f"is not a readable workbook: {reason}", path, expected="an .xlsx or .xls workbook")
    sheets = []
    with target.open("rb") as file:
        while file.peek(1):
            sheets.append(Sheet(*pickle.load(file)))  # noqa: S301 written by our own program
    target.unlink()
    return sheets
