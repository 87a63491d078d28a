"""METRICS: every number of the product, defined once: code -> Count | Rate | Amount | Duration | PerPopulation."""

from dashboard.metrics import disputes, risks, tickets
from dashboard.metrics.base import Amount, Count, Duration, Metric, PerPopulation, Rate

METRICS: dict[str, Metric] = {**tickets.METRICS, **disputes.METRICS, **risks.METRICS}

__all__ = ["METRICS", "Amount", "Count", "Duration", "Metric", "PerPopulation", "Rate"]
