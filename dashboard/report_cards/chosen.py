"""What is chosen on the page of reports: document, kind, days, whose and in which language; read from an address, said again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast, get_args
from urllib.parse import urlencode

from sqlalchemy import Engine

from dashboard.filters import EARLIEST, LATEST, Filters, one_of
from dashboard.issuing.products import PRODUCTS, REPORT
from dashboard.reference import data_state, first_day
from dashboard.reports.spans import Kind, Span, span_holding
from dashboard.texts import LANGUAGES
from dashboard.view import View
from dashboard.warehouse import A, R

SPECIAL = "special"
# What every report may be narrowed to, and what only one over any days.
SCOPES = ("divisions", "units")
FURTHER = ("majors", "channels", "types", "organisations")
# A list longer than this is no list; older periods are found by their days.
MOST_LISTED = 130


@dataclass(frozen=True)
class Chosen:
    """A report to be made."""

    product: str
    span: Span
    wish: Filters
    language: str

    @property
    def kind(self) -> str:
        return self.span.kind

    @property
    def form(self) -> dict[str, Any]:
        """As the act that drafts it is told."""
        said = {name: list(codes) for name in (*SCOPES, *FURTHER) if (codes := getattr(self.wish, name))}
        until = str(self.span.until) if self.kind == SPECIAL else ""
        return {
            "product": self.product,
            "kind": self.kind,
            "on": str(self.span.since),
            "until": until,
            "language": self.language,
            "wish": said,
        }

    def query(self, language: str) -> str:
        """As an address of a page in a language says it; what goes without saying is left out."""
        said = {} if self.product == REPORT else {"product": self.product}
        said |= {"kind": self.kind, "since": str(self.span.since)}
        if self.kind == SPECIAL:
            said["until"] = str(self.span.until)
        if self.language != language:
            said["in"] = self.language
        narrowed = "&".join(part for part in self.wish.to_query().split("&") if not part.startswith("period="))
        return "&".join(part for part in (urlencode(said), narrowed) if part)


def products_of(view: View) -> list[str]:
    """The documents this city can make, in order."""
    return [code for code, product in PRODUCTS.items() if product.is_had(view.city.has)]


def kinds_of(product: str) -> tuple[str, ...]:
    """Over which kinds of periods a document is made, in order."""
    return tuple(PRODUCTS[product].kinds)


def chosen_of(view: View, query: Mapping[str, str | list[str]]) -> Chosen:
    """What an address or the browser says; what cannot be understood is the last whole month of the city."""
    products, wanted = products_of(view), one_of(query, "product")
    product = wanted if wanted in products else products[0]
    kinds, kind = kinds_of(product), one_of(query, "kind")
    kind = kind if kind in kinds else "month" if "month" in kinds else kinds[0]
    return Chosen(product, _span(view, kind, query), _wish(kind, query), _language(view, one_of(query, "in")))


def _language(view: View, wanted: str) -> str:
    return wanted if wanted in LANGUAGES else view.language


def _wish(kind: str, query: Mapping[str, str | list[str]]) -> Filters:
    """Places and units; of a report over any days, what else is chosen."""
    named = (*SCOPES, *(FURTHER if kind == SPECIAL else ()))
    return Filters.from_parts({name: value for name in named if (value := query.get(name))})


def _span(view: View, kind: str, query: Mapping[str, str | list[str]]) -> Span:
    since, until = _day(one_of(query, "since")), _day(one_of(query, "until"))
    if kind == SPECIAL:
        last = view.today - timedelta(days=1)
        if since is None or until is None or until < since:
            return Span(cast("Kind", kind), last - timedelta(days=29), last)
        return Span(cast("Kind", kind), since, until)
    return last_whole(view, kind) if since is None or since > view.today else span_holding(cast("Kind", kind), since)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day < LATEST else None


def last_whole(view: View, kind: str) -> Span:
    """The last period of a kind that is over."""
    running = span_holding(cast("Kind", kind), view.today)
    return span_holding(cast("Kind", kind), running.since - timedelta(days=1))


def spans(view: View, kind: str) -> list[Span]:
    """The periods of a kind that have data, the running one first, then the last whole ones."""
    first = earliest(view.engine) or view.today
    found = [span_holding(cast("Kind", kind), view.today)]
    while len(found) < MOST_LISTED and found[-1].since > first:
        found.append(span_holding(cast("Kind", kind), found[-1].since - timedelta(days=1)))
    return found


def is_running(view: View, span: Span) -> bool:
    """Whether a period is not over yet."""
    return span.until >= view.today


def is_beyond_data(view: View, span: Span) -> bool:
    """Whether the data do not reach the end of a period that is over."""
    newest = data_state(view.engine, "").newest
    return newest is not None and not is_running(view, span) and newest.date() <= span.until


def earliest(engine: Engine) -> date | None:
    """The first day there is anything of."""
    found = [day for table, base in (("tickets", R), ("disputes", A)) if (day := first_day(engine, table, base)) is not None]
    return min(found, default=None)


assert SPECIAL in get_args(Kind)  # noqa: S101 the kind that has no calendar
