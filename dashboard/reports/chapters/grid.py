"""五、网格与满意度: what citizens answered, with how many did, and what surveys found, with sample and interval."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from dashboard.filters import ScopedFilters
from dashboard.key_figures import lacking
from dashboard.metrics import metric_of
from dashboard.queries import held_on, interval, measure, total
from dashboard.reference import data_state
from dashboard.reports.chapters.appeals import PLACE, place_level
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Column, Run, Said, Section, Table
from dashboard.reports.narrative import Clause, joined, printed, rate_clause
from dashboard.reports.tables import ABOVE, BELOW, figures_tables, names_of
from dashboard.texts import Text

TITLE = Text("网格与满意度", "Grids and satisfaction")
ANSWERS, SURVEYS, GRIDS = Text("群众评价", "Citizens’ ratings"), Text("民意调查", "Surveys"), Text("网格上报", "Grid patrols")
KEYS = (Text("", ""), Text("群众评价主要指标", "Ratings"), Text("", ""))
BY_PLACE, RATE = Text("各区域满意率", "Satisfaction by place"), Text("满意率（%）", "Satisfaction (%)")
FEW = Text("有效评价不足{}件的区域不列满意率。", "No rate where there are fewer than {} valid ratings.")
GRID = "grid_patrol"


def chapter(edition: Edition) -> list[Block]:
    return blocks(answers(edition) if edition.has("tickets") else [], grids(edition) if edition.has("tickets") else [],
                  surveyed(edition) if edition.has("surveys") else [])  # fmt: skip


def answers(edition: Edition) -> list[Block]:
    """Satisfaction never without participation."""
    facts = [edition.fact(code) for code in ("satisfaction_rate", "participation_rate", "resolution_rate")]
    if facts[0].lack:
        return []
    return blocks(
        [Section(2, edition.say(ANSWERS))],
        edition.paragraph("grid.answers", joined([rate_clause(fact) for fact in facts], "；")),
        figures_tables(edition, "grid.keys", facts, KEYS), by_place(edition),
    )  # fmt: skip


def by_place(edition: Edition) -> list[Block]:
    by, filters = place_level(edition), edition.filters()
    frame = measure(edition.engine, "satisfaction_rate", filters, (by,)).dropna(subset=[by])
    if frame.empty or lacking(metric_of("satisfaction_rate"), data_state(edition.engine, "tickets")) is not None:
        return []
    rows, codes = [], []
    for row in names_of(edition, frame, by).sort_values(by).to_dict("records"):
        is_enough = row["denominator"] >= filters.minimum_count
        rows.append((row["name"], int(row["numerator"]), int(row["denominator"]), float(row["value"]) if is_enough else None))
        codes.append(row["key"])
    columns = (
        Column(edition.say(PLACE)),
        Column(edition.say(ABOVE), "count"),
        Column(edition.say(BELOW), "count"),
        Column(edition.say(RATE), "percent", metric="satisfaction_rate"),
    )
    note = edition.say(FEW).format(filters.minimum_count)
    return [Table("grid.by_place", edition.say(BY_PLACE), columns, tuple(rows), note=note, by=by, codes=tuple(codes))]


def grids(edition: Edition) -> list[Block]:
    """What grid workers themselves reported: how much of it all, never who."""
    filters = edition.filters()
    if filters.wish.channels:
        return []
    found = total(edition.engine, "received_count", filters.only(channels=(GRID,))).value
    whole = total(edition.engine, "received_count", filters).value
    if not found or whole < filters.minimum_count:
        return []
    said = Clause(
        (
            Run("网格巡查上报并受理诉求"),
            Run(f"{printed(found)}件", said=Said("received_count", found, by="channel_code", code=GRID)),
            Run("，占受理总量的"),
            Run(f"{100 * found / whole:.2f}%", said=Said("received_count", 100 * found / whole, "share", "channel_code", GRID)),
        )
    )
    return blocks([Section(2, edition.say(GRIDS))], edition.paragraph("grid.patrols", said))


def surveyed(edition: Edition) -> list[Block]:
    """The latest survey held up to the end of the report's days, within a year, with n, days and interval."""
    filters = edition.filters("surveys")
    year = filters.between(filters.until.replace(year=filters.until.year - 1, day=min(filters.until.day, 28)), filters.until)
    said: list[Clause] = []
    before: date | None = None
    for code in ("security_sense", "governance_satisfaction"):
        day, clause = _survey(edition, code, year)
        if clause and day is not None:
            # Of two questions asked on one day the day is said once.
            lead = "" if day == before else f"{day.year}年{day.month}月{day.day}日调查，"
            said.append(replace(clause, runs=(Run(lead), *clause.runs)) if lead else clause)
            before = day
    return blocks([Section(2, edition.say(SURVEYS))], edition.paragraph("grid.surveys", *said)) if said else []


def _survey(edition: Edition, code: str, year: ScopedFilters) -> tuple[date | None, Clause]:
    days = held_on(edition.engine, code, year)
    if not days:
        return None, Clause()
    # Of several surveys of a year the last alone: sums over surveys are nobody's answer.
    found = total(edition.engine, code, replace(year, since=days[-1], until=days[-1]))
    if math.isnan(found.value) or found.denominator < year.minimum_count:
        return None, Clause()
    low, high = interval(found.numerator, found.denominator)
    day, label = days[-1], edition.say(metric_of(code, year.variants).label)
    return day, Clause(
        (
            Run(label),
            Run(f"{found.value:.2f}%", said=Said(code, found.value, by="day", code=day.isoformat())),
            Run(f"（有效样本{printed(found.denominator)}人，95%置信区间{low:.2f}%至{high:.2f}%）"),
        )
    )
