"""What a number is made of, row by row: who is in its numerator, who in its denominator, what a row adds, and why one takes no part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, case, false, func, literal, true
from sqlalchemy.sql import visitors

from dashboard.metrics.base import Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, Weighted
from dashboard.texts import Text
from dashboard.warehouse import disputes, pilot_standing, surveys, tickets

t, d, s, p = tickets.c, disputes.c, surveys.c, pilot_standing.c
Reasons = tuple[tuple[ColumnElement[bool], Text], ...]
NUMERATOR, DENOMINATOR, OUT = "numerator", "denominator", "out"

NO_CLOSING = Text("来源不提供办结时间", "the source delivers no closing times")
UNTOLD = Text("缺少判断所需的信息", "what would decide it is not known")
NO_LIMIT = Text("没有办结时限", "no time limit")
WITHDRAWN = (t.status_code == "withdrawn", Text("已撤回", "withdrawn"))
NO_TIMES = (~func.coalesce(t.has_closing_times, false()), NO_CLOSING)
NO_AGREEMENT = (d.agreement_code.is_(None) | d.agreement_code.in_(["none"]), Text("未达成协议", "no agreement"))
NEVER = (p.is_reported.is_(False), Text("从未填报", "never reported"))
OF_THE_LIST = (p.kind == "negative", Text("负面清单项，不计进度", "on the negative list, without progress"))
NO_TARGET = Text("没有目标值，或目标等于基期", "no target, or one that is the baseline")
OFF_SCHEDULE: Reasons = (
    OF_THE_LIST, NEVER, (p.elapsed_pct.is_(None), Text("没有起止日期", "no dates to run from and to")),
    (p.progress_pct.is_(None), NO_TARGET),
)  # fmt: skip
# A column that decides whether a row takes part -> why it may not, the first that holds.
WHY_OUT: dict[ColumnElement[Any], Reasons] = {
    t.has_closing_times: (NO_TIMES,),
    t.is_closed_on_time: (
        WITHDRAWN, NO_TIMES,
        (and_(t.is_closed_on_time.is_(None), t.completed_at.is_(None)), Text("没有办结时间", "no closing time")),
    ),
    t.extension_count: ((t.extension_count > 0, Text("经批准延期", "extension approved")),),
    t.close_due_at: ((t.close_due_at.is_(None), NO_LIMIT),),
    t.is_accepted_on_time: ((t.accepted_at.is_(None), Text("未报送受理时间", "acceptance is not delivered")),),
    t.is_dispatched_on_time: ((t.dispatched_at.is_(None), Text("未报送派遣时间", "dispatch is not delivered")),),
    t.is_signed_on_time: ((t.signed_at.is_(None), Text("未报送签收时间", "signing is not delivered")),),
    t.is_solved: ((t.is_solved.is_(None), Text("未答复是否解决", "did not say whether it is solved")),),
    t.satisfaction_score: ((t.satisfaction_score.is_(None), Text("未评分", "not rated")),),
    t.is_asked: ((~func.coalesce(t.is_asked, false()), Text("未征询评价", "was not asked")),),
    t.dispatched_at: ((t.dispatched_at.is_(None), Text("未派遣", "not dispatched")),),
    t.elapsed_seconds: (NO_TIMES,),
    t.elapsed_work_seconds: (NO_TIMES,),
    t.limit_used_pct: (
        (t.is_completed, Text("已办结", "closed")), WITHDRAWN, NO_TIMES, (t.close_due_at.is_(None), NO_LIMIT),
    ),
    d.referral_code: ((d.referral_code.is_(None) | d.referral_code.in_(["none"]), Text("非移送", "not referred")),),
    d.concluded_at: ((d.concluded_at.is_(None), Text("在调，尚未办结", "not yet concluded")),),
    d.agreement_code: (NO_AGREEMENT,),
    d.is_successful: ((d.is_successful.isnot(True), Text("未调解成功", "not settled")),),
    d.amount_yuan: ((d.amount_yuan.is_(None), Text("未填金额", "no amount given")),),
    d.is_escalation_prevented: ((d.is_escalation_prevented.is_(None), Text("来源未标明", "the source does not say")),),
    d.elapsed_seconds: ((d.elapsed_seconds.is_(None), NO_CLOSING),),
    # What has a valid sample and takes no part is about something else.
    s.topic_code: ((func.coalesce(s.valid_count, 0) > 0, Text("调查的是别的主题", "about another topic")),),
    s.valid_count: ((func.coalesce(s.valid_count, 0) == 0, Text("没有有效样本", "no valid sample")),),
    p.kind: (OF_THE_LIST,),
    p.hit_count: ((p.hit_count.is_(None), Text("不是负面清单项", "not on the negative list")),),
    p.is_due: ((p.is_due.isnot(True), Text("尚未到期", "not yet due")),),
    p.gap_pct: OFF_SCHEDULE,
    p.lamp_code: OFF_SCHEDULE,
    p.progress_pct: (OF_THE_LIST, NEVER, (p.progress_pct.is_(None), NO_TARGET)),
    p.attainment_pct: (OF_THE_LIST, NEVER, (p.attainment_pct.is_(None), NO_TARGET)),
    p.weight: ((p.weight.is_(None), Text("没有权重", "without weight")),),
}  # fmt: skip

WITH_LIST = Text("连同负面清单", "with the negative list")
# A metric -> what its numerator and its denominator are called; a metric without has the general words.
WORDS: dict[str, tuple[Text, Text]] = {
    "filing_rate": (Text("已立案", "filed"), Text("期内受理", "accepted in the period")),
    "accept_on_time": (Text("按时受理", "accepted in time"), Text("受理时限期内到期", "acceptance fell due in the period")),
    "dispatch_on_time": (Text("按时派遣", "dispatched in time"), Text("派遣时限期内到期", "dispatch fell due in the period")),
    "sign_on_time": (Text("按时签收", "signed in time"), Text("签收时限期内到期", "signing fell due in the period")),
    "closure_rate": (Text("已办结", "closed"), Text("办结时限期内到期", "closing fell due in the period")),
    "on_time_closure": (Text("时限内办结", "closed within the limit"), Text("办结时限期内到期", "closing fell due in the period")),
    "overdue_rate": (Text("超期办结或超期未结", "closed late, or overdue"), Text("办结时限期内到期", "closing fell due in the period")),
    "extension_rate": (Text("经批准延期", "extension approved"), Text("办结时限期内到期", "closing fell due in the period")),
    "overdue_open": (Text("已过时限仍未办结", "open and past the limit"), Text("有办结时限", "have a limit")),
    "due_soon": (Text("时限已用 75% 以上、尚未超期", "75 % or more of the limit used, not overdue"), Text("有办结时限", "have a limit")),
    "open_count": (Text("尚未办结", "not closed"), Text("全部计入件", "all counted")),
    "completed_count": (Text("期内办结", "closed in the period"), Text("期内有办结时间", "with a closing time in the period")),
    "disputes_open": (Text("尚未办结", "not concluded"), Text("全部计入件", "all counted")),
    "disputes_long_open": (Text("受理超 30 日尚未办结", "not concluded after 30 days"), Text("全部计入件", "all counted")),
    "referral_count": (Text("由法院、公安、信访移送", "referred by courts, police, petitions"), Text("期内受理", "accepted in the period")),
    "dispute_amount": (Text("涉案金额合计", "amounts, added up"), Text("填有金额", "state an amount")),
    "risks_open": (Text("在册未销号", "not struck off"), Text("全部登记风险", "all registered risks")),
    "risks_high_open": (Text("在控且等级为高", "under control and high"), Text("全部登记风险", "all registered risks")),
    "risks_overdue": (Text("已过期限未销号", "past due, not struck off"), Text("全部登记风险", "all registered risks")),
    "limit_used": (Text("已用时限比例合计", "shares of limits used, added up"), Text("在办且有时限", "open with a limit")),
    "resolution_rate": (Text("答复“已解决”", "say it is solved"), Text("答复已解决或未解决", "say solved or not solved")),
    "satisfaction_rate": (Text("满意（4、5 分）", "satisfied (4 and 5)"), Text("有效评价", "valid ratings")),
    "satisfaction_rate:wide": (Text("满意及基本满意（3、4、5 分）", "satisfied (3, 4 and 5)"), Text("有效评价", "valid ratings")),
    "participation_rate": (Text("有有效评价", "validly rated"), Text("期内办结且已征询", "closed in the period and asked")),
    "rework_rate": (Text("被退回重办", "returned after inspection"), Text("期内核查", "inspected in the period")),
    "refusal_rate": (Text("被单位退回", "refused by the unit"), Text("期内受理并已派遣", "accepted in the period and dispatched")),
    "repeat_rate": (Text("30 日内重复提出", "again within 30 days"), Text("期内受理", "accepted in the period")),
    "supervision_rate": (Text("被督办", "supervised"), Text("期内受理并已派遣", "accepted in the period and dispatched")),
    "referral_success": (Text("调解成功", "settled"), Text("期内受理、移送且已办结", "accepted in the period, referred and concluded")),
    "mediation_success": (Text("调解成功", "settled"), Text("期内受理且已办结", "accepted in the period and concluded")),
    "mediation_success:of_accepted": (Text("调解成功", "settled"), Text("期内受理", "accepted in the period")),
    "fulfilment": (Text("已履行", "fulfilled"), Text("履行期限期内到期的协议", "agreements whose fulfilment fell due")),
    "escalations_prevented": (
        Text("标明防止了民转刑或群体性事件", "said to be kept from escalating"),
        Text("期内办结且来源有说明", "concluded in the period, with a word on it"),
    ),
    "settled_low_level": (Text("在楼栋、社区化解", "settled in building or community"), Text("期内化解", "settled in the period")),
    "judicial_confirmation": (Text("经司法确认", "confirmed by a court"), Text("期内达成的协议", "agreements of the period")),
    "risks_closed_rate": (Text("已销号", "struck off"), Text("期内到期", "fell due in the period")),
    "security_sense": (Text("肯定回答", "positive answers"), Text("有效样本", "valid sample")),
    "task_count": (Text("指标与任务", "targets and tasks"), WITH_LIST),
    "task_parts": (Text("指标与任务的责任条", "parts of targets and tasks"), WITH_LIST),
    "tasks_unreported": (Text("从未填报", "never reported"), WITH_LIST),
    "task_completion": (Text("各责任方均已完成", "done by all who carry them"), Text("已到期", "due")),
    "task_completion:of_all": (Text("各责任方均已完成", "done by all who carry them"), Text("不论是否到期", "due or not")),
    "tasks_due_soon": (Text("30 日内到期，未完成", "due within 30 days, not done"), WITH_LIST),
    "schedule_gap": (Text("序时进度差合计", "gaps, added up"), Text("填报过且可算进度", "reported, with progress to measure")),
    "schedule_gap:weighted": (
        Text("序时进度差乘权重，合计", "gaps times weights, added up"),
        Text("权重合计，填报过且可算进度", "weights of what is reported and measured"),
    ),
    "tasks_behind": (Text("有责任方亮黄灯或红灯", "with a part at yellow or red"), WITH_LIST),
    "tasks_red": (Text("有责任方亮红灯", "with a part at red"), WITH_LIST),
    "tasks_lit": (Text("有责任方已亮灯", "with a part that has a lamp"), WITH_LIST),
    "task_progress": (Text("进度合计", "progress, added up"), Text("填报过且可算进度", "reported, with progress to measure")),
    "target_attainment": (Text("达成度合计", "attainments, added up"), Text("填报过且有目标值", "reported, with a target")),
    "negative_hits": (Text("已触发", "touched"), Text("负面清单", "on the negative list")),
    "reports_missing": (Text("仍未填报", "not submitted"), Text("期内应填报", "fell due in the period")),
    "reports_on_time": (Text("按时填报", "submitted in time"), Text("期内应填报", "fell due in the period")),
}  # fmt: skip
OF_COUNT = (Text("符合定义", "meet the definition"), Text("同一口径全部", "all of its base"))
OF_RATE = (Text("符合条件", "meet the condition"), Text("参与计算", "take part"))
OF_SUM = (Text("合计", "sum"), Text("有数值", "have a value"))
OF_DURATION = (Text("已结束", "ended"), Text("观察", "watched"))
OF_RESIDENTS = (Text("期内计入", "counted in the period"), Text("常住人口", "residents"))


def words(code: str, reading: str, metric: Metric) -> tuple[Text, Text]:
    """What numerator and denominator of a metric are called, in the reading that is used."""
    found = WORDS.get(f"{code}:{reading}" if reading else code) or WORDS.get(code)
    if found is not None:
        return found
    kinds: list[tuple[type[Metric], tuple[Text, Text]]] = [
        (Duration, OF_DURATION), (PerPopulation, OF_RESIDENTS), (Count, OF_COUNT), (Mean, OF_SUM), (Amount, OF_SUM),
    ]  # fmt: skip
    return next((pair for kind, pair in kinds if isinstance(metric, kind)), OF_RATE)


def entering(metric: Metric) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a row of the base is in the numerator, and whether in the denominator; neither is ever unknown. Not of a Duration.

    Where things are counted (`each`) it is told of their rows: whether one is as asked, and whether it is among those asked.
    """
    if isinstance(metric, Weighted):
        asked = func.coalesce(metric.among, 0) > 0
        return and_(asked, func.coalesce(metric.of, 0) > 0), asked
    if isinstance(metric, Mean | Amount):
        held = and_(*(part.is_not(None) for part in deciding(metric) if part is not None))
        return held, held
    of: ColumnElement[bool] | None = getattr(metric, "of", None)
    # Over residents there are no rows below the line but those above it.
    among: ColumnElement[bool] | None = of if isinstance(metric, PerPopulation) else getattr(metric, "among", None)
    return and_(_told(of), _told(among)), _told(among)


