"""The wall: one scene, one layout per aspect ratio; fed by frames, read from eight metres."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.components import attributes, wall_card
from dashboard.key_figures import PERIOD_NAMES
from dashboard.scenes import SCENES
from dashboard.texts import Text
from dashboard.view import View

PATH = "/wall"
TITLE = Text("指挥大屏", "Wall")
HAS = "tickets"
POLL_MS = 10_000


def strip_texts(view: View) -> dict[str, str]:
    """The words of the truth strip, for the script that writes it."""
    demo = view.say(texts.DEMO) if view.city.is_demo else ""
    return {name: view.say(text) for name, text in texts.STRIP.items()} | {"demo": demo}


def layout(view: View, scene: str = "overview", **query: str) -> Component:
    name = scene if scene in SCENES else "overview"
    held = SCENES[name]
    city = view.city.label_en if view.language == "en" else view.city.label
    head = html.Header(
        [
            html.Div([html.B(f"{city}{' ' if view.language == 'en' else ''}{view.say(texts.HALL)}"), html.Span(view.say(held.title)), html.Small(view.say(PERIOD_NAMES[held.period]))], className="wall-name"),
            html.Div(className="wall-state", **attributes(away=view.say(texts.SERVER_AWAY))),
            html.Div([
                html.Span([view.say(texts.DATA_TIME), html.Time(className="wall-as-of")]), html.Span([view.say(texts.DATA_AGE), html.B(className="wall-age")]),
                html.Time(className="wall-date"), html.Time(className="wall-clock"),
            ], className="wall-times"),
        ],
        className="wall-head",
    )  # fmt: skip
    keys = html.Div([html.Div(className="key-card") for _ in held.figures], className="wall-keys")
    panels = [wall_card(chart, view) for chart in held.charts]
    strip = html.Footer(className="wall-strip", **attributes(**strip_texts(view)))
    return html.Div(
        [dcc.Interval(id=ids.WALL_TICK, interval=POLL_MS), html.Div(id=ids.WALL_FRAME, hidden=True), head, keys, *panels, strip],
        id=ids.WALL, className=f"wall scene-{name}", lang="en" if view.language == "en" else "zh-CN", **attributes(scene=name),
    )  # fmt: skip
