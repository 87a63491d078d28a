"""CHARTS: every chart and listing by name; the name is the file's name and what one sees."""

from dashboard.charts import trend
from dashboard.charts.base import Chart, Listing

CHARTS: dict[str, Chart | Listing] = {module.CHART.name: module.CHART for module in (trend,)}

__all__ = ["CHARTS", "Chart", "Listing"]
