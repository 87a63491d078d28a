"""The page of risks in a real browser: it filters by a click, it is leafed through, its register can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def test_the_register_is_leafed_through_and_taken_away(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/risks?period=last_12_months")
    page.wait_for_selector(".register tbody tr")
    assert page.locator(".register tbody tr").count() == 50
    first = page.locator(".register tbody tr").first.inner_text()
    page.get_by_text("下一页 →").click()
    watched.until("document.querySelector('.pager').innerText.includes('第 51–')")
    assert page.locator(".register tbody tr").first.inner_text() != first
    with page.expect_download() as taken:
        page.locator("a.act-button", has_text="下载 CSV").click()
    file = Path(taken.value.path())
    assert taken.value.suggested_filename.endswith(".csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert file.read_text(encoding="utf-8-sig").startswith("风险台账")
    assert watched.faults == []


@pytest.mark.parametrize(("chart", "field"), [("risk-matrix", "risk_cells"), ("risk-types", "risk_types"), ("risk-units", "units")])
def test_a_click_on_a_mark_filters_the_register(chart: str, field: str, standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/risks")
    page.wait_for_selector(".register tbody tr")
    watched.until(f"document.querySelector('.chart-{chart} .js-plotly-plot .annotation')")
    whole = page.locator(".key-value").first.inner_text()
    if chart == "risk-matrix":
        box = page.locator(f".chart-{chart} .annotation", has_text="▲").first.bounding_box()
    else:
        boxes = [bar.bounding_box() for bar in page.locator(f".chart-{chart} .bars .point path").all()]
        box = next(found for found in reversed(boxes) if found is not None and found["width"] > 5)
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)  # A mark is told when it is pointed at, and clicked as what was told.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.until(f"location.search.includes('{field}=')")
    watched.until("document.querySelector('.chosen')")
    watched.until(f"document.querySelector('.key-value').innerText !== '{whole}'")
    assert watched.faults == []
