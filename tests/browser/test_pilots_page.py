"""The committee's ledger in a real browser: a row opens, a heading sorts, a lamp and a cell filter, and all of it is a link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def test_the_ledger_is_read_sorted_opened_filtered_and_taken_away(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/pilots")
    page.wait_for_selector(".ledger-table tbody tr")
    assert page.locator(".gate-band.is-hit").count() == page.locator(".gate.is-hit").count() == 1
    rows = page.locator(".ledger-table tbody:not(.ledger-parts) tr").count()
    assert rows == int(page.locator(".stand-whole b").inner_text())
    button = page.locator(".ledger-open").first
    button.click()
    page.wait_for_selector(".ledger-parts tr")
    assert str(page.locator(".ledger-parts tr").count()) in button.inner_text()
    button.click()
    watched.until("!document.querySelector('.ledger-parts tr')")
    page.locator("[data-sort=due]").click()
    watched.until("location.search.includes('sort=due') && document.querySelector('th.is-due[aria-sort=ascending]')")
    page.get_by_text("按责任单位", exact=True).click()
    watched.until("location.search.includes('by=unit') && document.querySelector('.ledger-table.by-unit')")
    red = page.locator(".stand-state.is-red")
    count = red.locator("b").inner_text()
    red.click()
    watched.until("location.search.includes('lamps=red') && document.querySelector('.ledger-table .lamp.is-red')")
    assert page.locator(".ledger-table tbody:not(.ledger-parts) tr").count() == int(count)
    with page.expect_download() as taken:
        page.locator(".ledger-files a", has_text="CSV").click()
    assert Path(taken.value.path()).read_text(encoding="utf-8-sig").startswith("试点任务台账")
    assert watched.faults == []
