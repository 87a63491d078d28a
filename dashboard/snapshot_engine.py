"""How SQLAlchemy reads a snapshot: questions compiled once, and no transactions around what cannot change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb_engine
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry

NAME = "duckdb.snapshot"


class SnapshotDialect(duckdb_engine.Dialect):
    """DuckDB on a file that nobody writes: to begin and to roll back would cost as much as a small question itself."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin: every statement sees the same file."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""


registry.register(NAME, __name__, SnapshotDialect.__name__)


def snapshot_engine(path: Path) -> Engine:
    """A read-only engine on a snapshot's file."""
    return create_engine(f"{NAME.replace('.', '+')}:///{path}", connect_args={"read_only": True})
