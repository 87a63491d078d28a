"""Indicators of pilot targets and tasks (试点任务): what is done, what lags behind its schedule, which gate was touched.

A task is carried by one or several parts (a unit and a division); tasks are counted once however many carry them.
"""

from __future__ import annotations

from sqlalchemy import Date, and_, cast, func

from dashboard.metrics.base import Count, Mean, Metric, Rate
from dashboard.texts import Text
from dashboard.warehouse import D, N, pilot_reports, pilot_standing

p, r = pilot_standing.c, pilot_reports.c
TASKS, ITEMS, PARTS, REPORTS, POINTS = (
    Text("项", "tasks"),
    Text("项", "items"),
    Text("条", "parts"),
    Text("次", "reports"),
    Text("个百分点", "pp"),
)
# Only of an item of the negative list it is told how often it was touched.
IS_WORK, IS_GATE = p.kind != "negative", p.hit_count.is_not(None)
# What a leader asks for by name: tasks whose date comes within a month.
SOON_DAYS = 30
TODAY = cast(p.as_of, Date)
IS_SOON = and_(p.is_done.is_(False), p.due_on >= TODAY, p.due_on <= TODAY + func.to_days(SOON_DAYS))
NO_GATES = Text("负面清单不计", "negative items left out")
SCHEDULE = Text(
    "实际进度 − 时间进度，时间进度算到应已填报的最近一期期末（已报更晚一期的算到该期）",
    "actual progress − elapsed share of the time, up to the end of the last period whose report is due (or of a later one reported)",
)
TABLE = Text("试点惯例：目标管理、打表推进（重庆）", "Practice of the pilots: progress against a table (Chongqing)")
CITY_LAMPS = Text("黄、红灯界限由城市设定", "the limits of yellow and red are the city's own")

