"""What a wall shows and says when something is wrong: no server, damaged answers, data that stand still, clocks that differ."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from bench.hall import free_port, start_server
from dashboard.scenes import SCENES
from dashboard.settings import Settings, read_city
from tests.browser.conftest import Watched
from tests.conftest import DEMO_NOW

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
STATE, PICTURE = "wall.find('.wall-state')", ".scene[data-scene=disputes]"


def _with_empty_figure(route: Route) -> None:
    body = route.fetch().json()
    body["figures"]["disputes_map"] = {}
    route.fulfill(json=body)


DAMAGE: dict[str, Callable[[Route], object]] = {
    "half of it": lambda route: route.fulfill(body='{"scene": "disputes", "figures": {', content_type="application/json"),
    "a fault": lambda route: route.fulfill(status=500, body="{}", content_type="application/json"),
    "a page": lambda route: route.fulfill(body="<!DOCTYPE html><p>Sign in</p>", content_type="text/html"),
    "another type": lambda route: route.fulfill(body="{}", content_type="text/plain"),
    "nothing in it": lambda route: route.fulfill(json={"scene": "disputes", "keys": [], "platforms": [], "listings": {}, "figures": {}}),
    "an empty figure": _with_empty_figure,
    "no answer": lambda _route: None,
}


def whole(watched: Watched, path: str = "/wall/scenes") -> Page:
    page = watched.open(path)
    watched.until("window.wall && wall.root() && wall.root().classList.contains('is-whole') && !wall.state.isBusy", 60)
    return page


def test_the_server_is_killed_and_comes_back(standing: Settings, watch: Watch, tmp_path: Path) -> None:
    settings = Settings(city=standing.city, cities=standing.cities, warehouse=standing.warehouse, people=tmp_path / "people")
    port, log = free_port(), tmp_path / "log"
    server = start_server(settings, port, log)
    try:
        watched = watch(f"http://127.0.0.1:{port}")
        page = whole(watched)
        page.evaluate("window.isTheSamePage = true")
        before = page.locator(PICTURE).text_content()
        server.kill()
        server.wait()
        page.evaluate("wall.askNow()")
        watched.until(f"{STATE}.textContent.includes('服务器无应答') && {STATE}.textContent.includes('秒后重试')")
        assert re.search(r"画面停留在 \d\d:\d\d:\d\d", page.locator(".wall-state").inner_text())
        assert page.locator(PICTURE).text_content() == before
        waits = []
        for _ in range(3):
            failures = page.evaluate("wall.state.failures")
            page.evaluate("wall.askNow()")
            watched.until(f"wall.state.failures > {failures} && !wall.state.isBusy")
            waits.append(page.evaluate("(wall.state.nextAt - performance.now()) / 1000"))
        for wait, usual in zip(waits, (20, 40, 60), strict=True):
            assert 0.7 * usual < wait < 1.25 * usual
        server = start_server(settings, port, log)
        page.evaluate("wall.state.nextAt = performance.now() + 500")  # As after a minute: nobody need do anything.
        watched.until(f"{STATE}.hidden && !wall.state.failures")
        assert page.evaluate("window.isTheSamePage")
        assert page.locator(PICTURE).text_content() == before
    finally:
        server.kill()
        server.wait()


def test_one_damaged_scene_keeps_its_picture_and_the_others_go_on(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = whole(watched)
    before = page.locator(PICTURE).text_content()
    page.evaluate("Object.assign(wall.state, { timeout: 3000, between: 10 })")
    scenes = page.evaluate("Object.keys(wall.facts().dwell).length")
    for name, damage in DAMAGE.items():
        page.route("**/wall/frame?*scene=disputes*", damage)
        seen = page.evaluate("wallLife.refreshes")
        page.evaluate("wall.forget()")
        watched.until("wall.state.faults.disputes && !wall.state.isBusy")
        watched.until(f"!{STATE}.hidden && /矛盾化解 自 \\d\\d:\\d\\d:\\d\\d 起未能更新/.test({STATE}.textContent)")
        assert page.evaluate("wallLife.refreshes") == seen + scenes - 1, name
        assert page.evaluate("Object.keys(wall.state.faults)") == ["disputes"], name
        assert page.locator(PICTURE).text_content() == before, name
        page.unroute("**/wall/frame?*scene=disputes*")
        page.evaluate("wall.askNow()")
        watched.until(f"{STATE}.hidden && wall.state.drawn.disputes")
    # The same of the token: nothing is known then, and everything stays.
    for name in ("half of it", "a fault", "a page", "another type", "nothing in it"):
        page.route("**/wall/token*", DAMAGE[name])
        page.evaluate("wall.askNow()")
        watched.until(f"{STATE}.textContent.includes('服务器应答有误')")
        assert page.locator(PICTURE).text_content() == before, name
        page.unroute("**/wall/token*")
        page.evaluate("wall.askNow()")
        watched.until(f"{STATE}.hidden")


def test_what_hangs_on_the_token_may_fail_and_the_wall_goes_on(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = whole(watched)
    page.evaluate("wall.onToken.unshift(() => { throw new Error('a hook that fails'); })")
    before = page.evaluate("({ ...wallLife })")
    page.evaluate("wall.forget()")
    watched.until(f"wallLife.refreshes > {before['refreshes']}")
    assert page.evaluate("wallLife.errors") > before["errors"]
    assert page.evaluate("wall.state.failures") == 0


def test_polls_never_overlap_and_only_a_changed_token_asks_for_frames(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = whole(watched)
    under_way: set[Request] = set()
    most, asked, waits = 0, [], []

    def begun(request: Request) -> None:
        nonlocal most
        if "/wall/token" in request.url or "/wall/frame" in request.url:
            asked.append(request.url)
            under_way.add(request)
            most = max(most, len(under_way))

    page.on("request", begun)
    page.on("requestfinished", lambda request: under_way.discard(request))  # noqa: PLW0108 it must take attributes
    page.route("**/wall/token*", lambda route: (page.wait_for_timeout(300), route.continue_())[1])
    for _ in range(30):
        page.evaluate("wall.askNow()")
        page.wait_for_timeout(100)
    watched.until("!wall.state.isBusy && wall.state.nextAt > 0")
    assert most == 1
    assert len(asked) >= 2
    assert not [url for url in asked if "/wall/frame" in url]
    page.unroute("**/wall/token*")
    for _ in range(5):
        page.evaluate("wall.askNow()")
        watched.until("!wall.state.isBusy && wall.state.nextAt > performance.now()")
        waits.append(page.evaluate("(wall.state.nextAt - performance.now()) / 1000"))
    assert all(6 < wait <= 12.1 for wait in waits)
    assert max(waits) - min(waits) > 0.1


def test_the_shell_says_that_it_has_no_picture_and_keeps_the_one_it_has(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.page
    page.route("**/wall/scenes*", lambda route: route.abort())
    watched.page.goto(watched.base + "/wall")
    watched.until("/服务器无应答 · \\d+ 秒后重试/.test((document.querySelector('.shell-state') || {}).textContent)")
    page.unroute("**/wall/scenes*")
    watched.until("document.querySelector('.shell-frame.is-shown') && document.querySelector('.shell-state').hidden", 60)
    watched.until("wallShell.inside().root().classList.contains('is-whole')", 60)
    # A renewal while the server is away: the old picture stays.
    page.evaluate("wallShell.inside().marked = true; wallShell.inside().pin('disputes', 500)")
    page.route("**/wall/scenes*", lambda route: route.abort())
    page.evaluate("wallShell.renew()")
    watched.until("document.querySelectorAll('iframe').length === 1")
    assert page.evaluate("wallShell.inside().marked && wallLife.renewals === 0")
    page.unroute("**/wall/scenes*")
    # A frame that comes up while frames of the new page fail: it is not shown before it is whole.
    page.route("**/wall/frame?*scene=risks*", lambda route: route.fulfill(status=500, body="{}"))
    page.evaluate("wallShell.renew()")
    watched.until("document.querySelectorAll('iframe').length === 2 && document.querySelectorAll('iframe')[1].contentWindow.wall"
                  " && Object.keys((document.querySelectorAll('iframe')[1].contentWindow.wall.state || {drawn: {}}).drawn).length"
                  f" === {len(SCENES) - 1}", 60)  # fmt: skip
    assert page.evaluate("wallShell.inside().marked")
    page.unroute("**/wall/frame?*scene=risks*")
    page.evaluate("document.querySelectorAll('iframe')[1].contentWindow.wall.askNow()")
    watched.until("wallLife.renewals === 1", 60)
    # What was pinned for a while stays pinned for the rest of it.
    assert page.evaluate("wallShell.inside().carry().pin.scene") == "disputes"
    assert 0 < page.evaluate("wallShell.inside().carry().pin.left") <= 500_000


@pytest.mark.parametrize(("zone", "ahead"), [("UTC", -5), ("Asia/Urumqi", 0), ("America/New_York", 7)])
def test_times_are_the_citys_on_a_machine_that_is_wrong(
    zone: str, ahead: int, standing: Settings, serve: Serve, visitor: BrowserContext
) -> None:
    """The machine's clock is wrong by hours and its zone is another one, with summer time between the data and now."""
    assert visitor.browser
    context = visitor.browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id=zone)
    try:
        page = context.new_page()
        page.clock.install(time=datetime.now() + timedelta(hours=ahead))  # noqa: DTZ005 the machine's own
        page.goto(serve(standing) + "/wall/scenes")
        page.wait_for_selector(".wall.is-drawn")
        city = read_city(standing.city_folder)
        # What a busy machine heard late is mended by the next answers.
        for _ in range(6):
            page.evaluate("() => wall.askNow()")
            page.wait_for_timeout(500)
        shown = datetime.strptime(page.evaluate("new Date(wall.now()).toString().slice(4, 24)"), "%b %d %Y %H:%M:%S")
        assert abs(shown - city.now()) < timedelta(seconds=3)
        for moment in (DEMO_NOW, datetime(2026, 3, 7, 23, 30), datetime(2026, 3, 8, 2, 30), city.now()):
            minutes = page.evaluate("text => wall.minutesSince(text)", moment.isoformat())
            assert abs(minutes - (city.now() - moment).total_seconds() / 60) < 0.1
        expect(page.locator(".wall-clock")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"), timeout=30_000)
        clock = datetime.strptime(page.locator(".wall-clock").inner_text(), "%H:%M:%S").time()
        off = abs((datetime.combine(city.now(), clock) - city.now()).total_seconds())
        assert min(off, 86_400 - off) < 4
        expect(page.locator(".wall-as-of")).to_have_text("11-20 14:30")
    finally:
        context.close()


def test_ages_grow_while_the_data_stand_still_and_a_month_ends(demo: Settings, serve: Serve, watch: Watch, tmp_path: Path) -> None:
    shutil.copytree(demo.city_folder, tmp_path / demo.city)
    toml = tmp_path / demo.city / "city.toml"
    usual = toml.read_text(encoding="utf-8")
    settings = Settings(city=demo.city, cities=tmp_path, warehouse=demo.warehouse)

    def stand_at(moment: datetime) -> None:
        ahead = int((moment - read_city(settings.city_folder).model_copy(update={"clock_ahead": 0}).now()).total_seconds())
        toml.write_text(f"clock_ahead = {ahead}\n{usual}", encoding="utf-8")

    stand_at(DEMO_NOW + timedelta(minutes=4))
    watched = watch(serve(settings))
    page = whole(watched)
    assert re.fullmatch(r"[3-6] 分钟", page.locator(".wall-age").inner_text())
    assert page.locator("[data-panel=division_map].is-stale").count() == 0
    stand_at(DEMO_NOW + timedelta(hours=3, minutes=1))
    page.evaluate("wall.askNow()")
    watched.until("wall.find('.wall-age').textContent === '3 小时'")
    assert page.locator("[data-panel=division_map] .panel-age").text_content() == "3 小时"
    assert "迟到" in str(page.locator(".mark-summary").text_content())
    stand_at(datetime(2026, 11, 30, 23, 59, 53))
    page.evaluate("wall.askNow()")
    watched.until("wall.find('.wall-date').textContent.includes('11月30日') && wall.find('.wall-clock').textContent.startsWith('23:59')")
    # Everything is late by now: panels are hatched.
    watched.until("wall.find('[data-panel=division_map]').classList.contains('is-stale')")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    watched.until("wall.find('.wall-date').textContent.includes('12月1日') && wall.find('.wall-clock').textContent.startsWith('00:0')")
    end = time.monotonic() + 60
    while not page.evaluate("wall.state.token.endsWith('.20261201')"):
        assert time.monotonic() < end
        page.evaluate("wall.askNow()")
        page.wait_for_timeout(500)
    watched.until("wall.state.drawn.overview.includes('.20261201')", 60)
    assert [url for url in asked if "/wall/frame" in url]
    # The new day has begun with nothing.
    assert str(page.locator(".scene-overview [data-part=key-1] .key-value").text_content()).startswith("0")
    assert watched.faults == []
