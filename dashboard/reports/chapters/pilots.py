"""三、试点任务推进: how far against schedule, by block, what is yellow or red, and the gates of the negative list."""

from __future__ import annotations

from dashboard.charts import CHARTS
from dashboard.charts.lamps import BLOCKS, LAMPS, NO_BLOCK
from dashboard.queries import total
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Run, Said, Section, Table
from dashboard.reports.narrative import Clause, Fact, count_clause, joined, rate_clause, schedule_clause, stock_clauses, words
from dashboard.reports.tables import TOTAL, figures_tables, listing_table
from dashboard.texts import Text

TITLE = Text("试点任务推进", "Pilot tasks")
PROGRESS, BY_BLOCK = Text("总进度与序时", "Progress and schedule"), Text("板块", "Blocks")
LAMPED, GATES = Text("红黄灯清单", "Yellow and red"), Text("负面清单", "Negative list")
KEYS = (Text("试点任务主要指标（数量）", "Pilot tasks: counts"), Text("试点任务主要指标（比率）", "Pilot tasks: rates"), Text("", ""))
LAMPS_BY_BLOCK, BLOCK, TASKS = Text("各板块亮灯情况", "Lamps by block"), Text("板块", "Block"), Text("任务（项）", "Tasks")
SLOWEST = Text("每项任务按最慢的责任方亮灯；负面清单不计。", "A task stands at the lamp of its slowest part; negative items left out.")
SLOWEST_PART = Text("每项任务取慢于序时最多的一条责任，最慢的{}项。", "Of each task the part furthest behind; the {} slowest.")
GATE = Text(
    "任一责任方在任一期报过大于零即为触发；是门槛，不折算得分。",
    "Touched once anyone reported more than zero in any period; a gate, part of no score.",
)
ITEM_CODE = CHARTS["negative_list"].headings["key"]
MOST_LISTED = 30
DONE_OF_ALL = "task_completion:of_all"


def chapter(edition: Edition) -> list[Block]:
    if not edition.fact("task_count").value and not edition.fact("negative_hits").denominator:
        return []
    return blocks(progress(edition), by_block(edition), lamped(edition), gates(edition))


def progress(edition: Edition) -> list[Block]:
    """（一）总进度与序时: done of all, done of those due, and how far from the schedule."""
    every = edition.fact(DONE_OF_ALL)
    due = edition.fact("task_completion")
    tasks, gap = edition.fact("task_count"), edition.fact("schedule_gap")
    counts = [edition.fact(code) for code in ("tasks_behind", "tasks_red", "tasks_unreported", "reports_missing")]
    lead = Clause() if due.is_small or not due.is_known else joined([words("到期任务中"), rate_clause(due, "完成率")])
    return blocks(
        [Section(2, edition.say(PROGRESS))],
        edition.paragraph(
            "pilots.progress",
            schedule_clause(tasks.value, every, gap.value, edition.until_now("pilots")) if tasks.value else Clause(),
            lead,
            joined(stock_clauses((counts[0], "慢于序时任务"), (counts[1], "其中红灯"))) if tasks.value else Clause(),
            rate_clause(edition.fact("reports_on_time")),
        ),
        figures_tables(edition, "pilots.keys", [tasks, gap, *counts, every, edition.fact("reports_on_time")], KEYS),
        edition.figure("pilot_schedule"),
    )


def by_block(edition: Edition) -> list[Block]:
    """（二）板块: tasks of each block by lamp."""
    chart = CHARTS["pilot_lamps"]
    frame = chart.ask(edition.engine, edition.filters("pilots"))
    if frame.empty:
        return []
    lamps = [code for code in LAMPS if frame[code].sum() or code != "none"]
    columns = (
        Column(edition.say(BLOCK)), Column(edition.say(TASKS), "count", metric="task_count", adds_up=True),
        *(Column(edition.say(LAMPS[code].word), "count", adds_up=True) for code in lamps),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    codes: list[str] = []
    for row in frame.to_dict("records"):
        code = "" if row["code"] != row["code"] or row["code"] is None else str(row["code"])
        name = edition.say(NO_BLOCK) if not code else BLOCKS.get(code, code) if edition.language == "en" else code
        rows.append((name, int(row["value"]), *(int(row[lamp]) for lamp in lamps)))
        codes.append(code)
    whole = int(total(edition.engine, "task_count", edition.filters("pilots")).value)
    closing: tuple[Cell, ...] = (edition.say(TOTAL), whole, *(int(frame[lamp].sum()) for lamp in lamps))
    table = Table(
        "pilots.by_block", edition.say(LAMPS_BY_BLOCK), columns, tuple(rows), closing, edition.say(SLOWEST), "block", tuple(codes)
    )
    return [Section(2, edition.say(BY_BLOCK)), table, *edition.figure("pilot_lamps")]


def lamped(edition: Edition) -> list[Block]:
    """（三）红黄灯清单: the slowest part of each task that lags."""
    fact = edition.fact("tasks_behind")
    if not fact.value:
        if not edition.fact("tasks_lit").value:
            return []
        return blocks([Section(2, edition.say(LAMPED))], edition.paragraph("pilots.lamped", words("没有慢于序时的任务")))
    return blocks(
        [Section(2, edition.say(LAMPED))], listing_table(edition, "pilots.lamped_list", "pilot_behind", SLOWEST_PART, MOST_LISTED)
    )


def gates_clause(fact: Fact) -> Clause:
    """Whether any item of the negative list was touched; nothing where there is no list."""
    if not fact.is_known or not fact.denominator:
        return Clause()
    return count_clause(fact, "触发负面清单") if fact.value else Clause((Run("负面清单未触发", said=Said(fact.code, 0.0)),))


def gates(edition: Edition) -> list[Block]:
    """（四）负面清单: touched or not; never a score."""
    fact = edition.fact("negative_hits")
    said = gates_clause(fact)
    if not said:
        return []
    return blocks(
        [Section(2, edition.say(GATES))],
        edition.paragraph("pilots.gates", said),
        listing_table(edition, "pilots.gates_list", "negative_list", GATE, MOST_LISTED, ITEM_CODE),
    )
