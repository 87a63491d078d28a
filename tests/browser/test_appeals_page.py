"""The page of appeals in a real browser: a cell filters by both its names, the way up is a link, a switch shows another chart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def middle(page: Page, selector: str) -> tuple[float, float]:
    """Bring something to the middle of the window, clear of the filter bar; where it then begins."""
    place = page.locator(selector).first
    place.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    box = place.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def test_a_cell_a_crumb_and_a_switch(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/tickets?period=last_12_months")
    page.locator(".chart-category-by-place .heatmaplayer image").first.wait_for(state="attached")
    x, y = middle(page, ".chart-category-by-place .nsewdrag")
    page.mouse.click(x + 20, y + 10)  # The first cell: the commonest category where it is commonest.
    watched.until("location.search.includes('majors=') && location.search.includes('divisions=')")
    watched.until("document.querySelectorAll('.crumbs a').length === 2")
    # One level up keeps the category.
    page.locator(".crumbs a").last.click()
    watched.until("document.querySelectorAll('.crumbs a').length === 1")
    assert "majors=" in page.url
    # The switch shows the tiles in the place of the map.
    page.locator(".card:has(.crumbs) .switch label").nth(2).click()
    watched.until("getComputedStyle(document.querySelector('.face.chart-tile-map')).visibility === 'visible'")
    watched.until("getComputedStyle(document.querySelector('.face.chart-division-map')).visibility === 'hidden'")
    # Its menu stands beside the switch, and its numbers bear its own name.
    menu = page.locator(".face.chart-tile-map summary")
    menu.click()
    switch, corner = page.locator(".card:has(.crumbs) .switch").bounding_box(), menu.bounding_box()
    assert switch is not None
    assert corner is not None
    assert switch["x"] + switch["width"] <= corner["x"]
    page.locator(".face.chart-tile-map [data-tool=numbers]").click()
    page.wait_for_selector("dialog.numbers tbody tr")
    assert page.locator("dialog.numbers h2").inner_text() == "诉求分布（方格示意）"
    assert watched.faults == []


def test_a_minor_category_of_the_tree_filters(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/tickets?period=last_12_months")
    watched.until("document.querySelectorAll('.chart-category-tree .slice').length > 100")
    x, y = middle(page, ".chart-category-tree .main-svg")
    page.mouse.click(x + 25, y + 60)  # Within the first major, under its name.
    watched.until("location.search.includes('majors=') && location.search.includes('categories=')")
    assert watched.faults == []
