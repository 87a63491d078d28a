"""What kinds of documents can be issued, and who writes each; a new one is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.filters import Filters
from dashboard.reports.model import Report
from dashboard.reports.monthly import report_of
from dashboard.reports.spans import KINDS, Span
from dashboard.texts import Text
from dashboard.view import View

REPORT = "report"


@dataclass(frozen=True)
class Product:
    """A document that is issued: its name, what a city must have any of for it, over which periods, and who writes it."""

    label: Text
    make: Callable[[View, Span, Filters], Report]
    has: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS


PRODUCTS: dict[str, Product] = {REPORT: Product(Text("运行报告", "Report"), report_of)}
