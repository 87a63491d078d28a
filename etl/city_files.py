"""The files of a city's folder: what each must hold, and how they refer to one another."""

from __future__ import annotations

import json
from pathlib import Path

import shapely

from dashboard import warehouse as contract
from dashboard.settings import City
from etl.pilot_files import check_pilots
from etl.reference_files import LIMITS, File, ReferenceFault, Rows, read_rows, text_of

RENAMED = {("platforms", "source"): "source_code"}
HOLIDAYS = "holidays"
OUTLINES = "boundaries.geojson"


def _file(table: str, name: str, needed: str, key: str = "", also: tuple[str, ...] = (), **more: dict[str, object]) -> File:
    theirs = {ours: theirs for (of, theirs), ours in RENAMED.items() if of == table}
    columns = (*(theirs.get(column.name, column.name) for column in contract.metadata.tables[table].columns), *also)
    return File(name, columns, tuple(key.split()), tuple(needed.split()), **more)  # type: ignore[arg-type]


LEVELS = ("city", "district", "town", "community", "grid")
FILES = {
    "divisions": _file(
        "divisions", "divisions.csv", "division_code label level", "division_code",
        choices={"level": LEVELS, "kind": ("statutory", "zone"), "tree": ("both", "statutory", "reporting")},
        refers={"parent_code": "divisions"},
    ),
    "populations": _file(
        "populations", "populations.csv", "division_code population_count", "division_code as_of_on",
        hints={"division_code": "divisions"},
    ),
    "units": _file(
        "units", "units.csv", "unit_code label", "unit_code", hints={"division_code": "divisions", "parent_code": "units"}
    ),
    "categories": _file(
        "categories", "categories.csv", "category_code label", "category_code", LIMITS, refers={"unit_code": "units"}
    ),
    "category_successors": _file(
        "category_successors", "category_successors.csv", "old_code new_code valid_from", "old_code new_code",
        refers={"new_code": "categories"}, hints={"old_code": "categories"},
    ),
    "channels": _file("channels", "channels.csv", "channel_code label", "channel_code"),
    "platforms": _file(
        "platforms", "platforms.csv", "platform_code label", "platform_code",
        hints={"unit_code": "units", "channel_code": "channels"},
    ),
    "dispute_types": _file("dispute_types", "dispute_types.csv", "dispute_type_code label", "dispute_type_code"),
    "category_disputes": _file(
        "category_disputes", "category_disputes.csv", "category_code dispute_type_code", "category_code dispute_type_code",
        hints={"category_code": "categories", "dispute_type_code": "dispute_types"},
    ),
    "organisations": _file(
        "organisations", "organisations.csv", "organisation_code label", "organisation_code", hints={"division_code": "divisions"}
    ),
    "pilot_targets": _file(
        "pilot_targets", "pilots/targets.csv", "target_code label", "target_code valid_from",
        choices={"kind": ("target", "task", "negative"), "better": ("up", "down")},
    ),
    "pilot_milestones": _file(
        "pilot_milestones", "pilots/milestones.csv", "target_code milestone_code label due_on progress_pct", "target_code milestone_code",
        choices={"stage_code": ("task", "route", "timetable")}, refers={"target_code": "pilot_targets"},
    ),
    "pilot_peers": _file(
        "pilot_peers", "pilots/peers.csv", "target_code figure_code", "target_code figure_code",
        refers={"target_code": "pilot_targets", "figure_code": "published_figures"},
    ),
    "pilot_assignments": _file(
        "pilot_assignments", "pilots/assignments.csv", "target_code", "target_code unit_code division_code",
        refers={"target_code": "pilot_targets", "unit_code": "units"}, hints={"division_code": "divisions"},
    ),
    "published_figures": _file("published_figures", "published_figures.csv", "figure_code label", "figure_code"),
    "layers": _file("layers", "layers.csv", "layer level", ""),
    HOLIDAYS: File(
        "holidays.csv", ("day_on", "kind", "label"), ("day_on",), ("day_on", "kind"), {"kind": ("holiday", "workday")}
    ),
}  # fmt: skip


def read_folder(folder: Path) -> dict[str, Rows]:
    """The rows of every CSV file a city's folder has, by table. Raises ReferenceFault for the first faulty one."""
    return {table: read_rows(folder / file.name, file) for table, file in FILES.items() if (folder / file.name).exists()}


def check_folder(found: dict[str, Rows], city: City) -> list[str]:
    """Warnings about files that do not agree. Raises ReferenceFault where a city cannot be built of them."""
    warnings = [warning for rows in found.values() for warning in rows.warnings]
    keys = {table: {row[rows.file.key[0]] for _, row in rows.rows} for table, rows in found.items() if rows.file.key}
    for rows in found.values():
        for column, table in (rows.file.refers | rows.file.hints).items():
            # What a folder lacks is read off the deliveries: nothing is known of it yet.
            unknown = [(number, code) for number, code in rows.column(column) if table in keys and code not in keys[table]]
            if not unknown:
                continue
            number, code = unknown[0]
            said = f"{rows.file.name}:{number}:{column}: there is no {code!r}; expected a code of {FILES[table].name}"
            if column in rows.file.refers:
                raise ReferenceFault(said)
            warnings.append(said + (f" (and {len(unknown) - 1:,} more)" if len(unknown) > 1 else ""))
    if "divisions" in found:
        _check_tree(found["divisions"], city)
    return warnings + check_pilots(found)


def _check_tree(divisions: Rows, city: City) -> None:
    """Every division leads up to the root that city.toml names."""
    file = divisions.file.name
    parents = {row["division_code"]: row.get("parent_code", "") for _, row in divisions.rows}
    if parents and city.division_code not in parents:
        raise ReferenceFault(f"{file}: has no {city.division_code!r}; expected a row of the division_code of city.toml")
    for number, row in divisions.rows:
        code = row["division_code"]
        if row["level"] != "city" and not parents[code]:
            raise ReferenceFault(f"{file}:{number}:parent_code: is empty; expected the code of the division {code} lies in")
        seen = {code}
        while parents[code]:
            code = parents[code]
            if code in seen:
                raise ReferenceFault(f"{file}:{number}:parent_code: the parents lead back to {code}; expected a way up to the city")
            seen.add(code)


def read_outlines(folder: Path) -> list[tuple[str, str | None, str, bool]]:
    """(division_code, level, geometry as GeoJSON, is schematic) of each outline; none without a file. Raises ReferenceFault."""
    path = folder / OUTLINES
    if not path.exists():
        return []
    try:
        features = json.loads(text_of(path))["features"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ReferenceFault(f"{path.name}: is no GeoJSON: {error}; expected a FeatureCollection") from None
    rows = []
    for place, feature in enumerate(features, start=1):
        facts, geometry = feature.get("properties") or {}, json.dumps(feature.get("geometry"))
        if "division_code" not in facts:
            raise ReferenceFault(f"{path.name}:{place}:division_code: missing; expected the code of a division")
        shape = shapely.from_geojson(geometry, on_invalid="ignore")
        if shapely.get_type_id(shape) not in (3, 6):
            raise ReferenceFault(
                f"{path.name}:{place}:geometry: of {facts['division_code']} is no area; expected a Polygon or MultiPolygon"
            )
        rows.append((str(facts["division_code"]), facts.get("level"), geometry, bool(facts.get("is_schematic"))))
    return rows