def _told(part: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if part is None else func.coalesce(part, false())


def adding(metric: Metric) -> list[tuple[str, ColumnElement[Any]]]:
    """What a row adds where it is more than one: to the numerator and, if that differs from a row, to the denominator."""
    if isinstance(metric, Weighted):
        return [(NUMERATOR, metric.of), (DENOMINATOR, metric.among)]
    if isinstance(metric, Amount):
        return [(NUMERATOR, metric.of * metric.scale)]
    if isinstance(metric, Mean) and metric.weight is not None:
        return [(NUMERATOR, metric.of * metric.weight), (DENOMINATOR, case((metric.of.is_not(None), metric.weight)))]
    return [(NUMERATOR, metric.of)] if isinstance(metric, Mean) else []


def columns_of(*parts: ColumnElement[Any] | None) -> Iterator[Column[Any]]:
    """The columns that expressions ask about, in their order."""
    for part in parts:
        if part is not None:
            yield from (found for found in visitors.iterate(part) if isinstance(found, Column))


def deciding(metric: Metric) -> tuple[ColumnElement[Any] | None, ...]:
    """The expressions that say which rows take part."""
    if isinstance(metric, Duration):
        own = metric.table.c
        return (own.elapsed_work_seconds if metric.clock == "work" else own.elapsed_seconds,)
    if isinstance(metric, Mean | Amount):
        return (metric.of, getattr(metric, "weight", None))
    return (getattr(metric, "among", None),) if isinstance(metric, Count | Rate | Weighted) else ()


def why_out(metric: Metric) -> Reasons:
    """Why rows of the base may take no part in a metric, in the order they are tried; the last holds of any."""
    found = [reason for column in columns_of(*deciding(metric)) for reason in WHY_OUT.get(column, ())]
    return (*found, (true(), UNTOLD))


def reason_number(reasons: Reasons) -> ColumnElement[int]:
    """The place of the first reason that holds."""
    if len(reasons) == 1:
        return literal(0)
    return case(*((holds, literal(place)) for place, (holds, _) in enumerate(reasons[:-1])), else_=literal(len(reasons) - 1))
