"""What must be true of a finished snapshot: named queries that return no rows, and the counts a city expects."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
from sqlalchemy import Table, Text

from dashboard.settings import City
from dashboard.warehouse import metadata
from etl.city_files import FILES

# What the weights of all targets add up to, and how far from it a sum of rounded weights may be.
WHOLE, ROUNDED = 100.0, 0.005
# A telephone or an identity number by itself; longer numbers are those of tickets, files and places.
IDENTIFYING = r"(^|[^0-9])1[3-9]\d{9}([^0-9]|$)|(^|[^0-9])[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]"
# Keys, codes and hashes hold digits that only look like those; and what the city's own folder says, its people answer for.
KEYS = ("_key", "_code", "_codes", "_hash", "_sha256", "_id", "_number", "_batch", "_band", "_root", "_of", "file_name")
REFERENCE = """
    divisions division_paths boundaries layers stages populations units categories category_limits channels platforms sources
    source_columns calendar_days dispute_types category_disputes category_successors organisations published_figures pilot_targets
    pilot_assignments pilot_milestones pilot_peers snapshot
"""


def worded(table: Table) -> list[str]:
    """The columns of a table that may hold words of a person."""
    return [c.name for c in table.columns if isinstance(c.type, Text) and not c.name.endswith(KEYS)]


def _plain_text() -> str:
    """SQL of every cell of the contract in which what identifies a person stands in plain text."""
    return " union all ".join(
        f"select '{table.name}.{name}' as place, {name} as cell from {table.name} where regexp_matches({name}, '{IDENTIFYING}')"
        for table in metadata.sorted_tables
        if table.name not in REFERENCE.split()
        for name in worded(table)
    )


CHECKS = {
    "a ticket stands once": "select ticket_key from tickets group by ticket_key having count(*) > 1",
    "a dispute stands once": "select dispute_key from disputes group by dispute_key having count(*) > 1",
    "received = accepted + duplicates + rejected": (
        "select batch_id, received_count, accepted_count, duplicate_count, rejected_count from load_batches"
        " where received_count <> accepted_count + duplicate_count + rejected_count"
    ),
    "every rejected row has its reason": "select * from rejected_rows where reason_code is null",
    "nothing was reported after its source was last seen": (
        "select t.ticket_key from tickets t join sources s using (source_code) where t.reported_at > s.as_of + interval 1 hour"
    ),
    "a dispute and a risk that was deleted is not counted": (
        "select dispute_key from disputes where is_counted = is_deleted union all select risk_key from risks where is_counted = is_deleted"
    ),
    "seen = counted + repeats + deleted": (
        "select ticket_key from tickets where is_counted is distinct from (duplicate_root is null and not is_deleted)"
        " or (duplicate_root is not null and duplicate_root not in (select ticket_key from tickets where is_counted))"
    ),
    "units of tickets exist": "select distinct unit_code from ticket_units where unit_code not in (select unit_code from units)",
    "places exist": (
        "select distinct division_code from tickets where division_code is not null"
        " and division_code not in (select division_code from divisions)"
    ),
    "units exist": "select distinct unit_code from tickets where unit_code is not null and unit_code not in (select unit_code from units)",
    "categories exist": (
        "select distinct category_code from tickets where category_code is not null"
        " and category_code not in (select category_code from categories)"
    ),
    "responsible departments exist": (
        # Nothing is in an empty list, not even nothing: a city may have categories and no units.
        "select category_code, unit_code from categories where unit_code is not null and unit_code not in (select unit_code from units)"
    ),
    "every division but the root has a parent": (
        "select division_code from divisions where level <> 'city' and (parent_code is null"
        " or parent_code not in (select division_code from divisions))"
    ),
    "every limit on an open ticket has its deadline": (
        "select t.ticket_key from tickets t join category_limits l on l.category_code = t.category_code and l.stage_code = 'close'"
        " where t.is_open and t.close_due_at is null"
    ),
    "no telephone or identity number is in plain text": _plain_text(),
    "a part of a target stands once, and so does each report it owes": (
        "select target_code from pilot_standing group by target_code, unit_code, division_code having count(*) > 1"
        " union all select target_code from pilot_reports group by target_code, unit_code, division_code, period_on having count(*) > 1"
    ),
    "every observation of a target stands behind one of its parts": (
        "select o.observation_key from pilot_observations o where o.is_latest"
        " and o.observation_key not in (select observation_key from pilot_standing where observation_key is not null)"
    ),
    "a milestone stands once for each part of its target": (
        "select target_code, milestone_code from pilot_milestone_parts group by target_code, milestone_code, unit_code, division_code"
        " having count(*) > 1"
    ),
    "assignments name targets and units that exist": (
        "select * from pilot_assignments where target_code not in (select target_code from pilot_targets)"
        " or (unit_code is not null and unit_code not in (select unit_code from units))"
    ),
}

COUNTS = {
    "majors": "select count(distinct major_code) from categories",
    "categories": "select count(distinct category_code) from categories",
    "districts": "select count(*) from divisions where level = 'district'",
    "towns": "select count(*) from divisions where level = 'town'",
    "communities": "select count(*) from divisions where level = 'community'",
    "units": "select count(*) from units",
    "platforms": "select count(*) from platforms",
    "targets": "select count(distinct target_code) from pilot_targets where kind is distinct from 'negative'",
    "negative_items": "select count(distinct target_code) from pilot_targets where kind = 'negative'",
    "responsible_units": "select count(distinct unit_code) from pilot_assignments",
    "reporting_units": "select count(*) from divisions d where level <> 'city' and exists"
    " (select 1 from pilot_assignments a where a.division_code = d.division_code)",
}


@dataclass(frozen=True)
class Finding:
    """A check that failed: how many rows it returned and the first of them."""

    check: str
    row_count: int
    sample: str


class CheckFailed(RuntimeError):  # noqa: N818
    """A snapshot that was built is not fit to be published."""


def findings(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Run every check on an open snapshot; an empty list is a clean one."""
    found = []
    for name, query in CHECKS.items():
        rows = con.execute(f"select * from ({query}) limit 1000").fetchall()
        if rows:
            found.append(Finding(name, len(rows), str(rows[0])))
    return found


