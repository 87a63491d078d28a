"""Where things stand on a wall: LAYOUTS give rectangles in u, one hundred-and-eighth of the wall's height; nothing crosses a seam.

A layout is made of screens: one for a seamless wall, several for spliced panels (LCD), whose seams only the hero may cross. Columns
are added for wider walls, nothing is stretched; a wall between two ratios shows the nearest layout, a little wider or narrower.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

HEIGHT = 108.0
HEAD, BAR, STRIP = 5.6, 6.4, 2.6
HERO = "hero"


class Rect(NamedTuple):
    """A rectangle in u from the wall's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def columns(self, weights: Sequence[float], gap: float) -> list[Rect]:
        """Cut into columns side by side."""
        room = self.width - gap * (len(weights) - 1)
        made, x = [], self.x
        for weight in weights:
            width = room * weight / sum(weights)
            made.append(Rect(x, self.y, width, self.height))
            x += width + gap
        return made

    def rows(self, weights: Sequence[float], gap: float) -> list[Rect]:
        """Cut into rows one below the other."""
        turned = Rect(self.y, self.x, self.height, self.width).columns(weights, gap)
        return [Rect(self.x, row.x, self.width, row.width) for row in turned]


@dataclass(frozen=True)
class Layout:
    """A composition: `screens` (columns, rows) of panels that meet at seams, and what stands in the tracks of each.

    `columns` and `rows` hold the weights of the tracks inside each screen, from the left and from the top; `areas` names what stands
    where, as CSS grid areas do: `a` … `h` and `hero` are charts, `k1`, `k2`, … hold `keys` key figures each, in a row or (`keys_down`)
    one below the other. `head` says on which screen each part of the title bar stands, `alerts` how many alerts have room on each screen
    beside the duty officers, who stand on the last.
    """

    name: str
    ratio: float
    columns: tuple[tuple[float, ...], ...]
    rows: tuple[tuple[float, ...], ...]
    areas: tuple[str, ...]
    keys: tuple[int, ...]
    head: tuple[tuple[tuple[str, float], ...], ...]
    alerts: tuple[int, ...]
    keys_down: bool = False
    narrowest: float = 0.0
    widest: float = 0.0
    gap: float = 1.2
    edge: float = 1.4
    bar_share: float = 0.3

    @property
    def width(self) -> float:
        return self.ratio * HEIGHT

    @property
    def screens(self) -> tuple[int, int]:
        return len(self.columns), len(self.rows)

    @cached_property
    def seams(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Where panels meet: x of the upright seams, y of the level ones."""
        across, down = self.screens
        return tuple(self.width * n / across for n in range(1, across)), tuple(HEIGHT * n / down for n in range(1, down))

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The places for charts, the hero first, then by letter."""
        names = {name for line in self.areas for name in line.split()}
        return tuple(sorted((name for name in names if not name.startswith("k")), key=lambda name: (name != HERO, name)))

    @cached_property
    def rectangles(self) -> dict[str, Rect]:
        """Every part by name: slots, `key-1` …, `alert-1` …, `duty`, `strip-1` … and the parts of the title bar."""
        return {**self._head(), **self._bar(), **self._panels(), **self._strip()}

    def _screens_across(self, y: float, height: float) -> list[Rect]:
        """One strip of every column of screens, at a height."""
        wide = self.width / len(self.columns)
        return [Rect(n * wide + self.edge, y, wide - 2 * self.edge, height) for n in range(len(self.columns))]

    def _head(self) -> dict[str, Rect]:
        found: dict[str, Rect] = {}
        for screen, parts in zip(self._screens_across(self.edge, HEAD), self.head, strict=True):
            if parts:
                cut = screen.columns([weight for _, weight in parts], self.gap)
                found |= {name: rect for (name, _), rect in zip(parts, cut, strict=True)}
        return found

    def _bar(self) -> dict[str, Rect]:
        found: dict[str, Rect] = {}
        screens, number = self._screens_across(self.edge + HEAD + self.gap / 2, BAR), 0
        for place, (screen, count) in enumerate(zip(screens, self.alerts, strict=True)):
            is_last = place == len(screens) - 1
            shares = [1.0] * count
            if is_last:
                shares.append(self.bar_share / (1 - self.bar_share) * count if count else 1.0)
            cut = screen.columns(shares, self.gap) if shares else []
            for rect in cut[:count]:
                number += 1
                found[f"alert-{number}"] = rect
            if is_last:
                found["duty"] = cut[-1]
        return found

    def _strip(self) -> dict[str, Rect]:
        screens = self._screens_across(HEIGHT - self.edge * 0.7 - STRIP, STRIP)
        return {f"strip-{number}": rect for number, rect in enumerate(screens, 1)}

    def _panels(self) -> dict[str, Rect]:
        across = [track for screen, weights in zip(self._screens_across(0, 1), self.columns, strict=True)
                  for track in screen.columns(weights, self.gap)]  # fmt: skip
        down = list(self._rows())
        found: dict[str, Rect] = {}
        names = dict.fromkeys(name for line in self.areas for name in line.split())
        for name in names:
            places = [(r, c) for r, line in enumerate(self.areas) for c, held in enumerate(line.split()) if held == name]
            first, last = (min(places), max(places))
            left, right, top, bottom = across[first[1]], across[last[1]], down[first[0]], down[last[0]]
            found[name] = Rect(left.x, top.x, right.right - left.x, bottom.right - top.x)
        return self._with_keys(found)

    def _rows(self) -> Iterable[Rect]:
        """The tracks from top to bottom, as rectangles that lie on their side: x is the top."""
        tall, last = HEIGHT / len(self.rows), len(self.rows) - 1
        for number, weights in enumerate(self.rows):
            top = number * tall + (self.edge if number else self.edge + HEAD + BAR + 1.5 * self.gap)
            bottom = (number + 1) * tall - (self.edge * 0.7 + STRIP + self.gap * 0.7 if number == last else self.edge)
            yield from Rect(top, 0, bottom - top, 1).columns(weights, self.gap)

    def _with_keys(self, found: dict[str, Rect]) -> dict[str, Rect]:
        made, number = {name: rect for name, rect in found.items() if not name.startswith("k")}, 0
        for name, count in zip(sorted(set(found) - set(made)), self.keys, strict=True):
            cut = found[name].rows([1] * count, self.gap) if self.keys_down else found[name].columns([1] * count, self.gap)
            for rect in cut:
                number += 1
                made[f"key-{number}"] = rect
        return made


_ONE_SCREEN = ((("name", 50.0), ("nav", 54.0), ("data", 42.0), ("now", 36.0)),)
_LAYOUTS = (
    Layout(
        "16x9", 16 / 9, columns=((52, 84, 52),), rows=((12.6, 34, 13, 21),),
        areas=("k1 k1 k1", "a hero c", "b hero d", "b e d"), keys=(6,), head=_ONE_SCREEN, alerts=(3,), narrowest=1.55, widest=2.1,
    ),
    Layout(
        "8x3", 8 / 3, columns=((58, 94, 64, 64),), rows=((12.6, 34, 13, 21),),
        areas=("k1 k1 k1 k1", "a hero c f", "b hero d g", "b e d g"), keys=(6,), head=_ONE_SCREEN, alerts=(4,), narrowest=2.3, widest=3.0,
        bar_share=0.22,
    ),
    Layout(
        "32x9", 32 / 9, columns=((46, 64, 116, 72, 76),), rows=((1, 1),),
        areas=("k1 a hero c f", "k1 b hero d e"), keys=(6,), head=((("name", 60), ("nav", 44), ("data", 60), ("now", 60)),),
        alerts=(5,), keys_down=True, narrowest=3.2, widest=4.0,
        bar_share=0.17,
    ),
    Layout(
        "2x2", 16 / 9, columns=((54, 40), (40, 54)), rows=((12.6, 26), (1.5, 1)),
        areas=("k1 k1 k1 k1", "a hero hero c", "b hero hero d", "e hero hero d"), keys=(6,),
        head=((("name", 47), ("nav", 46)), (("data", 54), ("now", 40))), alerts=(2, 1), bar_share=0.5, gap=1.6, edge=0.8,
    ),
    Layout(
        "3x3", 16 / 9, columns=((1,), (1,), (1,)), rows=((1,), (1,), (1,)),
        areas=("k1 k1 k1", "a hero c", "b hero d"), keys=(6,),
        head=((("name", 1),), (("nav", 1),), (("data", 43), ("now", 19))), alerts=(1, 1, 0), gap=1.6, edge=0.8,
    ),
    Layout(
        "2x4", 32 / 9, columns=((38, 56), (1,), (42, 52), (1,)), rows=((1,), (1,)),
        areas=("k1 a hero hero c f", "k2 b hero hero d e"), keys=(3, 3), keys_down=True,
        head=((("name", 1),), (("nav", 1),), (("data", 1),), (("now", 1),)), alerts=(2, 2, 1, 0), gap=1.6, edge=0.8,
    ),
    Layout(
        "3x6", 32 / 9, columns=((1,), (1,), (1,), (1,), (1,), (1,)), rows=((1,), (1,), (1,)),
        areas=("k1 k2 k3 k4 k5 k6", "a f hero hero c d", "b g hero hero e h"), keys=(1, 1, 1, 1, 1, 1),
        head=((("name", 1),), (("nav", 1),), (), (), (("data", 1),), (("now", 1),)), alerts=(1, 1, 1, 1, 1, 0), gap=1.6, edge=0.8,
    ),
)  # fmt: skip
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in _LAYOUTS}
SPLICES = tuple(layout.name for layout in _LAYOUTS if layout.screens != (1, 1))
