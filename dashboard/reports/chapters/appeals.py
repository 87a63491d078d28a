"""一、群众诉求运行情况: how many and by which channel, how well handled, what and where, what is overdue."""

from __future__ import annotations

import pandas as pd

from dashboard import places
from dashboard.metrics import metric_of
from dashboard.queries import compare_by, measure, total
from dashboard.reference import has_majors, residents
from dashboard.reports.chapters import overdue
from dashboard.reports.edition import Edition, blocks
from dashboard.reports.model import Block, Cell, Column, Note, Section, Table
from dashboard.reports.narrative import (
    Clause,
    Item,
    count_clause,
    duration_clause,
    joined,
    rate_clause,
    rise_clause,
    share_list,
    top,
    words,
)
from dashboard.reports.scopes import scope_names
from dashboard.reports.spans import against_words
from dashboard.reports.tables import (
    NO_ROWS,
    SHARE,
    SHARE_OF_TOTAL,
    TOTAL,
    change_table,
    figures_tables,
    grouped,
    headed,
    names_of,
)
from dashboard.texts import Text

TITLE = Text("群众诉求运行情况", "Appeals")
RECEIVED = Text("受理总体", "Received")
HANDLED, HOT = Text("办理质效", "Handling"), Text("热点", "Hot topics")
PLACES = Text("区域分布", "Places")
BY_CHANNEL = Text("诉求类型与受理渠道", "Categories by channel")
TYPE, OTHERS, PLACE, RESIDENTS = (
    Text("类型", "Category"),
    Text("其他渠道", "Other channels"),
    Text("区域", "Place"),
    Text("常住人口（人）", "Residents"),
)
EVERY_MINOR = Text("诉求小类全表", "All minor categories")
PIECES = Text("{}（件）", "{}")
TOP_MINORS, RISING = Text("诉求较多的小类", "Commonest minor categories"), Text("上升较快的小类", "Fastest rising minor categories")
MINOR = Text("小类", "Minor category")
KEYS = (
    Text("受理与办理主要指标（数量）", "Handling: counts"),
    Text("受理与办理主要指标（比率）", "Handling: rates"),
    Text("受理与办理主要指标（时长）", "Handling: times"),
)
BY_PLACE = Text("各区域受理诉求", "Appeals received by place")
MOST_CHANNELS, MOST_TOP = 6, 5


def chapter(edition: Edition) -> list[Block]:
    return blocks(received(edition), handled(edition), hot(edition), by_place(edition), overdue.late(edition))


def received(edition: Edition) -> list[Block]:
    """（一）受理总体: the count, its channels and categories, the year so far."""
    fact = edition.fact("received_count")
    by = "major_code" if has_majors(edition.engine) else "category_code"
    whole = fact.value
    lead = f"{edition.during()}，{scope_names(edition) or edition.view.product.zh}共{'承办' if edition.wish.units else '受理'}群众诉求"
    return blocks(
        [Section(2, edition.say(RECEIVED))],
        edition.paragraph(
            "appeals.received",
            count_clause(fact, lead),
            share_list(grouped(edition, "received_count", by), whole, "件", "received_count", by),
        ),
        edition.paragraph(
            "appeals.channels",
            share_list(
                grouped(edition, "received_count", "channel_code"), whole, "件", "received_count", "channel_code", lead="按受理渠道，"
            ),
        ),
        channel_table(edition, by),
        edition.figure("trend"),
    )


