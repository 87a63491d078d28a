"""What a source is: a platform's export as declared in `sources/<source>.toml`."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from etl import coordinates
from etl.errors import SourceError
from etl.kinds import KINDS, ColumnType, Kind
from etl.sections import CsvSection, DatabaseSection, ExcelSection, JsonSection, Open311Section, Section, Text
from etl.toml_faults import close_to, fault, line_of

__all__ = ["KINDS", "ColumnType", "Kind", "Source", "read_source", "source_named", "sources_of"]

# What both strptime of DuckDB and a person know; week numbers and the like make no date.
CRS_NAMES = ("wgs84", "cgcs2000", "gcj02", "bd09")
DATE_PART = re.compile(r"%(-?[a-zA-Z%])")
# Forms no single format can say, by their names, each with an example.
FORMS = {"chinese": "2024年3月5日 下午1:05", "excel": "43403.4618", "iso": "2018-10-30T11:05:00+08:00"}
ISO_DATES = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f"]
DATE_PARTS = set("YymdHIMSfgnpzZbBj%") | {"-m", "-d", "-H", "-I", "-M", "-S", "-y"}


# What a source must promise for these columns to count.
PROMISED = {"closing_times": ("resolved_at", "closed_at"), "ratings": ("satisfaction", "is_solved")}
NOT_COUNTED = {
    "closing_times": "nobody knows which tickets are still open, so its durations and overdue tickets are not counted",
    "ratings": "nobody knows who was asked, so its satisfaction is not counted",
}


class Values(Section, BaseModel):
    """How values are written: what means “nothing”, in which forms dates come, which coordinates."""

    nulls: list[str] = [""]
    dates: Annotated[list[Text], Field(min_length=1)] = ["%Y-%m-%d %H:%M:%S"]
    # In which system lon and lat are given; the wrong one puts tickets 400 m away.
    crs: str = "wgs84"

    @field_validator("dates")
    @classmethod
    def _make_a_date(cls, dates: list[str]) -> list[str]:
        for date in [date for date in dates if date not in FORMS]:
            parts = DATE_PART.findall(date)
            unknown = [part for part in parts if part not in DATE_PARTS]
            if unknown:
                raise ValueError(f"{date!r} has the unknown part %{unknown[0]}; a date format such as %Y-%m-%d %H:%M:%S")
            bare = {part.lstrip("-") for part in parts}
            if not (bare & {"Y", "y"} and ("j" in bare or (bare & {"m", "b", "B"} and "d" in bare))):
                raise ValueError(f"{date!r} makes no date; year, month and day, such as %Y-%m-%d %H:%M:%S, or {', '.join(FORMS)}")
        return dates

    @field_validator("crs")
    @classmethod
    def _is_a_reference_system(cls, crs: str) -> str:
        if crs in CRS_NAMES or (crs.startswith("epsg:") and coordinates.is_known(crs)):
            return crs
        raise ValueError(f"crs cannot be {crs!r}; one of {', '.join(map(repr, CRS_NAMES))}, or a projection such as 'epsg:4547'")


class Source(Section, BaseModel):
    """One platform's export. `code` is the file's stem; `columns` and `optional` say ours = theirs."""

    code: str
    label: Text
    label_en: str = ""
    kind: Literal["tickets", "disputes", "pilot_observations", "risks", "surveys", "resources"]
    platform: Text | None = None
    channel: Text | None = None
    rhythm_minutes: Annotated[int, Field(ge=1)] | None = None
    delivers: list[Literal["closing_times", "ratings"]] = []
    as_of: Literal["received", "latest"] = "received"
    # stated: a status or a flag says so | absent: each delivery is the whole stock, what is missing in it is deleted
    deletions: Literal["stated", "absent"] = "stated"
    # An empty cell keeps what an older version of the row said.
    partial: bool = False
    # A ticket of several units has a row for each: the first leads, the others assist.
    units_in_rows: bool = False
    csv: CsvSection | None = None
    excel: ExcelSection | None = None
    json_: JsonSection | None = Field(default=None, alias="json")
    open311: Open311Section | None = None
    database: DatabaseSection | None = None
    values: Values = Values()
    columns: dict[str, Text]
    optional: dict[str, Text] = {}
    lookups: dict[str, dict[str, str]] = {}

    @property
    def formats(self) -> list[str]:
        """The formats of files the platform may send, of csv, excel, json and open311."""
        declared = {"csv": self.csv, "excel": self.excel, "json": self.json_, "open311": self.open311}
        return [name for name, section in declared.items() if section is not None]

    @property
    def oddities(self) -> list[str]:
        """What is mapped but will not be counted, because `delivers` does not promise it: a word for whoever loads."""
        mapped, told = [*self.columns, *self.optional], []
        if self.kind == "tickets":
            for promise, names in PROMISED.items():
                found = [name for name in names if name in mapped]
                if found and promise not in self.delivers:
                    told.append(f'sources/{self.code}.toml: {found[0]} is mapped, but delivers has no "{promise}": {NOT_COUNTED[promise]}')
        return told


def read_source(path: Path) -> Source:
    """The source declared in a TOML file. Raises SourceError naming the line and what is expected there."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"cannot be opened: {error.strerror}", path, expected="a source's TOML file") from error
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8 text", path, expected="TOML saved as UTF-8") from error
    try:
        declared: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        row = int(place[1]) if place else text.count("\n") + 1
        raise SourceError(f"is not valid TOML: {error}", path, row, expected='lines such as key = "value"') from error
    if "code" in declared:
        row = line_of(text, ("code",))
        raise SourceError("unknown key 'code'", path, row, "code", "no code: a source is called by its file's name")
    try:
        source = Source.model_validate({**declared, "code": path.stem})
    except ValidationError as error:
        raise fault(error, path, text, Source) from error
    _check_columns(source, path, text)
    _check_lookups(source, path, text)
    _check_life(source, path, text)
    if not source.formats and not source.database:
        raise SourceError("no format is declared", path, 1, expected="a table [csv], [excel], [json], [open311] or [database]")
    return source.model_copy(update={"label_en": source.label_en or source.label, "values": _with_iso_dates(source)})


