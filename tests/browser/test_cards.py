"""Cards in a real browser: their numbers, files and pictures; what they say when they fail; what is chosen, and let go."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
DRAWN = "document.querySelector('.chart-{} .js-plotly-plot :is(.trace, .choroplethlayer path)')"


@pytest.mark.parametrize(("page", "chart"), [("disputes", "disputes-by-type"), ("tickets", "division-map"), ("risks", "risk-matrix")])
def test_a_chart_is_taken_away_as_a_picture(page: str, chart: str, standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    at = watched.open(f"/{page}?period=last_12_months")
    watched.until(DRAWN.format(chart) if chart != "risk-matrix" else f"document.querySelector('.chart-{chart} .annotation')")
    card = at.locator(f".chart-{chart}")
    box = card.locator(".js-plotly-plot").bounding_box()
    card.locator("summary").focus()
    at.keyboard.press("Enter")
    with at.expect_download() as taken:
        card.locator("[data-tool=picture]").click()
    assert re.fullmatch(r".+_乌海市_近12个月\.png", taken.value.suggested_filename)
    data = Path(taken.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert box is not None
    assert width == round(2 * (round(box["width"]) + 40))
    assert height > 2 * (box["height"] + 80)  # Title, period and data time stand around it.
    assert len(data) > 20_000
    assert watched.faults == []


def test_the_numbers_behind_a_chart_are_read_and_taken_in_the_view_of_the_page(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/disputes?period=last_12_months&divisions=150302")
    watched.until(DRAWN.format("disputes-by-type"))
    card = page.locator(".chart-disputes-by-type")
    for width, height in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(0, 0)
        if width < 640:
            watched.until("getComputedStyle(document.querySelector('.chart-disputes-by-type summary')).opacity === '1'")
        card.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog.numbers tbody tr")
        assert page.locator("dialog.numbers th").all_inner_texts()[:3] == ["名称", "代码", "纠纷受理量（件）"]
        assert "海勃湾区" in page.locator("dialog.numbers dd").all_text_contents()[2]
        with page.expect_download() as taken:
            page.locator("dialog.numbers a[download]").first.click()
        text = Path(taken.value.path()).read_text(encoding="utf-8-sig")
        assert "区域：海勃湾区" in text
        page.keyboard.press("Escape")
        watched.until("!document.querySelector('dialog.numbers')")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.evaluate("document.activeElement.blur()")
        watched.until("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.faults == []


def test_a_card_that_fails_says_so_and_asks_again_while_the_others_work(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/disputes?period=last_12_months")
    watched.until(DRAWN.format("disputes-by-type"))
    bars = page.locator(".chart-disputes-by-type .bars .point path")
    # Unreachable at the first click, at fault at the second, which lets go of what the first one chose.
    for how in ("abort", "fail"):
        whole = page.locator(".key-value").first.inner_text()

        def refuse(route: Route) -> None:
            asked = '"disputes_by_level"' in (route.request.post_data or "") and '"figure"' in (route.request.post_data or "")
            if not asked:
                route.continue_()
            elif how == "abort":  # noqa: B023
                route.abort()
            else:
                route.fulfill(status=500, body="")

        page.route("**/_dash-update-component*", refuse)
        box = bars.last.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        watched.until("document.querySelector('.chart-disputes-by-level[data-failed*=取数失败]')")
        watched.until(f"document.querySelector('.key-value').innerText !== '{whole}'")
        assert page.locator("main [data-failed]").count() == 1
        page.unroute("**/_dash-update-component*")
        page.locator(".failed-notice").get_by_text("重试").click()
        watched.until("!document.querySelector('main [data-failed]') && !document.querySelector('.failed-notice')")
    assert all("ERR_FAILED" in fault or "500" in fault or "Callback" in fault for fault in watched.faults), watched.faults


def test_what_is_chosen_stands_as_a_chip_and_is_let_go_by_key_or_by_a_second_click(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/disputes?period=last_12_months")
    bars = page.locator(".chart-disputes-outcome .bars .point path")
    bars.first.wait_for()

    def press(place: int) -> None:
        box = bars.nth(place).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)  # A mark is told when it is pointed at, and clicked as what was told.
        page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)

    bars.first.scroll_into_view_if_needed()
    press(0)
    watched.until("location.search.includes('outcomes=success')")
    chip = page.locator(".filter-chip")
    watched.until("document.querySelector('.filter-chip')?.innerText.includes('调解结果：调解成功')")
    press(0)
    watched.until("!location.search.includes('outcomes=') && !document.querySelector('.filter-chip')")
    press(0)
    chip.first.wait_for()
    chip.first.focus()
    page.keyboard.press("Enter")
    watched.until("!location.search.includes('outcomes=') && !document.querySelector('.filter-chip')")
    # Where nothing can be chosen the pointer does not promise it.
    pointer = "document.querySelector('.chart-{} .nsewdrag') && getComputedStyle(document.querySelector('.chart-{} .nsewdrag')).cursor"
    watched.until(pointer.format("disputes-flow", "disputes-flow") + " === 'default'")
    watched.until(pointer.format("disputes-outcome", "disputes-outcome") + " === 'pointer'")
    assert watched.faults == []


def test_the_start_page_is_the_day_in_one_screen(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/")
    watched.until("document.querySelectorAll('.key-value').length === 10 && document.querySelector('.day-places tbody tr')")
    watched.until(DRAWN.format("division-map"))
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    unit = page.locator(".day-attention li a").first
    name = unit.inner_text()
    unit.click()
    page.wait_for_url("**/tickets?**units=**")
    watched.until(f"document.querySelector('.filter-chip')?.innerText.includes('{name}')")
    assert watched.faults == []
