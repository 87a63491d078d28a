"""Why a number is another on a newer snapshot: row by row what is counted otherwise, and what about the row changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.filters import LATEST, ScopedFilters
from dashboard.metrics import Amount, Count, Mean, Metric, Rate, Weighted, is_of_things
from dashboard.queries import measure
from dashboard.reference import data_state
from dashboard.texts import Text
from dashboard.warehouse import BASES, load_batches, metadata, pilot_standing

# What may have happened to a row; parts of a difference are told in this order.
CAUSES: dict[str, Text] = {
    "definition": Text("口径或计算方式变化", "definition or calculation changed"),
    "arrived": Text("后到数据", "rows that arrived later"),
    "mended": Text("退回后更正采纳", "rejected rows that were mended"),
    "late_closure": Text("期内办结、后来报知", "closed before, told later"),
    "closed_after": Text("后来办结", "closed since"),
    "reopened": Text("撤销办结", "reopened"),
    "duplicate": Text("关联为重复件", "linked as duplicates"),
    "withdrawn": Text("撤回", "withdrawn"),
    "deleted": Text("删除", "deleted"),
    "gone": Text("数据中不再有", "no longer in the data"),
    "restored": Text("恢复计入", "counted again"),
    "category": Text("类别更正", "category changed"),
    "unit": Text("承办单位或组织更正", "unit or body changed"),
    "place": Text("区域更正", "place changed"),
    "channel": Text("渠道或来源更正", "channel or origin changed"),
    "level": Text("等级更正", "level changed"),
    "outcome": Text("结果更正", "outcome changed"),
    "limits": Text("时限变化", "limits changed"),
    "rated": Text("评价补报", "ratings told later"),
    "time": Text("时间更正", "times changed"),
    "amount": Text("金额更正", "amounts changed"),
    "targets": Text("目标或期限调整", "targets or dates changed"),
    "reported": Text("新填报", "reported since"),
    "corrected": Text("填报更正", "reports corrected"),
    "passed": Text("数据时间推移", "time has passed"),
    "other": Text("其他字段更正", "other fields changed"),
    "rest": Text("未能归因", "not explained"),
}
CHUNK = 4_000


@dataclass(frozen=True)
class Fields:
    """The columns of a table that say what happened to a row: its key, when it ended, and a cause for each other column."""

    key: str
    closed: str = ""
    causes: tuple[tuple[str, str], ...] = ()


PLACES = tuple((name, "place") for name in ("division_code", "district_code", "town_code", "community_code"))
FIELDS = {
    "tickets": Fields("ticket_key", "completed_at", (
        ("category_code", "category"), ("major_code", "category"), ("unit_code", "unit"), *PLACES, ("channel_code", "channel"),
        ("close_due_at", "limits"), ("accept_due_at", "limits"), ("dispatch_due_at", "limits"), ("satisfaction_score", "rated"),
        ("is_solved", "rated"), ("reported_at", "time"), ("accepted_at", "time"), ("completed_at", "time"),
    )),
    "disputes": Fields("dispute_key", "concluded_at", (
        ("dispute_type_code", "category"), ("organisation_code", "unit"), *PLACES, ("referral_code", "channel"),
        ("origin_code", "channel"), ("level_code", "level"), ("outcome_code", "outcome"), ("agreement_code", "outcome"),
        ("is_fulfilled", "outcome"), ("is_escalation_prevented", "outcome"), ("amount_yuan", "amount"), ("accepted_at", "time"),
        ("concluded_at", "time"), ("fulfil_due_at", "limits"),
    )),
    "risks": Fields("risk_key", "closed_at", (
        ("risk_type", "category"), ("unit_code", "unit"), *PLACES, ("level_code", "level"), ("due_at", "limits"),
        ("registered_at", "time"), ("closed_at", "time"),
    )),
    "surveys": Fields("survey_key", "", (*PLACES, ("held_on", "time"))),
}  # fmt: skip
STANDINGS = ("pilot_standing", "pilot_reports")
OF_TARGETS = ("target_value", "baseline_value", "weight", "start_on", "due_on", "valid_from", "kind")


@dataclass(frozen=True)
class Part:
    """One cause of a difference: how many rows, what it does to the numerator and the denominator, and which rows."""

    cause: str
    row_count: int
    above: float
    below: float
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Sides:
    """The two snapshots that are held against each other, and what each is asked."""

    old: Engine
    new: Engine
    old_filters: ScopedFilters
    new_filters: ScopedFilters
    # The columns by which rows are chosen: a change of these is named before any other.
    chosen: tuple[str, ...] = ()


def value_of(metric: Metric, above: float, below: float) -> float | None:
    """What numerator and denominator make of a metric; None of one that rows do not add up to."""
    if isinstance(metric, Rate | Weighted | Mean):
        return (1.0 if isinstance(metric, Mean) else 100.0) * above / below if below else float("nan")
    return above if isinstance(metric, Count | Amount) else None


def parts_of(code: str, metric: Metric, sides: Sides) -> list[Part]:
    """The rows that are counted otherwise, by cause. Their sums are the whole difference of numerator and denominator."""
    table = metric.table.name
    key = "target_code" if table in STANDINGS else FIELDS[table].key if table in FIELDS else ""
    # Things that several rows carry do not add up over rows.
    if not key or value_of(metric, 0, 1) is None or (is_of_things(metric) and table not in STANDINGS):
        return []
    old, new = (
        measure(engine, code, filters, (key,)).dropna(subset=[key]).set_index(key)[["numerator", "denominator"]]
        for engine, filters in ((sides.old, sides.old_filters), (sides.new, sides.new_filters))
    )
    both = old.join(new, how="outer", suffixes=("_old", "_new")).fillna(0.0)
    moved = both.assign(above=both["numerator_new"] - both["numerator_old"], below=both["denominator_new"] - both["denominator_old"])
    moved = moved[(moved["above"].abs() > 1e-9) | (moved["below"].abs() > 1e-9)]
    if moved.empty:
        return []
    causes = _of_targets(sides, list(moved.index)) if table in STANDINGS else _of_rows(metric, sides, list(moved.index))
    held = moved.assign(cause=[causes[str(one)] for one in moved.index])
    return [
        Part(str(cause), len(rows), float(rows["above"].sum()), float(rows["below"].sum()), tuple(map(str, rows.index)))
        for cause, rows in sorted(held.groupby("cause"), key=lambda one: list(CAUSES).index(str(one[0])))
    ]


def _of_rows(metric: Metric, sides: Sides, keys: Sequence[str]) -> dict[str, str]:
    """A cause for each row of a table of cases."""
    old, new = (_rows(engine, metric.table.name, keys) for engine in (sides.old, sides.new))
    known = set(fetch(sides.old, select(load_batches.c.batch_id))["batch_id"])
    seen = data_state(sides.old, metric.table.name).newest
    seen_at = seen.to_pydatetime() if seen is not None else datetime.combine(LATEST, time.min)
    is_now = BASES[metric.table.name][metric.base] is None
    return {key: _cause(metric.table.name, old.get(key), new.get(key), sides.chosen, known, seen_at, is_now=is_now) for key in keys}


def _rows(engine: Engine, table: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of a table by key, as far as causes are read from them."""
    spec, t = FIELDS[table], metadata.tables[table].c
    more = ("batch_id", "is_counted", "is_deleted", "duplicate_root", "status_code")
    names = dict.fromkeys([spec.key, *([spec.closed] if spec.closed else []), *(name for name, _ in spec.causes), *more])
    columns = [t[name] for name in names if name in t]
    frames = [fetch(engine, select(*columns).where(t[spec.key].in_(keys[at : at + CHUNK]))) for at in range(0, len(keys), CHUNK)]
    return {str(row[spec.key]): row for frame in frames for row in frame.to_dict("records")}  # type: ignore[misc]


