"""二、矛盾纠纷多元化解: received and settled, types, referral, what was kept from growing into crime."""

from __future__ import annotations

from dashboard.queries import measure, total
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Column, Section, Table
from dashboard.reports.narrative import count_clause, duration_clause, joined, rate_clause, share_list, words
from dashboard.reports.tables import SHARE, TOTAL, figures_tables, grouped, headed, names_of, share_table
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
OF_RECEIVED = Text("占比为占受理总数的比重；成功率为已办结中调解成功的比重。", "Shares are of all received; success is of those concluded.")
REFERRALS = {"court", "police", "petition"}


def chapter(edition: Edition) -> list[Block]:
    return blocks(overall(edition), types(edition), referral(edition), prevented(edition))


def overall(edition: Edition) -> list[Block]:
    counts = ("disputes_received", "disputes_concluded", "disputes_open", "disputes_long_open", "dispute_amount")
    rates = ("mediation_success", "settled_low_level", "fulfilment", "judicial_confirmation")
    facts = {code: edition.fact(code) for code in (*counts, *rates, "dispute_median_hours")}
    on = edition.on("disputes")
    still = joined(
        [
            words(f"截至{on.month}月{on.day}日"),
            count_clause(facts["disputes_open"], "在调纠纷"),
            count_clause(facts["disputes_long_open"], "其中超30日未结"),
        ]
    )
    return blocks(
        [Section(2, edition.say(OVERALL))],
        edition.paragraph(
            "disputes.overall",
            count_clause(
                facts["disputes_received"],
                f"{edition.span.during()}，全市受理矛盾纠纷" if not edition.wish.divisions else f"{edition.span.during()}，受理矛盾纠纷",
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
            still if facts["disputes_open"].is_known else still.__class__((), still.footnotes),
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
    filters = edition.filters("disputes")
    frame = measure(edition.engine, "disputes_received", filters, ("referral_code",))
    whole = total(edition.engine, "disputes_received", filters).value
    if not whole:
        return []
    rates = (
        measure(edition.engine, "mediation_success", filters, ("referral_code",)).fillna({"referral_code": ""}).set_index("referral_code")
    )
    rows = []
    for row in names_of(edition, frame, "referral_code").sort_values("value", ascending=False).to_dict("records"):
        rate = rates.loc[row["key"]]
        is_enough = rate["denominator"] >= filters.minimum_count
        rows.append((row["key"], (row["name"], int(row["value"]), 100 * row["value"] / whole, float(rate["value"]) if is_enough else None)))
    counted, overall_rate = headed(edition, "disputes_received"), total(edition.engine, "mediation_success", filters)
    columns = (
        Column(edition.say(CHANNEL)), Column(counted, "count", metric="disputes_received", adds_up=True),
        Column(edition.say(SHARE), "percent", metric="disputes_received", what="share", share_of=counted),
        Column(edition.say(RATE), "percent", metric="mediation_success"),
    )  # fmt: skip
    success = overall_rate.value if overall_rate.denominator >= filters.minimum_count else None
    return [
        Table(
            "disputes.by_referral",
            edition.say(BY_REFERRAL),
            columns,
            tuple(row for _, row in rows),
            (edition.say(TOTAL), int(whole), 100.0, success),
            edition.say(OF_RECEIVED),
            "referral_code",
            tuple(code for code, _ in rows),
        )
    ]


def prevented(edition: Edition) -> list[Block]:
    fact = edition.fact("escalations_prevented")
    said = edition.paragraph("disputes.prevented", count_clause(fact, "在办结的纠纷中，防止民转刑、群体性事件"))
    return blocks([Section(2, edition.say(PREVENTED))], said) if said else []
