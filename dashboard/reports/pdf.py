"""Reports as PDF by typst: official paper, text to be searched and copied, faces embedded, bookmarks; and its pages as pictures."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from dashboard.reports.faces import faces_of
from dashboard.reports.plates import Printable
from dashboard.reports.typeset import UNKNOWN_SIGN, told
from dashboard.texts import Text

MAIN, DATA = "main.typ", "report.json"
MIME = "application/pdf"
# Text that can be searched and kept (PDF/A-2a), and read aloud (PDF/UA-1).
STANDARDS = ["a-2a", "ua-1"]
NO_FACE = Text(
    "本机没有中文字体，未能生成 PDF；请安装公文字体或 fonts-noto-cjk",
    "No Chinese face is installed: the PDF was not made. Install the official faces or fonts-noto-cjk",
)
# What the standards refuse: signs that no installed face has.
NOT_SHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
MOST_TRIES = 5
PPI = 96


class NoFace(Exception):  # noqa: N818 it names what the machine lacks
    """Chinese cannot be printed on this machine; `why` says so in both languages."""

    def __init__(self) -> None:
        super().__init__(NO_FACE.en)
        self.why = NO_FACE


def render(made: Printable, faces: typst.Fonts | None = None) -> bytes:
    """The report as PDF; the same report gives the same bytes. Raises NoFace."""
    with TemporaryDirectory() as folder:
        return _compiled(Path(folder), made, faces or installed())


def pages(made: Printable, ppi: float = PPI, faces: typst.Fonts | None = None) -> list[bytes]:
    """The pages of the PDF as PNG, to be looked at. Raises NoFace."""
    held = faces or installed()
    with TemporaryDirectory() as folder:
        # What no face can show is known once the PDF is made; the pictures are then of the same pages.
        _compiled(Path(folder), made, held)
        found: Any = typst.compile(Path(folder) / MAIN, root=Path(folder), font_paths=held, format="png", ppi=ppi)
    return [found] if isinstance(found, bytes) else list(found)


@cache
def installed() -> typst.Fonts:
    """The faces of this machine; looking through them once is enough."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _compiled(folder: Path, made: Printable, faces: typst.Fonts) -> bytes:
    """The PDF of the sources put into a folder. Signs that no face has are replaced, as printers do, by one that says so."""
    text = _laid_out(folder, made, faces)
    for _ in range(MOST_TRIES):
        try:
            return _typst(folder, made, faces, STANDARDS)
        except typst.TypstError as error:
            missing = missing_signs(str(error.diagnostic))
            if not missing:
                raise
            if any(is_common(sign) for sign in missing):
                raise NoFace from error
        text = text.translate({ord(sign): UNKNOWN_SIGN for sign in missing})
        (folder / DATA).write_text(text, encoding="utf-8")
    return _typst(folder, made, faces, [])


def _laid_out(folder: Path, made: Printable, faces: typst.Fonts) -> str:
    """Put the template, what it is told and its pictures into a folder, the only one it can read; the data as they stand there."""
    page = told(made)
    text = json.dumps({**page.data, "faces": faces_of(frozenset(faces.families())).plain()}, ensure_ascii=False)
    (folder / MAIN).write_bytes(files("dashboard.reports").joinpath("report.typ").read_bytes())
    (folder / DATA).write_text(text, encoding="utf-8")
    for name, png in page.pictures.items():
        (folder / name).write_bytes(png)
    return text


def _typst(folder: Path, made: Printable, faces: typst.Fonts, standards: list[Any]) -> bytes:
    day = datetime.combine(made.report.made_on, time(), UTC)
    return typst.compile(folder / MAIN, root=folder, font_paths=faces, pdf_standards=standards, timestamp=day)


def missing_signs(complaint: str) -> set[str]:
    """The signs a complaint of the typesetter names."""
    texts = (ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text) for text in NOT_SHOWN.findall(complaint))
    return {sign for text in texts for sign in text} - {UNKNOWN_SIGN}


def is_common(sign: str) -> bool:
    """Whether every Chinese face has a sign: one that lacks it is none."""
    try:
        return len(sign.encode("gb2312")) == 2 and sign >= "\u4e00"
    except UnicodeEncodeError:
        return False
