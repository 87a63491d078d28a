"""Numbers that people wrote over the program's: what stands nowhere else is found; moving words and rounding nothing is not."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.issuing.edited import Edit, edited
from dashboard.issuing.rewritten import rewritten_findings
from dashboard.reports.model import Column, Paragraph, Period, Report, Run, Said, Section, Table

RATE = Run("92.19%", said=Said("on_time_closure", 92.19))
BLOCKS = (
    Section(1, "本月要览"),
    Paragraph("digest.1", (Run("10月，按期办结率"), RATE, Run("，环比提高0.04个百分点；超期未结287件。"))),
    Paragraph("people.next", (), is_for_people=True),
    Table("t", "表1", (Column("类别"), Column("受理量", "count", "件")), (("城市管理", 1220), ("公用设施", 855)), ("合计", 6149)),
)
OCTOBER = Period("month", date(2026, 10, 1), date(2026, 10, 31), "2026年10月")
REPORT = Report("month", "月报", "", "", "", date(2026, 11, 23), "", OCTOBER, "乌海市", None, "s", "zh", BLOCKS)
SAID = "10月，按期办结率{}，环比提高0.04个百分点；超期未结{}。"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SAID.format("92.19%", "287件"), []),
        # Another rate where one was, and another count.
        (SAID.format("95.19%", "287件"), [("blocking", "92.19%", "95.19%")]),
        (SAID.format("９５．１９％", "278件"), [("blocking", "92.19%", "95.19%"), ("blocking", "287件", "278件")]),
        # Other words, another order, a number of the table, with and without its separator.
        ("超期未结287件；其中城市管理受理1220件，公用设施855件，共6,149件。", []),
        ("10月15日起，第3季度以来，2026年总体平稳。", []),
        # One that nobody knows, where none was taken away.
        (SAID.format("92.19%", "287件") + "已约谈5家。", [("warning", "报告中没有这个数字", "5家")]),
        ("超期未结287件，\n其中300件", [("warning", "报告中没有这个数字", "300件")]),
    ],
)
def test_a_number_written_over_another(text: str, found: list[tuple[str, str, str]]) -> None:
    written = edited(REPORT, [Edit("digest.1", text)])
    assert [(one.severity, one.expected.zh, one.found.zh) for one in rewritten_findings(REPORT, written)] == found


def test_what_people_write_themselves_is_theirs() -> None:
    edits = [Edit("people.next", "拟于12月约谈5家单位。"), Edit("extra.1", "另处理12件。", "digest.1")]
    assert list(rewritten_findings(REPORT, edited(REPORT, edits))) == []
    assert list(rewritten_findings(REPORT, edited(REPORT, [Edit("digest.1", "")]))) == []
