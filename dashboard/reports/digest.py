"""要览: the few numbers that stand first in a report, one sentence each, and the same as tables."""

from __future__ import annotations

from dataclasses import replace

from dashboard.reports.chapters import disputes, pilots
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Section
from dashboard.reports.narrative import Clause, count_clause, joined, paragraph, rate_clause, schedule_clause, stock_clauses, words
from dashboard.reports.tables import figures_tables
from dashboard.texts import Text

DIGEST = Text("要览", "At a glance")
THIS = {"day": "本日", "week": "本周", "month": "本月", "quarter": "本季", "half_year": "本半年", "year": "本年", "special": "本期"}
KEYS = (
    Text("主要指标（数量）", "Key figures: counts"),
    Text("主要指标（比率）", "Key figures: rates"),
    Text("主要指标（时长）", "Key figures: times"),
)
# What a city must have for each number of a digest.
NEEDS = {
    "received_count": "tickets",
    "on_time_closure": "tickets",
    "satisfaction_rate": "tickets",
    "disputes_received": "disputes",
    "mediation_success": "disputes",
    "disputes_open": "disputes",
    "referral_count": "disputes",
    "escalations_prevented": "disputes",
    "task_completion": "pilots",
    "tasks_behind": "pilots",
    "reports_on_time": "pilots",
    "tasks_due_soon": "pilots",
    "negative_hits": "pilots",
    "risks_open": "risks",
    "risks_closed_rate": "risks",
}
MOST = 5


def digest(edition: Edition, codes: tuple[str, ...]) -> list[Block]:
    """本月要览: five numbers at most, one sentence each."""
    title = Section(1, f"{THIS[edition.span.kind]}{DIGEST.zh}" if edition.language == "zh" else DIGEST.en)
    if edition.language != "zh":
        return [title, *key_tables(edition, codes)]
    said = [sentence for code in codes if edition.has(NEEDS[code]) and (sentence := _sentence(edition, code))][:MOST]
    made = [paragraph(f"digest.{place}", sentence) for place, sentence in enumerate(said, 1)]
    return [title, *(block for block in made if block is not None)]


def key_tables(edition: Edition, codes: tuple[str, ...]) -> list[Block]:
    """The same numbers as tables, with what they are made of and compared with."""
    facts = [edition.fact(pilots.DONE_OF_ALL if code == "task_completion" else code) for code in codes if edition.has(NEEDS[code])]
    return figures_tables(edition, "annex.keys", facts, KEYS)


def _sentence(edition: Edition, code: str) -> Clause:
    """One of the numbers as a sentence."""
    fact = edition.fact(code)
    kind = NEEDS[code]
    during = edition.during(kind)
    if code == "task_completion":
        every = edition.fact(pilots.DONE_OF_ALL)
        tasks, gap = edition.fact("task_count"), edition.fact("schedule_gap")
        return schedule_clause(tasks.value, every, gap.value, edition.until_now("pilots")) if tasks.value else Clause()
    leads = {
        "received_count": f"{during}，受理群众诉求",
        "disputes_received": f"{during}，受理矛盾纠纷",
        "referral_count": f"{during}，诉调、警调、访调对接纠纷",
        "tasks_due_soon": "30日内到期任务",
    }
    if code in leads:
        return count_clause(fact, leads[code])
    if code in PARTED:
        part, whole_lead, part_lead = PARTED[code]
        now = stock_clauses((fact, whole_lead), (edition.fact(part), part_lead))
        return joined([words(edition.until_now(kind)), *now]) if fact.is_known else now[0]
    if code in CLAUSES:
        return CLAUSES[code](fact)
    if code == "satisfaction_rate":
        return joined([rate_clause(fact), rate_clause(replace(edition.fact("participation_rate"), moves=()))])
    return rate_clause(fact)


# Numbers that have words of their own for none.
CLAUSES = {"escalations_prevented": disputes.prevented_clause, "negative_hits": pilots.gates_clause}
# Numbers about now that stand with the graver part of them: the part, what is said before each.
PARTED = {
    "risks_open": ("risks_high_open", "在控风险", "其中红色（高）风险"),
    "disputes_open": ("disputes_long_open", "在调纠纷", "其中超30日未结"),
    "tasks_behind": ("tasks_red", "慢于序时任务", "其中红灯"),
}
