"""What the mediation bulletin says beyond the chapter on disputes: organisations, places, what waits and how long, reminders."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import case, func, select

from dashboard import places
from dashboard.asking import fetch
from dashboard.charts.base import with_labels
from dashboard.filters import where
from dashboard.metrics.disputes import A_MONTH, DAY_SECONDS
from dashboard.queries import measure, total
from dashboard.reports.chapters.appeals import level_below
from dashboard.reports.chapters.disputes import success_table
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Run, Section, Table
from dashboard.reports.narrative import Clause, count_clause, joined, listed, printed, rate_clause, share_list, stock_clauses, words
from dashboard.reports.tables import TOTAL, grouped, headed, names_of, share_table
from dashboard.texts import Text
from dashboard.warehouse import N, disputes

d = disputes.c
BODIES, BY_PLACE, WAITING = Text("调解组织", "Mediation bodies"), Text("区域分布", "Places"), Text("在调积压与时长", "Backlog and ages")
REMINDERS = Text("超期提醒", "Reminders of overdue ones")
BODY, PLACE, TYPE = Text("调解组织", "Body"), Text("区域", "Place"), Text("纠纷类型", "Type")
EVERY_BODY, EVERY_PLACE = (
    Text("各调解组织受理与成功率", "Bodies: received and success"),
    Text("各区域受理与成功率", "Places: received and success"),
)
BY_AGE, AGE = Text("在调纠纷已受理时长", "Open disputes by age"), Text("已受理", "Open for")
WAITING_AT = Text("各区域在调纠纷", "Open disputes by place")
LATE_BODIES = Text("超30日未结纠纷的调解组织", "Bodies with disputes open over 30 days")
LATE_LIST = Text("超30日未结纠纷清单", "Disputes open over 30 days")
LONGEST = Text(
    "受理最久的{}件；只列编号与类别，不列当事人。", "The {} that have waited longest; numbers and types alone, never the parties."
)
NUMBER, DAYS, ACCEPTED = Text("编号", "Number"), Text("已受理（天）", "Days"), Text("受理时间", "Accepted")
# The last of these is what the reminders are of.
BANDS = ((7, Text("不足7天", "under 7 days")), (15, Text("7天至15天", "7 to 15 days")), (A_MONTH, Text("15天至30天", "15 to 30 days")),
         (60, Text("30天至60天", "30 to 60 days")), (0, Text("60天以上", "60 days and more")))  # fmt: skip
MOST_BODIES, MOST_LISTED = 15, 30


def bodies(edition: Edition) -> list[Block]:
    """Who mediates, with what success, and at which level disputes end."""
    items = grouped(edition, "disputes_received", "organisation_code")
    whole = total(edition.engine, "disputes_received", edition.filters("disputes")).value
    said = [item for item in items if item.code]
    count = Clause((Run(f"共有{printed(len(said))}个调解组织受理纠纷"),)) if said else Clause()
    return blocks(
        [Section(2, edition.say(BODIES))],
        edition.paragraph(
            "mediation.bodies", joined([count, share_list(said, whole, "件", "disputes_received", "organisation_code", lead="其中，")])
        ),
        success_table(edition, "mediation.by_body", EVERY_BODY, BODY, "organisation_code", MOST_BODIES),
        edition.figure("disputes_by_organisation"),
        edition.figure("disputes_by_level"),
    )


def by_place(edition: Edition) -> list[Block]:
    """Where disputes come from, with success of each place; nothing of a city without places."""
    if not places.in_order(edition.engine):
        return []
    by = level_below(edition, "disputes_received")
    items = [item for item in grouped(edition, "disputes_received", by) if item.code]
    whole = total(edition.engine, "disputes_received", edition.filters("disputes")).value
    return blocks(
        [Section(2, edition.say(BY_PLACE))],
        edition.paragraph("mediation.places", share_list(items, whole, "件", "disputes_received", by, lead="从区域看，")),
        success_table(edition, "mediation.by_place", EVERY_PLACE, PLACE, by),
        edition.figure("disputes_map"),
    )


def waiting(edition: Edition) -> list[Block]:
    """What is open, how long it has been, and where."""
    still, late = edition.fact("disputes_open"), edition.fact("disputes_long_open")
    if not still.is_known:
        return blocks([Section(2, edition.say(WAITING))], edition.paragraph("mediation.waiting", count_clause(still, "")))
    said = [words(edition.until_now("disputes")), *stock_clauses((still, "在调纠纷"), (late, "其中超30日未结"))]
    return blocks(
        [Section(2, edition.say(WAITING))],
        edition.paragraph("mediation.waiting", joined(said)),
        age_table(edition, int(still.value)),
        place_table(edition),
        edition.figure("disputes_survival"),
    )


def age_table(edition: Edition, whole: int) -> list[Block]:
    """Open disputes by how long ago they were accepted; the bands over 30 days are what is reminded of."""
    if not whole:
        return []
    days = d.elapsed_seconds / DAY_SECONDS
    band = case(*((days <= most, place) for place, (most, _) in enumerate(BANDS[:-1])), else_=len(BANDS) - 1).label("band")
    query = select(band, func.count().label("count")).where(where(disputes, N, edition.filters("disputes")), d.is_open).group_by(band)
    held = dict(fetch(edition.engine, query).itertuples(index=False, name=None))
    columns = (Column(edition.say(AGE)), Column(headed(edition, "disputes_open"), "count", metric="disputes_open", adds_up=True))
    rows: tuple[tuple[Cell, ...], ...] = tuple((edition.say(text), int(held.get(place, 0))) for place, (_, text) in enumerate(BANDS))
    return [Table("mediation.by_age", edition.say(BY_AGE), columns, rows, (edition.say(TOTAL), whole), by="age_band")]


def place_table(edition: Edition) -> list[Block]:
    """Open disputes by place, with those over 30 days."""
    if not places.in_order(edition.engine):
        return []
    by, filters = level_below(edition, "disputes_received"), edition.filters("disputes")
    frame = measure(edition.engine, "disputes_open", filters, (by,))
    late = measure(edition.engine, "disputes_long_open", filters, (by,))[[by, "value"]].rename(columns={"value": "late"})
    held = names_of(edition, frame[frame["value"] > 0].merge(late, on=by, how="left").fillna({"late": 0}), by)
    if held.empty:
        return []
    held = held.sort_values(["late", "value", "key"], ascending=[False, False, True])
    columns = (
        Column(edition.say(PLACE)), Column(headed(edition, "disputes_open"), "count", metric="disputes_open", adds_up=True),
        Column(headed(edition, "disputes_long_open"), "count", metric="disputes_long_open", adds_up=True),
    )  # fmt: skip
    rows = tuple((row["name"], int(row["value"]), int(row["late"])) for row in held.to_dict("records"))
    sums = [int(total(edition.engine, code, filters).value) for code in ("disputes_open", "disputes_long_open")]
    return [
        Table("mediation.waiting", edition.say(WAITING_AT), columns, rows, (edition.say(TOTAL), *sums), by=by, codes=tuple(held["key"]))
    ]


def reminders(edition: Edition) -> list[Block]:
    """Whom to remind: bodies with disputes open over 30 days, which those are, and agreements that were not kept in time."""
    late = edition.fact("disputes_long_open")
    if not late.is_known:
        return []
    items = grouped(edition, "disputes_long_open", "organisation_code") if late.value else []
    names = [item.label for item in items if item.code]
    fulfilment = edition.fact("fulfilment")
    if late.value:
        count = joined([count_clause(late, "超30日未结纠纷"), words(f"涉及{listed(names, '个调解组织')}" if names else "")])
    else:
        count = words("没有超30日未结的纠纷")
    kept = rate_clause(fulfilment, "期内到期的调解协议履行率") if not fulfilment.lack else Clause()
    return blocks(
        [Section(2, edition.say(REMINDERS))],
        edition.paragraph("mediation.reminders", joined([words(edition.until_now("disputes")), count]), kept),
        share_table(edition, "mediation.late_bodies", LATE_BODIES, BODY, "disputes_long_open", "organisation_code", MOST_BODIES)
        if items else [],
        late_list(edition) if late.value else [],
    )  # fmt: skip


def late_list(edition: Edition) -> list[Block]:
    """The disputes that have waited longest, by the numbers they were loaded with."""
    place = func.coalesce(d.town_code, d.district_code, d.division_code).label("division_code")
    query = (
        select(d.dispute_number, d.dispute_type_code, d.organisation_code, place, d.accepted_at, d.elapsed_seconds)
        .where(where(disputes, N, edition.filters("disputes")), d.is_open, d.elapsed_seconds > A_MONTH * DAY_SECONDS)
        .order_by(d.elapsed_seconds.desc(), d.dispute_key)
        .limit(MOST_LISTED)
    )
    frame = fetch(edition.engine, query)
    label = "label_en" if edition.language == "en" else "label"
    named = [
        with_labels(frame[[name]], edition.engine, name)[label] for name in ("dispute_type_code", "division_code", "organisation_code")
    ]
    heads = (
        Column(edition.say(NUMBER)), Column(edition.say(TYPE)), Column(edition.say(PLACE)), Column(edition.say(BODY)),
        Column(edition.say(ACCEPTED), "date"), Column(edition.say(DAYS), "count"),
    )  # fmt: skip
    rows = tuple(
        (str(number or ""), str(kind), str(where_to), str(body), pd.Timestamp(at).date(), int(seconds // DAY_SECONDS))
        for number, kind, where_to, body, at, seconds in zip(
            frame["dispute_number"], *named, frame["accepted_at"], frame["elapsed_seconds"], strict=True
        )
    )
    note = edition.say(LONGEST).format(len(rows))
    return [Table("mediation.late_list", edition.say(LATE_LIST), heads, rows, note=note, is_partial=True)]
