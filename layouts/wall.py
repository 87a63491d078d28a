"""The wall's shell: owns full screen and the night's renewal; the scenes live in a frame that is changed beside the old picture."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import attributes
from dashboard.filters import one_of
from dashboard.texts import SHELL, Text
from dashboard.view import View
from dashboard.wall_parts import shell_words
from layouts import wall_scenes

PATH = "/wall"
TITLE = Text("指挥大屏", "Wall")
HAS = ""
# What an address may ask of the scenes: which wall, one scene, one layout, a place in focus.
PASSED_ON = ("wall", "scene", "layout", "focus")


def layout(view: View, query: dict[str, str]) -> Component:
    wall = view.city.wall(one_of(query, "wall", "hall"))
    asked = {name: one_of(query, name, "") for name in PASSED_ON} | {"lang": view.language}
    address = f"{wall_scenes.PATH}?{urlencode({name: value for name, value in asked.items() if value})}"
    buttons = [html.Button(view.say(text), className=f"shell-{name}") for name, text in SHELL.items() if name != "go"]
    facts = attributes(src=address, renew=wall.renew_at, shift=str(wall.shift_pixels), wall=wall.name)
    return html.Div(
        [html.Div(className="shell-frames"), html.Div(className="shell-state", hidden=True), html.Nav(buttons, className="shell-tools")],
        id=ids.WALL, className="wall-shell", **facts, **shell_words(view),
    )  # fmt: skip
