"""The remote: what the duty officer's tablet shows to steer a wall."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.remote import doors, remote, words
from dashboard.texts import Text
from dashboard.view import View

PATH = "/wall/remote"
TITLE = Text("大屏遥控", "Remote")
HAS = ""
IN_MENU = False


def layout(view: View, _query: dict[str, str]) -> Component:
    name = view.city.label_en if view.language == "en" else view.city.label
    head = html.Header([html.A(name, href="/"), html.H1(view.say(TITLE)), *doors(view), html.Span(view.say(view.profile.label))])
    language = "en" if view.language == "en" else "zh-CN"
    return html.Div([head, html.Main(remote(view))], className="office remote", lang=language, **words(view))
