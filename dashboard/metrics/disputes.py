"""Indicators of disputes (矛盾纠纷) and mediation."""

from __future__ import annotations

from sqlalchemy import and_

from dashboard.metrics.base import KAPLAN_MEIER, Amount, Count, Duration, Metric, PerPopulation, Rate
from dashboard.texts import Text
from dashboard.warehouse import A, C, N, disputes

d = disputes.c
PIECES = Text("件", "disputes")
# 《人民调解工作若干规定》第三十三条: as a rule a dispute is settled within a month.
A_MONTH, DAY_SECONDS = 30, 86_400

# What the codes of a dispute are called, in the order they are shown.
WORDS: dict[str, dict[str, Text]] = {
    "origin_code": {
        "patrol": Text("主动排查", "Found by patrol"), "application": Text("当事人申请", "Parties applied"),
        "entrusted": Text("委托移送", "Entrusted"),
    },
    "referral_code": {
        "court": Text("诉调", "From courts"), "police": Text("警调", "From police"), "petition": Text("访调", "From petitions"),
        "none": Text("非移送", "Not referred"),
    },
    "level_code": {
        "building": Text("楼栋", "Building"), "community": Text("社区", "Community"), "town": Text("镇街", "Town"),
        "district": Text("区县", "District"), "city": Text("市", "City"),
    },
    "outcome_code": {
        "success": Text("调解成功", "Settled"), "failure": Text("调解不成功", "Not settled"), "withdrawn": Text("当事人撤回", "Withdrawn"),
        "terminated": Text("终止调解", "Terminated"), "transferred": Text("移送处理", "Passed on"),
    },
    "agreement_code": {
        "written": Text("书面协议", "Written"), "oral": Text("口头协议", "Oral"), "none": Text("未达成", "None"),
    },
}  # fmt: skip

# 诉调、警调、访调: who sent it.
IS_REFERRED = d.referral_code.in_(["court", "police", "petition"])

