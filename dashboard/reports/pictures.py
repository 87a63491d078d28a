"""Draws charts for print with a browser kept alive: so many dots to the inch, within a time limit, never boxes in place of signs."""

from __future__ import annotations

import atexit
import json
import re
from threading import Lock
from types import TracebackType
from typing import Any, Self
from weakref import ref

import plotly.graph_objects as go

from dashboard.reports.browser import Browser, BrowserDiedError, NoBrowserError, UndrawableError
from dashboard.reports.plates import NO_BROWSER, NoPicture
from dashboard.texts import Text
from dashboard.theme import FONTS

# Dots to the inch of a printed picture, and how many CSS pixels an inch has.
DPI, CSS_DPI = 240, 96
MM_PER_INCH = 25.4
# Seconds a browser may take to start, and a picture to be drawn; a machine under load takes ten times its usual.
START, DRAW = 30.0, 15.0
# So many figures at a time: while a page is made fresh after one, the next is drawn on the other.
TABS = 1
# After so many pictures a new browser: what it holds on to grows a little with each.
RENEWED_AFTER = 400
CHINESE = re.compile(r"[\u3400-\u9fff]|\\u(?:[3-8][4-9a-f]|[4-9][0-9a-f])[0-9a-f]{2}")
# What no picture can hold, as JSON writes it: control signs, halves of signs, and signs that are none.
UNPRINTABLE = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(?:00(?:0[0-8bcef]|1[0-9a-f]|7f)|fff[ef]"
    r"|d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})"
)
NO_ANSWER = Text("浏览器未在规定时间内响应，未能绘制图表", "The browser did not answer in time: the chart could not be drawn")
NO_FONTS = Text(
    "本机未安装中文字体，未能绘制图表（请安装 fonts-noto-cjk）",
    "No Chinese font is installed (install fonts-noto-cjk): the chart could not be drawn",
)
UNDRAWABLE = Text("图表未能绘制", "The chart could not be drawn")


class Drawer:
    """Draws with one browser, started when first needed and begun anew once where it dies or hangs; may be used by several threads."""

    def __init__(self, path: str = "", *, start: float = START, draw: float = DRAW, renewed_after: int = RENEWED_AFTER) -> None:
        self._path, self._start, self._draw, self._renewed_after = path, start, draw, renewed_after
        self._lock = Lock()
        self._held: Browser | None = None
        atexit.register(_end, ref(self))

    def png(self, figure: go.Figure, width_mm: float, height_mm: float) -> bytes:
        """A picture of DPI dots to the inch. Raises NoPicture."""
        drawn = UNPRINTABLE.sub(r"\1", str(figure.to_json()))
        is_chinese = CHINESE.search(drawn) is not None
        plain: dict[str, Any] = json.loads(drawn)
        width, height = (mm / MM_PER_INCH * CSS_DPI for mm in (width_mm, height_mm))
        for _ in range(2):
            try:
                browser = self._browser()
            except NoBrowserError:
                raise NoPicture(NO_BROWSER) from None
            except BrowserDiedError:
                continue
            if browser.lacks_letters or (is_chinese and browser.lacks_chinese):
                raise NoPicture(NO_FONTS)
            try:
                return browser.png(plain, width, height, DPI / CSS_DPI, self._draw)
            except UndrawableError:
                raise NoPicture(UNDRAWABLE) from None
            except BrowserDiedError:
                self._drop(browser)
        raise NoPicture(NO_ANSWER)

    def fonts_missing(self) -> bool:
        """Whether Chinese would come out as boxes: asked of the browser that draws, for it alone knows which fonts it finds.

        Where no browser draws, nothing comes out as boxes. Raises NoPicture where one does not start.
        """
        try:
            return self._browser().lacks_chinese
        except NoBrowserError:
            return False
        except BrowserDiedError:
            raise NoPicture(NO_ANSWER) from None

    def _browser(self) -> Browser:
        """The browser that runs; a new one where there is none, or where it has drawn enough."""
        with self._lock:
            held = self._held
            if held is not None and held.pictures >= self._renewed_after and held.is_idle:
                held.close()
                held = self._held = None
            if held is None:
                held = self._held = Browser(self._path, tabs=TABS, within=self._start, family=FONTS)
            return held

    def _drop(self, browser: Browser) -> None:
        """Ends a browser that does not answer; of several threads that find it so, the first."""
        with self._lock:
            if self._held is browser:
                self._held = None
                browser.kill()

    @property
    def process(self) -> int:
        """The browser's first process, 0 where none runs."""
        held = self._held
        return 0 if held is None else held.process

    def close(self) -> None:
        """End the browser; the next picture starts another."""
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _end(drawer: ref[Drawer]) -> None:
    """A process that ends takes its browser along."""
    held = drawer()
    if held is not None:
        held.close()
