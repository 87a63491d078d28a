"""The page of alerts on a phone: an alert is taken up and handled, and the page renews itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.alerts import book
from dashboard.alerts.rounds import Rounds
from dashboard.settings import Settings
from dashboard.store import store
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def test_an_alert_is_taken_up_and_handled_on_a_phone(
    standing: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched], tmp_path: Path
) -> None:
    city = Settings(city=standing.city, cities=standing.cities, warehouse=standing.warehouse, people=tmp_path)
    Rounds(city)()
    count = len(book.open_alerts(store(city.people_url)))
    watched = watch(serve(city), 390, 844)
    page = watched.open("/alerts")
    watched.until(f"document.querySelectorAll('.alert-card').length === {count}")
    assert page.locator("button[data-act]").count() == 0, "a visitor can only read"
    page.click(".alert-role button")
    page.wait_for_selector("button[data-act]")
    first = page.locator(".alert-card").first
    assert (first.locator(".act-button").first.bounding_box() or {})["height"] >= 44, "a thumb must meet it"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first.get_by_text("确认", exact=True).click()
    page.click("dialog button.strong")
    watched.until("document.querySelectorAll('.alert-is-acknowledged').length === 1")
    page.locator(".alert-is-acknowledged [data-act=handle_alert]").click()
    page.fill("dialog input", "已到场处置")
    page.click("dialog button.strong")
    watched.until("document.querySelector('.alert-is-handled .alert-story:last-of-type')?.innerText.includes('处置：已到场处置')")
    assert page.locator(".alert-card:not(.alert-is-handled)").count() == count - 1
    assert page.locator(".alert-rules tbody tr").count() == 6
    assert watched.faults == []
