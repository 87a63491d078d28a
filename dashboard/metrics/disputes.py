"""Indicators of disputes (矛盾纠纷) and mediation."""

from __future__ import annotations

from dashboard.metrics.base import Amount, Count, Metric, Rate
from dashboard.texts import Text
from dashboard.warehouse import A, C, disputes

d = disputes.c
PIECES = Text("件", "disputes")

METRICS: dict[str, Metric] = {
    "disputes_received": Count(
        label=Text("纠纷受理量", "Disputes received"), table=disputes, base=A, unit=PIECES,
        definition=Text("期内受理的矛盾纠纷件数。", "Disputes accepted in the period."),
    ),
    "mediation_success": Rate(
        label=Text("调解成功率", "Mediation success"), table=disputes, base=A, better="up",
        of=d.is_successful, among=d.concluded_at.is_not(None),
        definition=Text("期内受理且已办结的纠纷中，调解成功的占比。", "Successful / concluded, of disputes accepted in the period."),
    ),
    "dispute_amount": Amount(
        label=Text("涉案金额", "Amount involved"), table=disputes, base=C, of=d.amount_yuan, scale=1e-4, unit=Text("万元", "10k CNY"),
        definition=Text("期内办结纠纷的涉案金额合计，万元。", "Σ yuan of disputes concluded in the period, in 10,000 CNY."),
    ),
    "settled_low_level": Rate(
        label=Text("基层化解率", "Settled at or below community"), table=disputes, base=C, better="up",
        of=d.level_code.in_(["building", "community"]), among=d.is_successful,
        definition=Text("期内化解的纠纷中，在楼栋、社区化解的占比。", "Settled in building or community / settled in the period."),
    ),
    "judicial_confirmation": Rate(
        label=Text("司法确认率", "Judicial confirmation"), table=disputes, base=C, better="neither",
        of=d.is_confirmed, among=d.agreement_code.in_(["written", "oral"]),
        definition=Text("期内达成协议的纠纷中，经司法确认的占比。", "Confirmed / agreements of the period."),
    ),
}  # fmt: skip
