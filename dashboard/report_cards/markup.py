"""Components as markup that the page's script puts in place at once: a report has thousands of cells, too many for components each."""

from __future__ import annotations

from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes

NAMES = {"className": "class", "tabIndex": "tabindex", "dateTime": "datetime", "colSpan": "colspan"}
# What a browser gets as markup can do nothing by itself: no scripts, no styles, no frames.
TAGS = {
    "A", "Article", "Aside", "B", "Button", "Code", "Dd", "Details", "Div", "Dl", "Dt", "Figcaption", "Figure", "H2", "H3", "I", "Li",
    "Nav", "Ol", "P", "Section", "Small", "Span", "Summary", "Table", "Tbody", "Td", "Th", "Thead", "Time", "Tr", "Ul",
}  # fmt: skip


def aria(**said: str) -> dict[str, Any]:
    """What a part is to those who hear the page."""
    return {f"aria-{name}": text for name, text in said.items()}


def raw(component: Component) -> Component:
    """A place that the script fills with a component's markup."""
    return html.Div(className="rp-raw", **attributes(html=markup(component)))


def markup(part: Any) -> str:
    """A component, text or list of them as HTML; every text is escaped. Raises ValueError for a component that is no plain element."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(markup(one) for one in part)
    if not isinstance(part, Component):
        return escape(str(part))
    told: dict[str, Any] = part.to_plotly_json()  # type: ignore[no-untyped-call]
    if told["namespace"] != "dash_html_components" or told["type"] not in TAGS:
        raise ValueError(f"no plain element: {told['type']}")
    props = dict(told["props"])
    inside, tag = props.pop("children", None), told["type"].lower()
    return f"<{tag}{''.join(_attribute(name, value) for name, value in props.items())}>{markup(inside)}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    said = NAMES.get(name, name)
    return f" {said}" if value is True else f' {said}="{escape(str(value))}"'
