"""Brings a delimited text file to UTF-8 and takes the counts by which nothing can get lost unseen."""

from __future__ import annotations

import codecs
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.errors import FileRefused

CHUNK = 1 << 20
NOT_QUOTE_OR_LINE_END = bytes(byte for byte in range(256) if byte not in b'"\n')
IN_QUOTES = re.compile(rb'"[^"]*"')
CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
ANYTHING = re.compile("")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class CsvText:
    """A UTF-8 text file: `lines` counts line ends, `records` those outside quotes; a last one may lack its line end."""

    path: Path
    lines: int
    records: int
    ends_mid_line: bool

    @property
    def may_span(self) -> bool:
        """Whether a record may go on over several lines."""
        return self.lines != self.records


def utf8_text(path: Path, encoding: str, scratch: Path) -> CsvText:
    """The file itself if it is UTF-8, else a UTF-8 copy of it in `scratch` with the same lines.

    Bytes that are no text in the declared encoding are passed on as they are, so that the faulty line keeps its place
    and is refused where rows are read. Raises FileRefused if the file is empty or evidently in another encoding.
    """
    with path.open("rb") as file:
        sample = file.read(CHUNK)
    _check_sample(path, sample, encoding)
    target = path if encoding == "utf-8" else scratch / f"{secrets.token_hex(4)}.csv"
    lines, records, is_open, last = 0, 0, False, b""
    for chunk in _read(path) if encoding == "utf-8" else _transcode(path, encoding, target):
        marks = chunk.translate(None, NOT_QUOTE_OR_LINE_END)
        lines += marks.count(b"\n")
        marks = (b'"' + marks if is_open else marks).replace(b'""', b"")
        # What is left once all that stands in quotes is gone: line ends that end a record, and perhaps an open quote.
        ends, quote, _ = (IN_QUOTES.sub(b"", marks) if b'"' in marks else marks).partition(b'"')
        records += ends.count(b"\n")
        is_open, last = bool(quote), chunk[-1:] or last
    ends_mid_line = last != b"\n"
    return CsvText(target, lines + ends_mid_line, records + (ends_mid_line or is_open), ends_mid_line)


def probable_encoding(sample: bytes) -> str | None:
    """The encoding most lines of a sample are in: utf-16, utf-8, gb18030, or None if it is plain ASCII or neither."""
    if sample.startswith(UTF16_MARKS):
        return "utf-16"
    lines = [line for line in sample.split(b"\n")[:20_000] if not line.isascii()]
    # A few bytes of GB18030 may happen to be UTF-8, but then they are no Chinese.
    if sum(_holds(line, "utf-8", CHINESE) for line in lines) > len(lines) / 2:
        return "utf-8"
    foreign = [line for line in lines if not _holds(line, "utf-8", ANYTHING)]
    if sum(_holds(line, "gb18030", CHINESE) for line in foreign) > len(lines) / 2:
        return "gb18030"
    return None


def _check_sample(path: Path, sample: bytes, encoding: str) -> None:
    if not sample.removeprefix(codecs.BOM_UTF8).strip():
        raise FileRefused("the file is empty", path, expected="a header and rows")
    probable = probable_encoding(sample)
    if probable and probable != encoding:
        raise FileRefused(f"declared as {encoding} but probably {probable}", path, expected=f"a file saved as {encoding}")
    if b"\n" not in sample and b"\r" in sample:
        raise FileRefused("lines end with a carriage return only", path, 1, expected="lines ending in LF or CRLF")


def _holds(line: bytes, encoding: str, sign: re.Pattern[str]) -> bool:
    try:
        return bool(sign.search(line.decode(encoding)))
    except UnicodeDecodeError:
        return False


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _transcode(path: Path, encoding: str, target: Path) -> Iterator[bytes]:
    """Write `target` in UTF-8, yielding what is written. An undecodable byte never is UTF-8 where it stands."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    with target.open("wb") as copy:
        for chunk in _read(path):
            text = decoder.decode(chunk).encode("utf-8", "surrogateescape")
            copy.write(text)
            yield text
        text = decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
        copy.write(text)
        yield text
