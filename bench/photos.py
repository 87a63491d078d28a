"""`python -m bench.photos OUT`: every scene at every size and splice as a picture, one sheet of all, and which words are cut or overlap."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.sync_api import Browser

from bench.hall import chromium, made_city, served
from dashboard.scenes import scenes_of
from dashboard.settings import Settings, read_city
from dashboard.wall_layouts import LAYOUTS, SPLICES
from dashboard.warehouse import NoSnapshot, current_snapshot

SIZES = ((1920, 1080), (3840, 2160), (5760, 2160), (3840, 1080), (7680, 2160))
ENGLISH = ((1920, 1080), (3840, 1080))
# Seconds until what moves has come to rest.
REST = 1500
# Words by where they are written: those that do not fit where they stand, those that reach out of their panel, those over others.
WORDS = """() => {
  const seen = [], said = { cut: [], over: [] };
  const stage = document.querySelector('.wall-stage').getBoundingClientRect();
  const walker = document.createTreeWalker(document.querySelector('.wall-stage'), NodeFilter.SHOW_TEXT);
  const name = (node) => (node.closest('[data-panel]')?.dataset.panel || node.closest('[data-part]')?.dataset.part || 'wall');
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), holder = walker.currentNode.parentElement;
    if (!text || !holder || holder.closest('style, defs, .hoverlayer, .modebar')) continue;
    const style = getComputedStyle(holder);
    if (style.visibility !== 'visible' || Number(style.opacity) < 0.05 || style.display === 'none') continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const whole = range.getBoundingClientRect(), box = { left: whole.left, right: whole.right, top: whole.top, bottom: whole.bottom };
    box.width = whole.width; box.height = whole.height;
    if (box.width < 1 || box.height < 1) continue;
    const part = holder.closest('.wall-part'), place = part ? part.getBoundingClientRect() : stage;
    const out = Math.max(place.left - box.left, box.right - place.right, place.top - box.top, box.bottom - place.bottom,
      stage.left - box.left, box.right - stage.right);
    let cut = out > 2 ? Math.round(out) : 0;
    for (let node = holder; node && node !== part && !(node instanceof SVGElement); node = node.parentElement) {
      const held = getComputedStyle(node);
      if (held.overflowX === 'visible') continue;
      if (node.scrollWidth > node.clientWidth + 1) cut = Math.max(cut, node.scrollWidth - node.clientWidth);
      // Only what is seen of it can lie over something.
      const edge = node.getBoundingClientRect();
      if (box.bottom > edge.bottom + 3 && box.top < edge.bottom) cut = Math.max(cut, Math.round(box.bottom - edge.bottom));
      const [left, right, bottom] = [Math.max(box.left, edge.left), Math.min(box.right, edge.right), Math.min(box.bottom, edge.bottom)];
      Object.assign(box, { left, right, bottom });
    }
    if (box.right - box.left < 1 || box.bottom - box.top < 1) continue;
    // Signs are less high than their lines.
    const rest = 0.2 * (box.bottom - box.top);
    Object.assign(box, { top: box.top + rest, bottom: box.bottom - rest, height: box.bottom - box.top - 2 * rest });
    if (cut) said.cut.push([name(holder), text.slice(0, 40), cut]);
    seen.push({ where: part, name: name(holder), text, box, holder });
  }
  for (let one = 0; one < seen.length; one += 1) {
    for (let two = one + 1; two < seen.length; two += 1) {
      const a = seen[one], b = seen[two];
      if (a.where !== b.where || a.holder === b.holder) continue;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const least = Math.min(a.box.height, b.box.height);
      if (wide > 2 && high > 0.3 * least) said.over.push([a.name, a.text.slice(0, 24), b.text.slice(0, 24), Math.round(wide)]);
    }
  }
  return said;
}"""
SHEET = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 24px; background: #0a1220; color: #e8f0fa; font: 15px/1.4 sans-serif; }} h2 {{ margin: 32px 0 8px; }}
.row {{ display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }}
figure {{ margin: 0; }} img {{ height: 300px; display: block; }}
figcaption {{ margin: 4px 0; }} li {{ color: #ff9f43; }} a {{ color: inherit; }}</style></head><body><h1>{title}</h1>{body}</body></html>
"""


