"""CHARTS: every chart and listing by name; the name is the file's name and what one sees."""

from dashboard.charts import (
    backlog_age,
    categories,
    disputes_by_level,
    disputes_by_organisation,
    disputes_by_origin,
    disputes_by_type,
    disputes_flow,
    disputes_map,
    disputes_outcome,
    disputes_survival,
    division_map,
    events,
    flow,
    living_promise,
    on_time_by_unit,
    per_10k_funnel,
    resolution_percentiles,
    resolution_survival,
    risk_matrix,
    risk_months,
    risk_places,
    risk_types,
    risk_units,
    stage_funnel,
    trend,
)
from dashboard.charts.base import Chart, Listing

_MODULES = (
    backlog_age, categories, division_map, events, flow, living_promise, on_time_by_unit, resolution_percentiles, resolution_survival,
    stage_funnel, trend, disputes_by_level, disputes_by_organisation, disputes_by_origin, disputes_by_type, disputes_flow, disputes_map,
    disputes_outcome, disputes_survival, risk_matrix, risk_types, risk_months, risk_places, risk_units,
    per_10k_funnel,
)  # fmt: skip
CHARTS: dict[str, Chart | Listing] = {module.CHART.name: module.CHART for module in _MODULES}

__all__ = ["CHARTS", "Chart", "Listing"]
