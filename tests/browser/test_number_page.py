"""A number taken apart in a real browser: opened from its card by keyboard, its rows sorted, leafed through and taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
ROWS = "document.querySelectorAll('.number-table .ag-center-cols-container .ag-row .ag-cell[col-id=reported_at]')"


def test_from_a_card_to_its_rows(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/tickets?period=last_12_months&divisions=150302")
    card = page.locator(".key-card", has_text="按期办结率")
    card.locator(".key-link").wait_for()
    value = card.locator(".key-value").inner_text()
    card.locator(".key-link").focus()
    page.keyboard.press("Enter")
    watched.until("location.pathname === '/number' && document.querySelector('.number-value .key-value')")
    assert page.locator(".number-value .key-value").inner_text() == value
    assert "海勃湾区" in page.locator(".number-card .chips").inner_text()
    watched.until(f"{ROWS}.length > 5")
    newest = page.evaluate(f"{ROWS}[0].innerText")
    # Sorted on the server: the oldest first.
    page.locator(".number-table .ag-header-cell[col-id=reported_at] .ag-header-cell-label").click()
    watched.until(f"{ROWS}.length > 5 && {ROWS}[0].innerText && {ROWS}[0].innerText < '{newest}'")
    oldest = page.evaluate(f"{ROWS}[0].innerText")
    page.locator(".number-table [data-ref=btNext]").click()
    watched.until(f"{ROWS}.length && {ROWS}[0].innerText > '{oldest}'")
    watched.until("document.querySelector('.number-table .ag-paging-panel').innerText.includes('101')")
    page.get_by_text("不参与", exact=True).last.click()
    watched.until("document.querySelector('.number-rows .card-tools').innerText.includes('共 0 条')")
    page.get_by_text("分母（含分子）").click()
    watched.until("document.querySelector('.number-table .ag-row a')")
    with page.expect_download() as taken:
        page.get_by_text("下载 CSV").click()
    assert Path(taken.value.path()).read_text(encoding="utf-8-sig").startswith("按期办结率")
    # The link of a row by keyboard: its ticket.
    page.locator(".number-table .ag-cell[col-id=ticket_number]").first.click(position={"x": 130, "y": 10})
    page.keyboard.press("Enter")
    watched.until("location.pathname === '/ticket' && document.querySelector('.ticket-head')")
    assert watched.faults == []
