"""What must be true of a finished snapshot: named queries that return no rows, and the counts a city expects."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dashboard.settings import City

# Every column that holds words of a person; what identifies one never enters a snapshot.
FREE_TEXT = r"""
    select 'tickets' as place, ticket_key as row_key, concat_ws(' ', summary, address, assisting_units) as text from tickets
    union all select 'risks', risk_key, concat_ws(' ', label, duty, measure) from risks
    union all select 'pilot_observations', observation_key, concat_ws(' ', evidence, submitted_by) from pilot_observations
    union all select 'surveys', survey_key, concat_ws(' ', label, question) from surveys
    union all select 'resources', resource_code, label from resources
    union all select 'rejected_rows', batch_id || ':' || row_number, masked_value from rejected_rows
    union all select 'unmatched_names', batch_id, name from unmatched_names where not regexp_matches(name, '^[1-8]\d{11}$')
    union all select 'contradictions', batch_id, name from contradictions
"""
IDENTIFYING = r"1[3-9]\d{9}|[1-9]\d{16}[\dXx]"

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
        # Without a unit in the city, `null not in (nothing)` is true.
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
    "no telephone or identity number is in plain text": f"select * from ({FREE_TEXT}) where regexp_matches(text, '{IDENTIFYING}')",
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


def undeclared_years(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Years that hold deadlines but no statutory holidays: counted Monday to Friday, which deserves a warning."""
    rows = con.execute(
        "select distinct year(day_on) from calendar_days where not is_declared and day_on between"
        " (select cast(min(reported_at) as date) from tickets) and (select cast(max(close_due_at) as date) from tickets) order by 1"
    ).fetchall()
    return [row[0] for row in rows]
