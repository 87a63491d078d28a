"""Every page in a real browser: nothing fails, nothing comes from outside, every chart is drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.settings import Settings
from layouts import PAGES
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
SIZES = [(1920, 1080), (3840, 1080)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_page_is_whole(
    path: str, size: tuple[int, int], tiny: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched]
) -> None:
    watched = watch(serve(tiny), *size)
    page = watched.open(path)
    graphs = page.locator(".js-plotly-plot").count()
    assert watched.faults == []
    assert watched.drawn(".js-plotly-plot") == graphs > 0
