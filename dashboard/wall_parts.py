"""The parts of the wall's page: title bar, alerts and duty, scenes with their panels, truth strip; scripts place and fill them."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.charts import CHARTS, Chart
from dashboard.components import attributes, graph
from dashboard.key_figures import PERIOD_NAMES
from dashboard.scenes import Scene
from dashboard.settings import Wall
from dashboard.view import View
from dashboard.wall_layouts import LAYOUTS
from dashboard.warehouse import MADE_OF


def placed(part: str, children: Any = None, kind: str = "") -> Component:
    """An element whose place a layout gives by the name of the part."""
    return html.Div(children, className=f"wall-part {kind or f'wall-{part}'}", hidden=True, **attributes(part=part))


def head(view: View, scenes: list[Scene]) -> list[Component]:
    """Who; which scene and period, and which come next; how old the data are; what time it is."""
    marks = [html.Button(html.I(), className="wall-mark", title=view.say(scene.title), **attributes(scene=scene.name)) for scene in scenes]
    shown = [
        html.B(className="wall-scene"), html.Span(view.say(PERIOD_NAMES[view.city.period]), className="wall-period"),
        html.Span(className="wall-place"),
        html.Div(marks, className="wall-marks"), html.Span(className="wall-hold"),
    ]  # fmt: skip
    data = [
        html.Div(
            [html.Span([view.say(texts.DATA_TIME), html.Time(className="wall-as-of")]), html.Small(className="wall-next")],
            className="wall-seen",
        ),
        html.Div([html.Span(view.say(texts.DATA_AGE)), html.B(className="wall-age")], className="wall-aged"),
    ]
    city = f"{view.city.label_en} " if view.language == "en" else view.city.label
    return [
        placed("name", html.B(city + view.say(texts.HALL))),
        placed("nav", shown),
        placed("data", data),
        placed("now", [html.Time(className="wall-date"), html.Time(className="wall-clock")]),
    ]


def bar() -> list[Component]:
    """Places for alerts, for who is on duty, and for what is wrong with the wall itself."""
    most = max(sum(layout.alerts) for layout in LAYOUTS.values())
    return [*(placed(f"alert-{number}", kind="wall-alert") for number in range(1, most + 1)), placed("duty")]


def strip(view: View) -> list[Component]:
    most = max(layout.screens[0] for layout in LAYOUTS.values())
    words = {name: view.say(text) for name, text in texts.STRIP.items()}
    words["demo"] = view.say(texts.DEMO_SHORT) if view.city.is_demo else ""
    strips = [placed(f"strip-{number}", kind="wall-strip") for number in range(1, most + 1)]
    return [html.Div(strips, className="wall-strips", **attributes(**words))]


def panel(scene: str, name: str, view: View) -> Component:
    """A panel of a scene: the same chart as on a page, fed by frames; beside its title stands how old its sources are."""
    chart = CHARTS[name]
    body = graph(ids.panel(scene, name)) if isinstance(chart, Chart) else html.Ul(className="card-body events")
    title = html.Div([html.H2(view.say(chart.title)), html.Small(className="panel-age")], className="card-head")
    return html.Section(
        [title, body], className=f"wall-part card panel-{name.replace('_', '-')}", hidden=True,
        **attributes(panel=name, kind=MADE_OF.get(chart.kind, chart.kind)),
    )  # fmt: skip


def scene_section(scene: Scene, view: View) -> Component:
    """A whole scene, mounted once: hidden ones keep their size, so that charts in them are drawn as they will be seen."""
    keys = [placed(f"key-{number}", kind="key-card") for number in range(1, len(scene.figures) + 1)]
    panels = [panel(scene.name, name, view) for name in scene.charts]
    return html.Div([*keys, *panels], className=f"scene scene-{scene.name}", **attributes(scene=scene.name, title=view.say(scene.title)))


def facts(view: View, wall: Wall, scenes: list[Scene]) -> dict[str, Any]:
    """What the wall's scripts must know, as JSON in attributes: layouts, scenes with their dwell, words."""
    layouts = {
        name: {
            "ratio": layout.ratio, "width": layout.width, "narrowest": layout.narrowest or layout.ratio * 0.9,
            "widest": layout.widest or layout.ratio * 1.1, "is_spliced": layout.screens != (1, 1),
            "parts": {part: [round(number, 3) for number in rect] for part, rect in layout.rectangles.items()},
            "slots": {scene.name: scene.charts_in(name) for scene in scenes},
        }
        for name, layout in LAYOUTS.items()
    }  # fmt: skip
    dwell = {scene.name: wall.dwell.get(scene.name, wall.dwell_seconds) for scene in scenes}
    words = {name: view.say(text) for name, text in texts.WALL_WORDS.items()}
    return attributes(
        layouts=json.dumps(layouts), dwell=json.dumps(dwell), words=json.dumps(words, ensure_ascii=False), splice=wall.splice,
        far=f"{wall.far_pixels:.2f}", wall=wall.name,
    )  # fmt: skip


def shell_words(view: View) -> dict[str, Any]:
    return attributes(words=json.dumps({name: view.say(text) for name, text in texts.SHELL.items()}, ensure_ascii=False))
