"""What stands beside the numbers: by which clock times are told, and where a definition comes from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.components import page
from dashboard.data_cards.figures import definitions
from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.risk_register import register_csv
from dashboard.texts import Text
from dashboard.view import View


def in_zone(view: View, zone: str, language: str = "zh") -> str:
    return replace(view, city=view.city.model_copy(update={"time_zone": zone}), language=language).zone


def test_the_clock_is_named(tiny_view: View) -> None:
    assert in_zone(tiny_view, "Asia/Shanghai") == "北京时间（UTC+8）"
    assert in_zone(tiny_view, "Asia/Shanghai", "en") == "Beijing time (UTC+8)"
    assert in_zone(tiny_view, "Asia/Kolkata") == "当地时间（UTC+5:30）"
    assert in_zone(tiny_view, "America/Phoenix", "en") == "Phoenix time (UTC−7)"


def test_pages_and_files_say_by_which_clock(demo_view: View) -> None:
    assert "title='北京时间（UTC+8）'" in str(page(demo_view, Text("页", "Page"), [], path="/"))
    assert any(line.endswith("北京时间（UTC+8）") for line in register_csv(demo_view, Filters()).splitlines()[:3])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_definitions_say_where_they_come_from(language: str, demo_view: View) -> None:
    said = str(definitions(replace(demo_view, language=language), {}))
    cited = {metric.reference.in_(language) for metric in METRICS.values()} - {""}
    assert len(cited) >= 4
    assert all(text.replace("'", "\\'") in said for text in cited)
    for code in ("task_completion", "reports_on_time", "governance_satisfaction"):
        assert METRICS[code].label.in_(language) in said
