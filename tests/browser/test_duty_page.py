"""The duty page in a real browser: who is on duty, a handover written, taken over and printed; and the wall's bar."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.test_data_page import choose

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
NIGHT = "/duty?lang=zh&shift=2026-11-19T20:30"


@pytest.fixture(scope="module")
def on_duty(standing: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo city on the 20th at half past two in the afternoon, with a roster that a test may spoil and a store of its own."""
    folder = tmp_path_factory.mktemp("duty")
    shutil.copytree(standing.city_folder, folder / "cities" / standing.city)
    return Settings(city=standing.city, cities=folder / "cities", warehouse=standing.warehouse, people=folder / "people")


@pytest.fixture(scope="module")
def base(on_duty: Settings, serve: Serve) -> str:
    return serve(on_duty)


def test_a_shift_is_handed_over_on_the_page_and_on_paper(base: str, watch: Watch, tmp_path: Path) -> None:
    watched = watch(base)
    page = watched.open(NIGHT)
    page.wait_for_selector(".duty-sheet")
    assert "白班" in page.locator(".duty-standing > div").first.inner_text()
    assert page.locator(".duty-cell.is-now").count() == 1
    assert page.locator("button[data-act], .duty-box").count() == 0, "a visitor can only read"
    choose(watched, "duty_officer")
    page.fill(".duty-box", "滨河街道供热管道漏水，已联系供热公司，待回电。")
    page.click("button[data-write]")
    watched.until("document.querySelector('.duty-sheet h3 small')?.innerText.includes('填写于')")
    reported = page.locator(".duty-numbers tbody tr td:nth-child(2)").first.inner_text()
    page.click("button[data-act=take_over]")
    assert page.input_value("dialog input") == page.locator(".duty-standing dd").nth(1).inner_text().split("、")[0]
    page.click("dialog button.strong")
    watched.until("document.querySelector('.duty-taken')")
    assert page.locator(".duty-box").count() == 0
    assert "供热管道漏水" in page.locator(".duty-note").inner_text()
    assert page.locator(".duty-numbers tbody tr td:nth-child(2)").first.inner_text() == reported
    assert "已接班" in page.locator(".duty-past").inner_text()
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert all(name in page.locator(".duty-signs").inner_text() for name in ("交班人", "接班人", "带班领导"))
    printed = page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1, "the sheet fits one page"
    assert watched.faults == []


def test_a_number_leads_to_the_rows_behind_it(base: str, watch: Watch) -> None:
    watched = watch(base, 390, 844)
    page = watched.open("/duty?lang=zh&shift=2026-11-19T08:30")
    link = page.locator(".duty-numbers a[href*='list=overdue']").first
    count = int(link.inner_text().replace(",", ""))
    link.click()
    page.wait_for_selector(".duty-behind tbody tr")
    assert page.locator(".duty-behind tbody tr").count() == min(count, 200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for strange in ("1999-01-01T00:00&list=nonsense", "0001-01-01T08:30", "9999-12-31T20:30", "2026-11-19T08:30&list=came_back"):
        watched.open(f"/duty?shift={strange}").wait_for_selector(".duty-top")
    assert watched.faults == []


def test_a_spoilt_roster_is_told_on_the_page_and_the_wall_only_says_so(base: str, on_duty: Settings, watch: Watch) -> None:
    duty = on_duty.city_folder / "duty.csv"
    sound = duty.read_text(encoding="utf-8")
    wall = watch(base)
    # Only the bar is looked at: no picture need be drawn.
    wall.page.route("**/wall/frame*", lambda route: route.fulfill(json={}))
    wall.open("/wall/scenes?lang=zh")
    wall.until("document.querySelector('.wall-duty')?.textContent.includes('带班')")
    assert wall.page.evaluate("(([bar]) => bar.scrollWidth <= bar.clientWidth)(document.querySelectorAll('.wall-duty'))")
    duty.write_text(sound.replace("2025-01-02,8,,day", "2025-13-02,8,,day"), encoding="utf-8")
    page = watch(base).open("/duty?lang=zh")
    assert "duty.csv 第4行 “日期”列：'2025-13-02'；应为如 2026-10-01 的日期" in page.locator(".duty-faults").inner_text()
    wall.page.evaluate("wall.askNow()")
    wall.until("document.querySelector('.wall-duty')?.textContent === '值班表待更新'")
    for name in ("duty.csv", "duty_shifts.csv"):
        (on_duty.city_folder / name).unlink()
    wall.page.evaluate("wall.askNow()")
    wall.until("document.querySelector('.wall-duty')?.textContent === ''")
    assert wall.faults == []
    gone = watch(base)
    gone.page.goto(base + "/duty?lang=zh")
    gone.page.wait_for_selector(".sorry")
    assert gone.faults[0].startswith("404"), gone.faults
    assert gone.open("/ticket").locator(".top nav a[href='/duty']").count() == 0
