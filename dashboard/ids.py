"""The ids of components: nothing else may spell one."""

from __future__ import annotations

from typing import Any

URL = "url"
FILTERS = "filters"
VIEW = "view"
TICK = "tick"
BANNER = "banner"


def chart(name: Any, at: Any) -> dict[str, Any]:
    """A chart's figure: the same chart may stand on several pages, so an id is (name, at)."""
    return {"type": "chart", "name": name, "at": at}


def listing(name: Any, at: Any) -> dict[str, Any]:
    return {"type": "listing", "name": name, "at": at}


def note(name: Any, at: Any) -> dict[str, Any]:
    return {"type": "note", "name": name, "at": at}


def kpi(code: Any, at: Any) -> dict[str, Any]:
    return {"type": "kpi", "code": code, "at": at}


def choice(name: Any) -> dict[str, Any]:
    """A control of the filter bar that sets one field of Filters."""
    return {"type": "choice", "name": name}
