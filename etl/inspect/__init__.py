"""Looks at an unknown file and proposes the source that reads it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from etl.books import MODELS
from etl.errors import FileRefused
from etl.inspect.archive import unpacked
from etl.inspect.looks import columns_of
from etl.inspect.mapping import kind_of, matches
from etl.inspect.objects import json_shape, xml_shape
from etl.inspect.sample import Sample, read_sample
from etl.inspect.shape import Shape, csv_shape
from etl.inspect.times import is_twin
from etl.inspect.words import lookups_of
from etl.inspect.workbook import sheets_shape
from etl.inspect.writing import Proposal, placeable, toml_of
from etl.readers import FORMATS, reader_for
from etl.readers.contents import told
from etl.readers.html_tables import tables_of
from etl.readers.reading import quoted
from etl.readers.workbook import sheets_of
from etl.source import Source, read_source
from etl.values import as_typed, plain

__all__ = ["Findings", "Proposal", "inspect_file", "parsed_back", "toml_of"]

OLD = timedelta(days=45)
READ = "a CSV, TSV, TXT, Excel, JSON, Open311 XML or zip file"


@dataclass(frozen=True)
class Findings:
    """What a file is, and the source proposed for it; `notes` are for the person who reads them."""

    proposal: Proposal
    row_count: int
    read_count: int
    is_whole: bool
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def inspect_file(path: Path, *, now: datetime, sheet: str | None = None, kind: str | None = None, channels: Sequence[str] = ()) -> Findings:
    """Look at a file, of a large one at its beginning and end. `channels` are the codes the city knows.

    Raises FileRefused if it cannot be read.
    """
    if not path.is_file():
        raise FileRefused("there is no such file", path, expected=READ)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        file, notes = unpacked(path, Path(folder))
        shape = _shape(file, sheet, Path(folder))
        sample = read_sample(file, shape, con, Path(folder))
        columns = columns_of(sample)
        chosen = kind or kind_of(columns, sample.twice)
        found = placeable(matches(columns, chosen, sample.twice))
        timely = [match for match in found if match.column.look in ("time", "date")]
        dates = list(dict.fromkeys(form for match in timely for form in match.column.forms.formats))
        ambiguous = next((m.column.forms.ambiguous for m in timely if m.column.forms.ambiguous not in ("", *dates)), "")
        past = [match.column.name for match in timely if "due" not in match.ours]
        newest = _newest(sample, past, dates)
        if ambiguous and newest and newest > now:
            # What would lie ahead is the day read as the month.
            twin = next(form for form in dates if is_twin(form, [ambiguous]))
            dates, ambiguous = [ambiguous if form == twin else form for form in dates], twin
            newest = _newest(sample, past, dates)
        # What means nothing in a mapped column, and is in none of them an answer.
        nulls = sorted({null for match in found for null in match.column.nulls} - {v for match in found for v in match.column.values})
        proposal = Proposal(
            path.stem, chosen, shape, columns, found, lookups_of(found, chosen, channels), nulls, dates, ambiguous, newest,
            newest is not None and now - newest > OLD, sample.twice,
        )  # fmt: skip
    return Findings(proposal, sample.row_count, sample.read_count, sample.is_whole, sample.broken, notes + shape.notes)


def parsed_back(text: str, name: str) -> Source:
    """The source a TOML text declares under a name. Raises SourceError if it cannot be loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return read_source(path)


def _shape(path: Path, sheet: str | None, scratch: Path) -> Shape:
    """What a file is by its suffix and by its first bytes, as the loader takes it."""
    form, content = FORMATS.get(path.suffix.lower()), told(path)
    if form is None:
        raise FileRefused(f"files ending in {path.suffix or 'nothing'} are not read", path, expected=READ)
    if form == "json":
        return json_shape(path)
    if form == "open311":
        return xml_shape(path)
    if form == "csv":
        return replace(sheets_shape(sheets_of(path, scratch), path, sheet), also=("csv",)) if content == "excel" else csv_shape(path)
    if content == "text":
        shape = csv_shape(path)
        return replace(shape, also=("excel",), notes=[f"the {path.suffix} is really text", *shape.notes])
    if content == "html":
        shape = sheets_shape(tables_of(path, scratch), path, sheet)
        return replace(shape, notes=[f"the {path.suffix} is really an HTML table", *shape.notes])
    reader_for(path, Shape("excel", {}).source(path.name))  # It says what a file that is no workbook is instead.
    return sheets_shape(sheets_of(path, scratch), path, sheet)


def _newest(sample: Sample, names: Sequence[str], dates: Sequence[str]) -> datetime | None:
    """The newest time in some columns, as the loader will read them (times with an offset in UTC: it is for the day only)."""
    if not names or not dates:
        return None
    sample.con.execute("create or replace temp macro civic(x) as timezone('UTC', x)")
    sample.con.execute((MODELS / "values.sql").read_text(encoding="utf-8"))
    reading = Source.model_validate({"code": "inspected", "label": "-", "kind": "tickets", "columns": {}, "values": {"dates": list(dates)}})
    times = ", ".join(f"max({as_typed(plain(quoted(name)), name, 'time', reading)})" for name in names)
    newest = sample.con.execute(f"select greatest({times}, null) from sample").fetchall()[0][0]
    return newest if isinstance(newest, datetime) else None
