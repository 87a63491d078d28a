"""Every page in a real browser, in every size: nothing fails, nothing comes from outside, every chart is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from dashboard.settings import Settings
from layouts import PAGES
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
HALL, DESK, PHONE = (3840, 1080), (1920, 1080), (390, 844)
# A phone is for the office pages; the wall is for walls.
# English words are the longer ones: they are tried where room is least. In Chinese the window is changed while the page stands in it.
VISITS = [
    (page.PATH, language, sizes)
    for page in PAGES
    for language, sizes in (
        [("zh", [DESK, HALL]), ("en", [DESK, HALL])]
        if page.PATH == "/wall/scenes"
        else [("zh", [DESK])]
        if page.PATH == "/wall"
        else [("zh", [DESK, HALL, PHONE]), ("en", [PHONE])]
    )
]
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


@pytest.mark.parametrize(("path", "language", "sizes"), VISITS, ids=[f"{path}-{said}-{sizes[0][0]}" for path, said, sizes in VISITS])
def test_page_is_whole(path: str, language: str, sizes: Sequence[tuple[int, int]], standing: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(standing), *sizes[0])
    # Who may only read sees no more of these than a sentence: they are for who writes reports.
    if path.startswith("/reports"):
        watched.page.context.add_cookies([{"name": "profile", "value": "report_clerk", "url": watched.base}])
    page = watched.open(f"{path}?lang={language}")
    page.wait_for_selector(
        ".shell-frame.is-shown, .wall.is-whole, .office .js-plotly-plot, .office tbody tr, .office form.find, .office.remote h1,"
        " .office .report-counts, .office .rp-archive"
    )
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        watched.until(
            "[...document.querySelectorAll('.js-plotly-plot')].filter(g => g.offsetParent)"
            ".every(g => g.querySelector('.trace, .annotation, .choroplethlayer path'))"
        )
        # Nothing runs out of the page sideways, once charts have followed the window.
        watched.until("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.clear_cookies(name="profile")
    assert watched.faults == []
