"""What kinds of documents can be issued, and who writes each: the subjects of reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dashboard.filters import Filters
from dashboard.reports.model import Report
from dashboard.reports.monthly import report_of
from dashboard.reports.spans import KINDS, Span
from dashboard.reports.subjects import SUBJECTS, WHOLE
from dashboard.texts import Text
from dashboard.view import View

REPORT = WHOLE


@dataclass(frozen=True)
class Product:
    """A document that is issued: its name, what a city must have for it, over which periods, what each is called, and who writes it."""

    label: Text
    make: Callable[[View, Span, Filters], Report]
    titles: dict[str, Text]
    has: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS
    # Which data it speaks of; nothing means all there are.
    speaks_of: tuple[str, ...] = ()

    def is_had(self, has: list[str]) -> bool:
        return all(kind in has for kind in self.has)


PRODUCTS: dict[str, Product] = {
    code: Product(subject.label, partial(report_of, about=code), subject.titles, subject.needs, speaks_of=subject.kinds)
    for code, subject in SUBJECTS.items()
}
