"""Where one is: the city, district, town and community chosen, each a link back up to it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import places
from dashboard.filters import Filters
from dashboard.reference import root
from dashboard.texts import Text
from dashboard.view import View

MANY = Text("已选 {n} 处", "{n} places chosen")
SHOWN = {
    "district": Text("按区县，{n} 个", "by district, {n}"), "town": Text("按镇街，{n} 个", "by town, {n}"),
    "community": Text("按社区，{n} 个", "by community, {n}"),
}  # fmt: skip


def crumbs(view: View, filters: Filters) -> list[Component]:
    """The places above what a map shows, as links that keep all other filters; the last is where one is."""
    held = places.divisions_of(view.engine)
    chosen = [code for code in filters.divisions if code in held.index]
    lines = [places.line_of(view.engine, code) for code in chosen] or [places.line_of(view.engine, root(view.engine))]
    if not any(lines):
        return []
    shared = [level[0] for level in zip(*lines, strict=False) if len(set(level)) == 1]
    names = held["label_en" if view.language == "en" else "label"].fillna(held["label"])
    parts: list[Component] = []
    for code in shared:
        parts += [_link(str(names[code]), filters, () if held["level"][code] == "city" else (code,)), html.Span("›", className="sep")]
    if len(chosen) > 1:
        parts.append(html.B(view.say(MANY).format(n=len(chosen))))
    elif parts:
        parts = [*parts[:-2], html.B(str(names[shared[-1]]))]
    level, codes = places.drill(view.engine, tuple(chosen))
    if level in SHOWN:
        parts.append(html.Small(view.say(SHOWN[level]).format(n=len(codes))))
    return parts


def _link(name: str, filters: Filters, divisions: tuple[str, ...]) -> Component:
    return html.A(name, href=f"?{filters.model_copy(update={'divisions': divisions}).to_query()}")
