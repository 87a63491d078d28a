"""The numbers of a brief: each a metric as it is measured everywhere, with its base and comparisons, and a link that takes it apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes, number_path
from dashboard.filters import Filters, ScopedFilters
from dashboard.key_figures import AGO, BEFORE_NAMES, MOM, YOY, Change, KeyFigure, key_figure, lacking
from dashboard.metrics import Duration, Mean, Metric, PerPopulation, metric_of
from dashboard.queries import Total, ask_ahead, total
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

INDICATOR, VALUE = Text("指标", "Indicator"), Text("数值", "Value")
NO_PAST = Text("现状数，没有对比期", "about now: it has no past")
TOO_FEW = Text("样本不足 {}", "fewer than {}")
WATCHED = Text("样本 {}", "n = {}")
OVER = Text("{n} / {d} 人", "{n} / {d} residents")
# In a narrow cell; the whole words are told by its title.
SHORT = {AGO[1]: Text("较昨日", "1 d"), AGO[7]: Text("较7天前", "7 d")}
MARKS = "①②③④⑤⑥⑦⑧⑨"


@dataclass
class Reasons:
    """Why comparisons are missing: each reason is said once, under the sheet, and told by its mark."""

    held: list[str] = field(default_factory=list)

    def mark(self, why: str) -> str:
        if why not in self.held:
            self.held.append(why)
        return MARKS[min(self.held.index(why), len(MARKS) - 1)]

    def said(self) -> str:
        return "　".join(f"{MARKS[min(place, len(MARKS) - 1)]} {why}" for place, why in enumerate(self.held))


def figures_table(view: View, codes: tuple[str, ...], wish: Filters, reasons: Reasons) -> Component:
    """A row for each metric; those that a source cannot bring say so."""
    headings = ((INDICATOR, "text"), (VALUE, "num"), (before_of(wish), "num"), (YOY, "num"))
    head = html.Thead(html.Tr([html.Th(view.say(text), className=kind, scope="col") for text, kind in headings]))
    known = [code for code in codes if lacking(metric_of(code), view.data_state(metric_of(code).table.name)) is None]
    for table in dict.fromkeys(metric_of(code).table.name for code in known):
        together = [code for code in known if metric_of(code).table.name == table]
        ask_ahead(view.engine, together, view.scoped(wish, table), ("previous", "last_year"))
    rows = [_row(view, code, wish, reasons) for code in codes]
    return html.Div(html.Table([head, html.Tbody(rows)], className="brief-figures"), className="table")


def _row(view: View, code: str, wish: Filters, reasons: Reasons) -> Component:
    filters = view.scoped(wish, metric_of(code).table.name)
    metric, figure = metric_of(code, filters.variants), key_figure(view.engine, code, filters, view.theme("office"), sparks=False)
    found = total(view.engine, code, filters)
    is_lacking = lacking(metric, view.data_state(metric.table.name)) is not None
    few = figure.value != MISSING and is_few(metric, found, filters)
    state = "is-small" if few else "is-poor" if figure.is_alarm else ""
    value = html.A([figure.value, html.Small(figure.unit)], href=number_path(code, wish), className=state)
    base = [view.say(TOO_FEW).format(filters.minimum_count)] if few else []
    said = " · ".join(filter(None, [*base, base_of(view, metric, figure, found)]))
    label = [html.Span(figure.label, title=figure.definition), html.Small(said)]
    return html.Tr(
        [html.Td(label, className="text"), html.Td(value, className="num"), *_changes(view, figure, reasons, is_lacking=is_lacking)],
        **attributes(metric=code),
    )


def before_of(wish: Filters) -> Text:
    """With what the days of a wish are compared, as the heading of a column."""
    return BEFORE_NAMES.get(wish.period, MOM)


def is_few(metric: Metric, found: Total, filters: ScopedFilters) -> bool:
    """Whether a share or a duration rests on so few cases that chance speaks."""
    return (metric.is_rate or isinstance(metric, Duration)) and found.denominator < filters.minimum_count


def base_of(view: View, metric: Metric, figure: KeyFigure, found: Total) -> str:
    """What a number rests on; why it is missing, where it is."""
    look = view.theme("office")
    if figure.value == MISSING and figure.note and not found.denominator:
        return figure.note
    n, d = look.count(found.numerator), look.count(found.denominator)
    if isinstance(metric, PerPopulation):
        return view.say(OVER).format(n=n, d=d)
    if metric.is_rate:
        return f"{n} / {d}"
    if isinstance(metric, Duration | Mean):
        return " · ".join(filter(None, [view.say(WATCHED).format(d), figure.note]))
    return figure.note


def _changes(view: View, figure: KeyFigure, reasons: Reasons, *, is_lacking: bool) -> list[Component]:
    """The two comparisons of a figure, in the columns of 环比 and 同比; a stock is compared with itself a day and a week ago."""
    held = list(figure.changes[:2])
    if not held:
        why = figure.note if is_lacking else view.say(NO_PAST)
        return [html.Td(missing(reasons, why), className="num") for _ in range(2)]
    cells = [html.Td(change_cell(view, change, reasons), className="num") for change in held]
    return [*cells, *[html.Td(className="num") for _ in range(2 - len(cells))]]


def change_cell(view: View, change: Change, reasons: Reasons) -> list[Any]:
    """A comparison in a cell; a stock, which is compared otherwise than its column says, tells with what."""
    short = {view.say(text): view.say(said) for text, said in SHORT.items()}
    against = [html.Small(short[change.against], title=change.against)] if change.against in short else []
    return [*against, *(missing(reasons, change.why) if change.why else [html.B(change.text, className=f"is-{change.state}")])]


def missing(reasons: Reasons, why: str) -> list[Any]:
    """“—” and the mark under which its reason stands."""
    return [html.Span([MISSING, html.Sup(reasons.mark(why))], title=why, className="faint")]
