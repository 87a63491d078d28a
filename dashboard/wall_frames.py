"""What a wall is fed: a scene's figures, key numbers and rows as one answer, made once for all walls that show the same."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from typing import Any

from dashboard.asking import MEMORY
from dashboard.charts import CHARTS, Chart
from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.platforms import platform_rows
from dashboard.reference import labels
from dashboard.rows import listing_rows
from dashboard.scenes import SCENES
from dashboard.view import View
from dashboard.wall_layouts import LAYOUTS

SMALLEST, LARGEST, STEP = 0.4, 5.0, 0.05
# How much larger than usual a wall may write (see wall-1-place.js).
LARGEST_HAND = 1.25
# A label's size in u.
LABEL = 1.8
# Frames kept of one snapshot: a few kinds of walls, each with its scenes.
MOST_FRAMES = 128


@dataclass(frozen=True)
class Wanted:
    """What makes one frame differ from another of the same snapshot."""

    token: str
    scene: str
    layout: str
    scale: float
    language: str
    focus: str = ""
    # How much larger than usual everything is written, because people stand far away: panels have so much less room.
    hand: float = 1.0


def token_of(view: View) -> str:
    """Changes when the picture must: another snapshot, another civic day."""
    return f"{view.snapshot}.{view.today:%Y%m%d}"


def scale_of(text: str) -> float:
    """The scale of charts a wall asks for, kept within reason and in steps, so that walls of nearly one size share frames."""
    try:
        wanted = float(text)
    except ValueError:
        wanted = 1.0
    if not SMALLEST <= wanted <= LARGEST:
        wanted = min(max(wanted, SMALLEST), LARGEST) if wanted == wanted else 1.0  # noqa: PLR0124 not a number
    return round(round(wanted / STEP) * STEP, 2)


def hand_of(text: str) -> float:
    """How large a wall writes, as it says; no larger than walls do, and in steps."""
    return min(max(scale_of(text), 1.0), LARGEST_HAND)


def frame(view: View, wanted: Wanted) -> bytes:
    """A frame as compressed JSON; while one request makes it, others wait for it. Raises KeyError for a focus that is no division."""
    return bytes(MEMORY.ask(frame, view.engine, wanted, lambda: _made(view, wanted), MOST_FRAMES))


def _made(view: View, wanted: Wanted) -> bytes:
    return gzip.compress(json.dumps(frame_body(view, wanted), ensure_ascii=False, allow_nan=False).encode("utf-8"), 5)


def frame_body(view: View, wanted: Wanted) -> dict[str, Any]:
    """Figures and rows by chart, key numbers in order, platforms with when they were last seen, and where the frame looks."""
    scene, engine, theme = SCENES[wanted.scene], view.engine, view.theme("wall", wanted.scale)
    place = labels(engine, "division_code").loc[wanted.focus] if wanted.focus else None
    wish = Filters(period=view.city.period, divisions=(wanted.focus,) if wanted.focus else ())
    figures: dict[str, Any] = {}
    listings: dict[str, Any] = {}
    for slot, name in scene.charts_in(wanted.layout).items():
        chart, look = CHARTS[name], replace(theme, room=room_of(wanted.layout, slot, wanted.hand))
        filters = view.scoped(wish, chart.kind)
        if isinstance(chart, Chart):
            figures[name] = json.loads(chart.figure(engine, filters, look).to_json())
        else:
            listings[name] = listing_rows(chart, chart.asked(engine, filters), look, view.today)
    keys = [
        key_figure(engine, code, view.scoped(wish.model_copy(update={"period": period or wish.period}), METRICS[code].table.name), theme)
        for code, period in scene.figures
    ]
    newest = view.data_state("").newest
    return {
        "token": wanted.token,
        "scene": wanted.scene,
        "figures": figures,
        "listings": listings,
        "keys": [key.to_json() for key in keys],
        "platforms": platform_rows(engine, view.language),
        "as_of": None if newest is None else newest.isoformat(),
        "place": "" if place is None else str(place["label_en" if view.language == "en" else "label"]),
    }


def room_of(layout: str, slot: str, hand: float = 1.0) -> tuple[float, float]:
    """Width and height that a slot leaves for a chart, in label sizes: what its title and edges take is said in wall.css."""
    rect = LAYOUTS[layout].rectangles[slot]
    return (rect.width - 3.0) / (LABEL * hand), (rect.height - 2.9 - 3.7 * hand) / (LABEL * hand)