def counts(con: duckdb.DuckDBPyConnection, city: City) -> list[tuple[str, int, int | None]]:
    """(what, found, expected) for everything `city.toml` may state an expectation about."""
    result = []
    for name, query in COUNTS.items():
        result.append((name, con.execute(query).fetchall()[0][0], getattr(city.expected, name)))
    return result


def uneven_weights(con: duckdb.DuckDBPyConnection, city: City) -> list[str]:
    """What is odd about the weights of targets in force: those of a block, or of all, do not add up to what they should."""
    rows = con.execute(
        "select coalesce(block, ''), round(sum(weight), 6) from (select distinct target_code, block, weight from pilot_standing"
        " where kind <> 'negative') group by 1 having sum(weight) is not null order by 1"
    ).fetchall()
    file = FILES["pilot_targets"].name
    if city.pilots.weights:
        found = dict.fromkeys(city.pilots.weights, 0.0) | dict(rows)
        return [
            f"{file}: the weights of block {block} add up to {added:g}; expected {city.pilots.weights.get(block, 0):g},"
            " as pilots.weights of city.toml says"
            for block, added in found.items()
            if abs(added - city.pilots.weights.get(block, 0)) > ROUNDED
        ]
    added = sum(weight for _, weight in rows)
    if not rows or abs(added - WHOLE) <= ROUNDED:
        return []
    blocks = ", ".join(f"{block} {weight:g}" for block, weight in rows)
    return [f"{file}: the weights of all blocks add up to {added:g} ({blocks}); expected {WHOLE:g}"]


def undeclared_years(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Years that hold deadlines but no statutory holidays: counted Monday to Friday, which deserves a warning."""
    rows = con.execute(
        "select distinct year(day_on) from calendar_days where not is_declared and day_on between"
        " (select cast(min(reported_at) as date) from tickets) and (select cast(max(close_due_at) as date) from tickets) order by 1"
    ).fetchall()
    return [row[0] for row in rows]
