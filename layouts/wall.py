"""The wall: one scene, one layout per aspect ratio; fed by frames, read from eight metres."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.components import attributes, wall_card
from dashboard.filters import one_of
from dashboard.key_figures import PERIOD_NAMES
from dashboard.scenes import SCENES, Scene
from dashboard.texts import Text
from dashboard.view import View

PATH = "/wall"
TITLE = Text("指挥大屏", "Wall")
HAS = "tickets"
POLL_MS = 10_000


def strip_texts(view: View) -> dict[str, str]:
    """The words of the truth strip, for the script that writes it."""
    demo = view.say(texts.DEMO_SHORT) if view.city.is_demo else ""
    return {name: view.say(text) for name, text in texts.STRIP.items()} | {"demo": demo}


def head(view: View, scene: Scene) -> Component:
    """Who, which scene and period; whether the server answers; how old the data are; what time it is."""
    city = f"{view.city.label_en} " if view.language == "en" else view.city.label
    name = [html.B(city + view.say(texts.HALL)), html.Span(view.say(scene.title)), html.Small(view.say(PERIOD_NAMES[view.city.period]))]
    times = [
        html.Span([view.say(texts.DATA_TIME), html.Time(className="wall-as-of")]),
        html.Span([view.say(texts.DATA_AGE), html.B(className="wall-age")]),
        html.Time(className="wall-date"),
        html.Time(className="wall-clock"),
    ]
    away = html.Div(className="wall-state", **attributes(away=view.say(texts.SERVER_AWAY)))
    return html.Header([html.Div(name, className="wall-name"), away, html.Div(times, className="wall-times")], className="wall-head")


def layout(view: View, query: dict[str, str]) -> Component:
    name = one_of(query, "scene", "overview")
    scene = SCENES.get(name) or SCENES["overview"]
    keys = html.Div([html.Div(className="key-card") for _ in scene.figures], className="wall-keys")
    panels = [wall_card(chart, view) for chart in scene.charts]
    strip = html.Footer(className="wall-strip", **attributes(**strip_texts(view)))
    tick = [dcc.Interval(id=ids.WALL_TICK, interval=POLL_MS), html.Div(id=ids.WALL_FRAME, hidden=True)]
    return html.Div(
        [*tick, head(view, scene), keys, *panels, strip], id=ids.WALL, className=f"wall scene-{scene.name}",
        lang="en" if view.language == "en" else "zh-CN", **attributes(scene=scene.name),
    )  # fmt: skip
