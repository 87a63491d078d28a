"""THE CONTRACT: the tables of a snapshot, their bases, and how a named snapshot is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    case,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from dashboard.snapshot_engine import snapshot_engine

SCHEMA_VERSION = 7
CURRENT = "CURRENT"
PINS = "PINS"
SNAPSHOTS = "snapshots"
SNAPSHOT_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")
# What DuckDB says of a file that is not, or not wholly, a database.
UNREADABLE = ("Corrupt database file", "not a valid DuckDB", "Could not read", "Could not deserialize", "Cannot open file")
# (folder, name) of snapshots this process met damaged: a snapshot does not change, so it stays so.
DAMAGED: set[tuple[Path, str]] = set()

metadata = MetaData()


def _columns(kind: type, names: str) -> list[Column]:  # type: ignore[type-arg]
    return [Column(name, kind) for name in names.split()]


def _table(name: str, *groups: list[Column]) -> Table:  # type: ignore[type-arg]
    return Table(name, metadata, *(column for group in groups for column in group))


# Reference -----------------------------------------------------------------------------------------------------------
divisions = _table(
    "divisions",
    _columns(Text, "division_code label label_en short_label level kind parent_code statistics_code tree aliases pilot_level"),
    _columns(Date, "valid_from valid_to"),
    _columns(Integer, "sort_order"),
)
division_paths = _table("division_paths", _columns(Text, "division_code ancestor_code tree"), _columns(Integer, "depth"))
boundaries = _table("boundaries", _columns(Text, "division_code level geometry"), _columns(Boolean, "is_schematic"))
layers = _table("layers", _columns(Text, "layer level source licence map_approval_no crs made_on note"))
stages = _table("stages", _columns(Text, "stage_code label label_en"), _columns(Integer, "sort_order"))
populations = _table(
    "populations",
    _columns(Text, "division_code source"),
    _columns(BigInteger, "population_count"),
    _columns(Date, "as_of_on"),
    _columns(Boolean, "is_illustrative"),
)
units = _table("units", _columns(Text, "unit_code label label_en short_label kind division_code parent_code aliases"))
categories = _table(
    "categories",
    _columns(Text, "category_code label label_en major_code major_label major_label_en unit_code aliases"),
    _columns(Date, "valid_from"),
)
category_limits = _table("category_limits", _columns(Text, "category_code stage_code unit"), _columns(Double, "amount"))
# What a category became: one row for each successor, from the day on that it is used.
category_successors = _table("category_successors", _columns(Text, "old_code new_code"), _columns(Date, "valid_from"))
channels = _table("channels", _columns(Text, "channel_code label label_en aliases"))
platforms = _table(
    "platforms",
    _columns(Text, "platform_code label label_en unit_code channel_code kind source_code"),
    _columns(Integer, "rhythm_minutes"),
)
sources = _table(
    "sources",
    _columns(Text, "source_code label label_en kind platform_code"),
    _columns(Boolean, "has_closing_times has_ratings"),
    _columns(Integer, "rhythm_minutes"),
    _columns(DateTime, "as_of last_event_at"),
)
# What each source brings: the columns its TOML maps, and what it declares (closing_times, ratings).
source_columns = _table("source_columns", _columns(Text, "source_code column_name"))
calendar_days = _table(
    "calendar_days",
    _columns(Date, "day_on"),
    _columns(Boolean, "is_workday is_declared"),
    _columns(Text, "label"),
    _columns(Integer, "workday_no"),
    _columns(BigInteger, "work_seconds_before"),
)
dispute_types = _table("dispute_types", _columns(Text, "dispute_type_code label label_en aliases"))
# Which type of dispute appeals of a minor category may grow into, where a city says so.
category_disputes = _table("category_disputes", _columns(Text, "category_code dispute_type_code"))
organisations = _table("organisations", _columns(Text, "organisation_code label label_en level division_code"))
resources = _table(
    "resources",
    _columns(Text, "resource_code source_code batch_id resource_type label"),
    _columns(Text, "division_code district_code town_code community_code"),
    _columns(DateTime, "updated_at"),
    _columns(Double, "lon lat"),
    _columns(BigInteger, "resource_count row_number"),
)
published_figures = _table(
    "published_figures",
    _columns(Text, "figure_code label label_en measure_unit place period article quote"),
    _columns(Double, "value"),
)

# Facts ---------------------------------------------------------------------------------------------------------------
tickets = _table(
    "tickets",
    _columns(Text, "ticket_key source_code ticket_number batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Text, "channel_code category_code major_code unit_code assisting_units assisting_codes"),
    _columns(Text, "division_code district_code town_code community_code grid_code"),
    _columns(Double, "lon lat"),
    # duplicate_of: as its source says · duplicate_root: the ticket that counts for it · repeat_of: the first of a chain of repeats.
    _columns(Text, "address summary caller_hash status_code duplicate_of duplicate_root repeat_of"),
    _columns(DateTime, "delivered_due_at"),
    _columns(Boolean, "delivered_on_time delivered_deleted is_deleted"),
    # last_seen: the newest delivery that held it, of a source whose deliveries are the whole stock.
    _columns(DateTime, "deleted_at last_seen_at"),
    _columns(Text, "last_seen_batch"),
    _columns(DateTime, "reported_at accepted_at filed_at dispatched_at signed_at resolved_at verified_at closed_at"),
    _columns(DateTime, "rated_at updated_at"),
    # Made in the models: the reader never needs the working clock.
    _columns(DateTime, "completed_at accept_due_at dispatch_due_at sign_due_at close_due_at close_base_at"),
    _columns(Boolean, "is_counted is_open is_completed is_overdue is_due_soon is_closed_on_time is_accepted_on_time"),
    _columns(Boolean, "is_dispatched_on_time is_signed_on_time is_repeat is_solved is_asked is_secret"),
    # is_placed_by_point: no community was named, the outlines around its coordinates say where it is.
    _columns(Boolean, "has_closing_times is_placed_by_point"),
    _columns(Text, "age_band stage_code"),
    _columns(DateTime, "stage_at"),
    _columns(Double, "limit_used_pct"),
    _columns(BigInteger, "elapsed_seconds elapsed_work_seconds"),
    _columns(Integer, "rework_count refusal_count supervision_count extension_count satisfaction_score assisting_count"),
)
# Who works on a ticket; role_code: lead | assist.
ticket_units = _table("ticket_units", _columns(Text, "ticket_key source_code unit_code role_code"))
disputes = _table(
    "disputes",
    _columns(Text, "dispute_key source_code dispute_number batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Text, "dispute_type_code origin_code referral_code organisation_code level_code outcome_code"),
    _columns(Text, "agreement_code division_code district_code town_code community_code"),
    _columns(DateTime, "accepted_at concluded_at fulfil_due_at updated_at"),
    _columns(Integer, "party_count"),
    _columns(Double, "amount_yuan"),
    _columns(Boolean, "is_successful is_confirmed is_fulfilled is_escalation_prevented is_open"),
    _columns(Boolean, "delivered_deleted is_deleted is_counted"),
    _columns(DateTime, "deleted_at last_seen_at"),
    _columns(Text, "last_seen_batch"),
    _columns(BigInteger, "elapsed_seconds"),
)
# Every version of a target: pilot_standing goes by the one in force. basis: the document or the decision it rests on.
pilot_targets = _table(
    "pilot_targets",
    # metric_code: the metric its value is counted by here, where units need not be asked for it.
    _columns(Text, "target_code label label_en block kind measure_unit better basis basis_en metric_code"),
    _columns(Double, "baseline_value target_value weight"),
    _columns(Date, "start_on due_on valid_from"),
)
# stage_code: task (任务书) | route (路线图) | timetable (时间表); progress_pct: the progress that is reached with it.
pilot_milestones = _table(
    "pilot_milestones",
    _columns(Text, "target_code milestone_code stage_code label label_en"),
    _columns(Date, "due_on"),
    _columns(Double, "progress_pct"),
)
# Published figures that measure what a target measures, at other places or in other years.
pilot_peers = _table("pilot_peers", _columns(Text, "target_code figure_code"))
pilot_assignments = _table("pilot_assignments", _columns(Text, "target_code unit_code division_code"))
pilot_observations = _table(
    "pilot_observations",
    _columns(Text, "observation_key source_code batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Text, "target_code unit_code division_code district_code town_code community_code"),
    # confidence_code: high | medium | low, how sure the person who reports is to deliver in time.
    _columns(Text, "evidence narrative confidence_code submitted_by confirmed_by reviewed_by"),
    _columns(Date, "observed_on"),
    _columns(Double, "value progress_pct"),
    _columns(DateTime, "submitted_at reviewed_at updated_at"),
    _columns(Boolean, "is_latest"),
)
# One row for each part of a target, that is a unit and a division that carries it, and what its ledger last said of it.
pilot_standing = _table(
    "pilot_standing",
    _columns(Text, "target_code unit_code division_code district_code town_code community_code source_code observation_key"),
    # Those of its latest observation; none of a part that was never reported.
    _columns(Text, "batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Text, "label label_en block kind measure_unit better"),
    # is_assigned: assignments.csv names the part; otherwise the ledger brought it by itself.
    _columns(Boolean, "is_assigned"),
    _columns(Double, "baseline_value target_value weight"),
    # valid_from: of the version of the target it is judged by.
    _columns(Date, "valid_from start_on due_on observed_on"),
    # The last confidence anybody told, and of which day.
    _columns(Text, "confidence_code"),
    _columns(Date, "confidence_on"),
    # elapsed_on: the day its time is measured at, the end of the last period whose report is due, or of a later one reported.
    _columns(Date, "elapsed_on"),
    _columns(DateTime, "as_of submitted_at"),
    _columns(Double, "value progress_pct attainment_pct elapsed_pct gap_pct"),
    # lamp_code: green | yellow | red; none of what was never reported, of negative items and of what has no time to run.
    _columns(Text, "lamp_code"),
    _columns(Boolean, "is_reported is_done is_due is_hit"),
    # Observations of a negative item above zero, and the day of the latest.
    _columns(BigInteger, "hit_count"),
    _columns(Date, "hit_on"),
)
# One row for each report that a part owes: every period from its start to its end, as far as its source was seen.
pilot_reports = _table(
    "pilot_reports",
    _columns(Text, "target_code unit_code division_code district_code town_code community_code source_code label label_en block kind"),
    # Those of the first report of the period; none of a report that never came.
    _columns(Text, "batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Date, "period_on"),
    _columns(DateTime, "report_due_at submitted_at"),
    _columns(Boolean, "is_submitted is_on_time"),
)
# One row for each milestone of a target and part of it; reached_on: since when its reports have held that progress.
pilot_milestone_parts = _table(
    "pilot_milestone_parts",
    _columns(Text, "target_code milestone_code unit_code division_code"),
    _columns(Date, "reached_on"),
    # is_late: reached after the period it was due in, or that period's report is due and it is not reached.
    _columns(Boolean, "is_reached is_late"),
)
risks = _table(
    "risks",
    _columns(Text, "risk_key source_code risk_number batch_id"),
    _columns(BigInteger, "row_number"),
    _columns(Text, "label risk_type level_code division_code district_code town_code community_code unit_code"),
    _columns(Text, "duty measure"),
    _columns(Integer, "likelihood impact"),
    _columns(DateTime, "registered_at due_at closed_at updated_at"),
    _columns(Boolean, "is_open is_overdue delivered_deleted is_deleted is_counted"),
    _columns(DateTime, "deleted_at last_seen_at"),
    _columns(Text, "last_seen_batch"),
)
surveys = _table(
    "surveys",
    _columns(Text, "survey_key source_code batch_id"),
    _columns(BigInteger, "row_number"),
    # topic_code: security | governance | other, as its source says or its words tell.
    _columns(Text, "survey_code topic_code label question division_code district_code"),
    _columns(Text, "town_code community_code"),
    _columns(Date, "held_on"),
    _columns(DateTime, "updated_at"),
    _columns(BigInteger, "valid_count positive_count"),
)

# Books ---------------------------------------------------------------------------------------------------------------
load_batches = _table(
    "load_batches",
    _columns(Text, "batch_id source_code kind file_name file_sha256 loaded_by warnings"),
    _columns(DateTime, "received_at"),
    # control_count: how many rows the sender says the delivery holds.
    _columns(BigInteger, "received_count accepted_count duplicate_count rejected_count broken_count control_count"),
    _columns(Double, "land_seconds"),
)
# row_number counts rows, line_number the lines (rows of the sheet) of the file as a person opens it, where that is known.
rejected_rows = _table(
    "rejected_rows",
    _columns(Text, "batch_id source_code file_name"),
    _columns(BigInteger, "row_number line_number"),
    # mended_by: the batch that took the row in a mended version, if it came back.
    _columns(Text, "column_name reason_code expected masked_value mended_by"),
)
# Batches that are landed but do not count: undone by a person, or set aside because nothing could be published with them.
set_aside_batches = _table(
    "set_aside_batches",
    _columns(Text, "batch_id source_code file_name state_code set_aside_by reason"),
    _columns(DateTime, "received_at set_aside_at"),
    _columns(BigInteger, "received_count"),
)
unmatched_names = _table("unmatched_names", _columns(Text, "batch_id source_code kind name"), _columns(BigInteger, "row_count"))
# Values that were delivered and cannot be so: counted as empty, or overruled by a name, and listed with the first of them.
contradictions = _table(
    "contradictions",
    _columns(Text, "batch_id source_code kind column_name name"),
    _columns(BigInteger, "row_count first_row first_line"),
)
snapshot = _table(
    "snapshot",
    _columns(Text, "city_code snapshot_name reference_batch"),
    _columns(Integer, "schema_version"),
    _columns(DateTime, "built_at as_of"),
)

# Cohort bases: which time column puts a row into a period. R reported, A accepted, D fell due, C completed, N now.
R, A, D, C, N = "R", "A", "D", "C", "N"
BASES: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "tickets": {
            R: "reported_at", A: "accepted_at", D: "close_base_at", "D:accept": "accept_due_at",
            "D:dispatch": "dispatch_due_at", "D:sign": "sign_due_at", C: "completed_at", "C:rated": "rated_at",
            "C:verified": "verified_at", "A:dispatched": "dispatched_at", N: None,
        },
        "disputes": {R: "accepted_at", A: "accepted_at", C: "concluded_at", "D:fulfil": "fulfil_due_at", N: None},
        "risks": {R: "registered_at", D: "due_at", C: "closed_at", N: None},
        "surveys": {C: "held_on", N: None},
        "pilot_observations": {R: "observed_on", N: None},
        "pilot_standing": {N: None},
        "pilot_reports": {R: "period_on", D: "report_due_at", N: None},
        "resources": {N: None},
    }
)  # fmt: skip
# Tables that are made of what sources of another kind deliver; and pilots, as a city calls them, of their ledger.
MADE_OF: Mapping[str, str] = MappingProxyType(dict.fromkeys(("pilots", "pilot_standing", "pilot_reports"), "pilot_observations"))


def base_time(table: Table, base: str) -> ColumnElement[Any] | None:
    """The time that puts a row of `table` into a period; None where the base is about now. Raises KeyError for an unknown base.

    A rating whose time is not delivered counts when its ticket was completed, or else reported.
    """
    name = BASES[table.name][base]
    if name is None:
        return None
    column: ColumnElement[Any] = table.c[name]
    if name != "rated_at":
        return column
    is_rated = or_(table.c.satisfaction_score.is_not(None), table.c.is_solved.is_not(None))
    return func.coalesce(column, case((is_rated, func.coalesce(table.c.completed_at, table.c.reported_at))))


class NoSnapshot(RuntimeError):  # noqa: N818 it names a state one can meet, not a fault
    """There is nothing to show yet; the message names the command that changes that."""


def current_snapshot(folder: Path) -> str:
    """The name of the snapshot in use in a city's warehouse folder. Raises NoSnapshot."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        name = ""
    if not SNAPSHOT_NAME.fullmatch(name):
        raise NoSnapshot(f"no snapshot in {folder.name}: run `python -m etl demo` or `python -m etl load`")
    return name


