"""The brief in a real browser: another division is chosen from its list, and on paper it is one page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dashboard.settings import Settings
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


def test_choosing_and_printing(standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing))
    page = watched.open("/brief?unit=WH-GAJ&period=last_12_months")
    for language in ("zh", "en"):
        watched.until("document.querySelectorAll('.brief-part').length === 3")
        # The period of the address is the one the sheet speaks of; the unit stays in the address.
        assert page.evaluate("new URLSearchParams(location.search).get('unit')") == "WH-GAJ"
        page.locator(".brief-choose .control").click()
        name = {"zh": "海勃湾区", "en": "Haibowan District"}[language]
        page.keyboard.type(name)
        page.locator(".dash-dropdown-option", has_text=f"{name} ·").first.click()
        watched.until(
            "new URLSearchParams(location.search).get('division') === '150302' && document.querySelectorAll('.brief-part').length === 4"
        )
        assert page.evaluate("new URLSearchParams(location.search).get('period')") == "last_12_months"
        # A second page there is not, and on paper nothing runs into what stands beside it.
        page.emulate_media(media="null")
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))) == 1
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 703, "height": 1032})
        assert page.evaluate("[...document.querySelectorAll('.brief-part .table')].every(t => t.scrollWidth <= t.clientWidth + 8)")
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1920, "height": 1080})
        page = watched.open("/brief?unit=WH-GAJ&period=last_12_months&lang=en")
    assert watched.faults == []
