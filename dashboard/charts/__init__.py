"""CHARTS: every chart and listing by name; the name is the file's name and what one sees."""

from dashboard.charts import (
    backlog_age,
    categories,
    category_by_place,
    category_pareto,
    category_tree,
    disputes_by_level,
    disputes_by_organisation,
    disputes_by_origin,
    disputes_by_type,
    disputes_flow,
    disputes_map,
    disputes_outcome,
    disputes_survival,
    division_map,
    division_map_rate,
    ends,
    events,
    flow,
    hour_of_week,
    living_promise,
    on_time_by_unit,
    overdue_by_unit,
    per_10k_funnel,
    resolution_percentiles,
    resolution_survival,
    resolution_survival_work,
    risk_matrix,
    risk_months,
    risk_places,
    risk_types,
    risk_units,
    stage_durations,
    stage_funnel,
    stage_now,
    tile_map,
    trend,
)
from dashboard.charts.base import Chart, Listing

_MODULES = (
    backlog_age, categories, division_map, events, flow, living_promise, on_time_by_unit, resolution_percentiles, resolution_survival,
    stage_funnel, trend, disputes_by_level, disputes_by_organisation, disputes_by_origin, disputes_by_type, disputes_flow, disputes_map,
    disputes_outcome, disputes_survival, risk_matrix, risk_types, risk_months, risk_places, risk_units,
    resolution_survival_work, ends, stage_durations, category_tree, category_pareto, category_by_place, hour_of_week,
    division_map_rate, tile_map, overdue_by_unit, stage_now,
    per_10k_funnel,
)  # fmt: skip
CHARTS: dict[str, Chart | Listing] = {module.CHART.name: module.CHART for module in _MODULES}

__all__ = ["CHARTS", "Chart", "Listing"]
