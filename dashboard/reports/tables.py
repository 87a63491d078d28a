"""Tables of a report made from metrics: by group with total and share, changes side by side, key figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from dashboard.chart_tables import chart_table
from dashboard.charts.base import with_labels
from dashboard.charts.risk_levels import LEVELS
from dashboard.metrics import Duration, Metric, metric_of
from dashboard.metrics.base import NO_UNIT
from dashboard.metrics.disputes import WORDS
from dashboard.queries import Against, compare_by, measure, total
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Cell, Column, Kind, Note, Table
from dashboard.reports.narrative import Fact, Item, hours
from dashboard.reports.spans import HEADINGS
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.warehouse import BASES

NOW, BEFORE, LAST_YEAR = Text("本期", "This period"), Text("上期", "Period before"), Text("上年同期", "Last year")
SHARE, TOTAL, INDICATOR = Text("占比（%）", "Share (%)"), Text("合计", "Total"), Text("指标", "Indicator")
UNIT, ABOVE, BELOW, RATE = Text("单位", "Unit"), Text("分子", "Numerator"), Text("分母", "Denominator"), Text("比率（%）", "Rate (%)")
IN_PERCENT, IN_POINTS, OVER = Text("{}（%）", "{} (%)"), Text("{}（百分点）", "{} (pp)"), Text("{}（{}）", "{} ({})")
LENGTH, REACHED, SMALL = Text("时长", "Length"), Text("未达到", "not reached"), Text("样本不足", "too few")
NO_ROWS = Text("{}：期内没有数据。", "{}: no data in the period.")
SHARE_OF_TOTAL = Text("占比为占合计的比重。", "Shares are of the total.")
NO_NAME = Text("未归类", "Uncategorised")
REST = Text("其余{}个", "{} others")
UP_TO = Text("{}（截至{}）", "{} (on {})")
# The code of a row that holds all groups not listed.
REST_CODE = "*"


def grouped(edition: Edition, code: str, by: str) -> list[Item]:
    """A count by the groups of a column, the largest first; what has no code is called so."""
    frame = measure(edition.engine, code, edition.filters(metric_of(code).table.name), (by,))
    named = names_of(edition, frame, by)
    found = [
        Item(key, label, float(value)) for key, label, value in zip(named["key"], named["name"], named["value"], strict=True) if value > 0
    ]
    return sorted(found, key=lambda item: (-item.count, item.code))


def names_of(edition: Edition, frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """A frame with `key` and `name` of its groups, in the report's language."""
    if by in WORDS:
        words = {**WORDS[by], **({code: level.word for code, level in LEVELS.items()} if by == "level_code" else {})}
        name = [edition.say(words.get("" if pd.isna(code) else str(code), NO_NAME)) for code in frame[by]]
    elif by in ("risk_type", "block"):
        name = [edition.say(NO_NAME) if pd.isna(code) else str(code) for code in frame[by]]
    else:
        held = with_labels(frame[[by]], edition.engine, by)
        name = list(held["label_en" if edition.language == "en" else "label"])
    return frame.assign(key=frame[by].fillna("").astype(str), name=name)


def share_table(edition: Edition, key: str, caption: Text, title: Text, code: str, by: str, most: int = 0) -> list[Block]:
    """A count by group, with each group's share of the printed total; beyond the `most` largest (0: all) one row for the rest."""
    items = grouped(edition, code, by)
    filters = edition.filters(metric_of(code).table.name)
    whole = total(edition.engine, code, filters).value
    if not items:
        return [Note(edition.say(NO_ROWS).format(edition.say(caption)))]
    counted = headed(edition, code)
    if most and len(items) > most + 1:
        rest = items[most:]
        items = [*items[:most], Item(REST_CODE, edition.say(REST).format(len(rest)), sum(item.count for item in rest))]
    columns = (
        Column(edition.say(title)), Column(counted, "count", metric=code, adds_up=True),
        Column(edition.say(SHARE), "percent", metric=code, what="share", share_of=counted),
    )  # fmt: skip
    rows = tuple((item.label, int(item.count), 100 * item.count / whole) for item in items)
    return [Table(key, edition.say(caption), columns, rows, (edition.say(TOTAL), int(whole), 100.0), edition.say(SHARE_OF_TOTAL), by,
                  tuple(item.code for item in items))]  # fmt: skip


def headed(edition: Edition, code: str) -> str:
    """A metric's label and unit, as a column is headed."""
    metric = metric_of(code, edition.filters(metric_of(code).table.name).variants)
    label, unit = edition.say(metric.label), edition.say(metric.unit)
    return edition.say(OVER).format(label, unit) if unit else label


