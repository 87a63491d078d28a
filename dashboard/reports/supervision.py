"""What a supervision slip says, as plain data: to whom, how much is over its limit, the list, by when an answer is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from dashboard.reports.model import ADDRESSEE, Block, Column, Note, Paragraph, Period, Report, Run, Table
from dashboard.store.supervision import OVERDUE, Listed, NewSlip
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.theme import MISSING
from dashboard.view import View

KIND = "supervision"
MARK = "内部资料 注意保存"
DRAFT_NUMBER = "（编号于签发时生成）"
TITLES = {OVERDUE: "督办单", "due_soon": "催办清单"}
# What stands below the red line, where a report names its days.
SUBJECTS = {OVERDUE: "关于抓紧办理超期未结群众诉求的通知", "due_soon": "关于抓紧办理临期群众诉求的提醒"}
VERBS = {OVERDUE: "督办", "due_soon": "催办"}
ORDINALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def slip_of(row: SupervisionSlip, tickets: Sequence[Listed]) -> NewSlip:
    """An issued slip as it was when it was issued."""
    return NewSlip(
        row.kind, row.unit_code, row.unit_label, row.snapshot_name, row.as_of, row.reply_due_on, tuple(tickets), row.found_count,
        row.secret_count, row.urged_count,
    )  # fmt: skip


def supervision_report(view: View, slip: NewSlip, *, number: str = "", made_on: date | None = None) -> Report:
    """The slip as a report; without a number it is a draft. It says nothing that the slip itself does not hold."""
    made = made_on or view.today
    as_of = slip.as_of or datetime.combine(made, datetime.min.time())
    return Report(
        kind=KIND, title=TITLES[slip.kind], number=number or DRAFT_NUMBER, office=office_of(view), issuer="", made_on=made,
        mark=MARK, period=Period(KIND, as_of.date(), as_of.date(), SUBJECTS[slip.kind]), scope=slip.unit_label, as_of=slip.as_of,
        snapshot=slip.snapshot_name, language="zh", blocks=_blocks(view, slip, as_of),
    )  # fmt: skip


def office_of(view: View) -> str:
    """Who writes: the office `city.toml` names, or else the city's command center."""
    return view.city.supervision.office or f"{view.city.label}市域社会治理指挥中心"


def _blocks(view: View, slip: NewSlip, as_of: datetime) -> tuple[Block, ...]:
    notes = _notes(slip)
    return (
        Paragraph(ADDRESSEE, (Run(f"{slip.unit_label}："),)),
        Paragraph("slip.said", tuple(_said(slip, as_of))),
        *([Paragraph("slip.repeated", (Run(said),))] if (said := repeated(slip)) else []),
        Paragraph("slip.asked", tuple(_asked(view, slip))),
        _table(slip),
        *(Note(note) for note in notes),
    )  # fmt: skip


def _said(slip: NewSlip, as_of: datetime) -> list[Run]:
    """How much the unit has, and how much of that is listed."""
    is_over = slip.kind == OVERDUE
    lead = f"截至{_moment(as_of)}，你单位承办的群众诉求中，{'超过办结时限尚未办结' if is_over else '临近办结时限尚未办结'}的共"
    runs = [Run(lead), Run(f"{slip.found_count:,}件", is_strong=True)]
    days = [one.over_days for one in slip.tickets if one.over_days is not None]
    if is_over and days:
        runs.append(Run(f"，最长已超期{max(days):,}个工作日" if max(days) else "，超期均不足1个工作日"))
    listed = len(slip.tickets)
    runs.append(Run("。" if listed == slip.found_count else f"。本单列出{listed:,}件。"))
    return runs


def repeated(slip: NewSlip) -> str:
    """How many are urged for the second, third … time; nothing where none is."""
    times = Counter(one.urging for one in slip.tickets if one.urging > 1)
    if not times:
        return ""
    verb = VERBS[slip.kind]
    said = "，".join(f"第{_ordinal(n)}次{verb}{times[n]:,}件" for n in sorted(times))
    is_all = len(times) == 1 and times.total() == len(slip.tickets)
    lead = f"所列诉求均为第{_ordinal(next(iter(times)))}次{verb}" if is_all else f"其中，{said}"
    return f"{lead}。请对多次{verb}仍未办结的诉求逐件说明原因、办理措施和预计办结时间。"


def _asked(view: View, slip: NewSlip) -> list[Run]:
    """What is asked for, and by when."""
    days = view.city.supervision.reply_days if slip.kind == OVERDUE else view.city.supervision.urging_reply_days
    asked = "请抓紧办理下列诉求，" if slip.kind == OVERDUE else "请在办结时限前办结下列诉求，"
    due = f"{slip.reply_due_on.year}年{_day(slip.reply_due_on)}"
    return [Run(f"{asked}并于"), Run(f"{due}前", is_strong=True), Run(f"（{days}个工作日内）书面回复办理情况。")]


def _table(slip: NewSlip) -> Table:
    is_over = slip.kind == OVERDUE
    columns = (
        Column("序号", "count"), Column("工单编号"), Column("诉求事项"), Column("环节"), Column("办结时限"),
        *([Column("超期工作日", "count")] if is_over else []),
        Column(f"{VERBS[slip.kind]}次数", "count"),
    )  # fmt: skip
    rows = tuple(
        (
            place, one.ticket_number, _matter(one), one.stage or MISSING,
            one.due_at.strftime("%Y-%m-%d" if is_over else "%m-%d %H:%M") if one.due_at else MISSING,
            *([one.over_days] if is_over else []), one.urging,
        )
        for place, one in enumerate(slip.tickets, 1)
    )  # fmt: skip
    caption = "超期未结诉求清单" if is_over else "临期诉求清单"
    return Table("slip.list", caption, columns, rows, is_partial=True)


def _matter(one: Listed) -> str:
    """What, where the text does not say it, and the text."""
    where = f"（{one.place}）" if one.place and one.place not in one.text else ""
    return f"{one.category}{where}：{one.text}" if one.text else f"{one.category}{where}"


def _notes(slip: NewSlip) -> list[str]:
    """What a reader must know of the list: how days are counted, what is not listed, of which data it is."""
    found = []
    if slip.kind == OVERDUE:
        found.append("超期天数自办结时限次日起按本市工作日历计，至数据时间止；0为不足1个工作日。")
    left = [
        f"涉密件{slip.secret_count:,}件不列入本单，按有关规定另行办理" if slip.secret_count else "",
        f"近期已{VERBS[slip.kind]}、尚在回复期内的{slip.urged_count:,}件不重复列入" if slip.urged_count else "",
    ]
    more = slip.found_count - slip.secret_count - slip.urged_count - len(slip.tickets)
    left.append(f"另有{more:,}件未列出" if more > 0 else "")
    if any(left):
        found.append(f"{'；'.join(part for part in left if part)}。")
    found.append(f"诉求内容已隐去个人信息。数据快照：{slip.snapshot_name}。")
    return found


def _ordinal(n: int) -> str:
    return ORDINALS[n] if n < len(ORDINALS) else str(n)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _moment(at: datetime) -> str:
    return f"{at.year}年{_day(at.date())}{at.hour}时" + (f"{at.minute}分" if at.minute else "")
