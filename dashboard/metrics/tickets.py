"""Indicators of appeals (诉求), as DOMAIN §3 defines them."""

from __future__ import annotations

from sqlalchemy import and_, func

from dashboard.metrics.base import KAPLAN_MEIER, PERCENT, Count, Duration, Mean, Metric, PerPopulation, Rate
from dashboard.texts import Text
from dashboard.warehouse import A, C, D, N, R, tickets

t = tickets.c
PIECES = Text("件", "tickets")
HOURS = Text("小时", "h")
HAS_LIMIT = t.close_due_at.is_not(None)
COUNTED = Text("不含重复件（关联件另列）", "duplicates linked to another ticket are shown apart")

# A withdrawal ends the watch, not the work: it says that the ticket was open until then, and nothing of what would have come.
RESTRICTED_MEAN = Text("Royston 与 Parmar（2013）限制平均", "Restricted mean: Royston & Parmar (2013)")
WITHDRAWN = Text("撤回件观察至撤回为止", "withdrawn tickets are watched until withdrawn")

METRICS: dict[str, Metric] = {
    "reported_count": Count(
        label=Text("诉求量", "Reported"), table=tickets, base=R, unit=PIECES,
        definition=Text(f"期内上报的诉求件数，{COUNTED.zh}。", f"Tickets reported in the period; {COUNTED.en}."),
    ),
    "received_count": Count(
        label=Text("受理量", "Received"), table=tickets, base=A, unit=PIECES,
        definition=Text("期内受理的诉求件数。", "Tickets accepted in the period."),
    ),
    "completed_count": Count(
        label=Text("办结量", "Closed"), table=tickets, base=C, of=t.is_completed, unit=PIECES, needs="closing_times",
        definition=Text("期内办结的诉求件数，不论何时上报。", "Tickets closed in the period, whenever they were reported."),
    ),
    "filing_rate": Rate(
        label=Text("立案率", "Filing rate"), table=tickets, base=A, of=t.filed_at.is_not(None), better="neither",
        definition=Text("期内受理的诉求中已立案的占比。", "Filed / accepted, of tickets accepted in the period."),
    ),
    "accept_on_time": Rate(
        label=Text("按时受理率", "On-time acceptance"), table=tickets, base="D:accept", better="up",
        of=t.is_accepted_on_time, among=t.is_accepted_on_time.is_not(None),
        definition=Text("受理时限在期内到期的诉求中，按时受理的占比。", "Accepted within its limit / acceptance fell due in the period."),
    ),
    "dispatch_on_time": Rate(
        label=Text("按时派遣率", "On-time dispatch"), table=tickets, base="D:dispatch", better="up",
        of=t.is_dispatched_on_time, among=t.is_dispatched_on_time.is_not(None),
        definition=Text("派遣时限在期内到期的诉求中，按时派遣的占比。", "Dispatched within its limit / dispatch fell due in the period."),
    ),
    "sign_on_time": Rate(
        label=Text("按时签收率", "On-time signing"), table=tickets, base="D:sign", better="up",
        of=t.is_signed_on_time, among=t.is_signed_on_time.is_not(None),
        definition=Text("签收时限在期内到期的诉求中，按时签收的占比。", "Signed within its limit / signing fell due in the period."),
    ),
    "closure_rate": Rate(
        label=Text("办结率", "Closure rate"), table=tickets, base=D, better="up", of=t.is_completed, among=t.has_closing_times,
        needs="closing_times",
        definition=Text(
            "办结时限在期内到期的诉求中，已办结的占比（含超期办结）。", "Closed, in time or late / closing fell due in the period."
        ),
    ),
    "on_time_closure": Rate(
        label=Text("按期办结率", "On-time closure"), table=tickets, base=D, better="up",
        of=t.is_closed_on_time, among=t.is_closed_on_time.is_not(None), needs="outcomes",
        definition=Text(
            "办结时限在期内到期的诉求中，在时限内办结的占比；到期未结计为未按期。只报送按期标志、不报送时限的来源，以上报时间入期。",
            "Closed within the limit / closing fell due in the period; overdue and open counts as late. Tickets of sources that"
            " deliver only an on-time flag enter by report time.",
        ),
        variants={
            "without_extended": Rate(
                label=Text("按期办结率（剔除延期）", "On-time closure (extended left out)"), table=tickets, base=D, better="up",
                of=t.is_closed_on_time, among=and_(t.is_closed_on_time.is_not(None), func.coalesce(t.extension_count, 0) == 0),
                needs="outcomes",
                definition=Text(
                    "办结时限在期内到期、未经批准延期的诉求中，在时限内办结的占比；到期未结计为未按期。",
                    "Closed within the limit / closing fell due in the period and no extension was approved;"
                    " overdue and open counts as late.",
                ),
            ),
        },
    ),
    "overdue_open": Count(
        label=Text("超期未结", "Overdue"), table=tickets, base=N, of=t.is_overdue, unit=PIECES, better="down",
        needs="closing_times", limit="close_due_at", among=HAS_LIMIT,
        definition=Text(
            "有办结时限的诉求中，截至数据时间已过时限仍未办结的件数；都无时限时不计。",
            "Open and past the deadline at the source's data time; unknown where none has a limit.",
        ),
    ),
    "open_count": Count(
        label=Text("在办", "Open"), table=tickets, base=N, of=t.is_open, unit=PIECES, needs="closing_times",
        definition=Text("截至数据时间尚未办结的诉求件数。", "Not closed at the source's data time."),
    ),
    "due_soon": Count(
        label=Text("临期", "Due soon"), table=tickets, base=N, of=t.is_due_soon, unit=PIECES, better="down", needs="closing_times",
        limit="close_due_at", among=HAS_LIMIT,
        definition=Text("在办且时限已用 75% 以上、尚未超期的诉求件数；都无时限时不计。",
            "Open, not overdue, with 75 % or more of the limit used; unknown where none has a limit.",
        ),
    ),
    "limit_used": Mean(
        label=Text("时限使用率", "Share of limit used"), table=tickets, base=N, unit=PERCENT, better="down", of=t.limit_used_pct,
        needs="closing_times", limit="close_due_at",
        definition=Text(
            "截至数据时间，在办且有办结时限的诉求已用时间占时限的平均比例（按时限自身的时钟）；超过 100% 即超期。",
            "Mean share of the limit used by open tickets that have one, on the clock the limit runs on; over 100 % is overdue.",
        ),
    ),
    "overdue_rate": Rate(
        label=Text("超期率", "Overdue rate"), table=tickets, base=D, better="down",
        of=t.is_closed_on_time.is_(False), among=t.is_closed_on_time.is_not(None), needs="outcomes",
        definition=Text("（超期办结＋超期未结）÷ 期内到期。", "(Closed late + overdue open) / closing fell due in the period."),
    ),
    "extension_rate": Rate(
        label=Text("延期率", "Extension rate"), table=tickets, base=D, better="down", of=t.extension_count > 0,
        definition=Text("期内到期的诉求中，经批准延期的占比。", "Tickets with an approved extension / closing fell due in the period."),
    ),
    "resolution_rate": Rate(
        label=Text("解决率", "Resolution rate"), table=tickets, base="C:rated", better="up", needs="ratings",
        of=t.is_solved, among=t.is_solved.is_not(None),
        definition=Text("回访中答复“已解决”÷（已解决＋未解决）。", "Citizen says solved / (solved + not solved)."),
    ),
    "satisfaction_rate": Rate(
        label=Text("满意率", "Satisfaction"), table=tickets, base="C:rated", better="up", needs="ratings",
        of=t.satisfaction_score >= 4, among=t.satisfaction_score.is_not(None),
        definition=Text(
            "严口径：4、5 分 ÷ 有效评价；未评价不计，不作“默认满意”。须与参评率并列。",
            "Strict: scores 4 and 5 / valid ratings; unrated is excluded. Always beside participation.",
        ),
        variants={
            "wide": Rate(
                label=Text("满意率（宽口径）", "Satisfaction (wide)"), table=tickets, base="C:rated", better="up", needs="ratings",
                of=t.satisfaction_score >= 3, among=t.satisfaction_score.is_not(None),
                definition=Text(
                    "宽口径：3、4、5 分 ÷ 有效评价；未评价不计，不作“默认满意”。须与参评率并列。",
                    "Wide: scores 3, 4 and 5 / valid ratings; unrated is excluded. Always beside participation.",
                ),
            ),
        },
    ),
    "participation_rate": Rate(
        label=Text("参评率", "Participation"), table=tickets, base=C, better="up", needs="ratings",
        of=t.satisfaction_score.is_not(None), among=t.is_asked,
        definition=Text(
            "期内办结且已征询评价的诉求中，有有效评价的占比；不报送评价的来源不参与。",
            "Valid ratings / tickets asked, of those closed in the period; sources without ratings take no part.",
        ),
    ),
    "rework_rate": Rate(
        label=Text("返工率", "Rework"), table=tickets, base="C:verified", better="down", of=t.rework_count > 0,
        definition=Text("期内核查的诉求中，被退回重办的占比。", "Returned after inspection / inspected in the period."),
    ),
    "refusal_rate": Rate(
        label=Text("退单率", "Refused by unit"), table=tickets, base=A, better="down",
        of=t.refusal_count > 0, among=t.dispatched_at.is_not(None),
        definition=Text("期内受理并已派遣的诉求中，被单位退回的占比。", "Refused / dispatched, of tickets accepted in the period."),
    ),
    "repeat_rate": Rate(
        label=Text("重复诉求率", "Repeat appeals"), table=tickets, base=A, better="down", of=t.is_repeat,
        definition=Text(
            "30 日内同一诉求人或同一地点就同一小类再次提出的占比（仍计入诉求量）。",
            "Same person or same place, same minor category, again within 30 days / accepted. Still counted.",
        ),
    ),
    "supervision_rate": Rate(
        label=Text("督办率", "Supervision"), table=tickets, base=A, better="down",
        of=t.supervision_count > 0, among=t.dispatched_at.is_not(None),
        definition=Text("期内受理并已派遣的诉求中，被督办的占比。", "Supervised / dispatched, of tickets accepted in the period."),
    ),
    "first_response_hours": Duration(
        label=Text("首响时长", "First response"), table=tickets, base=R, quantile=0.5, until="accepted", unit=HOURS, better="down",
        reference=KAPLAN_MEIER,
        definition=Text(
            "期内上报的诉求由上报至受理的时长，Kaplan–Meier 中位数，尚未受理的计入。",
            "Report to acceptance, of tickets reported in the period: Kaplan–Meier median, those not yet accepted count.",
        ),
    ),
    "mean_hours": Duration(
        label=Text("平均处置时长", "Mean time to resolution"), table=tickets, base=R, quantile=None, unit=HOURS, better="down",
        needs="closing_times", reference=RESTRICTED_MEAN,
        definition=Text(
            f"期内上报的诉求自上报起 30 日内的平均在办时长（限制平均，Kaplan–Meier 曲线下面积），在办件计入；{WITHDRAWN.zh}。",
            "Mean time open within 30 days of the report (restricted mean, area under the Kaplan–Meier curve), open ones counted;"
            f" {WITHDRAWN.en}.",
        ),
    ),
    "median_hours": Duration(
        label=Text("处置时长中位数", "Median time to resolution"), table=tickets, base=R, quantile=0.5, unit=HOURS, better="down",
        needs="closing_times", reference=KAPLAN_MEIER,
        definition=Text(
            "期内上报的诉求由上报至办结的时长，Kaplan–Meier 中位数，在办件计入；不足半数办结时为“未达到”；"
            f"{WITHDRAWN.zh}。",
            f"Report to closing, of tickets reported in the period: Kaplan–Meier median, open tickets count; {WITHDRAWN.en}.",
        ),
    ),
    "p90_hours": Duration(
        label=Text("处置时长 P90", "P90 time to resolution"), table=tickets, base=R, quantile=0.9, unit=HOURS, better="down",
        needs="closing_times", reference=KAPLAN_MEIER,
        definition=Text(
            "期内上报的诉求中九成办结所需的时长，Kaplan–Meier 估计，在办件计入；不足九成办结时为“未达到”；"
            f"{WITHDRAWN.zh}。",
            f"The time by which nine in ten tickets reported in the period are closed, by Kaplan–Meier, open ones counted; {WITHDRAWN.en}.",
        ),
    ),
    "per_10k": PerPopulation(
        label=Text("万人诉求率", "Per 10,000 residents"), table=tickets, base=A, unit=Text("件/万人", "per 10,000"),
        definition=Text(
            "期内受理件数 ÷ 常住人口 × 10000。投诉多不等于问题多。", "Accepted / residents × 10,000. Complaint density is not need."
        ),
    ),
}  # fmt: skip
