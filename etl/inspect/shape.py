"""How a file is written: its format, and the options its table in a source's TOML needs to read it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from etl.errors import FileRefused
from etl.inspect.header import header_depth
from etl.readers.csv_text import CHUNK, UTF16_MARKS, probable_encoding
from etl.source import Source

DELIMITERS = ",\t;|^\x01"
DEFAULT = {".tsv": "\t"}
RECORDS = 300


@dataclass(frozen=True)
class Shape:
    """A format with the options of its table, what to say about it, and a name in the header, if it has one."""

    form: str
    options: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    anchor: str = ""
    has_header: bool = True
    # Tables beside that of the format: a file that is not what its suffix says needs that of its suffix too.
    also: tuple[str, ...] = ()

    def source(self, name: str) -> Source:
        """A source that reads such a file; it maps one name of the header, by which a reader may find it."""
        columns = {"number": self.anchor} if self.anchor else {}
        tables = {self.form: self.options} | {form: {} for form in self.also}
        return Source.model_validate({"code": "inspected", "label": name, "kind": "tickets", **tables, "columns": columns})


def is_accepted(section: str, **options: Any) -> bool:
    """Whether a source's TOML may say this in one of its tables."""
    base = {"code": "inspected", "label": "-", "kind": "tickets", "csv": {}, "columns": {}}
    try:
        Source.model_validate({**base, section: options})
    except ValidationError:
        return False
    return True


def csv_shape(path: Path) -> Shape:
    """Encoding, delimiter and header rows of delimited text. Raises FileRefused if it is empty or in no encoding we read."""
    with path.open("rb") as file:
        head = file.read(CHUNK)
    encoding, notes = _encoding(path, head)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    if len(head) == CHUNK:
        text = text[: text.rfind("\n") + 1] or text
    delimiter, rows = _delimited(text)
    depth = header_depth(rows)
    if depth == 0:
        notes.append("no header: the first row looks like data, and would be taken for the names. Put a row of names above it.")
    if max(map(len, rows), default=0) < 2:
        notes.append("only one column was found: is this a table?")
    options: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter, "header_rows": max(depth, 1)}
    if delimiter == DEFAULT.get(path.suffix.lower(), ","):
        del options["delimiter"]
    return Shape("csv", options, notes, has_header=depth > 0)


def _encoding(path: Path, head: bytes) -> tuple[str, list[str]]:
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise FileRefused("the file is empty", path, expected="a header and rows")
    found = probable_encoding(head)
    if found is None:
        whole = head[: head.rfind(b"\n") + 1] or head
        found = next((name for name in ("utf-8", "gb18030") if _decodes(whole, name)), None)
    if found is None:
        return "utf-8", ["the encoding is neither utf-8 nor gb18030: faulty rows will be rejected. Save the file as UTF-8."]
    if not is_accepted("csv", encoding=found):
        hope = "the file saved as UTF-8 (Excel: save as, CSV UTF-8)"
        raise FileRefused(f"the file is written in {found}, which is not read", path, expected=hope)
    mark = head.startswith((codecs.BOM_UTF8, *UTF16_MARKS))
    return found, ["begins with a byte order mark"] if mark else []


def _decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimited(text: str) -> tuple[str, list[list[str]]]:
    """The delimiter by which most records have the same number of fields, and the records."""
    tried = [(delimiter, _records(text, delimiter)) for delimiter in DELIMITERS]

    def evenness(found: tuple[str, list[list[str]]]) -> float:
        widths = Counter(len(row) for row in found[1] if row)
        if not widths:
            return 0
        width, count = widths.most_common(1)[0]
        return 0 if width < 2 else (count / widths.total()) ** 2 * min(width, 6) ** 0.5

    return max(tried, key=evenness)


def _records(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == RECORDS:
                break
    except csv.Error:
        pass
    return rows
