"""What is overdue (超期与督办清单): how many, whose, and the longest of them without a citizen's words."""

from __future__ import annotations

from dashboard.chart_columns import COLUMNS
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Section
from dashboard.reports.narrative import joined, overdue_clause, rate_clause, words
from dashboard.reports.tables import grouped, listing_table, share_table
from dashboard.texts import Text

TITLE = Text("超期与督办清单", "Overdue and supervised")
UNITS, EVERY_UNIT = (
    Text("超期未结诉求的承办单位", "Units with overdue appeals"),
    Text("超期未结承办单位全表", "All units with overdue appeals"),
)
UNIT = Text("承办单位", "Unit")
LONGEST = Text(
    "超期时间最长的{}件；涉密件不列编号与单位。", "The {} longest over their limit; of tickets under secrecy neither number nor unit."
)
KEY = COLUMNS["key"]
MOST_LISTED, MOST_UNITS = 20, 10


def late(edition: Edition) -> list[Block]:
    """The section: the sentence, the units with most, the tickets longest over."""
    fact = edition.fact("overdue_open")
    items = grouped(edition, "overdue_open", "unit_code") if fact.is_known else []
    units = [item.label for item in items if item.code]
    lead = words(edition.until_now())
    return blocks(
        [Section(2, edition.say(TITLE))],
        edition.paragraph("appeals.late", joined([lead, overdue_clause(fact, units)]) if fact.is_known else overdue_clause(fact, units),
                          rate_clause(edition.fact("supervision_rate"))),
        share_table(edition, "appeals.late_units", UNITS, UNIT, "overdue_open", "unit_code", MOST_UNITS) if items else [],
        listing_table(edition, "appeals.late_list", "overdue_tickets", LONGEST, MOST_LISTED, KEY) if items else [],
    )  # fmt: skip


def whole_table(edition: Edition) -> list[Block]:
    """Every unit with overdue appeals, where the section lists only those with most."""
    items = grouped(edition, "overdue_open", "unit_code") if edition.fact("overdue_open").is_known else []
    is_cut = len(items) > MOST_UNITS + 1
    return share_table(edition, "annex.late_units", EVERY_UNIT, UNIT, "overdue_open", "unit_code") if is_cut else []
