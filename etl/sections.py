"""How a platform writes: one table of a source's TOML per format it may send."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Rows = Annotated[int, Field(ge=1, le=20)]


class Section(BaseModel):
    """A table of the TOML: nothing unknown in it, and nothing turned silently into another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CsvSection(Section):
    """How the platform writes CSV; of several header rows the last holds the names. No delimiter: a comma, in .tsv a tab."""

    encoding: Literal["auto", "utf-8", "gb18030", "utf-16"] = "auto"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    header_rows: Rows = 1


class ExcelSection(Section):
    """Which sheets hold the rows and where the names stand.

    No sheet declared: the first that has the mapped columns. `header_rows` is how many rows the header has and `header_row` the
    sheet's row it begins in; with neither it is the first row that holds all mapped names.
    """

    sheet: Text | None = None
    sheets: Annotated[list[Text], Field(min_length=1)] | Literal["*"] | None = None
    header_row: Annotated[int, Field(ge=1, le=1_000)] | None = None
    header_rows: Rows | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if self.sheet and self.sheets:
            raise ValueError("both sheet and sheets are declared; one of the two")
        return self


class JsonSection(Section):
    """Where the array of rows stands (`data.items`), if the file is neither an array nor one object a line."""

    records: Text | None = None


class Open311Section(Section):
    """Answers of an Open311 GeoReport v2 service, in XML or JSON; there is nothing odd to declare."""


class DatabaseSection(Section):
    """A table or query that is polled. `url_env` names the environment variable with the SQLAlchemy URL, or it is the people's
    store of this system (`people_store`); `watermark` is their column that grows with every change; rows of `overlap_minutes`
    before the last one seen are asked for again.
    """

    url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    people_store: bool = False
    query: Text | None = None
    table: Text | None = None
    watermark: Text
    overlap_minutes: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _query_or_table(self) -> Self:
        if bool(self.query) == bool(self.table):
            raise ValueError("it needs query or table; one of the two")
        if bool(self.url_env) == self.people_store:
            raise ValueError("it needs url_env or people_store = true; one of the two")
        return self

    @property
    def called(self) -> str:
        """How messages call the database; nothing secret."""
        return f"database {self.url_env}" if self.url_env else "the people's store"
