"""`python -m bench.soak`: a real wall in a real browser through many refreshes, scene changes, loads and renewals; is its memory flat?"""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean, median
from typing import Annotated, Any

import typer
from playwright.sync_api import CDPSession, Error, Page

from bench.hall import CITY, chromium, made_city, publishing, served
from bench.timing import print_table
from dashboard.settings import Settings, read_city

# WebGL contexts are lost one by one when a page makes too many: every canvas's are counted.
COUNT_CONTEXTS = """
window.contextsMade = 0;
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  if (/webgl/.test(kind)) { let top = window; try { top = window.top; top.contextsMade += 1; } catch (error) { window.contextsMade += 1; } }
  return getContext.call(this, kind, ...rest);
};
"""
# One round as the wall makes it by itself, only sooner: everything is taken as not drawn, the token is asked, each scene fetched and drawn.
ROUNDS = """async ({ rounds, changes }) => {
  const wait = (ms) => new Promise((go) => setTimeout(go, ms));
  const begun = { ...wallLife };
  for (let round = 0; round < rounds; round += 1) {
    const wall = wallShell.inside(), answered = wall.state.answered;
    wall.state.between = 20;
    wall.forget();
    for (let change = 0; change < changes; change += 1) { wall.step(1); await wait(20); }
    for (let waited = 0; waited < 60000 && (wall.state.isBusy || wall.state.answered === answered); waited += 20) await wait(20);
  }
  return { refreshes: wallLife.refreshes - begun.refreshes, sceneChanges: wallLife.sceneChanges - begun.sceneChanges };
}"""
LIFE = """() => { const wall = wallShell.inside(); return { ...wallLife, token: wall.state.token, contexts: window.contextsMade || 0,
  canvases: document.querySelectorAll('canvas').length + wall.root().ownerDocument.querySelectorAll('canvas').length,
  frames: document.querySelectorAll('iframe').length,
  plots: wall.all('.js-plotly-plot').filter(plot => (plot.data || []).length).length }; }"""
MEGABYTE = 1e6


@dataclass(frozen=True)
class Bar:
    """What counts as flat in the second half: how far the line through it may climb, and its largest above its median, in parts of that."""

    climb: float
    above: float
    # Below so much a change is noise.
    floor: float


@dataclass(frozen=True)
class Sample:
    """What the browser holds at one moment, after its garbage is collected."""

    seconds: float
    refreshes: int
    scene_changes: int
    renewals: int
    snapshots: int
    heap: float
    nodes: float
    listeners: float
    documents: float
    frames: float
    contexts: float
    canvases: float
    memory: float
    # Pages the shell holds; `frames` counts pictures that are documents too, as the browser does.
    iframes: int


# Reference: a wall renewed each night must not grow by a tenth between two renewals, nor from one renewal to the next.
BARS = {
    "heap": Bar(0.10, 0.25, 2.0), "nodes": Bar(0.05, 0.35, 200), "listeners": Bar(0.05, 0.35, 50), "documents": Bar(0.05, 0.5, 2),
    "frames": Bar(0.05, 0.5, 1), "contexts": Bar(0.0, 0.0, 4), "canvases": Bar(0.05, 0.5, 8), "memory": Bar(0.10, 0.25, 15.0),
}  # fmt: skip


