"""Goes through a faulty CSV line by line, saves every good row and names the fault of every other line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path

from etl.readers.reading import LINE_BYTES, Broken, kept

# A value in quotes that goes on for longer than this is a quote that was never closed.
SPAN_BYTES = 16 * LINE_BYTES

FEW, MANY, LONG = "too few columns", "too many columns", "line too long"
BYTES, QUOTES = "bytes that are no text in the declared encoding", "faulty quotes"


def expectation(reason: str, columns: int, encoding: str) -> str:
    """What should have stood where a line was found faulty."""
    return {
        FEW: f"{columns} columns",
        MANY: f"{columns} columns",
        LONG: f"at most {LINE_BYTES:,} bytes",
        BYTES: encoding,
        QUOTES: 'a value with quotes to be written "…", quotes in it doubled',
    }[reason]


class Mender:
    """Splits UTF-8 text into records of `columns` values; a faulty line costs that line, not those that follow."""

    def __init__(self, columns: int, delimiter: str, encoding: str) -> None:
        mark = re.escape(delimiter.encode())
        # DuckDB allows blanks behind a closing quote, so a mended file may hold them.
        quoted = rb'"[^"]*+(?:""[^"]*+)*+" *+'
        value = rb"(?:" + quoted + rb"|(?:[^" + mark + rb'"\r\n][^' + mark + rb"\r\n]*+)?+)"
        self.row = re.compile(value + rb"(?:" + mark + value + rb"){%d}" % (columns - 1))
        self.any_row = re.compile(value + rb"(?:" + mark + value + rb")*+")
        self.short_row = re.compile(value + rb"(?:" + mark + value + rb"){0,%d}" % max(columns - 2, 0))
        self.open_row = re.compile(rb"(?:" + value + mark + rb')*+"[^"]*+(?:""[^"]*+)*+')
        self.columns, self.delimiter, self.encoding = columns, delimiter.encode(), encoding
        # Whether in what was mended row n stood in the n-th line below the header.
        self.is_a_line_each = True

    def mend(self, text: Path, target: Path, header_lines: int) -> tuple[int, list[Broken]]:
        """Write the good rows to `target`, each behind its row number; returns their count and the broken ones."""
        rows, number, line = 0, 0, header_lines
        broken: list[Broken] = []
        waiting: deque[bytes] = deque()
        with text.open("rb") as file, target.open("wb") as saved:
            for _ in range(header_lines):
                file.readline()
            while first := waiting.popleft() if waiting else file.readline():
                line += 1
                record, span, is_row = self._record(first, waiting, file.readline)
                body = record.rstrip(b"\r\n")
                number += bool(body)
                fault = self._fault(body, is_row, is_last := record[-1:] != b"\n")
                if fault:
                    reason = f"{fault}: the file ends here" if is_last else fault
                    expected = expectation(fault, self.columns, self.encoding)
                    broken.append(Broken(number, line, reason, expected, kept(body)))
                elif body:
                    rows += 1
                    self.is_a_line_each &= line == number + header_lines
                    saved.write(b"%d%b%b\n" % (number, self.delimiter, body))
                line += span - 1
        return rows, broken

    def _is_row(self, body: bytes) -> bool:
        if b'"' not in body:
            return body.count(self.delimiter) == self.columns - 1 and b"\r" not in body
        return self.row.fullmatch(body) is not None

    def _record(self, first: bytes, waiting: deque[bytes], more: Callable[[], bytes]) -> tuple[bytes, int, bool]:
        """The record that begins with a line, how many lines it spans and whether it is a row; other lines go back."""
        body = first.rstrip(b"\r\n")
        if (is_row := self._is_row(body)) or not self.open_row.fullmatch(body):
            return first, 1, is_row
        extra: list[bytes] = []
        size = 0
        while size < SPAN_BYTES and (following := waiting.popleft() if waiting else more()):
            extra.append(following)
            size += len(following)
            if following.count(b'"') % 2:
                break
        whole = first + b"".join(extra)
        is_row = self._is_row(whole.rstrip(b"\r\n"))
        if is_row or not any(self._is_row(one.rstrip(b"\r\n")) for one in extra):
            return whole, 1 + len(extra), is_row
        waiting.extendleft(reversed(extra))
        return first, 1, False

    def _fault(self, body: bytes, is_row: bool, is_last: bool) -> str | None:
        if len(body) > LINE_BYTES:
            return LONG
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return BYTES
        if is_row or not body:
            return None
        if not self.any_row.fullmatch(body):
            return FEW if is_last and self.open_row.fullmatch(body) else QUOTES
        return FEW if self.short_row.fullmatch(body) else MANY
