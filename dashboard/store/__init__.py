"""The people's store: what people ask for and did. SQLite by default, PostgreSQL by URL; its tables grow by migrations."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine

from dashboard.jobs import engine_of
from dashboard.store import meeting_tables as meeting_tables  # Its tables are known once it is imported.
from dashboard.store import report_tables as report_tables
from dashboard.store.migrations.upgrade import upgrade

__all__ = ["engine_of", "store", "upgrade"]


@lru_cache(maxsize=8)
def store(url: str) -> Engine:
    """The engine on a store whose tables are up to date. Raises sqlalchemy.exc.OperationalError if it cannot be reached."""
    engine = engine_of(url)
    upgrade(engine)
    return engine
