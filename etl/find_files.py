"""Finds the deliveries behind the words of a command: files, patterns, folders, archives and standard input."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from etl.deliveries import TOTAL, Delivery
from etl.errors import FileRefused
from etl.readers import form_of
from etl.readers.archive import Archive
from etl.readers.contents import told
from etl.source import Source

STDIN = "-"
ZIP = ".zip"
PATTERN = set("*?[")
SUFFIXES = {"text": ".csv", "excel": ".xlsx", "json": ".json", "xml": ".xml", "zip": ZIP, "html": ".xls"}
INCOMING = ".incoming-"


class Form(StrEnum):
    """What standard input may be said to be."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"
    XLS = "xls"
    XML = "xml"
    ZIP = "zip"


@dataclass(frozen=True)
class Found:
    """What was found: deliveries, words that led to none, and files beside the deliveries that no source could send."""

    deliveries: list[Delivery] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(words: Iterable[str], source: Source) -> Found:
    """The files behind each word: a file, a folder with everything in it that `source` can send, or a pattern."""
    found = Found()
    for word in words:
        path = Path(word)
        if path.is_dir():
            _find_in(path, source, found)
        elif path.exists() or not PATTERN & set(word):
            found.deliveries.append(Delivery(path, source.code))
        else:
            files = sorted(Path(one) for one in glob.glob(word, recursive=True))  # noqa: PTH207 a pattern may be absolute
            for one in files:
                if one.is_dir():
                    _find_in(one, source, found)
                elif not one.name.endswith(TOTAL):
                    found.deliveries.append(Delivery(one, source.code))
            if not files:
                found.refused.append(FileRefused("there is no such file: nothing matches this pattern", word, expected="a file to load"))
    return found


def _find_in(folder: Path, source: Source, found: Found) -> None:
    count = len(found.deliveries)
    for path in sorted(Path(place) / name for place, _, names in os.walk(folder) for name in names):
        within = path.relative_to(folder).parts
        if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in within) or path.name.endswith(TOTAL):
            continue
        if can_send(path, source):
            found.deliveries.append(Delivery(path, source.code))
        else:
            found.notes.append(f"{path}: left, as source {source.code} does not send such files")
    if len(found.deliveries) == count:
        found.refused.append(
            FileRefused(f"there is no file that source {source.code} could send", folder, expected="a folder of deliveries")
        )


def can_send(path: Path, source: Source) -> bool:
    """Whether a file's name is one of a delivery of the source."""
    return path.suffix.lower() == ZIP or form_of(path, source) in source.formats


def members(delivery: Delivery, source: Source, scratch: Path, notes: list[str]) -> Iterator[Delivery | FileRefused]:
    """The deliveries within a delivery: itself, or the members of a zip, each unpacked only while it is looked at."""
    path = delivery.path
    if path.suffix.lower() != ZIP or not path.is_file():
        yield delivery
        return
    with Archive(path) as archive:
        outer, count = delivery.name or path.name, 0
        for name in archive.names():
            inner = Path(name)
            if inner.suffix.lower() == ZIP:
                count += 1
                yield FileRefused("an archive within an archive", f"{outer}/{name}", expected="files of the source")
            elif not can_send(inner, source):
                notes.append(f"{outer}/{name}: left, as source {source.code} does not send such files")
            else:
                count += 1
                try:
                    taken = archive.take(name, scratch)
                except FileRefused as refusal:
                    yield refusal
                    continue
                yield delivery._replace(path=taken, name=f"{outer}/{name}", control_count=None)
                taken.unlink()
        if not count:
            yield FileRefused(f"holds no file that source {source.code} could send", path, expected="a zip of deliveries")


@contextmanager
def spooled(stream: BinaryIO, landing: Path, suffix: str | None) -> Iterator[Path]:
    """A file in landing with all that a stream brings, gone afterwards; its suffix is told by its content if not given.

    Raises FileRefused if nothing comes, or nothing that could be told.
    """
    landing.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_left_over(landing)
    with tempfile.TemporaryDirectory(prefix=f"{INCOMING}{os.getpid()}-", dir=landing) as folder:
        path = Path(folder) / "standard input"
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        if not path.stat().st_size:
            raise FileRefused("nothing came", "standard input", expected="a file's bytes")
        content = told(path)
        chosen = suffix or SUFFIXES.get(content)
        if chosen is None:
            raise FileRefused(f"what came is a {content} file", "standard input", expected="csv, json, xlsx, xml or zip, or --format")
        yield path.rename(path.with_suffix(chosen))


def _remove_left_over(landing: Path) -> None:
    """Remove what a killed process left; another one that still reads keeps its own."""
    for path in landing.glob(f"{INCOMING}*"):
        try:
            os.kill(int(path.name.removeprefix(INCOMING).partition("-")[0]), 0)
        except ProcessLookupError:
            shutil.rmtree(path, ignore_errors=True)
        except PermissionError:
            continue
