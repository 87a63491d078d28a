"""A real browser on a real server."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Error, Page, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from app import create_app
from dashboard.settings import Settings

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync",
]  # fmt: skip


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def until(self, condition: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression holds; asked from outside, as the page's policy forbids eval within."""
        end = time.monotonic() + seconds
        while not self._holds(condition):
            assert time.monotonic() < end, f"never came true: {condition}"
            self.page.wait_for_timeout(100)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.page.evaluate(f"() => Boolean({condition})"))
        except Error as error:
            if "context was destroyed" not in str(error):  # The page is being loaded anew.
                raise
            return False


@pytest.fixture(scope="session")
def standing(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo city with its clock standing at its last delivery, so that these tests hold on any day."""
    cities = tmp_path_factory.mktemp("cities")
    shutil.copytree(demo.city_folder, cities / demo.city)
    toml = cities / demo.city / "city.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('today = "server"', 'today = "as_of"'), encoding="utf-8")
    return Settings(city=demo.city, cities=cities, warehouse=demo.warehouse, people=cities / "people")


@pytest.fixture(scope="session")
def visitor(chromium: str) -> Iterator[BrowserContext]:
    """One browser for all tests: who comes again need not fetch and compile what he has already."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_context(locale="zh-CN")
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Settings], str]]:
    """Serve a city, each by one server; returns its address."""
    running: dict[str, BaseWSGIServer] = {}

    def start(settings: Settings) -> str:
        name = settings.model_dump_json()
        if name not in running:
            running[name] = make_server("127.0.0.1", 0, create_app(settings).server, threaded=True)
            threading.Thread(target=running[name].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{running[name].server_port}"

    yield start
    for server in running.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def watch(visitor: BrowserContext) -> Iterator[Callable[..., Watched]]:
    """Open pages under watch: console errors, failed and external requests are faults. What a test chose is forgotten after it."""

    alone: list[BrowserContext] = []

    def open_(base: str, width: int = 1920, height: int = 1080, *, own_browser: bool = False) -> Watched:
        if own_browser and visitor.browser:
            alone.append(visitor.browser.new_context(locale="zh-CN"))
        watched = Watched((alone[-1] if own_browser else visitor).new_page(), base)
        watched.page.set_viewport_size({"width": width, "height": height})
        note = watched.faults.append
        watched.page.on("console", lambda message: note(f"console: {message.text}") if message.type == "error" else None)
        watched.page.on("pageerror", lambda error: note(f"script: {error}"))
        watched.page.on("request", lambda r: None if r.url.startswith((base, "data:", "blob:")) else note(f"external: {r.url}"))
        watched.page.on("response", lambda r: note(f"{r.status}: {r.url}") if r.status >= 400 else None)
        return watched

    yield open_
    for context in alone:
        context.close()
    for page in visitor.pages:
        page.close()
    visitor.clear_cookies()
