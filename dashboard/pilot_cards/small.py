"""Small pictures in the rows of the ledger: bullet graphs, steps, lines and bars of lamps, each an image made of a few SVG shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.pilot_ledger.parts import ORDER
from dashboard.theme import Theme

WIDE, HIGH = 160, 18
TRACK = "#e6ebf1"


def colour_of_state(state: str, look: Theme) -> str:
    return {"red": look.bad, "yellow": look.yellow, "green": look.good, "done": look.good}.get(state, look.context)


def bullet(row: Mapping[str, Any], look: Theme, alt: str) -> Component:
    """How far a part came from baseline to target, before the mark where its time stands; its fellows' median pale behind it.

    Where less is better it runs the other way: the baseline stands at the right, the target at the left.
    """
    is_down = row["better"] == "down"

    def bar(share: Any, top: float, high: float, colour: str) -> str:
        wide = 0.0 if pd.isna(share) else WIDE * min(max(float(share), 0.0), 100.0) / 100
        left = WIDE - wide if is_down else 0
        return f"<rect x='{left:.1f}' y='{top}' width='{wide:.1f}' height='{high}' fill='{colour}'/>"

    shapes = [f"<rect x='0' y='3' width='{WIDE}' height='12' fill='{TRACK}'/>"]
    if row.get("parts", 1) > 1:
        shapes.append(bar(row.get("median_progress"), 3, 12, "#c3cedb"))
    shapes.append(bar(row["progress_pct"], 6, 6, colour_of_state(row["state"], look)))
    if not pd.isna(row["elapsed_pct"]):
        at = WIDE * float(row["elapsed_pct"]) / 100
        at = min(max(WIDE - at if is_down else at, 1), WIDE - 1)
        shapes.append(f"<rect x='{at - 1:.1f}' y='0' width='2' height='{HIGH}' fill='{look.text}'/>")
    return _image("".join(shapes), WIDE, HIGH, "ledger-bullet", alt)


def steps(reached: Sequence[bool], look: Theme, state: str, alt: str) -> Component:
    """Milestones in order: those reached are filled."""
    pitch, colour = WIDE / max(len(reached), 1), colour_of_state(state, look)
    shapes = "".join(
        f"<rect x='{pitch * place + 1:.1f}' y='4' width='{pitch - 2:.1f}' height='10' fill='{colour if is_reached else TRACK}'/>"
        for place, is_reached in enumerate(reached)
    )
    return _image(shapes, WIDE, HIGH, "ledger-bullet", alt)


def line(values: Sequence[float], look: Theme, alt: str) -> Component:
    """Two values or more in time, the last one marked."""
    low, span = min(values), (max(values) - min(values)) or 1.0
    points = [(2 + 84 * place / (len(values) - 1), 19 - 16 * (value - low) / span) for place, value in enumerate(values)]
    said = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    shapes = (
        f"<polyline points='{said}' fill='none' stroke='{look.muted}' stroke-width='1.3'/>"
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='2.4' fill='{look.accent}'/>"
    )
    return _image(shapes, 90, 22, "ledger-line", alt)


def lamp_bar(counts: Mapping[str, Any], look: Theme, alt: str) -> Component:
    """How many parts stand at what, as one bar in the order of their gravity."""
    whole, shapes, at = sum(float(counts[state]) for state in ORDER) or 1.0, [], 0.0
    for state in ORDER:
        wide = WIDE * float(counts[state]) / whole
        if wide:
            faded = " opacity='0.55'" if state == "done" else ""
            shapes.append(
                f"<rect x='{at:.1f}' y='4' width='{max(wide - 1, 1):.1f}' height='10' fill='{colour_of_state(state, look)}'{faded}/>"
            )
            at += wide
    return _image("".join(shapes), WIDE, HIGH, "ledger-bullet", alt)


def _image(shapes: str, wide: int, high: int, name: str, alt: str) -> Component:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}' preserveAspectRatio='none'>{shapes}</svg>"
    return html.Img(src="data:image/svg+xml," + quote(svg), alt=alt, title=alt, className=name)
