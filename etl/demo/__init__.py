"""The demo city: source files as upstream platforms would export them, a pure function of seed and moment."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.deliveries import TOTAL, Delivery
from etl.demo.draws import window
from etl.demo.drip import Drip, drip
from etl.demo.files import write_export
from etl.demo.pilots import lamps
from etl.demo.rhythm import Timetable
from etl.demo.sending import relate, relation, stated_total
from etl.demo.truth import counts, parameters, plain_counts
from etl.demo.world import World, moment, seconds

__all__ = ["Delivery", "Drip", "drip", "write_deliveries"]

SEED = 20260101


def write_deliveries(
    city_folder: Path, out: Path, *, until: datetime, tickets: int = 300_000, seed: int = SEED, months: int = 24,
    first_on: date | None = None,
) -> list[Delivery]:  # fmt: skip
    """Write every platform's export as of its last delivery by `until`, and `truth.json` beside them.

    `tickets` is what `months` months bring on average, so the files hold about that many; the files of two moments
    agree on all that had happened by the earlier one. The city begins `months` before `until`, or on `first_on`.
    `until` is naive city time. Raises FileNotFoundError if the city's folder lacks a file, SourceError if a source is at
    fault, ValueError if a community has no outline.
    """
    out.mkdir(parents=True, exist_ok=True)
    first = first_on or window(until, months)[0]
    world = World(city_folder, seed=seed, first=first, tickets=tickets, months=months)
    world.grow(until.date())
    timetable = Timetable({code: export.rhythm for code, export in world.exports.items()}, seed)
    at = {code: timetable.sent(code, seconds(until)) for code in world.exports}
    found: dict[str, Any] = {}
    deliveries = []
    with duckdb.connect() as con:
        state = world.ticket_table({}, at) if world.has_tickets else None
        if state is not None:
            relate(con, "state", state)
        for code, export in world.exports.items():
            path = out / export.file_name
            rows = relation(con, world, code, None, at[code])
            written = write_export(con, export, rows, path)
            if export.source.kind != "tickets":
                found[code] = plain_counts([dirt for (dirt,) in con.execute(f"select dirt from {rows}").fetchall()])
            total = stated_total(timetable, code, written)
            beside = path.with_name(path.name + TOTAL)
            beside.unlink(missing_ok=True)
            if total is not None:
                beside.write_text(f"{total}\n", encoding="utf-8")
            deliveries.append(Delivery(path, code, moment(at[code])))
    truth = {
        "seed": seed,
        "until": until.isoformat(),
        "first_on": first.isoformat(),
        "months": months,
        "tickets": tickets,
        "sources": found if state is None else counts(state) | found,
        "last_deliveries": {delivery.source: f"{delivery.received_at:%Y-%m-%dT%H:%M:%S}" for delivery in deliveries},
        "platforms": timetable.behind(seconds(until)) | {"wrong_total": timetable.wrong_total},
        "parameters": (parameters(world) if world.has_tickets else {}) | {"pilot_lamps": lamps(world.city, seed)},
    }
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return deliveries
