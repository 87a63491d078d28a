"""A document as the checks see it: lines of text and grids of cells in the order they stand."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.texts import Text


@dataclass(frozen=True)
class Line:
    """A paragraph of text, and where it stands."""

    where: Text
    text: str


@dataclass(frozen=True)
class Grid:
    """A table. A cell that only continues the merged one before or above it is None. `around` is the text just before and after it."""

    where: Text
    rows: tuple[tuple[str | None, ...], ...]
    around: str = ""


@dataclass(frozen=True)
class Document:
    """What a file or a report holds."""

    name: str
    parts: tuple[Line | Grid, ...]

    @property
    def lines(self) -> list[Line]:
        return [part for part in self.parts if isinstance(part, Line)]

    @property
    def grids(self) -> list[Grid]:
        return [part for part in self.parts if isinstance(part, Grid)]


class Unreadable(Exception):  # noqa: N818 it names what a file is, not a fault of ours
    """A file that cannot be checked; `why` says so in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def with_surroundings(parts: list[Line | Grid]) -> tuple[Line | Grid, ...]:
    """The same parts, each grid with the line before it and the two after it: captions and notes."""
    found: list[Line | Grid] = []
    for place, part in enumerate(parts):
        if isinstance(part, Line):
            found.append(part)
            continue
        near = [*parts[max(place - 1, 0) : place], *parts[place + 1 : place + 3]]
        text = " ".join(line.text for line in near if isinstance(line, Line) and _is_beside(line.text))
        found.append(Grid(part.where, part.rows, f"{part.around} {text}".strip()))
    return tuple(found)


def _is_beside(text: str) -> bool:
    """Captions are short, and notes say that they are notes: a paragraph of the body beside a table is neither."""
    return len(text) <= 40 or text.lstrip("（( ").startswith(("注", "说明", "备注", "Note"))
