"""What people write beside the numbers of the pilot ledger: a narrative a quarter, how sure they are, who confirmed and reviewed it."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta

HEADS = ("何建平", "孙丽", "马晓东", "吴桂芳", "郑海", "冯雪梅")
REVIEWERS = ("蒋文涛", "沈玉兰", "韩立新")
QUARTERS = ("一", "二", "三", "四")
# Most are as sure as their lamp allows; some are surer, as people are, and some less.
CONFIDENCE = {
    "green": ("high", "high", "high", "high", "high", "high", "medium", "medium"),
    "yellow": ("medium", "medium", "medium", "medium", "high", "high", "medium", "low"),
    "red": ("low", "low", "low", "low", "medium", "medium", "medium", "high"),
}
DONE = {
    "green": ("各项措施按计划落实，与序时进度基本同步", "责任分解到科室，按月调度，推进较为顺利", "试点经验已在面上推开，进度快于序时"),
    "yellow": ("个别镇街推进不平衡，略慢于序时", "部门间数据核对用时较长，进度稍有滞后", "人员调整期间推进放缓，现已恢复"),
    "red": ("受资金和人员到位较晚影响，进度明显滞后", "前期底数不实，返工较多，进度滞后", "协同单位尚未完成配套任务，制约整体进度"),
}
NEXT = {
    "green": ("下一步巩固成果，做好资料归档。", "下一步抓好薄弱环节，确保如期完成。"),
    "yellow": ("已列出赶序时清单，下月起按周调度。", "已对进度靠后的单位发提醒函，力争下季度赶上序时。"),
    "red": ("已约谈责任科室，提请领导小组协调解决。", "已制定赶进度方案，明确责任人和每月节点。"),
}
QUIET = ("经逐月排查，本季度未发生负面清单所列情形。", "本季度开展专项检查，未发现负面清单所列情形。")
HIT = "发生1起，已按规定上报并启动责任倒查，整改措施已落实。"


def drawn(seed: int, *parts: object) -> int:
    """A number of one's own for a part and a month, the same whenever it is asked for."""
    return zlib.crc32("/".join(map(str, (seed, *parts))).encode())


def ends_quarter(month: date) -> bool:
    return month.month % 3 == 0


def confidence(colour: str, number: int) -> str | None:
    """How sure the person is to deliver in time; nobody is asked that of a negative-list item."""
    told = CONFIDENCE.get(colour)
    return told[number % len(told)] if told else None


def narrative(colour: str, month: date, number: int, reached: str, *, is_hit: bool) -> str | None:
    """What the unit writes of the quarter that ends with the month; nothing in other months."""
    if not ends_quarter(month):
        return None
    begin = f"{month.year}年第{QUARTERS[month.month // 3 - 1]}季度："
    if colour == "gate":
        return begin + (HIT if is_hit else QUIET[number % len(QUIET)])
    done, todo = DONE[colour], NEXT[colour]
    return f"{begin}{done[number % len(done)]}。截至{month.month}月底，{reached}。{todo[number // 8 % len(todo)]}"


def confirmed_by(number: int) -> str:
    return HEADS[number % len(HEADS)]


def review(month: date, submitted: datetime, number: int) -> tuple[str, datetime] | None:
    """Who reviewed a report and when: those that end a quarter, three to nine days later."""
    if not ends_quarter(month):
        return None
    return REVIEWERS[number % len(REVIEWERS)], submitted + timedelta(days=3 + number % 7, minutes=number % 240)
