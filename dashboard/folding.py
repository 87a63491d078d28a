"""Long texts on a page: their beginning, and all of it when asked for."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.texts import Text
from dashboard.view import View

# So many signs fill about four lines of a cell.
LONG = 120
MORE, LESS = Text("展开全文（{n} 字）", "Show all ({n} signs)"), Text("收起", "Fold")


def folded(view: View, text: str, kind: str = "") -> Component:
    """A text that is cut after four lines, with a word that opens it; a short one stands as it is. Paper has all of it."""
    words = html.P(text, className="fold-text")
    if len(text) <= LONG:
        return html.Div(words, className=f"fold {kind}".strip())
    said = attributes(more=view.say(MORE).format(n=f"{len(text):,}"), less=view.say(LESS))
    return html.Div([words, html.Details(html.Summary(**said))], className=f"fold is-long {kind}".strip())
