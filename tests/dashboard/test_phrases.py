"""Every remark the loader can write is known in Chinese."""

from __future__ import annotations

import pytest

from dashboard.phrases import said
from dashboard.settings import Settings
from tests.deliveries import asked


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the sender counts 3 rows, 1,002 were received", "报送方称 3 行，实收 1,002 行"),
        ("row 7 of sheet 一月 is a total, not a row: 合计 12", "工作表 一月 第 7 行是合计，不计为数据行：合计 12"),
        ("line 7 is a total, not a row: 合计 12", "第 7 行是合计，不计为数据行：合计 12"),
        ("too few columns: the file ends here", "列数不足"),
        ("something new", "something new"),
    ],
)
def test_a_remark_is_said_in_chinese(english: str, chinese: str) -> None:
    assert said(english, "zh") == chinese


def test_every_remark_on_the_demo_is_known(demo: Settings) -> None:
    remarks = asked(demo, "select warnings from load_batches where warnings <> ''")
    remarks += asked(demo, "select masked_value from rejected_rows where reason_code = 'broken_row'")
    assert remarks
    for (text,) in remarks:
        for line in text.splitlines():
            assert said(line, "zh") != line, line