def channel_table(edition: Edition, by: str) -> list[Block]:
    """Categories by channel: the largest channels each, the others together; totals are asked for, not added."""
    filters, metric = edition.filters(), "received_count"
    channels = grouped(edition, metric, "channel_code")
    items = grouped(edition, metric, by)
    if not items:
        return [Note(edition.say(NO_ROWS).format(edition.say(BY_CHANNEL)))]
    shown = channels if len(channels) <= MOST_CHANNELS + 1 else channels[:MOST_CHANNELS]
    frame = measure(edition.engine, metric, filters, (by, "channel_code")).fillna({by: "", "channel_code": ""})
    cells = frame.set_index([by, "channel_code"])["value"]
    rest = [channel for channel in channels if channel not in shown]
    whole = total(edition.engine, metric, filters).value
    heads = [channel.label for channel in shown] + ([edition.say(OTHERS)] if rest else [])
    totals = [int(channel.count) for channel in shown] + ([int(sum(channel.count for channel in rest))] if rest else [])
    rows: list[tuple[Cell, ...]] = []
    for item in items:
        held = [int(cells.get((item.code, channel.code), 0)) for channel in shown]
        others = [int(sum(cells.get((item.code, channel.code), 0) for channel in rest))] if rest else []
        rows.append((item.label, *held, *others, int(item.count), 100 * item.count / whole))
    columns = (
        Column(edition.say(TYPE)), *(Column(edition.say(PIECES).format(head), "count", adds_up=True) for head in heads),
        Column(edition.say(TOTAL), "count", metric=metric, adds_up=True),
        Column(edition.say(SHARE), "percent", metric=metric, what="share", share_of=edition.say(TOTAL)),
    )  # fmt: skip
    return [Table("appeals.by_channel", edition.say(BY_CHANNEL), columns, tuple(rows), (edition.say(TOTAL), *totals, int(whole), 100.0),
                  edition.say(SHARE_OF_TOTAL), by, tuple(item.code for item in items))]  # fmt: skip


def handled(edition: Edition) -> list[Block]:
    """（二）办理质效: rates with what they are made of, and times."""
    counts = ("received_count", "completed_count", "open_count", "overdue_open", "due_soon")
    rates = (
        "accept_on_time",
        "dispatch_on_time",
        "closure_rate",
        "on_time_closure",
        "overdue_rate",
        "rework_rate",
        "refusal_rate",
        "repeat_rate",
        "supervision_rate",
    )
    facts = {code: edition.fact(code) for code in (*counts, *rates, "median_hours", "p90_hours", "first_response_hours")}
    return blocks(
        [Section(2, edition.say(HANDLED))],
        edition.paragraph(
            "appeals.handled",
            joined([rate_clause(facts["on_time_closure"]), rate_clause(facts["closure_rate"])], "；"),
            joined([duration_clause(facts["median_hours"], "处置时长中位数"), duration_clause(facts["p90_hours"], "九成诉求办结用时")]),
            joined([rate_clause(facts["rework_rate"]), rate_clause(facts["repeat_rate"])], "；"),
        ),
        figures_tables(edition, "appeals.keys", list(facts.values()), KEYS),
        edition.figure("stage_funnel"), edition.figure("resolution_survival"), edition.figure("on_time_by_unit"),
    )  # fmt: skip


def hot(edition: Edition) -> list[Block]:
    """（三）热点: the commonest minor categories within their major ones, and those that rose fastest."""
    items = grouped(edition, "received_count", "category_code")
    whole = sum(item.count for item in items)
    chosen = top([item for item in items if item.code], MOST_TOP)
    risen = rising(edition)
    word = next((said for against, said in against_words(edition.span, is_running=edition.is_running()) if against == "previous"), "")
    leaders = share_list(chosen, whole, "件", "received_count", "category_code", most=MOST_TOP, lead="诉求较多的小类为")
    rises = [rise_clause(item.label, before, item.count, "件", word) for item, before in risen]
    return blocks(
        [Section(2, edition.say(HOT))],
        edition.paragraph("appeals.hot", leaders),
        edition.paragraph("appeals.rising", joined([words("上升较快的小类中"), joined(rises, "；")]) if rises else Clause()),
        change_table(edition, "appeals.top_minors", TOP_MINORS, MINOR, "received_count", "category_code", [item.code for item in chosen]),
        change_table(edition, "appeals.rising", RISING, MINOR, "received_count", "category_code", [item.code for item, _ in risen])
        if risen
        else [],
        edition.figure("category_tree"),
        edition.figure("category_pareto"),
    )


