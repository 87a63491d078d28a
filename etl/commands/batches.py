"""What may be done with batches once they are landed: listed, undone, brought back, built anew, their rejected rows written out."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.table import Table

from dashboard.warehouse import current_snapshot, snapshot_path
from etl import batches
from etl.commands.console import CityOption, out, say, settings_for, steps, tell


def history(city: CityOption = "", as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Every batch: file, received, accepted, duplicates, rejected, file hash."""
    settings = settings_for(city)
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    columns = (
        "batch_id", "source_code", "file_name", "received_at", "received_count", "accepted_count", "duplicate_count",
        "rejected_count", "file_sha256", "loaded_by",
    )  # fmt: skip
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(f"select {', '.join(columns)} from load_batches order by batch_id").fetchall()
        folder = con.execute("select reference_batch from snapshot").fetchall()[0][0]
    if as_json:
        sys.stdout.write(
            json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str, ensure_ascii=False, indent=1) + "\n"
        )
        return
    table = Table(box=None, pad_edge=False)
    for column in columns[:-2]:
        table.add_column(say(column.removesuffix("_count").replace("_", " ")), justify="right" if column.endswith("_count") else "left")
    table.add_column("sha256")
    for row in rows:
        table.add_row(*(f"{v:,}" if isinstance(v, int) else str(v) for v in row[:-2]), row[-2][:12])
    out.print(table)
    tell("note", f"numbers that are missing here are those of the city's own folder; {folder} is in use")


def undo(batch: str, city: CityOption = "", reason: Annotated[str, typer.Option(help="Why; kept with the batch.")] = "") -> None:
    """Publish a snapshot without a batch. Its rows stay in landing: `redo` brings them back."""
    settings = settings_for(city)
    with steps() as progress:
        name = batches.undo(settings, batch, by=getpass.getuser(), reason=reason, progress=progress)
    out.print(say(f"{batch} is undone; snapshot {name}"))


def redo(batch: str, city: CityOption = "") -> None:
    """Let a batch count again that was undone, or set aside because nothing could be published with it."""
    with steps() as progress:
        name = batches.redo(settings_for(city), batch, progress=progress)
    out.print(say(f"{batch} counts again; snapshot {name}"))


def rebuild(city: CityOption = "") -> None:
    """Build a snapshot anew from everything landed and the city's folder as it is now."""
    with steps() as progress:
        name = batches.rebuild(settings_for(city), progress=progress)
    out.print(say(f"snapshot {name}"))


def rejects(
    batch: str,
    out_file: Annotated[Path, typer.Option("--csv", "--xlsx", help="Where to write; .xlsx keeps every cell as text.")],
    city: CityOption = "",
) -> None:
    """Write the rejected rows of a batch as delivered, with what is wrong with each; mended, the file can be loaded."""
    settings = settings_for(city)
    count = batches.write_rejects(settings, batch, out_file)
    mended = batches.mended_count(settings, batch)
    out.print(say(f"{count:,} rows in {out_file}" + (f"; {mended:,} of them came back mended (_mended_by)" if mended else "")))
