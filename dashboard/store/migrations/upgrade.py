"""Brings a store's tables up to date; two processes that start at once do it one after the other."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

HERE = Path(__file__).parent
# Any number will do as long as nobody else uses it in this database.
LOCK = 7_304_119


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction."""
    with engine.connect() as connection:
        _wait_for_others(connection)
        config = Config()
        config.set_main_option("script_location", str(HERE).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _wait_for_others(connection: Connection) -> None:
    """Hold the store for this transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
    else:
        connection.execute(text("begin immediate"))