METRICS: dict[str, Metric] = {
    "disputes_received": Count(
        label=Text("纠纷受理量", "Disputes received"), table=disputes, base=A, unit=PIECES,
        definition=Text("期内受理的矛盾纠纷件数。", "Disputes accepted in the period."),
    ),
    "disputes_per_10k": PerPopulation(
        label=Text("万人纠纷率", "Disputes per 10,000 residents"), table=disputes, base=A, unit=Text("件/万人", "per 10,000"),
        definition=Text("期内受理纠纷件数 ÷ 常住人口 × 10000。", "Disputes accepted / residents × 10,000."),
    ),
    "disputes_open": Count(
        label=Text("在调纠纷", "Disputes open"), table=disputes, base=N, of=d.is_open, unit=PIECES,
        needs="concluded_at",
        definition=Text("截至数据时间尚未办结的纠纷件数。", "Not concluded at the source's data time."),
    ),
    "disputes_long_open": Count(
        label=Text("超30日未结", "Open over 30 days"), table=disputes, base=N, unit=PIECES, better="down",
        of=and_(d.is_open, d.elapsed_seconds > A_MONTH * DAY_SECONDS), needs="concluded_at",
        definition=Text(
            "截至数据时间受理已超过 30 日仍未办结的纠纷件数（《人民调解工作若干规定》：调解纠纷一般在一个月内调结）。",
            "Not concluded at the source's data time, more than 30 days after they were accepted; as a rule a dispute is settled within a"
            " month.",
        ),
    ),
    "disputes_concluded": Count(
        label=Text("纠纷办结量", "Disputes concluded"), table=disputes, base=C, unit=PIECES,
        definition=Text("期内办结的矛盾纠纷件数，不论结果。", "Disputes concluded in the period, whatever the outcome."),
    ),
    "dispute_median_hours": Duration(
        label=Text("纠纷化解时长中位数", "Median time to conclusion"), table=disputes, base=A, quantile=0.5, better="down",
        unit=Text("小时", "h"), needs="concluded_at", reference=KAPLAN_MEIER,
        definition=Text(
            "期内受理的纠纷由受理至办结（不论结果）的时长，Kaplan–Meier 中位数，在调件计入；不足半数办结时为“未达到”。",
            "Acceptance to conclusion, whatever the outcome, of disputes accepted in the period: Kaplan–Meier median, open ones count.",
        ),
    ),
    "referral_count": Count(
        label=Text("诉调警调访调对接量", "Referred disputes"), table=disputes, base=A, unit=PIECES, of=IS_REFERRED,
        definition=Text(
            "期内受理的纠纷中，由法院、公安、信访移送的件数。", "Disputes accepted that courts, police or petition offices referred."
        ),
    ),
    "referral_success": Rate(
        label=Text("对接调解成功率", "Success of referred disputes"), table=disputes, base=A, better="up", needs="outcome",
        of=d.is_successful, among=and_(IS_REFERRED, d.concluded_at.is_not(None)),
        definition=Text(
            "期内受理、移送且已办结的纠纷中，调解成功的占比。", "Successful / referred and concluded, of disputes accepted in the period."
        ),
    ),
    "mediation_success": Rate(
        label=Text("调解成功率", "Mediation success"), table=disputes, base=A, better="up", needs="outcome",
        of=d.is_successful, among=d.concluded_at.is_not(None),
        definition=Text("期内受理且已办结的纠纷中，调解成功的占比。", "Successful / concluded, of disputes accepted in the period."),
        variants={
            "of_accepted": Rate(
                label=Text("调解成功率（占受理）", "Mediation success (of accepted)"), table=disputes, base=A, better="up",
                needs="outcome",
                of=d.is_successful,
                definition=Text(
                    "期内受理的纠纷中，调解成功的占比；在调的计入分母。", "Successful / accepted in the period; open ones count below."
                ),
            ),
        },
    ),
    "fulfilment": Rate(
        label=Text("协议履行率", "Fulfilment"), table=disputes, base="D:fulfil", better="up", of=d.is_fulfilled,
        among=d.agreement_code.in_(["written", "oral"]),
        definition=Text("履行期限在期内到期的协议中，已履行的占比。", "Fulfilled / agreements whose fulfilment fell due in the period."),
    ),
    "dispute_amount": Amount(
        label=Text("涉案金额", "Amount involved"), table=disputes, base=C, of=d.amount_yuan, scale=1e-4, unit=Text("万元", "10k CNY"),
        definition=Text("期内办结纠纷的涉案金额合计，万元。", "Σ yuan of disputes concluded in the period, in 10,000 CNY."),
    ),
    "escalations_prevented": Count(
        label=Text("防止民转刑与群体性事件", "Escalations prevented"), table=disputes, base=C, better="neither", unit=PIECES,
        of=d.is_escalation_prevented, among=d.is_escalation_prevented.is_not(None),
        definition=Text(
            "期内办结、来源标明防止了民转刑或群体性事件的纠纷件数；来源未标明的不计，均未标明则未知。",
            "Disputes concluded in the period of which their source says that they were kept from turning into crime or group petition;"
            " unknown where no source says either way.",
        ),
    ),
    "settled_low_level": Rate(
        label=Text("基层化解率", "Settled at or below community"), table=disputes, base=C, better="up", needs="outcome",
        of=d.level_code.in_(["building", "community"]), among=d.is_successful,
        definition=Text("期内化解的纠纷中，在楼栋、社区化解的占比。", "Settled in building or community / settled in the period."),
    ),
    "judicial_confirmation": Rate(
        label=Text("司法确认率", "Judicial confirmation"), table=disputes, base=C, better="neither",
        of=d.is_confirmed, among=d.agreement_code.in_(["written", "oral"]),
        definition=Text("期内达成协议的纠纷中，经司法确认的占比。", "Confirmed / agreements of the period."),
    ),
}  # fmt: skip
