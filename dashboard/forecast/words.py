"""How a chance is said: rounded, never surer than 95 in a hundred, with its interval; and what it is, for whoever asks."""

from __future__ import annotations

from dashboard.forecast import FEWEST, Forecast
from dashboard.texts import Text

# Beyond these it is not told apart: in the bench, what was said to come in two of a thousand came in seventeen.
SURE, HARDLY = 95.0, 5.0
CHANCE = Text("按期达标可能性 {}", "On-time chance {}")
HOLDS = Text("已达标；到期仍达标的可能性 {}", "On target; chance to hold {}")
ABOUT = Text("约 {}", "about {}")
WITH_INTERVAL = Text("{}（80% 区间 {}）", "{} (80% interval {})")
NONE = {
    "few": Text(f"观测不足 {FEWEST} 期，不作预测", f"Fewer than {FEWEST} observations: no forecast"),
    "due_past": Text("到期日已过，不作预测", "The due date has passed: no forecast"),
    "no_goal": Text("没有目标值或到期日，不作预测", "No target value or due date: no forecast"),
    "negative": Text("负面清单是门槛，不作预测", "A negative item is a gate: no forecast"),
    "milestones": Text("按里程碑推进，进度不连续，不作预测", "Goes from milestone to milestone, not steadily: no forecast"),
}
METHOD = Text(
    "预测方法：对各期上报值按时间作贝叶斯回归，走势取直线、放缓、加速三类，偏离取独立误差、自相关、随机游走、速度漂移、年内季节等结构，"
    "按各自对已有观测的解释力加权；按日计时，期数不齐亦可；每年清零的累计数自动识别。"
    "可能性为到期日上报值达到目标的预测概率（各结构 t 分布的加权）。"
    "可能性的 80% 区间：若走势与波动确知，可能性是一个定数；观测只能确知到此程度，该数有 80% 的把握落在区间内。"
    "色带为上报值的 50% 与 80% 预测区间。已达标的给出到期仍达标的可能性；"
    "从未回落或近三期持平的，不低于其自身历史上同样期数内未退出目标的比例。"
    f"观测不足 {FEWEST} 期、到期已过、负面清单、只按里程碑推进的任务不作预测。仅据以往上报，不含未来措施。",
    "Method: Bayesian regression of the reported values on time. The course is straight, levelling off or gathering pace; what is off it is"
    " independent, autocorrelated, a random walk, a drift of the pace or a season; each weighs as much as it explains what was observed."
    " Time is counted in days, so reports may be irregular; counts that begin anew every year are recognised. The chance is the predictive"
    " probability that the value reported on the due date is at the target or better (a mixture of Student's t). The 80% interval of the"
    " chance: were course and scatter known it would be one number; they are known only as far as the observations tell, and that number"
    " lies in the interval with 80%. Bands are the 50% and 80% prediction intervals of the reported value. Of what is reached it is the"
    " chance that it still is; where it never fell back, or stands still for three reports, no less than the share of its own past"
    f" stretches of as many reports in which it would have stayed. None with fewer than {FEWEST} observations, after the due date, for"
    " negative items, and for tasks that go from milestone to milestone. It knows past reports only, not what is yet to be done.",
)
OF_MEDIAN = Text(
    "一项指标由多条责任分担时，以所选各责任条每月最近一期上报值的中位数计（当月过半责任条已报方计）。",
    "Of a target with several parts it is said of the median of their latest values month by month, where at least half of them reported.",
)


def rounded(chance: float) -> str:
    """A chance in whole percent, between the two that are not told apart any further."""
    return f"<{HARDLY:.0f}%" if chance < HARDLY else f">{SURE:.0f}%" if chance > SURE else f"{chance:.0f}%"


def between(low: float, high: float) -> str:
    """An interval of chances: 55–85%, <5–14%, 83–>95%."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first.removesuffix('%')}–{last}"


def chance_in_words(said: Forecast) -> Text:
    """The chance with its interval, or why there is none."""
    if said.state in NONE:
        return NONE[said.state]
    whole = HOLDS if said.state == "reached" else CHANCE
    chance = rounded(said.chance)
    about = Text(*(text.format(chance) for text in ABOUT)) if chance[0].isdigit() else Text(chance, chance)
    interval = between(said.low, said.high)
    return Text(*(text.format(WITH_INTERVAL[at].format(about[at], interval)) for at, text in enumerate(whole)))
