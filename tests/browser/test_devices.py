"""A wall opened by its link, steered by a tablet, told of by its black box, and blind once its link is revoked."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
INSIDE = "wallShell.inside()"


def new_link(desk: Watched, which: int, label: str) -> str:
    """Make a link on the page of the data administrator; returns its path."""
    desk.page.locator("button[data-act=make_device_link]").nth(which).click()
    desk.page.fill("dialog input", label)
    desk.page.click("dialog button.strong")
    link = desk.page.locator("dialog .act-link")
    link.wait_for()
    path = link.input_value().removeprefix(desk.base)
    assert "请把地址中的本机名换成服务器的地址" in desk.page.locator(".act-told").inner_text()
    desk.page.click("dialog button.quiet")
    desk.until(f"[...document.querySelectorAll('tr')].some((row) => row.innerText.includes('{label}'))")
    return path


def test_a_wall_is_opened_steered_and_revoked_by_link(
    tiny: Settings, tmp_path: Path, serve: Callable[[Settings], str], watch: Callable[..., Watched]
) -> None:
    base = serve(tiny.model_copy(update={"people": tmp_path}))
    desk = watch(base, 1280, 720)
    # A device is known by its browser.
    wall, tablet = watch(base, 960, 540, own_browser=True), watch(base, 1024, 768, own_browser=True)
    desk.page.context.add_cookies([{"name": "profile", "value": "data_administrator", "url": base}])
    desk.open("/data?part=walls").wait_for_selector("button[data-act=make_device_link]")
    wall_link, tablet_link = new_link(desk, 0, "一楼大厅"), new_link(desk, 1, "值班平板")

    wall.page.goto(base + wall_link)
    wall.page.wait_for_selector(".shell-frame.is-shown")
    tablet.page.goto(base + tablet_link)
    assert (wall.page.url, tablet.page.url) == (f"{base}/wall", f"{base}/wall/remote")
    tablet.page.wait_for_selector(".remote-walls button.is-on:has-text('一楼大厅')")
    assert tablet.page.evaluate("Math.min(...[...document.querySelectorAll('.remote button')].map((one) => one.offsetHeight))") >= 56

    for press, shown in (
        ("[data-scene=appeals]", f"{INSIDE}.state.scene === 'appeals'"),
        ("[data-do=pin]", f"{INSIDE}.state.pin?.scene === 'appeals'"),
        ("[data-do=focus][data-division='990100']", f"{INSIDE}.find('.wall-place').textContent.includes('东区')"),
        ("[data-do=renew]", f"wallLife.renewals === 1 && {INSIDE}.state.pin && {INSIDE}.state.focus === '990100'"),
    ):
        tablet.page.click(press)
        tablet.until(
            "document.querySelector('.remote-told').classList.contains('is-good') || !document.querySelector('[data-do]:disabled')"
        )
        wall.page.evaluate(f"{INSIDE}.askNow()")
        wall.until(shown, 60)

    wall.page.evaluate("wallBlackBox.tell()")
    with urllib.request.urlopen(f"{base}/wall/health?wall=device:1") as answer:
        told = json.load(answer)
    assert (told["label"], told["is_alive"], told["renewal_count"], told["missed_count"]) == ("一楼大厅", True, 1, 0)
    assert told["node_count"] > 100

    desk.page.locator("tr:has-text('一楼大厅') button[data-act=revoke_device]").click()
    desk.page.click("dialog button.strong")
    desk.until("document.body.innerText.includes('已撤销')")
    wall.page.evaluate(f"{INSIDE}.askNow()")
    wall.until(f"{INSIDE}.find('.wall-revoked')")
    assert wall.page.evaluate(f"{INSIDE}.all('.key-value, .events li, .trace').length") == 0
    assert desk.faults == wall.faults == tablet.faults == []