def source_named(city_folder: Path, name: str) -> Source:
    """The source `name` of a city. Raises SourceError listing the city's sources if there is none such."""
    folder = city_folder / "sources"
    path = folder / f"{name}.toml"
    if not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.toml"))
        raise SourceError(f"there is no source {name!r}", folder, expected=close_to(name, known))
    return read_source(path)


def sources_of(city_folder: Path) -> list[Source]:
    """All sources of a city, in the order of their codes. Raises SourceError for the first faulty one."""
    return [read_source(path) for path in sorted((city_folder / "sources").glob("*.toml"))]


def _with_iso_dates(source: Source) -> Values:
    """A workbook's real dates and a database's times become ISO text, whatever form the text dates beside them have."""
    wanted = ISO_DATES[: 3 if source.database else 2] if source.excel or source.database else []
    dates = source.values.dates + [date for date in wanted if date not in source.values.dates]
    return source.values.model_copy(update={"dates": dates})


def _check_columns(source: Source, path: Path, text: str) -> None:
    """Every mapped column exists in the kind, none twice, and those that must be are there."""
    kind = KINDS[source.kind]
    for table in ("columns", "optional"):
        for name in getattr(source, table):
            row = line_of(text, (table, name))
            if name not in kind.columns:
                hope = close_to(name, list(kind.columns))
                raise SourceError(f"{source.kind} have no column {name!r}", path, row, name, hope)
            if table == "optional" and name in source.columns:
                raise SourceError(f"{name!r} is mapped twice", path, row, name, "it in [columns] or in [optional]")
    missing = [name for name in kind.required if name not in source.columns]
    if missing:
        row = line_of(text, ("columns",))
        hope = f'lines such as {missing[0]} = "工单编号" in [columns]'
        raise SourceError(f"{source.kind} need {', '.join(missing)}, which is not mapped", path, row, missing[0], hope)


def _check_life(source: Source, path: Path, text: str) -> None:
    """What a source declares of the life of its rows fits its kind, and fits together."""
    numbered = {"deletions": source.deletions == "absent", "partial": source.partial, "units_in_rows": source.units_in_rows}
    declared = [name for name, is_declared in numbered.items() if is_declared]
    kinds = {"units_in_rows": ("tickets",)}
    for name in declared:
        allowed = kinds.get(name, ("tickets", "disputes", "risks"))
        if source.kind not in allowed:
            raise SourceError(f"{name} is not for {source.kind}", path, line_of(text, (name,)), name, f"it only for {', '.join(allowed)}")
    if source.partial and len(declared) > 1:
        other = next(name for name in declared if name != "partial")
        hope = "one of them: a row of a part does not say what is no longer there"
        raise SourceError(f"partial and {other} exclude each other", path, line_of(text, ("partial",)), "partial", hope)


def _check_lookups(source: Source, path: Path, text: str) -> None:
    """Every lookup belongs to a mapped column and leads to a value that column can have."""
    mapped = [*source.columns, *source.optional]
    for name, pairs in source.lookups.items():
        if name not in mapped:
            row = line_of(text, ("lookups", name))
            raise SourceError(f"a lookup for {name!r}, which is not mapped", path, row, name, close_to(name, mapped))
        choices = KINDS[source.kind].choices.get(name, [])
        for theirs, ours in pairs.items():
            if choices and ours not in choices:
                row = line_of(text, ("lookups", name, theirs))
                near = difflib.get_close_matches(ours, choices, 1)
                hope = f"one of {', '.join(choices)}" + (f"; did you mean {near[0]!r}?" if near else "")
                raise SourceError(f"{name} cannot be {ours!r}", path, row, name, hope)
