"""Reads the rows of a table or query that changed since the last time, through a SQLAlchemy URL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.settings import secret
from etl.errors import FileRefused
from etl.readers.database_values import column_text, earlier, typed, watermark_text
from etl.readers.reading import Reading, column_names, literal, quoted, view_of
from etl.sections import DatabaseSection
from etl.source import Source

PIECE = 20_000
# Of the people's store: every step of a report, the accepted ones among them.
SUBMISSION_STEPS = "submission_steps"
URL = "a SQLAlchemy URL such as postgresql+psycopg://user:password@host/name"


@dataclass(frozen=True)
class Poll:
    """Rows that a database gave, and the highest watermark among them as text (None: there is none)."""

    reading: Reading
    watermark: str | None


def poll(source: Source, since: str | None, con: duckdb.DuckDBPyConnection, scratch: Path, zone: ZoneInfo, people_url: str = "") -> Poll:
    """Read what changed after the watermark `since`, less the overlap, into `con`; everything if it is None.

    Rows come in pieces, so memory does not grow with them. Times with a zone become civic times of `zone`.
    Raises FileRefused with one line that never holds the URL or its password.
    """
    section = source.database
    if section is None:
        raise FileRefused(f"source {source.code} has no database", f"sources/{source.code}.toml", expected="a table [database]")
    place, url = section.called, _url(section, people_url)
    engine = None
    try:
        engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
        with engine.connect() as connection:
            statement = _statement(connection, section, since, place)
            with connection.execution_options(yield_per=PIECE).execute(statement) as result:
                return _written(result, source, place, con, scratch, zone)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        missing = getattr(error, "name", None) or url.drivername
        raise FileRefused(f"needs the driver {missing}, which is not installed", place, expected=URL) from None
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise FileRefused(_said(error, url), place, expected=f"what [database] in sources/{source.code}.toml says") from None
    finally:
        if engine is not None:
            engine.dispose()


def _url(section: DatabaseSection, people_url: str) -> sa.URL:
    if section.url_env is None:
        return _people_url(section, people_url)
    text = secret(section.url_env)
    if not text:
        raise FileRefused(f"the environment variable {section.url_env} is not set", f"database {section.url_env}", expected=URL)
    try:
        return sa.make_url(text)
    except (ArgumentError, ValueError):
        raise FileRefused(f"{section.url_env} holds no URL of a database", f"database {section.url_env}", expected=URL) from None


def _people_url(section: DatabaseSection, text: str) -> sa.URL:
    """Where people's store is, if the web has made what is asked of it: a poll must not make an empty one."""
    url = sa.make_url(text)
    is_file = url.drivername.startswith("sqlite") and url.database
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        if (is_file and not Path(str(url.database)).exists()) or not sa.inspect(engine).has_table(SUBMISSION_STEPS):
            raise FileRefused("no reports of units are kept there yet", section.called, expected="a store that the web has started with")
    except (SQLAlchemyError, OSError) as error:
        raise FileRefused(_said(error, url), section.called, expected="a store that the web has started with") from None
    finally:
        engine.dispose()
    return url


def _statement(connection: sa.Connection, section: DatabaseSection, since: str | None, place: str) -> sa.Select[Any]:
    """Everything after the watermark; a row without one could be new at any time, so it always comes."""
    mark: sa.ColumnElement[Any] = sa.column(section.watermark)
    polled: sa.FromClause
    if section.table:
        schema, _, name = section.table.rpartition(".")
        polled = sa.table(name, schema=schema or None)
    else:
        query = (section.query or "").strip().rstrip(";").replace(":", r"\:")
        polled = sa.text(query).columns(sa.column(section.watermark)).subquery("polled")
    everything = sa.select(sa.text("*")).select_from(polled)
    if since is None:
        return everything
    sample = connection.execute(sa.select(mark).select_from(polled).where(mark.is_not(None)).limit(1)).scalar()
    if sample is None:
        return everything
    try:
        value = earlier(typed(since, sample), timedelta(minutes=section.overlap_minutes))
    except (ValueError, ArithmeticError):
        hope = f"values like {since}, where the last poll ended"
        raise FileRefused(f"{section.watermark} is of another type than before", place, None, section.watermark, hope) from None
    bound = sa.bindparam("since", value, sa.DateTime(timezone=value.tzinfo is not None)) if isinstance(value, datetime) else value
    return everything.where(sa.or_(mark > bound, mark.is_(None)))


def _written(
    result: sa.CursorResult[Any], source: Source, place: str, con: duckdb.DuckDBPyConnection, scratch: Path, zone: ZoneInfo
) -> Poll:
    section = source.database
    header = list(result.keys())
    columns, warnings = column_names(header, source, place, None)
    mark = header.index(section.watermark) if section and section.watermark in header else None
    if section and mark is None:
        hope = f"one of {', '.join(header)}"
        raise FileRefused(f"the rows have no column {section.watermark}", place, None, section.watermark, hope)
    rows = scratch / f"{secrets.token_hex(4)}.parquet"
    schema = pa.schema([("row_number", pa.int64()), *((name, pa.string()) for name in columns)])
    count, highest = 0, None
    with pq.ParquetWriter(rows, schema) as writer:
        for piece in result.partitions():
            values: Sequence[Sequence[Any]] = list(zip(*piece, strict=True))
            marks = [value for value in values[mark or 0] if value is not None]
            highest = max([*marks, *([] if highest is None else [highest])], default=None)
            arrays = [pa.array(range(count + 1, count + 1 + len(piece)), pa.int64())]
            arrays += [pa.array(column_text(column, zone), pa.string()) for column in values]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(piece)
    names = ", ".join(map(quoted, columns))
    relation = view_of(con, f"select {names}, row_number from read_parquet({literal(rows)})")
    return Poll(Reading(relation, columns, [], warnings), None if highest is None else watermark_text(highest))


def _said(error: BaseException, url: sa.URL) -> str:
    """The first line of what the database said, without anything that is secret."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    text = " ".join((lines[0] if lines else type(error).__name__).split())[:300]
    password = str(url.password or "")
    for hidden in (url.render_as_string(hide_password=False), password, quote(password), quote_plus(password)):
        text = text.replace(hidden, "***") if hidden else text
    return text