def rising(edition: Edition) -> list[tuple[Item, float]]:
    """The minor categories that rose most in %, of those that were not too few to compare, each with what it was."""
    if edition.span.kind == "year":
        return []
    filters = edition.filters()
    frame = compare_by(edition.engine, "received_count", filters, "category_code", "previous")
    # A rise is of those whose base bears a comparison, and by more than chance would make of so few.
    enough = (frame["before"] >= filters.minimum_count) & (frame["change"] > 0) & frame["category_code"].notna()
    is_marked = (frame["value"] - frame["before"]) > 2 * (frame["value"] + frame["before"]).pow(0.5)
    named = names_of(
        edition, frame[enough & is_marked].sort_values(["change", "category_code"], ascending=[False, True]).head(MOST_TOP), "category_code"
    )
    return [
        (Item(code, label, float(now)), float(before))
        for code, label, now, before in zip(named["key"], named["name"], named["value"], named["before"], strict=True)
    ]


def by_place(edition: Edition) -> list[Block]:
    """（四）区域分布: counts, shares and the rate per 10,000, printed with the residents it is of."""
    if not places.in_order(edition.engine):
        return []
    by = place_level(edition)
    items = grouped(edition, "received_count", by)
    whole = total(edition.engine, "received_count", edition.filters()).value
    lead = share_list([item for item in items if item.code], whole, "件", "received_count", by, lead="从区域看，")
    return blocks(
        [Section(2, edition.say(PLACES))],
        edition.paragraph("appeals.places", lead),
        place_table(edition, by, items, whole),
        edition.figure("division_map"),
    )


def place_level(edition: Edition) -> str:
    """By which level a report speaks of places: those below what it is of."""
    return level_below(edition, "received_count")


def level_below(edition: Edition, code: str) -> str:
    """The level below the places chosen, or below the city: that of districts where a metric's rows have any."""
    if edition.wish.divisions:
        held = places.divisions_of(edition.engine)["level"]
        return "community_code" if all(held.get(one) in ("town", "community") for one in edition.wish.divisions) else "town_code"
    found = measure(edition.engine, code, edition.filters(metric_of(code).table.name), ("district_code",))
    return "district_code" if len(found.dropna()) else "town_code"


def place_table(edition: Edition, by: str, items: list[Item], whole: float) -> list[Block]:
    if not items:
        return [Note(edition.say(NO_ROWS).format(edition.say(BY_PLACE)))]
    held = residents(edition.engine)
    rates = measure(edition.engine, "per_10k", edition.filters(), (by,)).fillna({by: ""}).set_index(by)["value"]
    counted, rate = headed(edition, "received_count"), metric_of("per_10k")
    columns = (
        Column(edition.say(PLACE)),
        Column(counted, "count", metric="received_count", adds_up=True),
        Column(edition.say(SHARE), "percent", metric="received_count", what="share", share_of=counted),
        Column(edition.say(RESIDENTS), "count"),
        Column(f"{edition.say(rate.label)}（{edition.say(rate.unit)}）", "number", metric="per_10k"),
    )
    rows = tuple(
        (item.label, int(item.count), 100 * item.count / whole, held.get(item.code), _number(rates.get(item.code))) for item in items
    )
    overall = total(edition.engine, "per_10k", edition.filters())
    # Residents of all places, of which some may have had no appeal, are then not the sum of these rows.
    listed = sum(held.get(item.code, 0) for item in items)
    people = int(overall.denominator) if overall.denominator == listed else None
    closing = (edition.say(TOTAL), int(whole), 100.0, people, _number(overall.value))
    return [
        Table(
            "appeals.by_place", edition.say(BY_PLACE), columns, rows, closing, edition.say(SHARE_OF_TOTAL), by, tuple(i.code for i in items)
        )
    ]


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def whole_tables(edition: Edition) -> list[Block]:
    """What the chapter lists the top of, whole."""
    minors = [item.code for item in grouped(edition, "received_count", "category_code") if item.code]
    return blocks(
        change_table(edition, "annex.minors", EVERY_MINOR, MINOR, "received_count", "category_code", minors)
        if len(minors) > MOST_TOP
        else [],
        overdue.whole_table(edition),
    )
