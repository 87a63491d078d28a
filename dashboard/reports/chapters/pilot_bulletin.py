"""What the pilot bulletin says beyond the chapter on pilot tasks: units behind, milestones due, numbers corrected, what is pending."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Date, and_, cast, func, or_, select

from dashboard.asking import fetch
from dashboard.charts.base import with_labels
from dashboard.charts.lamps import LAMPS, lamp_counts
from dashboard.filters import EARLIEST, where
from dashboard.metrics.pilots import SOON_DAYS
from dashboard.pilot_ledger.parts import part_key, parts_of
from dashboard.pilot_ledger.steps import Step, steps_of
from dashboard.queries import measure
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Section, Table
from dashboard.reports.narrative import Clause, count_clause, joined, listed, printed, rate_clause, words
from dashboard.texts import Text
from dashboard.warehouse import R, pilot_observations, pilot_reports

UNITS, MILESTONES = Text("推进滞后单位", "Units behind"), Text("到期节点", "Milestones")
RESTATED, PENDING = Text("更正的填报", "Corrected reports"), Text("待办事项", "Pending")
BY_UNIT, STEPS = Text("责任单位亮灯与填报", "Units: lamps and reports"), Text("节点完成情况", "How milestones stand")
UNIT, PLACE, TASK, TASKS = Text("责任单位", "Unit"), Text("区划", "Place"), Text("任务", "Task"), Text("任务（项）", "Tasks")
PIECES, OWED = Text("{}（项）", "{}"), Text("到期未填报（次）", "Reports missing")
STEP, DUE_ON, STATE = Text("节点", "Milestone"), Text("到期日", "Due"), Text("状态", "State")
SHARED = Text(
    "由几个单位共担的任务在每个单位各计一项，故各行之和可大于任务总数；只列有红、黄灯或到期未填报的单位。",
    "A task that several units carry counts for each; listed are units with red, yellow or missing reports.",
)
STEPS_NOTE = Text(
    f"列期内到期、逾期未完成和今后{SOON_DAYS}日内到期的节点。",
    f"Milestones that fell due in the period, are overdue, or fall due within {SOON_DAYS} days.",
)
REACHED, REACHED_LATE, OVERDUE, AHEAD = (
    Text("已完成", "reached"), Text("已完成（迟）", "reached late"), Text("逾期未完成", "overdue"), Text("未到期", "not yet due"),
)  # fmt: skip
OPEN = Text("未完成", "not reached")
CORRECTIONS, PERIOD_END, VALUE = Text("期内更正的填报", "Reports corrected in the period"), Text("报告期末", "Period"), Text("现值", "Now")
FIRST, CORRECTED = Text("原填报", "Submitted"), Text("更正时间", "Corrected")
CORRECTED_NOTE = Text(
    "只列更正后的数值；与往期数值的逐项对照见差异说明。", "Values as corrected; the earlier ones stand on the difference page."
)
SILENT = Text("尚未填报的责任条", "Parts never reported")
MOST_LISTED = 30


def units(edition: Edition) -> list[Block]:
    """Units with red or yellow tasks, or reports missing, the gravest first; no ranking of those in order."""
    filters = edition.filters("pilots")
    lamps = lamp_counts(edition.engine, filters, ("unit_code",))
    owed = measure(edition.engine, "reports_missing", edition.filters("pilot_reports"), ("unit_code",))[["unit_code", "value"]]
    held = lamps.merge(owed.rename(columns={"value": "owed"}), on="unit_code", how="left").fillna({"owed": 0})
    held = held[(held["red"] + held["yellow"] + held["owed"]) > 0].sort_values(
        ["red", "yellow", "owed", "unit_code"], ascending=[False, False, False, True]
    )
    title = Section(2, edition.say(UNITS))
    if held.empty:
        return blocks([title], edition.paragraph("bulletin.units", words("没有慢于序时的责任单位，到期填报均已报送")))
    named = with_labels(held, edition.engine, "unit_code")
    names = list(named["label_en" if edition.language == "en" else "label"])
    reds = [name for name, red in zip(names, held["red"], strict=True) if red]
    behind = int(((held["red"] + held["yellow"]) > 0).sum())
    said = [words(f"{printed(behind)}个责任单位有任务慢于序时"), words(f"其中{listed(reds)}有红灯任务" if reds else "")]
    columns = (
        Column(edition.say(UNIT)), Column(edition.say(TASKS), "count", metric="task_count"),
        *(Column(edition.say(PIECES).format(edition.say(LAMPS[code].word)), "count") for code in LAMPS),
        Column(edition.say(OWED), "count", metric="reports_missing"),
    )  # fmt: skip
    rows = tuple(
        (name, int(row["value"]), *(int(row[code]) for code in LAMPS), int(row["owed"]))
        for name, row in zip(names, held.to_dict("records"), strict=True)
    )
    table = Table("bulletin.units", edition.say(BY_UNIT), columns, rows, note=edition.say(SHARED), by="unit_code",
                  codes=tuple(held["unit_code"].fillna("")), is_partial=True)  # fmt: skip
    return blocks([title], edition.paragraph("bulletin.units", joined(said) if behind else Clause()), [table])


def milestones(edition: Edition) -> list[Block]:
    """Milestones that fell due, are overdue or come soon, each with who carries it; nothing where tasks have none."""
    parts = parts_of(edition.engine, edition.filters("pilots"))
    steps = steps_of(edition.engine, list(parts["part"]))
    if not steps:
        return []
    on = edition.on("pilots")
    soon = on + timedelta(days=SOON_DAYS)
    held = [(row, step) for row in _named(edition, parts) for step in steps.get(str(row["part"]), []) if _is_listed(edition, step, soon)]
    held.sort(key=lambda one: (one[1].due_on or date.max, str(one[0]["part"])))
    title = Section(2, edition.say(MILESTONES))
    fell = [step for _, step in held if step.due_on and edition.span.since <= step.due_on <= min(edition.span.until, on)]
    late = sum(not step.is_reached and step.due_on is not None and step.due_on <= on for _, step in held)
    said = [
        words(f"{edition.during('pilots')}到期节点{printed(len(fell))}个，已完成{printed(sum(step.is_reached for step in fell))}个" if fell
              else f"{edition.during('pilots')}没有到期的节点"),
        words(f"{edition.until_now('pilots')}，到期未完成节点{printed(late)}个" if late else ""),
    ]  # fmt: skip
    heads = tuple(Column(edition.say(text), "date" if text is DUE_ON else "text") for text in (TASK, STEP, UNIT, PLACE, DUE_ON, STATE))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row["task"], step.label_en if edition.language == "en" else step.label, row["unit"], row["place"], step.due_on,
         edition.say(_state(step, on)))
        for row, step in held[:MOST_LISTED]
    )  # fmt: skip
    table = Table("bulletin.milestones", edition.say(STEPS), heads, rows, note=edition.say(STEPS_NOTE), is_partial=True)
    return blocks([title], edition.paragraph("bulletin.milestones", joined(said, "；")), [table] if rows else [])


def _is_listed(edition: Edition, step: Step, soon: date) -> bool:
    if step.due_on is None:
        return False
    return edition.span.since <= step.due_on <= edition.span.until or (not step.is_reached and step.due_on <= soon)


def _state(step: Step, on: date) -> Text:
    if step.is_reached:
        return REACHED_LATE if step.is_late else REACHED
    return AHEAD if step.due_on and step.due_on > on else OVERDUE if step.is_late else OPEN


def _named(edition: Edition, parts: pd.DataFrame) -> list[dict[str, str]]:
    """Parts with the words of their task, unit and place."""
    end = "label_en" if edition.language == "en" else "label"
    units_of = with_labels(parts[["unit_code"]], edition.engine, "unit_code")[end]
    places_of = with_labels(parts[["division_code"]], edition.engine, "division_code")[end]
    return [
        {"part": str(part), "task": str(task), "unit": str(unit), "place": str(place)}
        for part, task, unit, place in zip(parts["part"], parts[end], units_of, places_of, strict=True)
    ]


def restated(edition: Edition) -> list[Block]:
    """Reports that were corrected in the period after they had been handed in."""
    o, r, filters = pilot_observations.c, pilot_reports.c, edition.filters("pilot_observations")
    # Whatever period they are of: what counts is when they were corrected. A review is no correction.
    asked = filters.between(EARLIEST, edition.span.until)
    handed_in = func.coalesce(r.submitted_at, o.submitted_at)
    same = and_(
        r.target_code == o.target_code, r.unit_code.is_not_distinct_from(o.unit_code), r.period_on == o.observed_on,
        r.division_code.is_not_distinct_from(o.division_code),
    )  # fmt: skip
    query = (
        select(part_key(pilot_observations).label("part"), o.observed_on, o.value, handed_in.label("submitted_at"), o.updated_at)
        .join_from(pilot_observations, pilot_reports, same, isouter=True)
        .where(
            where(pilot_observations, R, asked), cast(o.updated_at, Date).between(edition.span.since, edition.span.until),
            or_(o.submitted_at > handed_in, o.updated_at > func.greatest(o.submitted_at, func.coalesce(o.reviewed_at, o.submitted_at))),
        )
        .order_by(o.updated_at, o.observation_key)
    )  # fmt: skip
    frame = fetch(edition.engine, query)
    title = Section(2, edition.say(RESTATED))
    if frame.empty:
        return blocks([title], edition.paragraph("bulletin.restated", words(f"{edition.during('pilots')}没有更正过的填报")))
    named = {row["part"]: row for row in _named(edition, parts_of(edition.engine, edition.filters("pilots")))}
    heads = (
        Column(edition.say(TASK)), Column(edition.say(UNIT)), Column(edition.say(PLACE)), Column(edition.say(PERIOD_END), "date"),
        Column(edition.say(VALUE), "number"), Column(edition.say(FIRST), "time"), Column(edition.say(CORRECTED), "time"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for part, day, value, first, again in frame.itertuples(index=False, name=None):
        if (held := named.get(str(part))) is not None:
            number = None if pd.isna(value) else float(value)
            times = (pd.Timestamp(first).to_pydatetime(), pd.Timestamp(again).to_pydatetime())
            rows.append((held["task"], held["unit"], held["place"], pd.Timestamp(day).date(), number, *times))
    said = words(f"{edition.during('pilots')}更正填报{printed(len(rows))}次")
    table = Table("bulletin.restated", edition.say(CORRECTIONS), heads, tuple(rows[:MOST_LISTED]), note=edition.say(CORRECTED_NOTE),
                  is_partial=True)  # fmt: skip
    return blocks([title], edition.paragraph("bulletin.restated", said), [table] if rows else [])


def pending(edition: Edition) -> list[Block]:
    """What is still owed: parts never reported, reports missing, tasks that fall due soon."""
    silent, missing, soon = (edition.fact(code) for code in ("tasks_unreported", "reports_missing", "tasks_due_soon"))
    parts = parts_of(edition.engine, edition.filters("pilots"))
    never = parts[~parts["is_reported"].astype(bool)]
    named = _named(edition, never)
    heads = (Column(edition.say(TASK)), Column(edition.say(UNIT)), Column(edition.say(PLACE)))
    rows: tuple[tuple[Cell, ...], ...] = tuple((row["task"], row["unit"], row["place"]) for row in named[:MOST_LISTED])
    said = [
        count_clause(silent, f"{edition.until_now('pilots')}，尚未填报的责任") if silent.value else words("各责任方均已填报过"),
        count_clause(missing, f"{edition.during('pilots')}到期未填报", with_moves=False) if missing.value else Clause(),
        count_clause(soon, f"今后{SOON_DAYS}日内到期任务") if soon.value else words(f"今后{SOON_DAYS}日内没有到期任务"),
    ]
    table = Table("bulletin.silent", edition.say(SILENT), heads, rows, is_partial=True)
    return blocks(
        [Section(2, edition.say(PENDING))],
        edition.paragraph("bulletin.pending", joined(said, "；"), rate_clause(edition.fact("reports_on_time"))),
        [table] if rows else [],
    )
