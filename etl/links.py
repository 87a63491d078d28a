"""Follows what a source calls a duplicate to the one ticket that counts for it, through chains and circles."""

from __future__ import annotations

from pathlib import Path

import duckdb

CORE = Path(__file__).parent / "models" / "core"


def resolve(con: duckdb.DuckDBPyConnection) -> None:
    """Make ticket_roots (ticket_key, duplicate_root), the root null where the ticket counts itself.

    Tickets that point to each other are a group. The ticket at the end of its links counts for it; where there is no end, or it
    was deleted, the first reported of those that were not.
    """
    prepare, double, rank = (CORE / "duplicate_roots.sql").read_text(encoding="utf-8").split("-- then\n")
    con.execute(prepare)
    count = con.execute("select count(*) from hops").fetchall()[0][0]
    # Each turn doubles how far every ticket sees, so the longest chain ends after log2 of them.
    for _ in range(count.bit_length()):
        con.execute(double)
    con.execute(rank)


def publish(con: duckdb.DuckDBPyConnection) -> None:
    """Carry roots to tickets no batch has touched, and list the targets nobody knows."""
    con.execute((CORE / "duplicates_known.sql").read_text(encoding="utf-8"))
