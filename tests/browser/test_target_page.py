"""The dossier of a target in a real browser: one leafs to the next, reads another quarter, and takes the reports away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def test_a_dossier_is_read_leafed_and_taken_away(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/pilots/target?code=T01&blocks=政治")
    page.wait_for_selector(".dossier-head h2")
    assert "T01" in page.locator(".dossier-head h2").inner_text()
    other = page.locator(".dossier-quarters a").first
    quarter = other.inner_text()
    other.click()
    watched.until(f"document.querySelector('.dossier-quarters .is-here')?.innerText === '{quarter}'")
    with page.expect_download() as taken:
        page.get_by_text("下载填报记录 CSV").click()
    assert Path(taken.value.path()).read_text(encoding="utf-8-sig").startswith("T01 ")
    page.locator(".dossier-bar a", has_text="下一项").click()
    watched.until("document.querySelector('.dossier-head h2')?.innerText.includes('T02')")
    assert "blocks=" in page.url
    page.locator(".aside > a").click()
    watched.until("document.querySelector('.office')?.lang === 'en' && document.querySelector('.dossier-head h2')")
    assert "T02" in page.locator(".dossier-head h2").inner_text()
    assert watched.faults == []
