"""The wall in a real browser: it follows the data, keeps its picture, turns its scenes, renews itself, and nothing crosses a seam."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from dashboard.scenes import SCENES
from dashboard.settings import Settings
from dashboard.wall_layouts import HERO, LAYOUTS
from etl.load import load
from tests.browser.conftest import Watched
from tests.conftest import TINY_NOW

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
SCENE_PAGE = "/wall/scenes"
# Every part that is seen, with its edges in pixels.
RECTANGLES = """() => [...document.querySelectorAll('.wall-part, .mark, .scene.is-shown .card h2, .wall-now > *, .wall-data > *')]
  .filter(node => node.offsetParent && getComputedStyle(node).visibility === 'visible' && node.textContent)
  .map(node => { const r = node.getBoundingClientRect(); return [node.dataset.slot || node.dataset.part || node.className,
    r.left, r.top, r.right, r.bottom]; })"""

# What is cut, leaves its panel, or is written over something else by more than a seventh; names on a map may touch.
FAULTS_OF_TEXT = """() => {
  const faults = [], seen = node => node.offsetParent !== null || node.ownerSVGElement;
  const said = node => node.textContent.trim().slice(0, 40);
  for (const node of document.querySelectorAll('.wall-name, .wall-nav, .wall-data, .wall-now, .scene.is-shown .card h2'))
    if (seen(node) && node.scrollWidth > node.clientWidth + 1) faults.push(['cut', said(node)]);
  for (const card of document.querySelectorAll('.scene.is-shown .key-card:not([hidden])')) {
    const frame = card.getBoundingClientRect();
    for (const node of card.children) {
      const box = node.getBoundingClientRect();
      const isOut = box.bottom > frame.bottom + 1 || box.top < frame.top - 1 || box.right > frame.right + 1;
      if (isOut) faults.push(['out of its card', said(node)]);
    }
  }
  for (const panel of document.querySelectorAll('.scene.is-shown .card:not([hidden])')) {
    const frame = panel.getBoundingClientRect(), boxes = [];
    for (const node of panel.querySelectorAll('svg text')) {
      if (!said(node) || node.closest('.geo') || getComputedStyle(node).opacity === '0') continue;
      const box = node.getBoundingClientRect(), lines = Math.max(node.querySelectorAll('tspan.line').length, 1);
      if (!box.width) continue;
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 3 || box.top < frame.top - 3)
        faults.push(['out of its panel', panel.dataset.panel, said(node)]);
      // A line's box is higher than its signs.
      const spare = 0.14 * box.height / lines;
      boxes.push([box.left, box.top + spare, box.right, box.bottom - spare, said(node)]);
    }
    boxes.forEach((a, place) => boxes.slice(place + 1).forEach(b => {
      const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]), high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
      const least = Math.min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]));
      if (wide > 0 && high > 0 && wide * high > 0.15 * least) faults.push(['over', panel.dataset.panel, a[4], b[4]]);
    }));
  }
  return faults;
}"""


def drawn(watched: Watched, query: str = "") -> Page:
    page = watched.open(SCENE_PAGE + query)
    page.wait_for_selector(".wall.is-drawn")
    return page


def test_a_new_snapshot_appears_on_the_open_wall(tmp_path: Path, serve: Serve, watch: Watch) -> None:
    here = Path(__file__).parents[1]
    settings = Settings(city="tiny", cities=here / "cities", warehouse=tmp_path)
    ten = (here / "deliveries" / "ten.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("".join(ten[:9]), encoding="utf-8")
    second.write_text("".join([ten[0], *ten[9:]]), encoding="utf-8")
    load(settings, [(first, "appeals")], received_at=TINY_NOW)
    watched = watch(serve(settings))
    page = drawn(watched)
    watched.until("document.querySelectorAll('.scene-overview [data-panel=events] li').length === 8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    watched.until("wall.root().classList.contains('is-whole') && !wall.state.isBusy")
    page.evaluate("wall.askNow()")
    page.wait_for_timeout(2500)
    assert [url for url in asked if "/wall/token" in url]
    before = len([url for url in asked if "/wall/frame" in url])
    load(settings, [(second, "appeals")], received_at=TINY_NOW)
    page.evaluate("wall.askNow()")
    watched.until("document.querySelectorAll('.scene-overview [data-panel=events] li').length === 9")
    assert len([url for url in asked if "/wall/frame" in url]) > before
    assert watched.faults == []


def test_the_wall_keeps_its_picture_while_the_server_is_away(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = drawn(watched)
    before = page.locator(".scene.is-shown").inner_text()
    page.route("**/wall/token*", lambda route: route.abort())
    page.evaluate("wall.askNow()")
    watched.until("document.querySelector('.wall-state').textContent.includes('服务器无应答')")
    assert page.locator(".scene.is-shown").inner_text() == before
    page.unroute("**/wall/token*")
    page.evaluate("wall.askNow()")
    watched.until("document.querySelector('.wall-state').hidden")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_cut_or_written_over_and_only_the_hero_crosses_a_seam(
    layout: str, standing: Settings, serve: Serve, watch: Watch
) -> None:
    watched = watch(serve(standing), round(1080 * LAYOUTS[layout].ratio), 1080)
    page = drawn(watched, f"?layout={layout}")
    upright, level = LAYOUTS[layout].seams
    for scene in SCENES:
        page.evaluate("name => wall.show(name)", scene)
        for name, left, top, right, bottom in page.evaluate(RECTANGLES):
            if name != HERO:
                assert not [x for x in upright if left < x * 10 - 1 and right > x * 10 + 1], (scene, name)
                assert not [y for y in level if top < y * 10 - 1 and bottom > y * 10 + 1], (scene, name)
    for scene in ("overview", "appeals"):
        page.evaluate("name => wall.show(name)", scene)
        watched.until(f"wall.state.drawn.{scene}")
        page.wait_for_timeout(600)
        assert page.evaluate(FAULTS_OF_TEXT) == [], scene


def test_the_shell_renews_the_picture_beside_the_old_one_and_keeps_its_scene(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/wall")
    page.wait_for_selector(".shell-frame.is-shown")
    page.evaluate("wallShell.inside().show('disputes')")
    page.evaluate("wallShell.renew()")
    watched.until("wallLife.renewals === 1 && document.querySelectorAll('iframe').length === 1", 60)
    assert page.evaluate("wallShell.inside().state.scene") == "disputes"
    assert watched.faults == []


def test_scenes_turn_and_wait_for_whoever_touches_the_wall(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = drawn(watched)
    watched.until("wall.root().classList.contains('is-whole')")
    page.evaluate("wall.facts().dwell.overview = 1; wall.state.since = 0")
    watched.until("wall.state.scene === 'appeals'")
    page.keyboard.press("ArrowLeft")
    watched.until("wall.state.scene === 'overview' && wall.find('.wall-hold').textContent")
    page.wait_for_timeout(2500)
    assert page.evaluate("wall.state.scene") == "overview"
