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
NO_TEXT = "no-text"
# Half a UTF-16 character becomes a byte that no UTF-8 holds, so that its line is refused where rows are read.
codecs.register_error(NO_TEXT, lambda error: ("\udcff", error.end) if isinstance(error, UnicodeDecodeError) else ("?", 0))


@dataclass(frozen=True)
class CsvText:
    """A UTF-8 text file, made of one in `encoding`.

    `lines` counts line ends, `records` those outside quotes; a last one may lack its line end.
    """

    path: Path
    encoding: str
    lines: int
    records: int
    ends_mid_line: bool

    @property
    def may_span(self) -> bool:
        """Whether a record may go on over several lines."""
        return self.lines != self.records


def utf8_text(path: Path, encoding: str, scratch: Path) -> CsvText:
    """The file itself if it is UTF-8, else a UTF-8 copy of it in `scratch` with the same lines; `auto` is told from the file.

    Bytes that are no text in the encoding are passed on as they are, so that the faulty line keeps its place
    and is refused where rows are read. Raises FileRefused if the file is empty or evidently in another encoding.
    """
    sample = _sample(path)
    _check_sample(path, sample, encoding)
    if encoding == "auto":
        encoding = _told(path, sample)
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
    if not lines and _has_carriage_return(target):
        raise FileRefused("lines end with a carriage return only", path, 1, expected="lines ending in LF or CRLF")
    ends_mid_line = last != b"\n"
    return CsvText(target, encoding, lines + ends_mid_line, records + (ends_mid_line or is_open), ends_mid_line)


def probable_encoding(sample: bytes) -> str | None:
    """The encoding most lines of a sample are in: utf-16, utf-8, gb18030, or None if it is plain ASCII or neither."""
    if sample.startswith(UTF16_MARKS):
        return "utf-16"
    lines = _foreign_lines(sample)
    # A few bytes of GB18030 may happen to be UTF-8, but then they are no Chinese.
    if sum(_holds(line, "utf-8", CHINESE) for line in lines) > len(lines) / 2:
        return "utf-8"
    foreign = [line for line in lines if not _holds(line, "utf-8", ANYTHING)]
    if sum(_holds(line, "gb18030", CHINESE) for line in foreign) > len(lines) / 2:
        return "gb18030"
    return None


def _sample(path: Path) -> bytes:
    """The beginning of a file, and where that is plain ASCII the first piece that is not."""
    pieces = _read(path)
    first = next(pieces, b"")
    if not first.isascii() or first.startswith(UTF16_MARKS):
        return first
    return first + next((piece for piece in pieces if not piece.isascii()), b"")


def _foreign_lines(sample: bytes) -> list[bytes]:
    # The last line of a sample may be cut within a character.
    lines = sample.split(b"\n")
    return [line for line in (lines[:-1] if len(sample) >= CHUNK else lines)[:20_000] if not line.isascii()]


def _check_sample(path: Path, sample: bytes, encoding: str) -> None:
    bare = sample[2:] if sample.startswith(UTF16_MARKS) else sample.removeprefix(codecs.BOM_UTF8)
    if not bare.strip(b"\0 \t\r\n"):
        raise FileRefused("the file is empty", path, expected="a header and rows")
    is_marked = sample.startswith(UTF16_MARKS)
    if not is_marked and (encoding == "utf-16" or sample.count(0) > len(sample) / 10):
        hope = "UTF-16 with its mark (FF FE), or a file saved as utf-8"
        raise FileRefused("no byte order mark: as utf-16 it cannot be read", path, expected=hope)
    probable = probable_encoding(sample)
    if encoding != "auto" and probable and probable != encoding:
        raise FileRefused(f"declared as {encoding} but probably {probable}", path, expected=f"a file saved as {encoding}")


def _told(path: Path, sample: bytes) -> str:
    """The encoding of a file that declares none. Raises FileRefused rather than guess among those that are no Chinese."""
    probable = probable_encoding(sample)
    lines = _foreign_lines(sample)
    unreadable = sum(not _holds(line, "utf-8", ANYTHING) for line in lines)
    if not probable and unreadable > max(1, len(lines) / 2):
        hope = 'a file saved as utf-8, or its encoding declared as [csv] encoding = "gb18030"'
        raise FileRefused("its encoding cannot be told: neither utf-8 nor gb18030", path, expected=hope)
    return probable or "utf-8"


def _has_carriage_return(path: Path) -> bool:
    return any(b"\r" in chunk for chunk in _read(path))


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
    decoder = codecs.getincrementaldecoder(encoding)(NO_TEXT if encoding == "utf-16" else "surrogateescape")
    with target.open("wb") as copy:
        for chunk in _read(path):
            text = decoder.decode(chunk).encode("utf-8", "surrogateescape")
            copy.write(text)
            yield text
        text = decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
        copy.write(text)
        yield text