METRICS: dict[str, Metric] = {
    "task_count": Count(
        label=Text("试点任务", "Pilot tasks"), table=pilot_standing, base=N, of=IS_WORK, each=p.target_code, unit=TASKS,
        definition=Text(f"指标与任务的项数，由几个单位、区划分担的计一项；{NO_GATES.zh}。",
            f"Targets and tasks, each once however many units and places carry it; {NO_GATES.en}."),
    ),
    "task_parts": Count(
        label=Text("责任分解", "Parts carried"), table=pilot_standing, base=N, of=IS_WORK, unit=PARTS,
        definition=Text(f"指标与任务分解到单位、区划的责任条数；{NO_GATES.zh}。",
            f"Targets and tasks by the units and places that carry them; {NO_GATES.en}."),
    ),
    "tasks_unreported": Count(
        label=Text("尚未填报", "Never reported"), table=pilot_standing, base=N, of=and_(IS_WORK, p.is_reported.is_(False)), unit=PARTS,
        better="down",
        definition=Text("从未填报过的责任条数；未报不等于零进度，不参与进度平均。",
            "Parts that were never reported; not reported is not zero, so they take no part in means of progress."),
    ),
    "task_completion": Rate(
        label=Text("任务完成率", "Tasks done"), table=pilot_standing, base=N, better="up",
        of=p.is_done, among=and_(IS_WORK, p.is_due), each=p.target_code,
        definition=Text(f"截至数据时间已到期的任务中，所选范围内各责任方均已完成的占比；{NO_GATES.zh}。",
            f"Of the tasks due at the data time, those that everyone in the selection who carries them has done; {NO_GATES.en}."),
        reference=TABLE,
        variants={
            "of_all": Rate(
                label=Text("任务完成率（占全部）", "Tasks done (of all)"), table=pilot_standing, base=N, better="up",
                of=p.is_done, among=IS_WORK, each=p.target_code,
                definition=Text(f"全部任务中，所选范围内各责任方均已完成的占比，不论是否到期；{NO_GATES.zh}。",
                    f"Of all tasks, due or not, those that everyone in the selection who carries them has done; {NO_GATES.en}."),
            ),
        },
    ),
    "tasks_due_soon": Count(
        label=Text("30日内到期任务", "Tasks due within 30 days"), table=pilot_standing, base=N, of=and_(IS_WORK, IS_SOON),
        each=p.target_code, unit=TASKS,
        definition=Text(
            f"自数据时间起 {SOON_DAYS} 日内到期、有责任方尚未完成的任务项数；{NO_GATES.zh}。",
            f"Tasks due within {SOON_DAYS} days of the data time that someone who carries them has not done yet; {NO_GATES.en}.",
        ),
    ),
    "schedule_gap": Mean(
        label=Text("序时进度差", "Schedule gap"), table=pilot_standing, base=N, unit=POINTS, better="up", of=p.gap_pct, is_signed=True,
        reference=TABLE,
        definition=Text(f"各责任条的{SCHEDULE.zh}，取平均；正为快于序时；未填报的不计。",
            f"Mean over parts of {SCHEDULE.en}; above zero is ahead; those never reported take no part."),
        variants={
            "weighted": Mean(
                label=Text("序时进度差（加权）", "Schedule gap (weighted)"), table=pilot_standing, base=N, unit=POINTS, better="up",
                of=p.gap_pct, weight=p.weight, is_signed=True,
                definition=Text(f"各责任条的{SCHEDULE.zh}，按指标权重加权平均；未填报、无权重的不计。",
                    f"Mean over parts, weighted by the target's weight, of {SCHEDULE.en}; not those never reported or without weight."),
            ),
        },
    ),
    "tasks_behind": Count(
        label=Text("慢于序时任务", "Tasks behind schedule"), table=pilot_standing, base=N, of=p.lamp_code.in_(("yellow", "red")),
        each=p.target_code, unit=TASKS, better="down",
        definition=Text(f"有责任方亮黄灯或红灯的任务项数；{CITY_LAMPS.zh}。", f"Tasks with a part at yellow or red; {CITY_LAMPS.en}."),
    ),
    "tasks_red": Count(
        label=Text("红灯任务", "Tasks at red"), table=pilot_standing, base=N, of=p.lamp_code == "red", each=p.target_code, unit=TASKS,
        better="down",
        definition=Text(f"有责任方亮红灯的任务项数；{CITY_LAMPS.zh}。", f"Tasks with a part at red; {CITY_LAMPS.en}."),
    ),
    "parts_behind": Rate(
        label=Text("慢于序时责任占比", "Parts behind"), table=pilot_standing, base=N, better="down",
        of=p.lamp_code.in_(("yellow", "red")), among=p.lamp_code.is_not(None),
        definition=Text(f"亮黄灯或红灯的责任条数，占有灯的责任条数；未填报、无时间进度的不计，{NO_GATES.zh}；{CITY_LAMPS.zh}。",
            f"Parts at yellow or red, of the parts that bear a lamp; not those never reported or without time, {NO_GATES.en};"
            f" {CITY_LAMPS.en}."),
    ),
    "tasks_lit": Count(
        label=Text("已亮灯任务", "Tasks with a lamp"), table=pilot_standing, base=N, of=p.lamp_code.is_not(None), each=p.target_code,
        unit=TASKS,
        definition=Text("至少一个责任方已填报并可与序时比较的任务项数；其余任务无灯。",
            "Tasks of which at least one part was reported and can be held against its schedule; others have no lamp."),
    ),
    "task_progress": Mean(
        label=Text("平均进度", "Mean progress"), table=pilot_standing, base=N, unit=Text("%", "%"), better="up", of=p.progress_pct,
        definition=Text("各责任条的进度取平均；已完成的计 100%，未填报的不计。",
            "Mean over parts of their progress; what is done counts as 100 %, those never reported take no part."),
    ),
    "target_attainment": Mean(
        label=Text("目标达成度", "Attainment"), table=pilot_standing, base=N, unit=Text("%", "%"), better="up", of=p.attainment_pct,
        definition=Text(
            "各责任条由基期值到目标值已走完的比例，取平均；超额按 100% 计，未填报或目标等于基期的不计。",
            "Mean over parts of the share of the way from baseline to target; more counts as 100 %; those never reported, or whose"
            " target is their baseline, take no part.",
        ),
    ),
    "negative_hits": Count(
        label=Text("负面清单触发", "Negative-list hits"), table=pilot_standing, base=N, of=p.is_hit, among=IS_GATE, each=p.target_code,
        unit=ITEMS, better="down",
        definition=Text(
            "被触发的负面清单项数：任一责任方在任一期报过大于零即为触发，不因以后各期为零而消除；是门槛，不参与任何平均和得分；没有负面清单的不计。",
            "Items of the negative list that were touched: once anyone reported more than zero in any period, whatever came after. A gate:"
            " it enters no mean and no score; unknown where there is no list.",
        ),
        reference=Text("试点惯例：负面清单是门槛，不折算得分", "Practice of the pilots: a negative list is a gate, never part of a score"),
    ),
    "reports_due": Count(
        label=Text("应填报", "Reports due"), table=pilot_reports, base=D, unit=REPORTS,
        definition=Text("期内到期的应填报次数，每条责任每期一次，含负面清单的零报告。",
            "Reports that fell due in the period: one for each part and period, nil reports of the negative list too."),
    ),
    "reports_missing": Count(
        label=Text("到期未填报", "Reports missing"), table=pilot_reports, base=D, of=r.is_submitted.is_(False), unit=REPORTS, better="down",
        definition=Text("期内到期、至数据时间仍未填报的次数。", "Fell due in the period and not submitted by the data time."),
    ),
    "reports_on_time": Rate(
        label=Text("按时填报率", "Reported on time"), table=pilot_reports, base=D, better="up", of=r.is_on_time,
        definition=Text("期内到期的应填报次数中按时填报的占比；未填报计为未按时。每期几个月、期后几日内填报由城市设定。",
            "Submitted in time / fell due in the period; what was never submitted counts as late. The city says how long a period"
            " is and how many days of grace follow it."),
    ),
}  # fmt: skip
