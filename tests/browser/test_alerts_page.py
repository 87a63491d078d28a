"""Alerts in a real browser: taken up and handled on a phone; on the wall a ribbon that holds the scene of a new urgent one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.alerts import book
from dashboard.alerts.finding import Finding
from dashboard.alerts.life import settle
from dashboard.alerts.rounds import Rounds
from dashboard.alerts.rule_file import DEFAULTS, rules_of
from dashboard.settings import Settings, read_city
from dashboard.store import store
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


Watch = Callable[..., Watched]


@pytest.fixture
def city(standing: Settings, tmp_path: Path) -> Settings:
    """The demo city as one round of looking left it."""
    city = Settings(city=standing.city, cities=standing.cities, warehouse=standing.warehouse, people=tmp_path)
    Rounds(city)()
    return city


def test_an_alert_is_taken_up_and_handled_on_a_phone(city: Settings, serve: Callable[[Settings], str], watch: Watch) -> None:
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


def test_the_wall_shows_the_worst_and_holds_the_scene_of_a_new_urgent_one(
    city: Settings, serve: Callable[[Settings], str], watch: Watch
) -> None:
    engine = store(city.people_url)
    rule = rules_of(DEFAULTS, ("tickets",))[0].model_copy(update={"level": "urgent", "scene": "risks"})
    count = len(book.open_alerts(engine))
    watched = watch(serve(city))
    page = watched.open("/wall/scenes")
    watched.until("document.querySelectorAll('.wall-alert .alert-face').length === 3")
    assert page.locator(".alert-more").text_content() == f"+{count - 3}"
    assert page.locator(".alert-face").first.locator(".alert-level").text_content() == "▲ 紧急"
    assert page.locator(".alert-face.is-news").count() == 0, "what stood already does not slide in"
    far = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.alert-what')).fontSize) / (innerHeight / 108)")
    assert far >= 2.69
    facts = {"count": 40, "usual": 4.0, "high": 9.0, "where": ["东区", "East"], "link": ""}
    with book.writing(engine) as session:
        settle(session, rule, [Finding("place", "T1", 10.0, facts)], read_city(city.city_folder).now())
    page.evaluate("fetch('/wall/token').then((answer) => answer.json()).then((told) => wall.onToken.forEach((follow) => follow(told)))")
    watched.until("document.querySelector('.alert-face.is-news .alert-what')?.textContent.includes('诉求激增')")
    assert page.evaluate("[wall.state.pin.scene, wall.state.scene]") == ["risks", "risks"]
    assert page.locator(".alert-more").text_content() == f"+{count - 2}"
    assert watched.faults == []
