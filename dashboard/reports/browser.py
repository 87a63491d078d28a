"""One Chromium kept alive to draw figures: started and asked within limits, ended with all its processes, off every network."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import kaleido
import plotly
from choreographer.browsers import Chromium
from choreographer.errors import ChromeNotFoundError, MessageTooLargeError
from kaleido import PageGenerator
from kaleido.errors import JavascriptError, KaleidoError

Answer = TypeVar("Answer")
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# What kaleido's libraries tell of a browser that was killed is no news: who asked for the picture is told.
logging.getLogger("browser_proc").setLevel(logging.CRITICAL)
for _name in ("choreographer", "kaleido"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)
# A page of files draws what it is given: it needs no way around the rules of origin.
UNWANTED = {"--disable-web-security", "--allow-file-access-from-files", "--enable-unsafe-swiftshader", "--enable-logging=stderr"}
# No name is found and every request but for a file goes to a port where nobody listens.
NOWHERE = "127.0.0.1:9"
OFFLINE = (
    "--host-resolver-rules=MAP * ~NOTFOUND", f"--proxy-server={NOWHERE}", "--proxy-bypass-list=<-loopback>",
    "--disable-background-networking", "--disable-default-apps", "--disable-domain-reliability", "--no-pings", "--log-level=3",
)  # fmt: skip
POLICY = "default-src 'none'; script-src file: 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
# Plotly asks a CDN for the map of the world even where outlines are given: here is an empty one.
NO_WORLD = """<script>(() => {
  const none = {type: "Topology", objects: {}, arcs: []};
  for (const name of ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"])
    none.objects[name] = {type: "GeometryCollection", geometries: []};
  window.PlotlyGeoAssets = {topojson: {world_110m: none, world_50m: none}};
})()</script>"""
# Signs that look nothing alike: where both leave the same ink, both are the box (or nothing) that stands for a sign no font has.
ALIKE = """(() => {
  const drawn = sign => {
    const paper = Object.assign(document.createElement("canvas"), {width: 40, height: 40}), pen = paper.getContext("2d");
    pen.font = "32px " + FAMILY;
    pen.fillText(sign, 2, 34);
    return paper.toDataURL();
  };
  return ["AB", "\u4e00\u9f98", "\u6cbb\u7406"].map(([one, other]) => drawn(one) === drawn(other));
})()"""
FRESH_AFTER = 25  # Pictures.
CLOSING = 10.0  # Seconds a browser has to end by itself.


class NoBrowserError(Exception):
    """There is no browser on this machine."""


class BrowserDiedError(Exception):
    """The browser did not start, did not answer in time, or is gone."""


class UndrawableError(Exception):
    """The browser lives and says that this figure cannot be drawn."""


class OfflineChromium(Chromium):
    """Chromium as kaleido starts it, without a network and, wherever it may have one, in its sandbox."""

    def get_cli(self) -> Sequence[str]:
        return [*(flag for flag in super().get_cli() if flag not in UNWANTED), *OFFLINE]


def offline_page() -> str:
    """kaleido's page with the plotly.js of the installed package alone; it may ask for nothing but files."""
    page = PageGenerator(plotly=(PLOTLY.as_uri(), "utf-8"), mathjax=False)
    policy = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page.header = page.header.replace("<head>", f"<head>{policy}{NO_WORLD}")
    return str(page.generate_index())


class Kept(kaleido.Kaleido):  # type: ignore[misc]
    """kaleido that makes its pages fresh after some pictures, not after each: to read plotly.js anew costs more than to draw."""

    async def _return_kaleido_tab(self, tab: Any) -> None:
        drawn = self.drawn = getattr(self, "drawn", 0) + 1
        if drawn % FRESH_AFTER:
            await self.tabs_ready.put(tab)
        else:
            await super()._return_kaleido_tab(tab)


class Browser:
    """A browser that runs. Every call but `close` raises BrowserDiedError where it has died or does not answer."""

    def __init__(self, path: str, *, tabs: int, within: float, family: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="charts-"))
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="chromium", daemon=True)
        self._thread.start()
        self._kaleido: kaleido.Kaleido | None = None
        self.pictures, self._under_way = 0, 0
        try:
            self._wait(self._open(path, tabs), within)
            letters, *chinese = self._wait(self._evaluated(ALIKE.replace("FAMILY", repr(family))), within)
            self.lacks_letters, self.lacks_chinese = bool(letters), any(chinese)
        except ChromeNotFoundError as error:
            self.close()
            raise NoBrowserError from error
        except BaseException:
            self.close()
            raise

    async def _open(self, path: str, tabs: int) -> None:
        page = self._folder / "page.html"
        page.write_text(offline_page(), encoding="utf-8")
        self._kaleido = Kept(
            n=tabs, timeout=None, page_generator=str(page), path=path or None, browser_cls=OfflineChromium,
            enable_sandbox=os.geteuid() != 0, enable_extensions=False, tmp_dir=str(self._folder),
        )  # fmt: skip
        await self._kaleido.open()

    async def _evaluated(self, script: str) -> Any:
        assert self._kaleido is not None  # noqa: S101 opened before it is asked
        tab = self._kaleido.get_tab()
        if tab is None:
            raise BrowserDiedError
        answer: dict[str, Any] = await tab.send_command("Runtime.evaluate", params={"expression": script, "returnByValue": True})
        return answer["result"]["result"].get("value")

    def png(self, figure: dict[str, Any], width: float, height: float, scale: float, within: float) -> bytes:
        """A figure of so many CSS pixels, each drawn as `scale` of them."""
        assert self._kaleido is not None  # noqa: S101 opened before it is asked
        self.pictures, self._under_way = self.pictures + 1, self._under_way + 1
        try:
            wanted = {"format": "png", "width": width, "height": height, "scale": scale}
            return bytes(self._wait(self._kaleido.calc_fig(figure, wanted), within))
        finally:
            self._under_way -= 1

    @property
    def is_idle(self) -> bool:
        return not self._under_way

    def _wait(self, work: Coroutine[Any, Any, Answer], within: float) -> Answer:
        future: Future[Answer] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(within)
        except (ChromeNotFoundError, BrowserDiedError):
            raise
        except (KaleidoError, JavascriptError, MessageTooLargeError) as error:
            raise UndrawableError(str(error)) from error
        except (TookTooLong, asyncio.CancelledError, Exception) as error:
            # What a browser that dies leaves behind has many names: closed pipes, broken messages, cancelled waits.
            raise BrowserDiedError(type(error).__name__) from error

    @property
    def process(self) -> int:
        """The process that all others of this browser descend from; 0 where none was started."""
        held = getattr(self._kaleido, "subprocess", None)
        return int(held.pid) if held is not None else 0

    def close(self) -> None:
        """End it politely where it listens, with force where it does not; nothing of it is left."""
        self._finish(self._close_politely, CLOSING / 2)

    def kill(self) -> None:
        """End it with force: it does not answer."""
        self._finish(None, 0)

    def _finish(self, politely: Callable[[], Coroutine[Any, Any, None]] | None, within: float) -> None:
        if self._loop.is_closed():
            return
        if politely is not None and self._kaleido is not None:
            with suppress(TookTooLong, Exception):
                asyncio.run_coroutine_threadsafe(politely(), self._loop).result(within)
        if self.process:
            # Its processes are a session of their own.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process, signal.SIGKILL)
        with suppress(TookTooLong, Exception):
            asyncio.run_coroutine_threadsafe(self._swept(), self._loop).result(CLOSING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSING)
        if not self._thread.is_alive():
            self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _close_politely(self) -> None:
        if self._kaleido is not None:
            await self._kaleido.close()

    async def _swept(self) -> None:
        """What still waits for an answer is let go; pipes and the folder of the profile go too."""
        if self._kaleido is not None and self.process:
            await self._kaleido.close()
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
