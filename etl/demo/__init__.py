"""The demo city: source files as upstream platforms would export them, a pure function of seed and moment."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from etl.deliveries import Delivery
from etl.demo.clock import Clock
from etl.demo.disputes import seconds, write_disputes
from etl.demo.draws import window
from etl.demo.files import write_exports
from etl.demo.folder import City, read_city
from etl.demo.lives import opinions, stages
from etl.demo.pilots import lamps, write_observations
from etl.demo.planted import Planted, plant
from etl.demo.registers import write_resources, write_risks, write_surveys
from etl.demo.season import Seasons, seasons
from etl.demo.state import dirt_of_lives, table
from etl.demo.tickets import Columns, bearings, draw_tickets, reports
from etl.demo.truth import counts, parameters

__all__ = ["Delivery", "write_deliveries"]

# The working clock's ends do not move with `until`: the future of a case must not depend on when one looks.
PIECE_ROWS = 1 << 14
CLOCK = (date(2015, 1, 1), date(2045, 12, 31))


def write_deliveries(
    city_folder: Path, out: Path, *, until: datetime, tickets: int = 300_000, seed: int = 20260101, months: int = 24
) -> list[Delivery]:
    """Write every platform's export as of `until`, and `truth.json` beside them.

    `tickets` is what `months` months bring on average, so the files hold about that many; the files of two moments
    agree on all that had happened by the earlier one. `until` is naive city time. Raises FileNotFoundError if the
    city's folder lacks a file, ValueError if a community has no outline.
    """
    out.mkdir(parents=True, exist_ok=True)
    city = read_city(city_folder, seed)
    first, days = window(until, months)
    season = seasons(city, seed, first, days, tickets, months)
    planted = plant(city, seed, season, tickets)
    lives = whole_lives(city, seed, first, season, planted, tickets)
    rows = table(city, lives, dirt_of_lives(lives), seconds(until))
    with duckdb.connect() as con:
        # In pieces, because DuckDB reads a piece on one core.
        con.register("state", pa.Table.from_batches(rows.to_batches(PIECE_ROWS)))
        written = {source: path for source, (path, _) in write_exports(con, out).items()}
    registers, register_counts = write_registers(city, out, first=first, days=days, until=until, seed=seed)
    truth = {
        "seed": seed,
        "until": until.isoformat(),
        "first_on": first.isoformat(),
        "months": months,
        "tickets": tickets,
        "sources": counts(rows) | register_counts,
        "parameters": parameters(city, season, planted, lives, tickets) | {"pilot_lamps": lamps(city, seed)},
    }
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return [Delivery(path, source) for source, path in (written | registers).items()]


def whole_lives(city: City, seed: int, first: date, season: Seasons, planted: Planted, tickets: int) -> Columns:
    """Every ticket of the window with its whole future; times in seconds, NEVER where they do not come."""
    draws = draw_tickets(seed, first, season)
    told = reports(city, draws, season, planted, int(np.datetime64(first, "D").astype(int)), tickets)
    told |= bearings(city, draws, told)
    clock = Clock(city, *CLOCK)
    life = stages(city, draws, told, clock, planted)
    return told | life | opinions(draws, life, told["platform"].astype("int64"))


def write_registers(city: City, out: Path, *, first: date, days: int, until: datetime, seed: int) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write what is not tickets; returns the paths and the counts by source."""
    paths = {
        "disputes": out / "矛盾纠纷调解台账.csv",
        "pilot_observations": out / "试点任务月度填报.xlsx",
        "risks": out / "risk_register.json",
        "surveys": out / "群众安全感调查.csv",
        "resources": out / "基层治理资源台账.csv",
    }
    dirt = write_disputes(city, paths["disputes"], first=first, days=days, at=seconds(until), seed=seed)
    received = {
        "disputes": dirt.pop("rows"),
        "pilot_observations": write_observations(city, paths["pilot_observations"], until=until, seed=seed),
        "risks": write_risks(city, paths["risks"], first=first, until=until, seed=seed),
        "surveys": write_surveys(city, paths["surveys"], first=first, until=until, seed=seed),
        "resources": write_resources(city, paths["resources"], seed=seed),
    }
    found = {name: {"received": n, "accepted": n, "duplicates": 0, "rejected": 0, "dirt": {}} for name, n in received.items()}
    refused = dirt["missing_number"] + dirt["bad_date"]
    taken = received["disputes"] - refused - dirt["duplicate_row"]
    found["disputes"] |= {"accepted": taken, "duplicates": dirt["duplicate_row"], "rejected": refused, "dirt": dirt}
    return paths, found
