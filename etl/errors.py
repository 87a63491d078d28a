"""What can go wrong with a file on its way in, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboard.settings import PROJECT, Settings


def placed(file: str, row: int | None, line: int | None, column: str | None) -> str:
    """Where in a file something stands: `file:line:column`, its header counted; `file:row 3:column` where only the row is known."""
    where = line if line is not None else None if row is None else f"row {row}"
    return ":".join(str(part) for part in (file, where, column) if part)


def shortened(text: str, settings: Settings) -> str:
    """A message with its paths as a person knows them: from the drop folder, the city's data, the cities, the program."""
    data = settings.city_warehouse
    for folder in (data / "inbox", data, settings.cities, settings.warehouse, PROJECT):
        text = text.replace(f"{folder}/", "")
    return text


class LoadError(Exception):
    """A fault in a file; prints as `file:row:column: message (expected …)`, leaving out what is not known.

    `row` counts from 1: a data row, or the line of a text file where an error class says so. `column` is the name
    as it stands in the file.
    """

    def __init__(
        self,
        message: str,
        file: Path | str,
        row: int | None = None,
        column: str | None = None,
        expected: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.row = row
        self.column = column
        self.expected = expected

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part is not None)
        hope = f" (expected {self.expected})" if self.expected else ""
        return f"{place}: {self.message}{hope}"


class SourceError(LoadError):
    """A source's TOML does not say what it must; `row` is the line of the TOML."""


class FileRefused(LoadError):  # noqa: N818
    """A delivered file cannot be read at all, so none of its rows are loaded.

    `delivery` is the file that was delivered, where `file` names a part of it; `others` were refused together with it.
    """

    delivery: Path | None = None
    others: Sequence[FileRefused] = ()