def _cause(  # noqa: PLR0911 a cause a line
    table: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    chosen: tuple[str, ...],
    known: set[str],
    seen_at: datetime,
    *,
    is_now: bool,
) -> str:
    """What happened to one row, the plainest first."""
    spec = FIELDS[table]
    if old is None:
        return "mended" if new and new["batch_id"] in known else "arrived"
    if new is None:
        return "gone"
    if (lost := _uncounted(old, new)) is not None:
        return lost
    changed = [(name, cause) for name, cause in spec.causes if not _same(old[name], new[name])]
    for name, cause in changed:
        if name in chosen:
            return cause
    if spec.closed and pd.isna(old[spec.closed]) != pd.isna(new[spec.closed]):
        if pd.isna(new[spec.closed]):
            return "reopened"
        return "late_closure" if new[spec.closed] <= seen_at else "closed_after"
    if old.get("status_code") != "withdrawn" and new.get("status_code") == "withdrawn":
        return "withdrawn"
    if changed:
        return changed[0][1]
    return "passed" if is_now or old["batch_id"] == new["batch_id"] else "other"


def _uncounted(old: dict[str, Any], new: dict[str, Any]) -> str | None:
    """Why a row is no longer counted, or counted again; None where neither."""
    was, now = (bool(row.get("is_counted", True)) for row in (old, new))
    if was == now:
        return None
    if now:
        return "restored"
    if bool(new.get("is_deleted", False)):
        return "deleted"
    return "duplicate" if not pd.isna(new.get("duplicate_root")) else "deleted"


def _same(one: Any, other: Any) -> bool:
    return bool(pd.isna(one) and pd.isna(other)) or (not pd.isna(one) and not pd.isna(other) and one == other)


def _of_targets(sides: Sides, targets: Sequence[str]) -> dict[str, str]:
    """A cause for each target: was it set anew, reported, corrected, or did only time pass."""
    p = pilot_standing.c
    names = ("target_code", "unit_code", "division_code", *OF_TARGETS, "observed_on", "submitted_at", "value", "progress_pct")
    old, new = (
        fetch(engine, select(*(p[name] for name in names)).where(p.target_code.in_(targets)).order_by(*(p[name] for name in names[:3])))
        for engine in (sides.old, sides.new)
    )
    found = {}
    for code in targets:
        was, now = (frame[frame["target_code"] == code].reset_index(drop=True) for frame in (old, new))
        found[str(code)] = _target_cause(was, now)
    return found


def _target_cause(was: pd.DataFrame, now: pd.DataFrame) -> str:
    parts = ["unit_code", "division_code", *OF_TARGETS]
    if not was[parts].equals(now[parts]):
        return "targets"
    if not was["observed_on"].equals(now["observed_on"]):
        return "reported"
    return "passed" if was[["value", "progress_pct"]].equals(now[["value", "progress_pct"]]) else "corrected"
