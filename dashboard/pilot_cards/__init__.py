"""PILOTS: the parts of the page of the committee's ledger by name, filled for a wish by the page's callback; and its cards."""

from collections.abc import Callable

from dash.development.base_component import Component

from dashboard.filters import Filters
from dashboard.pilot_cards import gates, head
from dashboard.view import View

PILOTS: dict[str, Callable[[View, Filters], list[Component]]] = {"pilot_head": head.fill, "pilot_gates": gates.fill}

__all__ = ["PILOTS"]
