"""What a click on a mark of a chart of several groups chooses: each mark says its choice and its code."""

from __future__ import annotations

from typing import Any

from dashboard.charts import Chart
from dashboard.filters import Filters


def picked(before: Filters, chart: Chart, click: Any) -> Filters | None:
    """The wish after a click on a mark that names its own choice (`outcomes=success`): chosen, or let go if it was chosen alone.

    None where the mark names none that the chart may set.
    """
    points = click.get("points") if isinstance(click, dict) else None
    point = points[0] if isinstance(points, list) and points else None
    told = point.get("customdata") if isinstance(point, dict) else None
    told = told[0] if isinstance(told, list) and told else told
    field, sign, code = told.partition("=") if isinstance(told, str) else ("", "", "")
    if not sign or not code or field not in chart.selects_any:
        return None
    return before.model_copy(update={field: () if getattr(before, field) == (code,) else (code,)})