def pinned_snapshots(folder: Path) -> set[str]:
    """The snapshots that stay whatever their age: the first word of each line of PINS; what follows says for whom."""
    try:
        lines = (folder / PINS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    return {line.split()[0] for line in lines if line.strip()}


def kept_snapshots(folder: Path) -> list[str]:
    """The names of all snapshots there are, the newest first."""
    found = [path.stem for path in (folder / SNAPSHOTS).glob("*.duckdb") if SNAPSHOT_NAME.fullmatch(path.stem)]
    # By running number, however many digits it has.
    return sorted(found, key=lambda name: (len(name.partition("-")[0]), name), reverse=True)


def served_snapshot(folder: Path) -> str:
    """The snapshot to show: the one in use or, where CURRENT or that is unreadable, the newest that can be read. Raises NoSnapshot."""
    try:
        named = [current_snapshot(folder)]
    except NoSnapshot:
        named = []
    if named and (folder, named[0]) not in DAMAGED and snapshot_path(folder, named[0]).exists() and _opens(folder, named[0]):
        return named[0]
    for name in kept_snapshots(folder):
        if name not in named and (folder, name) not in DAMAGED and _opens(folder, name):
            return name
    return current_snapshot(folder)


def _opens(folder: Path, name: str) -> bool:
    try:
        warehouse(folder, name)
    except NoSnapshot:
        return False
    return True


def snapshot_path(folder: Path, name: str) -> Path:
    return folder / SNAPSHOTS / f"{name}.duckdb"


@lru_cache(maxsize=4)
def warehouse(folder: Path, name: str) -> Engine:
    """A read-only engine on one named, immutable snapshot. Raises NoSnapshot if it is gone, damaged or of another schema."""
    path = snapshot_path(folder, name)
    # The name may come from a browser: it names a snapshot, never a path.
    if not SNAPSHOT_NAME.fullmatch(name) or not path.exists():
        raise NoSnapshot(f"snapshot {name[:64]!r} is gone")
    engine = snapshot_engine(path)
    event.listen(engine, "handle_error", lambda context: _told(context, folder, name))
    try:
        with engine.connect() as connection:
            version = connection.execute(select(snapshot.c.schema_version)).scalar_one_or_none()
    except DBAPIError as error:
        engine.dispose()
        raise NoSnapshot(f"snapshot {name} cannot be read: the next `python -m etl load` builds it anew") from error
    if version != SCHEMA_VERSION:
        engine.dispose()
        raise NoSnapshot(f"snapshot {name} has schema {version}, this program reads {SCHEMA_VERSION}: `python -m etl rebuild`")
    return engine


def _told(context: ExceptionContext, folder: Path, name: str) -> NoSnapshot | None:
    """A snapshot that turns out damaged while it is read is not served again; the request learns that it is gone."""
    said = str(context.original_exception)
    if not any(words in said for words in UNREADABLE):
        return None
    DAMAGED.add((folder, name))
    return NoSnapshot(f"snapshot {name} is damaged: the next `python -m etl load` builds it anew")