@dataclass(frozen=True)
class Photo:
    """A picture to take: a scene on a wall of a size, perhaps spliced, in a language."""

    scene: str
    width: int
    height: int
    splice: str = ""
    language: str = "zh"

    @property
    def name(self) -> str:
        return "-".join(
            filter(None, (self.scene, self.splice, f"{self.width}x{self.height}", "" if self.language == "zh" else self.language))
        )

    @property
    def path(self) -> str:
        return f"/wall/scenes?scene={self.scene}&lang={self.language}" + (f"&layout={self.splice}" if self.splice else "")


def photos_of(scenes: list[str]) -> Iterator[Photo]:
    for scene in scenes:
        for width, height in SIZES:
            yield Photo(scene, width, height)
        for splice in SPLICES:
            yield Photo(scene, round(1080 * LAYOUTS[splice].ratio), 1080, splice)
        for width, height in ENGLISH:
            yield Photo(scene, width, height, "", "en")


def take(browser: Browser, base: str, photo: Photo, out: Path) -> dict[str, Any]:
    """Take one picture; says what is cut, what overlaps, and what the page complained of."""
    context = browser.new_context(viewport={"width": photo.width, "height": photo.height}, locale="zh-CN", reduced_motion="reduce")
    try:
        page, faults = context.new_page(), []
        page.on("console", lambda message: faults.append(message.text[:200]) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)[:200]))
        page.goto(base + photo.path, timeout=120_000)
        page.wait_for_selector(".wall.is-drawn", timeout=120_000)
        page.wait_for_timeout(REST)
        page.screenshot(path=out / f"{photo.name}.png", timeout=120_000)
        found: dict[str, Any] = page.evaluate(WORDS)
        return found | {"faults": faults}
    finally:
        context.close()


def told(found: dict[str, Any]) -> list[str]:
    lines = [f"cut by {by} px: {where} “{text}”" for where, text, by in found["cut"]]
    lines += [f"overlap of {by} px: {where} “{one}” and “{other}”" for where, one, other, by in found["over"]]
    return lines + [f"fault: {fault}" for fault in found["faults"]]


def sheet(title: str, taken: dict[Photo, list[str]]) -> str:
    body, last = [], ""
    for photo, lines in taken.items():
        if photo.scene != last:
            body.append(("</div>" if last else "") + f"<h2>{escape(photo.scene)}</h2><div class='row'>")
            last = photo.scene
        said = "".join(f"<li>{escape(line)}</li>" for line in lines)
        file = f"{photo.name}.png"
        body.append(
            f"<figure><a href='{file}'><img src='{file}' alt=''></a><figcaption>{escape(photo.name)}</figcaption><ul>{said}</ul></figure>"
        )
    return SHEET.format(title=escape(title), body="".join(body) + "</div>")


def main(
    out: Annotated[Path, typer.Argument(help="Folder for the pictures.")],
    base: Annotated[str, typer.Option(help="A server that runs; else the city is served from its warehouse.")] = "",
    scene: Annotated[list[str] | None, typer.Option(help="Only these scenes.")] = None,
    like: Annotated[str, typer.Option(help="Only pictures whose name holds this.")] = "",
    tickets: Annotated[int, typer.Option(help="Of a demo city made for it, where the city has no data yet.")] = 20_000,
) -> None:
    """Take the pictures, write `index.html` and `words.json` beside them, and print what is cut or overlaps."""
    out.mkdir(parents=True, exist_ok=True)
    settings, taken = Settings(), {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="photos-")))
        if not base:
            try:
                current_snapshot(settings.city_warehouse)
            except NoSnapshot:
                settings = made_city(folder, tickets)
            base = stack.enter_context(served(settings, folder)).base
        browser = stack.enter_context(chromium())
        names = scene or [one.name for one in scenes_of(read_city(settings.city_folder).has)]
        for photo in photos_of(names):
            if like not in photo.name:
                continue
            taken[photo] = told(take(browser, base, photo, out))
            print(photo.name, "whole" if not taken[photo] else f"{len(taken[photo])} to look at", flush=True)
            for line in taken[photo]:
                print(f"  {line}")
    (out / "index.html").write_text(sheet(f"{settings.city}: {len(taken)} pictures", taken), encoding="utf-8")
    (out / "words.json").write_text(
        json.dumps({photo.name: lines for photo, lines in taken.items()}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    print(f"{len(taken)} pictures, {sum(map(bool, taken.values()))} of them to look at: {out / 'index.html'}")


if __name__ == "__main__":
    typer.run(main)