def slope(values: list[float]) -> float:
    """How far the straight line through evenly spaced values climbs from the first to the last."""
    middle, centre = (len(values) - 1) / 2, mean(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return (len(values) - 1) * sum((place - middle) * (value - centre) for place, value in enumerate(values)) / spread


def verdict(values: list[float], bar: Bar) -> tuple[float, float, bool]:
    """Climb and highest above the median over the second half, and whether both are within the bar."""
    half = values[len(values) // 2 :]
    usual = median(half)
    climb, above = slope(half), max(half) - usual
    return climb, above, climb <= max(bar.climb * usual, bar.floor) and above <= max(bar.above * usual, bar.floor)


def resident(pids: list[int]) -> float:
    """Megabytes that processes hold in memory."""
    held = 0.0
    for pid in pids:
        try:
            found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        except OSError:
            continue
        held += int(found[1]) / 1000 if found else 0.0
    return held


class Soak:
    """A page under way, and what was measured of it."""

    def __init__(self, page: Page, whole: CDPSession) -> None:
        self.page, self.whole, self.begun = page, whole, time.monotonic()
        self.inside = page.context.new_cdp_session(page)
        self.inside.send("Performance.enable")
        self.samples: list[Sample] = []
        self.tokens: set[str] = set()

    def rounds(self, count: int, changes: int) -> None:
        self.page.evaluate(ROUNDS, {"rounds": count, "changes": changes})

    def renew(self) -> None:
        """What the shell does each night; the old picture stays until the new one is whole."""
        before = self.page.evaluate("() => wallLife.renewals")
        self.page.evaluate("() => wallShell.renew()")
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                if self.page.evaluate("() => wallLife.renewals") > before and self.page.locator("iframe").count() == 1:
                    self.page.wait_for_timeout(700)
                    return
            except Error:
                pass
            self.page.wait_for_timeout(200)
        raise RuntimeError("the renewal never came to an end")

    def sample(self) -> Sample:
        for _ in range(2):
            self.inside.send("HeapProfiler.collectGarbage")
        self.page.wait_for_timeout(100)
        held = {one["name"]: one["value"] for one in self.inside.send("Performance.getMetrics")["metrics"]}
        life: dict[str, Any] = self.page.evaluate(LIFE)
        self.tokens.add(life["token"])
        processes = self.whole.send("SystemInfo.getProcessInfo")["processInfo"]
        found = Sample(
            time.monotonic() - self.begun, life["refreshes"], life["sceneChanges"], life["renewals"], len(self.tokens),
            held["JSHeapUsedSize"] / MEGABYTE, held["Nodes"], held["JSEventListeners"], held["Documents"], held["Frames"],
            life["contexts"], life["canvases"], resident([int(one["id"]) for one in processes if one["type"] == "renderer"]),
            life["frames"],
        )  # fmt: skip
        self.samples.append(found)
        said = (f"{found.refreshes:,} refreshes", f"heap {found.heap:.1f} MB", f"{found.nodes:,.0f} nodes", f"RSS {found.memory:.0f} MB")
        print(f"{found.seconds:6,.0f} s", *said, f"renewed {found.renewals}", sep="  ", flush=True)
        return found


def show(samples: list[Sample]) -> bool:
    """The table over time, and whether each column was flat."""
    columns = (
        "s",
        "refreshes",
        "scenes",
        "renewed",
        "tokens",
        "heap MB",
        "nodes",
        "listeners",
        "docs",
        "frames",
        "WebGL",
        "canvas",
        "RSS MB",
    )
    numbers = [
        (s.seconds, s.refreshes, s.scene_changes, s.renewals, s.snapshots, s.heap, s.nodes, s.listeners, s.documents, s.frames, s.contexts,
         s.canvases, s.memory) for s in samples
    ]  # fmt: skip
    step = max(len(numbers) // 40, 1)
    print_table("What the browser holds", columns, [[f"{number:,.0f}" for number in row] for row in numbers[::step]])
    rows, is_flat = [], True
    for name, bar in BARS.items():
        climb, above, is_well = verdict([float(getattr(sample, name)) for sample in samples], bar)
        is_flat = is_flat and is_well
        allowed = f"{bar.climb:.0%} or {bar.floor:g}", f"{bar.above:.0%} or {bar.floor:g}"
        rows.append([name, f"{climb:,.1f}", allowed[0], f"{above:,.1f}", allowed[1], "flat" if is_well else "NOT FLAT"])
    print_table("The second half: climb of its line, and its largest above its median", ("", "climb", "may", "above", "may", ""), rows)
    return is_flat


def soak(folder: Path, tickets: int, refreshes: int, changes: int, renewals: int, every: float, samples: int) -> list[Sample]:
    """Run a wall; each sample stands after an equal share of the work, renewals lie evenly between them."""
    since = read_city(Settings(city=CITY).city_folder).now() - timedelta(hours=12)
    settings = made_city(folder, tickets, at=since)
    with (
        served(settings, folder) as server, publishing(settings, folder, tickets, since, every),
        chromium() as browser,
    ):  # fmt: skip
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        page.add_init_script(COUNT_CONTEXTS)
        page.goto(f"{server.base}/wall", timeout=120_000)
        page.wait_for_selector(".shell-frame.is-shown", timeout=120_000)
        run = Soak(page, browser.new_browser_cdp_session())
        run.renew()
        run.sample()
        renew_at = {round((number + 0.5) * samples / renewals) for number in range(renewals)}
        scenes = page.evaluate("() => Object.keys(wallShell.inside().facts().dwell).length")
        share = max(-(-refreshes // (samples * scenes)), 1)
        turned = max(-(-changes // (samples * share)), 1)
        for number in range(samples):
            if number in renew_at:
                run.renew()
            run.rounds(share, turned)
            run.sample()
        life = page.evaluate(LIFE)
        print(f"missed rounds {life['missed']}, faults {life['faults']}, errors {life['errors']}, last: {life.get('lastError', '')}")
        assert life["plots"] > 0
    return run.samples


def main(
    refreshes: Annotated[int, typer.Option(help="Scenes fetched and drawn.")] = 20_000,
    changes: Annotated[int, typer.Option(help="Changes of scene.")] = 2_000,
    renewals: Annotated[int, typer.Option(help="Renewals of the page, as one is made each night.")] = 20,
    every: Annotated[float, typer.Option(help="Seconds from one load to the next.")] = 60.0,
    tickets: Annotated[int, typer.Option(help="Tickets of the city.")] = 4_000,
    samples: Annotated[int, typer.Option(help="How often memory is measured.")] = 80,
) -> None:
    """Print what the browser holds over time; end with 1 where it was not flat."""
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        found = soak(Path(scratch), tickets, refreshes, changes, renewals, every, samples)
    last = found[-1]
    is_flat = show(found)
    enough = last.refreshes >= refreshes and last.scene_changes >= changes and last.renewals >= renewals and last.snapshots > 1
    print(f"{last.refreshes:,} refreshes, {last.scene_changes:,} scene changes, {last.renewals} renewals, {last.snapshots} tokens seen")
    raise typer.Exit(0 if is_flat and enough else 1)


if __name__ == "__main__":
    typer.run(main)
