"""四、风险防控: what is under control, how grave, what is overdue, what was struck off."""

from __future__ import annotations

from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Section
from dashboard.reports.narrative import count_clause, joined, rate_clause, stock_clauses, words
from dashboard.reports.tables import figures_tables, share_table
from dashboard.texts import Text

TITLE = Text("风险防控", "Risks")
STATE, KINDS = Text("在控与销号", "Under control and struck off"), Text("等级与类型", "Levels and types")
KEYS = (Text("风险防控主要指标（数量）", "Risks: counts"), Text("风险防控主要指标（比率）", "Risks: rates"), Text("", ""))
BY_LEVEL, LEVEL = Text("在控风险等级", "Open risks by level"), Text("等级", "Level")
BY_TYPE, TYPE = Text("在控风险类型", "Open risks by type"), Text("类型", "Type")


def chapter(edition: Edition) -> list[Block]:
    codes = ("risks_open", "risks_high_open", "risks_overdue", "risks_registered", "risks_closed", "risks_closed_rate")
    facts = {code: edition.fact(code) for code in codes}
    now = stock_clauses(
        (facts["risks_open"], "在控风险"), (facts["risks_high_open"], "其中红色（高）风险"), (facts["risks_overdue"], "逾期未销号")
    )
    return blocks(
        [Section(2, edition.say(STATE))],
        edition.paragraph(
            "risks.state", joined([words(edition.until_now("risks")), *now]),
            count_clause(facts["risks_registered"], f"{edition.during('risks')}新登记风险"), count_clause(facts["risks_closed"], "销号"),
            rate_clause(facts["risks_closed_rate"]),
        ),
        figures_tables(edition, "risks.keys", list(facts.values()), KEYS),
        edition.figure("risk_matrix"), edition.figure("risk_due"),
        [Section(2, edition.say(KINDS))],
        share_table(edition, "risks.by_level", BY_LEVEL, LEVEL, "risks_open", "level_code"),
        share_table(edition, "risks.by_type", BY_TYPE, TYPE, "risks_open", "risk_type"),
    )  # fmt: skip
