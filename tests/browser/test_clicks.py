"""What the pages do in a real browser: a click filters, the wall follows the data and outlives the server, an empty city says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from dashboard.filters import Filters
from dashboard.settings import Settings
from etl.load import load
from tests.browser.conftest import Watched
from tests.conftest import TINY_NOW

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def test_a_source_without_closing_times_says_so(realdata: Path, tmp_path: Path, serve: Serve, watch: Watch) -> None:
    settings = Settings(city="pingshan", warehouse=tmp_path)
    load(settings, [(realdata / "pingshan_appeals" / "pingshan_appeals_gbk.csv", "appeals")])
    watched = watch(serve(settings))
    page = watched.open("/tickets?period=last_12_months")
    watched.until("document.querySelectorAll('.key-value').length === 8")
    watched.until("document.querySelectorAll('.js-plotly-plot .annotation, .js-plotly-plot .trace').length > 8")
    assert "本来源不提供办结时间" in page.locator(".chart-resolution-survival").inner_text()
    on_time = page.locator(".key-card").filter(has_text="按期办结率").locator(".key-value").inner_text()
    assert on_time == "90.76%"  # 9,071 of 9,995 flagged
    assert watched.faults == []


def test_a_click_on_a_bar_filters_everything_and_the_address_says_so(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/tickets?period=last_12_months")
    bars = page.locator(".chart-categories .bars .point path")
    bars.first.wait_for()
    whole = page.locator(".key-value").first.inner_text()
    box = bars.last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.until("location.search.includes('majors=')")
    watched.until(f"document.querySelector('.key-value').innerText !== '{whole}'")
    again = watch(watched.base)
    same = again.open(page.url.removeprefix(watched.base))
    again.until("document.querySelectorAll('.key-value').length === 8")
    assert same.locator(".key-value").first.inner_text() == page.locator(".key-value").first.inner_text()
    odd = Filters(period="this_month", risk_types=("火灾&x", "a,b\\", "5%+#"), divisions=("150302", "150303"))
    page.evaluate("wish => window.dash_clientside.address.follow(wish)", odd.to_json())
    assert Filters.from_parts(dict(parse_qsl(page.url.partition("?")[2]))) == odd
    assert watched.faults == again.faults == []


def test_a_new_snapshot_appears_on_the_open_wall(tmp_path: Path, serve: Serve, watch: Watch) -> None:
    here = Path(__file__).parents[1]
    settings = Settings(city="tiny", cities=here / "cities", warehouse=tmp_path)
    ten = (here / "deliveries" / "ten.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("".join(ten[:9]), encoding="utf-8")
    second.write_text("".join([ten[0], *ten[9:]]), encoding="utf-8")
    load(settings, [(first, "appeals")], received_at=TINY_NOW)
    watched = watch(serve(settings))
    watched.open("/wall")
    watched.until("document.querySelectorAll('[data-panel=events] li').length === 8")
    load(settings, [(second, "appeals")], received_at=TINY_NOW)
    watched.until("document.querySelectorAll('[data-panel=events] li').length === 9")
    assert watched.faults == []


def test_the_wall_keeps_its_picture_while_the_server_is_away(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/wall")
    page.wait_for_selector(".wall.is-drawn")
    before = page.locator(".wall-keys").inner_text()
    page.route("**/wall/frame*", lambda route: route.abort())
    watched.until("document.querySelector('.wall-state').textContent.includes('服务器无应答')")
    assert page.locator(".wall-keys").inner_text() == before
    page.unroute("**/wall/frame*")
    watched.until("document.querySelector('.wall-state').textContent === ''")


def test_before_the_first_load_the_page_says_what_to_do(tmp_path: Path, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(Settings(city="tiny", cities=Path(__file__).parents[1] / "cities", warehouse=tmp_path)))
    page = watched.open("/")
    page.wait_for_selector(".sorry")
    assert "python -m etl demo" in page.locator(".sorry").inner_text()
    assert watched.faults == []


def test_the_page_of_disputes_filters_by_type_and_place(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/disputes?period=last_12_months")
    assert page.locator(".filter-bar label").count() == 5  # Period, days, place, type, organisation: nothing that does nothing.
    bars = page.locator(".chart-disputes-by-type .bars .point path")
    bars.first.wait_for()
    whole = page.locator(".key-value").first.inner_text()
    drawn = bars.count()
    box = bars.last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.until("location.search.includes('types=')")
    watched.until(f"document.querySelector('.key-value').innerText !== '{whole}'")
    assert bars.count() == drawn  # The others stand back and stay.
    again = watch(watched.base)
    same = again.open(page.url.removeprefix(watched.base) + "&divisions=150302")
    again.until("document.querySelectorAll('.key-value').length === 10")
    watched.until("document.querySelector('.guard').innerText.includes('未定组织')")
    assert same.locator(".key-value").first.inner_text() != page.locator(".key-value").first.inner_text()
    assert watched.faults == again.faults == []
