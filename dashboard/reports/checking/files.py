"""Opens any file that may be checked; one that cannot be read says why."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dashboard.reports.checking.document import Document, Grid, Line, Unreadable, with_surroundings
from dashboard.reports.checking.sheet_files import ENCRYPTED, HUGE, read_workbook
from dashboard.reports.checking.text_files import read_text
from dashboard.reports.checking.word_files import read_word
from dashboard.texts import Text

OLD_WORD = Text("是旧版 .doc 文件，请另存为 .docx", "an old .doc file: save it as .docx")
UNKNOWN = Text(
    "无法校验此类文件；可校验 .docx、.xlsx、.xls、.csv、.txt、.md",
    "files of this kind cannot be checked; .docx, .xlsx, .xls, .csv, .txt, .md can",
)
NO_BYTES, NO_WORDS = Text("文件是空的", "the file is empty"), Text("文件里没有文字和表格", "the file holds neither text nor tables")
NOT_THERE = Text("没有这个文件", "there is no such file")
MOST_BYTES, MOST_UNPACKED = 64 * 2**20, 512 * 2**20
OLE, ZIP = bytes.fromhex("d0cf11e0a1b11ae1"), b"PK\x03\x04"
READERS: dict[str, Callable[[Path], list[Line | Grid]]] = {
    ".docx": read_word, ".docm": read_word, ".xlsx": read_workbook, ".xlsm": read_workbook, ".xls": read_workbook,
    ".csv": read_text, ".txt": read_text, ".md": read_text,
}  # fmt: skip


def read_file(path: Path) -> Document:
    """What a file says. Raises Unreadable."""
    if not path.is_file():
        raise Unreadable(NOT_THERE)
    size, kind = path.stat().st_size, path.suffix.lower()
    if not size:
        raise Unreadable(NO_BYTES)
    if size > MOST_BYTES:
        raise Unreadable(HUGE)
    with path.open("rb") as file:
        look_inside(file, kind)
    if kind not in READERS:
        raise Unreadable(UNKNOWN)
    parts = READERS[kind](path)
    if not parts:
        raise Unreadable(NO_WORDS)
    return Document(path.name, with_surroundings(parts))


def look_inside(file: BinaryIO, kind: str) -> None:
    """Raises Unreadable for what its first bytes betray: encryption, an old format, far more inside than it seems."""
    start = file.read(8)
    if start == OLE:
        rest = file.read()
        if "EncryptedPackage".encode("utf-16-le") in rest:
            raise Unreadable(ENCRYPTED)
        if kind != ".xls":
            raise Unreadable(OLD_WORD if kind in (".doc", ".docx") else UNKNOWN)
    if start.startswith(ZIP):
        try:
            with zipfile.ZipFile(file) as packed:
                unpacked = sum(entry.file_size for entry in packed.infolist())
        except zipfile.BadZipFile:
            return  # Its reader says what is wrong with it.
        if unpacked > MOST_UNPACKED:
            raise Unreadable(HUGE)
