"""The wall's scenes, each mounted once; fed by frames, placed by layouts, read from metres."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import wall_parts
from dashboard.filters import one_of
from dashboard.scenes import scenes_of
from dashboard.texts import Text
from dashboard.view import View

PATH = "/wall/scenes"
TITLE = Text("大屏场景", "Scenes of the wall")
HAS = ""
IN_MENU = False


def layout(view: View, query: dict[str, str]) -> Component:
    wall = view.city.wall(one_of(query, "wall", "hall"))
    scenes = scenes_of(view.city.has, wall.scenes)
    sections = html.Div([wall_parts.scene_section(scene, view) for scene in scenes], className="wall-scenes")
    parts = [*wall_parts.head(view, scenes), *wall_parts.bar(), sections, *wall_parts.strip(view)]
    stage = html.Div([*parts, html.Div(className="wall-state", hidden=True)], className="wall-stage")
    return html.Div(stage, className="wall", lang="en" if view.language == "en" else "zh-CN", **wall_parts.facts(view, wall, scenes))