def change_table(edition: Edition, key: str, caption: Text, title: Text, code: str, by: str, chosen: Sequence[str]) -> list[Block]:
    """Some groups of a count beside the period before and the year before; without a total, for it lists some."""
    filters = edition.filters(metric_of(code).table.name)
    against: list[Against] = ["last_year"] if edition.span.kind == "year" else ["previous", "last_year"]
    frames = {one: compare_by(edition.engine, code, filters, by, one) for one in against}
    if not chosen:
        return [Note(edition.say(NO_ROWS).format(edition.say(caption)))]
    base = {"previous": BEFORE, "last_year": LAST_YEAR}
    columns = [Column(edition.say(title)), Column(edition.say(NOW), "count", metric=code)]
    held: dict[str, pd.DataFrame] = {}
    for one, frame in frames.items():
        held[one] = names_of(edition, frame, by).set_index("key")
        columns += [
            Column(edition.say(base[one]), "count", metric=code, against=one),
            Column(edition.say(IN_PERCENT).format(edition.say(HEADINGS[one])), "change", metric=code, what="change", against=one),
        ]
    rows = []
    lines = {one: frame.to_dict("index") for one, frame in held.items()}
    for group in chosen:
        first = lines[against[0]][group]
        row: list[Cell] = [str(first["name"]), int(first["value"])]
        for one in against:
            line = lines[one][group]
            # Part of a period is no base, and is printed nowhere as one.
            is_whole = line["reason"] != "incomplete"
            row += [whole(float(line["before"])), known(float(line["change"]))] if is_whole else [None, None]
        rows.append(tuple(row))
    return [Table(key, edition.say(caption), tuple(columns), tuple(rows), by=by, codes=tuple(chosen), is_partial=True)]


def whole(value: float) -> int | None:
    return None if math.isnan(value) else round(value)


def known(value: float) -> float | None:
    return None if math.isnan(value) else value


def figures_tables(edition: Edition, key: str, facts: Sequence[Fact], captions: tuple[Text, Text, Text]) -> list[Block]:
    """Key figures: counts, rates with what they are made of, lengths of time; each kind as a table of its own."""
    kinds = {fact.code: edition.counted_by(fact.code)[0] for fact in facts}
    names = {code: _named(edition, metric) for code, metric in kinds.items()}
    lengths = [fact for fact in facts if isinstance(kinds[fact.code], Duration)]
    rates = [fact for fact in facts if fact.is_rate]
    counts = [fact for fact in facts if fact not in lengths and fact not in rates]
    words = [one for one in ("previous", "last_year") if one != "previous" or edition.span.kind != "year"]
    found: list[Block] = []
    if counts:
        columns = (
            Column(edition.say(INDICATOR)),
            Column(edition.say(UNIT)),
            Column(edition.say(NOW), "number"),
            *_moves(edition, words, IN_PERCENT, "change"),
        )
        rows = tuple((names[fact.code], fact.unit, _value(fact), *_changes(fact, words)) for fact in counts)
        found.append(
            Table(f"{key}.counts", edition.say(captions[0]), columns, rows, by="metric", codes=tuple(fact.code for fact in counts))
        )
    if rates:
        columns = (
            Column(edition.say(INDICATOR)), Column(edition.say(ABOVE), "count"), Column(edition.say(BELOW), "count"),
            Column(edition.say(RATE), "percent"), *_moves(edition, words, IN_POINTS, "points"),
        )  # fmt: skip
        rows = tuple(
            (
                names[fact.code],
                whole(fact.numerator),
                whole(fact.denominator),
                None if fact.is_small else _value(fact),
                *_changes(fact, words),
            )
            for fact in rates
        )
        found.append(Table(f"{key}.rates", edition.say(captions[1]), columns, rows, by="metric", codes=tuple(fact.code for fact in rates)))
    if lengths:
        rows = tuple((names[fact.code], fact.lack or _length(edition, fact)) for fact in lengths)
        found.append(Table(f"{key}.lengths", edition.say(captions[2]), (Column(edition.say(INDICATOR)), Column(edition.say(LENGTH))), rows))
    return found


def _named(edition: Edition, metric: Metric) -> str:
    """A metric's label; of what it is about now, the day of that."""
    kind = metric.table.name
    if BASES[kind][metric.base] is not None:
        return edition.say(metric.label)
    on = edition.on(kind)
    said = edition.until_now(kind).removeprefix("截至") if edition.language == "zh" else on.isoformat()
    return edition.say(UP_TO).format(edition.say(metric.label), said)


def _length(edition: Edition, fact: Fact) -> str:
    if not fact.denominator:
        return MISSING
    if math.isnan(fact.value):
        return edition.say(REACHED)
    return hours(fact.value) if edition.language == "zh" else edition.view.theme("office").hours(fact.value)


def _moves(edition: Edition, words: Sequence[str], form: Text, kind: Kind) -> tuple[Column, ...]:
    return tuple(Column(edition.say(form).format(edition.say(HEADINGS[one])), kind, what="change", against=one) for one in words)


def _changes(fact: Fact, words: Sequence[str]) -> tuple[Cell, ...]:
    held = {move.against: move for move in fact.moves}
    shown = {one: move for one, move in held.items() if not fact.is_small and move.base >= fact.minimum}
    return tuple(known(shown[one].change) if one in shown else None for one in words)


def _value(fact: Fact) -> Cell:
    if math.isnan(fact.value):
        return None
    return round(fact.value) if float(fact.value).is_integer() and not fact.is_rate and not fact.decimals else fact.value


def listing_table(edition: Edition, key: str, name: str, note: Text, most: int, without: Text = NO_UNIT) -> list[Block]:
    """The first rows of a chart's own table: what it lists, under its own headings but one."""
    taken = chart_table(edition.view, name, edition.asked)
    rows = [list(row) for row in taken.rows]
    if not rows:
        return [Note(edition.say(NO_ROWS).format(taken.title))]
    places = [place for place, heading in enumerate(taken.headings) if heading != edition.say(without)]
    formats = taken.formats
    heads = tuple(Column(taken.headings[place], "number" if taken.headings[place] in formats else "text") for place in places)
    listed = tuple(tuple(row[place] for place in places) for row in rows[:most])
    return [Table(key, taken.title, heads, listed, note=edition.say(note).format(len(listed)), is_partial=True)]
