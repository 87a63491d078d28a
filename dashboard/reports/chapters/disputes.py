"""二、矛盾纠纷多元化解: received and settled, types, referral, what was kept from growing into crime."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import measure, total
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Column, Note, Run, Said, Section, Table
from dashboard.reports.narrative import Clause, Fact, count_clause, duration_clause, joined, rate_clause, share_list, stock_clauses, words
from dashboard.reports.tables import NO_ROWS, REST, REST_CODE, SHARE, TOTAL, figures_tables, grouped, headed, names_of, share_table
from dashboard.texts import Text

TITLE = Text("矛盾纠纷多元化解", "Disputes")
OVERALL, TYPES = Text("总体", "Overall"), Text("类型结构", "Types")
REFERRAL, PREVENTED = Text("诉调·警调·访调", "Referral"), Text("民转刑与群体性防止", "Escalation prevented")
KEYS = (
    Text("纠纷化解主要指标（数量）", "Disputes: counts"),
    Text("纠纷化解主要指标（比率）", "Disputes: rates"),
    Text("纠纷化解主要指标（时长）", "Disputes: times"),
)
BY_TYPE, TYPE = Text("纠纷类型结构", "Disputes by type"), Text("纠纷类型", "Type")
BY_REFERRAL, CHANNEL, RATE = Text("移送渠道", "Disputes by referral"), Text("渠道", "Channel"), Text("调解成功率（%）", "Success (%)")
SETTLED, CONCLUDED = Text("调解成功（件）", "Settled"), Text("成功率基数（件）", "Of disputes")
OF_RECEIVED = Text(
    "占比为占受理总数的比重；成功率的基数为期内受理且已办结的件数，不足规定件数的不列。",
    "Shares are of all received; success is of those received and concluded, and not printed of too few.",
)
OF_ACCEPTED = Text(
    "占比为占受理总数的比重；成功率的基数为期内受理的件数，不足规定件数的不列。",
    "Shares are of all received; success is of those received, and not printed of too few.",
)
PREVENTED_TYPES = Text("防止民转刑、群体性事件的纠纷类型", "Escalations prevented by type")
REFERRALS = {"court", "police", "petition"}


def chapter(edition: Edition) -> list[Block]:
    return blocks(overall(edition), types(edition), referral(edition), prevented(edition))


def overall(edition: Edition) -> list[Block]:
    counts = ("disputes_received", "disputes_concluded", "disputes_open", "disputes_long_open", "dispute_amount")
    rates = ("mediation_success", "settled_low_level", "fulfilment", "judicial_confirmation")
    facts = {code: edition.fact(code) for code in (*counts, *rates, "dispute_median_hours")}
    still = joined(
        [
            words(edition.until_now("disputes")),
            *stock_clauses((facts["disputes_open"], "在调纠纷"), (facts["disputes_long_open"], "其中超30日未结")),
        ]
    )
    return blocks(
        [Section(2, edition.say(OVERALL))],
        edition.paragraph(
            "disputes.overall",
            count_clause(
                facts["disputes_received"],
                f"{edition.during('disputes')}，{'全市' if edition.is_whole else ''}受理矛盾纠纷",
            ),
            count_clause(facts["disputes_concluded"], "办结"),
            joined([rate_clause(facts["mediation_success"]), rate_clause(facts["settled_low_level"])], "；"),
            joined(
                [
                    count_clause(facts["dispute_amount"], "办结纠纷涉案金额"),
                    duration_clause(facts["dispute_median_hours"], "化解时长中位数"),
                ],
                "；",
            ),
            still if facts["disputes_open"].is_known else Clause((), still.footnotes),
        ),
        figures_tables(edition, "disputes.keys", list(facts.values()), KEYS),
        edition.figure("disputes_flow"),
    )


def types(edition: Edition) -> list[Block]:
    items = grouped(edition, "disputes_received", "dispute_type_code")
    whole = total(edition.engine, "disputes_received", edition.filters("disputes")).value
    return blocks(
        [Section(2, edition.say(TYPES))],
        edition.paragraph(
            "disputes.types", share_list(items, whole, "件", "disputes_received", "dispute_type_code", lead="受理的纠纷中，")
        ),
        share_table(edition, "disputes.by_type", BY_TYPE, TYPE, "disputes_received", "dispute_type_code"),
        edition.figure("disputes_by_type"),
    )


def referral(edition: Edition) -> list[Block]:
    fact, success = edition.fact("referral_count"), edition.fact("referral_success")
    items = [item for item in grouped(edition, "referral_count", "referral_code") if item.code in REFERRALS]
    return blocks(
        [Section(2, edition.say(REFERRAL))],
        edition.paragraph(
            "disputes.referral", count_clause(fact, "诉调、警调、访调对接纠纷"),
            share_list(items, fact.value, "件", "referral_count", "referral_code", lead="其中，"), rate_clause(success),
        ),
        referral_table(edition),
        edition.figure("disputes_by_origin"),
    )  # fmt: skip


def referral_table(edition: Edition) -> list[Block]:
    """All received by who sent them, those that nobody sent too, with the success of each."""
    return success_table(edition, "disputes.by_referral", BY_REFERRAL, CHANNEL, "referral_code")


def success_table(edition: Edition, key: str, caption: Text, title: Text, by: str, most: int = 0) -> list[Block]:
    """Disputes received by group with share and success; beyond the `most` largest (0: all) one row for the rest."""
    filters = edition.filters("disputes")
    frame = measure(edition.engine, "disputes_received", filters, (by,))[[by, "value"]]
    frame = frame[frame["value"] > 0]
    if frame.empty:
        return [Note(edition.say(NO_ROWS).format(edition.say(caption)))]
    rates = measure(edition.engine, "mediation_success", filters, (by,))[[by, "numerator", "denominator"]]
    held = names_of(edition, frame.merge(rates, on=by, how="left").fillna({"numerator": 0, "denominator": 0}), by)
    held = held.sort_values(["value", "key"], ascending=[False, True], ignore_index=True)
    if most and len(held) > most + 1:
        tail = held.iloc[most:]
        sums = {name: tail[name].sum() for name in ("value", "numerator", "denominator")}
        rest = {**sums, "key": REST_CODE, "name": edition.say(REST).format(len(tail))}
        held = pd.concat([held.iloc[:most], pd.DataFrame([rest])], ignore_index=True)
    whole, overall_rate = total(edition.engine, "disputes_received", filters).value, total(edition.engine, "mediation_success", filters)

    def success(above: float, below: float) -> float | None:
        """A rate of too few is none; without what it is made of it is not printed."""
        return 100 * above / below if below >= filters.minimum_count else None

    rows = tuple(
        (row["name"], int(row["value"]), 100 * row["value"] / whole, int(row["numerator"]), int(row["denominator"]),
         success(row["numerator"], row["denominator"]))
        for row in held.to_dict("records")
    )  # fmt: skip
    counted = headed(edition, "disputes_received")
    columns = (
        Column(edition.say(title)), Column(counted, "count", metric="disputes_received", adds_up=True),
        Column(edition.say(SHARE), "percent", metric="disputes_received", what="share", share_of=counted),
        Column(edition.say(SETTLED), "count"), Column(edition.say(CONCLUDED), "count"),
        Column(edition.say(RATE), "percent", metric="mediation_success"),
    )  # fmt: skip
    above, below = overall_rate.numerator, overall_rate.denominator
    closing = (edition.say(TOTAL), int(whole), 100.0, int(above), int(below), success(above, below))
    note = edition.say(OF_RECEIVED if dict(filters.variants).get("mediation_success") != "of_accepted" else OF_ACCEPTED)
    return [Table(key, edition.say(caption), columns, rows, closing, note, by, tuple(held["key"]))]


def prevented(edition: Edition) -> list[Block]:
    fact = edition.fact("escalations_prevented")
    said = edition.paragraph("disputes.prevented", prevented_clause(fact))
    if not said:
        return []
    is_any = fact.is_known and fact.value
    by_type = ("disputes.prevented_types", PREVENTED_TYPES, TYPE, "escalations_prevented", "dispute_type_code")
    return blocks([Section(2, edition.say(PREVENTED))], said, share_table(edition, *by_type) if is_any else [])


def prevented_clause(fact: Fact) -> Clause:
    """How many were kept from turning into crime or group petition, as their sources say; none is said in words."""
    if fact.is_known and not fact.value:
        return Clause((Run("办结的纠纷中，没有标明防止民转刑、群体性事件的", said=Said(fact.code, 0.0)),))
    return count_clause(fact, "办结的纠纷中，防止民转刑、群体性事件")
