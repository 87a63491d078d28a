"""The wording of reports, sentence by sentence, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from dashboard.reports.narrative import (
    Clause,
    Fact,
    Item,
    Move,
    count_clause,
    duration_clause,
    gap_clause,
    hours,
    joined,
    listed,
    overdue_clause,
    paragraph,
    printed,
    rate_clause,
    rise_clause,
    schedule_clause,
    share_list,
    top,
    words,
)
from dashboard.reports.spans import Span, against_words, days_zh, span_holding

COUNT = Fact("received_count", "受理量", "件", 12345, 12345, 12345, is_rate=False, minimum=5)
RATE = Fact("on_time_closure", "按期办结率", "%", 93.2, 932, 1000, is_rate=True, minimum=5)


def mom(change: float, base: float = 100, reason: str = "") -> Move:
    return Move("环比", "previous", change, base, reason)


def yoy(change: float, base: float = 100, reason: str = "") -> Move:
    return Move("同比", "last_year", change, base, reason)


@pytest.mark.parametrize(
    ("moves", "said", "footnotes"),
    [
        ((mom(4.214), yoy(-3.1)), "共受理群众诉求12,345件，环比上升4.21%，同比下降3.10%", ()),
        ((mom(0.0049), yoy(-0.0049)), "共受理群众诉求12,345件，环比持平，同比持平", ()),
        ((mom(0.006), yoy(-0.006)), "共受理群众诉求12,345件，环比上升0.01%，同比下降0.01%", ()),
        ((mom(0.0),), "共受理群众诉求12,345件，环比持平", ()),
        ((mom(1772.727),), "共受理群众诉求12,345件，环比上升1,772.73%", ()),
        ((mom(2.0), yoy(math.nan, 0, "before_data")), "共受理群众诉求12,345件，环比上升2.00%", ("受理量同比：对比期没有数据，不作比较。",)),
        ((mom(math.nan, 0, "zero_base"),), "共受理群众诉求12,345件", ("受理量环比：对比期为零，不作比较。",)),
        ((mom(math.nan, 9, "category_changed"),), "共受理群众诉求12,345件", ("受理量环比：口径变更，不作比较。",)),
        ((mom(math.nan, 9, "incomplete"),), "共受理群众诉求12,345件", ("受理量环比：对比期数据不全，不作比较。",)),
        ((mom(150.0, 4),), "共受理群众诉求12,345件", ("受理量环比：基数不足5件，不作比较。",)),
        ((mom(20.0, 5),), "共受理群众诉求12,345件，环比上升20.00%", ()),
        ((mom(math.nan, 0, "now"),), "共受理群众诉求12,345件", ()),
        ((Move("较上月同时段", "previous", -3.0, 50),), "共受理群众诉求12,345件，较上月同时段下降3.00%", ()),
    ],
)
def test_a_count_and_how_it_changed(moves: tuple[Move, ...], said: str, footnotes: tuple[str, ...]) -> None:
    clause = count_clause(replace(COUNT, moves=moves), "共受理群众诉求")
    assert (clause.text, clause.footnotes) == (said, footnotes)


@pytest.mark.parametrize(
    ("moves", "said", "footnotes"),
    [
        ((mom(1.2), yoy(-0.86)), "按期办结率93.20%，环比提高1.20个百分点，同比下降0.86个百分点", ()),
        ((mom(-0.004), yoy(0.005)), "按期办结率93.20%，环比持平，同比提高0.01个百分点", ()),
        ((mom(1.2, 4),), "按期办结率93.20%", ("按期办结率环比：对比期样本不足5件，不作比较。",)),
        ((yoy(math.nan, 0, "before_data"),), "按期办结率93.20%", ("按期办结率同比：对比期没有数据，不作比较。",)),
    ],
)
def test_a_rate_changes_by_points(moves: tuple[Move, ...], said: str, footnotes: tuple[str, ...]) -> None:
    clause = rate_clause(replace(RATE, moves=moves))
    assert (clause.text, clause.footnotes) == (said, footnotes)


def test_nothing_is_said_of_a_rate_of_few_nor_of_what_is_not_known() -> None:
    few = rate_clause(replace(RATE, denominator=4, moves=(mom(1),)))
    assert (few.text, few.footnotes) == ("", ("按期办结率：样本不足5件，不作表述。",))
    lacking = rate_clause(replace(RATE, value=math.nan, lack="来源未提供"))
    assert (lacking.text, lacking.footnotes) == ("", ("按期办结率：来源未提供。",))
    nothing = rate_clause(replace(RATE, value=math.nan, denominator=0))
    assert (nothing.text, nothing.footnotes) == ("", ("按期办结率：期内没有可计算的数据。",))
    assert count_clause(replace(COUNT, value=math.nan, lack="无时限"), "超期未结").footnotes == ("受理量：无时限。",)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(123456789, 0, "123,456,789"), (261.049, 2, "261.05"), (-3.5, 1, "−3.5"), (10000, 0, "10,000"), (0, 0, "0")],
)
def test_numbers_are_printed_in_full(value: float, decimals: int, said: str) -> None:
    assert printed(value, decimals) == said


def test_amounts_keep_their_unit() -> None:
    money = Fact("dispute_amount", "涉案金额", "万元", 261.05, 261.05, 12, is_rate=False, minimum=5, decimals=2, moves=(mom(-2.09),))
    assert count_clause(money, "涉案金额").text == "涉案金额261.05万元，环比下降2.09%"


def items(**counts: float) -> list[Item]:
    return [Item(name, name, count) for name, count in counts.items()]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (items(甲=60, 乙=30, 丙=10), "其中，甲60件，占60.00%；乙30件，占30.00%；丙10件，占10.00%"),
        (items(甲=60, 乙=20, 丙=20), "其中，甲60件，占60.00%；丙、乙各20件，各占20.00%"),
        (items(甲=40, 乙=20, 丙=20, 丁=20), "其中，甲40件，占40.00%；丁、丙、乙各20件，各占20.00%"),
        (items(甲=95, 乙=1, 丙=1, 丁=1, 戊=1, 己=1), "其中，甲95件，占95.00%"),
        (items(甲=100), "均为甲"),
        (items(甲=50, 乙=0), "其中，甲50件，占50.00%"),
        (items(), ""),
        (items(甲=0), ""),
    ],
)
def test_a_list_with_its_shares_and_ties(held: list[Item], said: str) -> None:
    assert share_list(held, 100, "件", "received_count", "major_code").text == said


def test_a_list_of_ties_alone_is_said_whole() -> None:
    assert [item.code for item in top(items(甲=1, 乙=1, 丙=1, 丁=1, 戊=1, 己=1), 3)] == sorted("甲乙丙丁戊己")


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["甲"], "甲"), (["甲", "乙"], "甲、乙"), (["甲", "乙", "丙"], "甲、乙、丙"), (list("甲乙丙丁"), "甲、乙、丙等4个单位"),
     ([str(place) for place in range(1200)], "0、1、2等1,200个单位")],
)  # fmt: skip
def test_units_are_listed(names: list[str], said: str) -> None:
    assert listed(names) == said


TURN = Span("special", date(2025, 12, 20), date(2026, 1, 8))
OVERDUE = Fact("overdue_open", "超期未结", "件", 35, 35, 100, is_rate=False, minimum=5)


@pytest.mark.parametrize(
    ("value", "units", "said"),
    [
        (35, list("甲乙丙丁"), "超期未结35件，涉及甲、乙、丙等4个单位"), (1, ["甲"], "超期未结1件，涉及甲"),
        (2, ["甲", "乙"], "超期未结2件，涉及甲、乙"),
        (2, [], "超期未结2件"), (0, [], "没有超期未结诉求"),
    ],
)  # fmt: skip
def test_what_is_overdue_and_whose(value: float, units: list[str], said: str) -> None:
    assert overdue_clause(replace(OVERDUE, value=value), units).text == said


DONE = Fact("task_completion:of_all", "任务完成率", "%", 100 / 9, 12, 108, is_rate=True, minimum=5)


@pytest.mark.parametrize(
    ("gap", "said", "notes"),
    [
        (3.2, "截至10月31日，108项任务已完成12项，完成率11.11%，平均进度快于序时进度3.20个百分点", 0),
        (-0.5, "截至10月31日，108项任务已完成12项，完成率11.11%，平均进度慢于序时进度0.50个百分点", 0),
        (0.004, "截至10月31日，108项任务已完成12项，完成率11.11%，平均进度与序时进度持平", 0),
        (math.nan, "截至10月31日，108项任务已完成12项，完成率11.11%", 1),
    ],
)
def test_tasks_against_their_schedule(gap: float, said: str, notes: int) -> None:
    clause = schedule_clause(108, DONE, gap, "截至10月31日")
    assert (clause.text, len(clause.footnotes)) == (said, notes)
    assert bool(gap_clause(gap)) == (not notes)


def test_a_rise_says_from_what_to_what() -> None:
    assert rise_clause("停水", 77, 215, "件", "较上月同时段").text == "停水由77件升至215件，较上月同时段上升179.22%"


@pytest.mark.parametrize(
    ("value", "said"), [(0.1, "6分钟"), (1.0, "1.0小时"), (43.04, "43.0小时"), (47.9, "47.9小时"), (48.0, "2.0天"), (235.2, "9.8天")]
)
def test_lengths_of_time(value: float, said: str) -> None:
    assert hours(value) == said
    fact = replace(COUNT, code="median_hours", label="处置时长中位数", unit="", value=value)
    assert duration_clause(fact, "处置时长中位数").text == f"处置时长中位数{said}"


def test_a_length_that_is_not_reached_is_said_to_be_so() -> None:
    fact = replace(COUNT, code="p90_hours", label="P90", value=math.nan)
    assert duration_clause(fact, "九成诉求办结用时").text == "九成诉求办结用时尚未达到"
    assert duration_clause(replace(fact, denominator=0), "九成").text == ""
    assert duration_clause(replace(fact, lack="来源未提供"), "九成").footnotes == ("P90：来源未提供。",)


def test_a_paragraph_has_its_stops_and_keeps_what_was_left_out() -> None:
    left_out = Clause((), ("甲：无。",))
    made = paragraph("p", words("一"), Clause(), joined([words("二"), left_out, words("三")]), left_out)
    assert made is not None
    assert (made.text, made.footnotes) == ("一。二，三。", ("甲：无。",))
    assert paragraph("p", Clause()) is None


@pytest.mark.parametrize(
    ("span", "name", "during", "is_running", "against"),
    [
        (span_holding("day", date(2026, 10, 14)), "2026年10月14日", "10月14日", False, ["较上日", "同比"]),
        (span_holding("week", date(2026, 10, 14)), "2026年10月12日至18日", "10月12日至18日", False, ["较上周", "同比"]),
        (span_holding("week", date(2026, 10, 1)), "2026年9月28日至10月4日", "9月28日至10月4日", True, ["较上周同时段", "较上年同时段"]),
        (span_holding("month", date(2026, 10, 14)), "2026年10月", "10月", False, ["环比", "同比"]),
        (span_holding("month", date(2026, 11, 14)), "2026年11月", "11月", True, ["较上月同时段", "较上年同时段"]),
        (span_holding("quarter", date(2026, 8, 14)), "2026年第三季度", "三季度", False, ["环比", "同比"]),
        (span_holding("half_year", date(2026, 8, 14)), "2026年下半年", "下半年", False, ["环比", "同比"]),
        (span_holding("year", date(2026, 8, 14)), "2026年", "2026年", False, ["较上年"]),
        (
            Span("special", date(2025, 12, 20), date(2026, 1, 8)),
            "2025年12月20日至2026年1月8日",
            "2025年12月20日至2026年1月8日",
            False,
            ["较前20日", "同比"],
        ),
    ],
)
def test_every_kind_has_its_words(span: Span, name: str, during: str, is_running: bool, against: list[str]) -> None:
    assert (span.name(), span.during()) == (name, during)
    assert [word for _, word in against_words(span, is_running=is_running)] == against


def test_days_stand_without_leading_zeros() -> None:
    assert days_zh(date(2026, 1, 5), date(2026, 1, 9)) == "1月5日至9日"
    with pytest.raises(ValueError, match="first and its last"):
        span_holding("special", date(2026, 1, 1))
