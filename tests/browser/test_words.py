"""Words a person reads in a real browser: the calendar in the page's language, an address without a page, a city without divisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from etl.load import load
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
NAMES = {"zh": ("月", ["一", "二", "三", "四", "五", "六", "日"]), "en": ("", ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"])}


@pytest.mark.parametrize("language", NAMES)
def test_the_calendar_speaks_the_language_of_the_page_and_obeys_the_keyboard(
    language: str, tiny: Settings, serve: Serve, watch: Watch
) -> None:
    watched = watch(serve(tiny))
    page = watched.open(f"/tickets?lang={language}&since=2026-10-01&until=2026-10-14")
    watched.until("document.querySelectorAll('.key-value').length === 8")
    page.click(".filter-bar .dash-datepicker")
    page.locator(".dash-datepicker-calendar").first.wait_for()
    month, days = NAMES[language]
    assert page.locator(".dash-datepicker-calendar").first.locator("th").all_inner_texts()[-7:] == days
    header = page.locator(".dash-datepicker-content").inner_text()
    assert ("2026年10月" if month else "October 2026") in header
    page.keyboard.press("Escape")
    if language == "zh":
        start = page.locator(".filter-bar .dash-datepicker input").first
        start.fill("2026-09-15")
        start.press("Enter")
        watched.until("location.search.includes('since=2026-09-15')")
        watched.until("document.querySelector('.filter-bar .dash-datepicker input').value === '2026-09-15'")
    assert watched.faults == []


@pytest.mark.parametrize(("language", "said"), [("zh", "没有这个页面"), ("en", "There is no such page")])
def test_an_address_without_a_page(language: str, said: str, tiny: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(tiny))
    page = watched.open(f"/nothing?lang={language}")
    for width, height in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        watched.until(f"document.querySelector('.sorry')?.innerText.includes('{said}')")
        assert page.locator(".sorry a").is_visible()
    assert all("404" in fault for fault in watched.faults)
    page.click(".sorry a")
    watched.until("document.querySelector('.keys')")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_readable_and_stands_in_the_products_look(language: str, tiny: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(tiny), 390, 844)
    page = watched.open(f"/job/1/file?lang={language}")
    assert page.locator("h1").inner_text() == {"zh": "无权进行此操作", "en": "This is not allowed here"}[language]
    assert page.evaluate("getComputedStyle(document.querySelector('.office')).backgroundColor") == "rgb(244, 246, 249)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not any("Content Security" in fault or "external" in fault for fault in watched.faults)


@pytest.mark.realdata
def test_san_francisco_shows_what_it_has_and_says_what_it_has_not(realdata: Path, tmp_path: Path, serve: Serve, watch: Watch) -> None:
    settings = Settings(city="sanfrancisco", warehouse=tmp_path)
    load(settings, [(realdata / "open311" / "san_francisco_requests.xml", "open311")])
    watched = watch(serve(settings))
    page = watched.open("/tickets")
    watched.until("document.querySelector('.chart-categories .bars')")
    watched.until("document.querySelector('.chart-division-map .annotation')")
    assert "该市未提供区划边界" in page.locator(".chart-division-map").inner_text()
    assert "Sidewalk_Cleaning" in page.locator(".chart-categories").inner_text()
    bars = page.locator(".chart-categories .bars .point path")
    box = bars.last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.until("location.search.includes('categories=')")
    assert watched.faults == []
