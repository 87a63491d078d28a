"""What the registries promise: every name leads to something, and every chart asks and draws in every dress."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import date
from itertools import product
from types import ModuleType

import plotly.graph_objects as go
import pytest
from dash.development.base_component import Component
from flask import Flask

import dashboard
import layouts
from dashboard import charts, ids
from dashboard.charts import CHARTS, Chart
from dashboard.charts.base import NO_ROWS
from dashboard.filters import Filters, ScopedFilters, scoped
from dashboard.key_figures import PERIOD_NAMES
from dashboard.metrics import METRICS
from dashboard.request import EXTENSION
from dashboard.rows import listing_rows
from dashboard.scenes import SCENES
from dashboard.settings import Settings
from dashboard.texts import Text
from dashboard.theme import THEMES, Theme, theme
from dashboard.view import View
from dashboard.warehouse import BASES, metadata
from layouts import PAGES
from tests.dashboard.test_metrics import TINY, custom

LOOKS = [theme(name, language) for name, language in product(THEMES, ("zh", "en"))]
MODULES = [
    importlib.import_module(found.name)
    for package in (dashboard, layouts)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if found.name != "dashboard.store.migrations.env"  # Alembic runs it, with a context of its own.
]
YEAR = custom(date(2025, 11, 1), date(2026, 11, 20))
SELECTIONS = {
    "year": YEAR,
    "running": scoped(Filters(period="this_month"), date(2026, 11, 20)),
    "one day": custom(date(2026, 11, 20), date(2026, 11, 20)),
    "town": YEAR.only(divisions=("150302001",)),
    "one major": YEAR.only(majors=("01",)),
    "no closing": YEAR.only(sources=("no_such_source",)),
    "nothing": YEAR.only(divisions=("nowhere",)),
    "long ago": custom(date(1995, 1, 1), date(1995, 2, 1)),
}
# Two looks show every selection in each theme and each language; the two that cross them show what is drawn and what is said instead.
CROSSED = ("year", "no closing", "nothing")
WHOLE_LOOKS = (LOOKS[0], LOOKS[-1])


@pytest.mark.parametrize("code", METRICS)
def test_a_metric_is_complete(code: str) -> None:
    metric = METRICS[code]
    assert all(metric.label)
    assert all(metric.definition)
    assert bool(metric.unit.zh) == bool(metric.unit.en)
    assert metric.table is metadata.tables[metric.table.name]
    column = BASES[metric.table.name][metric.base]
    assert column is None or column in metric.table.c
    assert metric.decimals >= 0


def test_labels_of_metrics_differ() -> None:
    for language in (0, 1):
        assert len({metric.label[language] for metric in METRICS.values()}) == len(METRICS)


def test_bases_name_columns() -> None:
    for name, bases in BASES.items():
        assert all(column is None or column in metadata.tables[name].c for column in bases.values())


def test_every_chart_is_its_file() -> None:
    files = {found.name for found in pkgutil.iter_modules(charts.__path__)} - {"base"}
    held = {name for name in files if hasattr(importlib.import_module(f"dashboard.charts.{name}"), "CHART")}
    assert held == set(CHARTS)
    assert all(importlib.import_module(f"dashboard.charts.{name}").CHART is CHARTS[name] for name in CHARTS)


def test_charts_select_what_can_be_wished() -> None:
    for chart in CHARTS.values():
        if isinstance(chart, Chart) and chart.selects:
            assert chart.selects in Filters.model_fields


def test_scenes_name_charts_and_metrics() -> None:
    for scene in SCENES.values():
        assert set(scene.charts) <= set(CHARTS)
        assert {code for code, _ in scene.figures} <= set(METRICS)
        assert {period for _, period in scene.figures} <= {"", *PERIOD_NAMES}


def parts(component: object) -> Iterator[Component]:
    if isinstance(component, (list, tuple)):
        for part in component:
            yield from parts(part)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_pages_name_charts_and_metrics(page: ModuleType, language: str, demo_view: View, demo: Settings) -> None:
    view = View(demo_view.city, demo_view.folder, demo_view.snapshot, language)
    # Some pages tell what people did: they ask the server for its store.
    server = Flask("pages")
    server.extensions[EXTENSION] = demo
    with server.test_request_context("/"):
        found = [part.id for part in parts(page.layout(view, {})) if getattr(part, "id", None) is not None]
    spelled = [json.dumps(name, sort_keys=True) for name in found]
    assert len(spelled) == len(set(spelled)), "ids are unique on a page"
    named = [name for name in found if isinstance(name, dict)]
    assert {name["name"] for name in named if name["type"] in ("chart", "listing", "panel")} <= set(CHARTS)
    assert {name["code"] for name in named if name["type"] == "key"} <= set(METRICS)
    assert {name["name"] for name in named if name["type"] == "choice"} <= set(Filters.model_fields)


def test_pages_differ() -> None:
    assert len({page.PATH for page in PAGES}) == len({page.TITLE for page in PAGES}) == len(PAGES)
    assert PAGES[0].PATH == "/"


def test_ids_are_spelled_once() -> None:
    plain = [value for name, value in vars(ids).items() if name.isupper()]
    assert len(plain) == len(set(plain))


def texts_in(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from texts_in(part)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_texts_stand_in_both_languages(module: ModuleType) -> None:
    for name, value in vars(module).items():
        for text in texts_in(value):
            assert bool(text.zh.strip()) == bool(text.en.strip()), (name, text)
            assert text.zh.count("{") == text.en.count("{"), (name, text)


def says_something(figure: go.Figure) -> bool:
    """Marks, or at least a sentence."""
    for trace in figure.data:
        for place in ("x", "y", "z", "lon", "locations", "values"):
            held = getattr(trace, place, None) if place in trace else None
            if held is not None and len(held):
                return True
    return any(annotation.text for annotation in figure.layout.annotations)


def drawn(chart: Chart, view: View, filters: ScopedFilters, look: Theme) -> go.Figure:
    figure = chart.figure(view.engine, filters, look)
    assert says_something(figure)
    text = figure.to_json()
    assert "NaN" not in text
    assert ">nan" not in text.lower()
    return figure


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.name}-{look.language}")
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_asks_and_draws(name: str, look: Theme, demo_view: View, tiny_view: View) -> None:
    chart, shown = CHARTS[name], SELECTIONS if look in WHOLE_LOOKS else CROSSED
    for view, filters in [*((demo_view, SELECTIONS[chosen]) for chosen in shown), (tiny_view, TINY), (tiny_view, SELECTIONS["long ago"])]:
        if isinstance(chart, Chart):
            drawn(chart, view, filters, look)
        else:
            frame = chart.asked(view.engine, filters)
            assert frame.empty or frame[list(chart.columns)].notna().all(axis=None)
            rows = listing_rows(chart, frame, look, view.today)
            assert rows, "where there is nothing to list, a row says so"
            assert all(cell["text"] not in ("", "nan", "NaT") for row in rows for cell in row["cells"])
            assert len({row["key"] for row in rows}) == len(rows)


@pytest.mark.parametrize("name", [name for name, chart in CHARTS.items() if isinstance(chart, Chart)])
def test_a_chart_of_a_year_has_marks(name: str, demo_view: View) -> None:
    assert len(drawn(CHARTS[name], demo_view, YEAR, LOOKS[0]).data) > 0  # type: ignore[arg-type]


def test_an_empty_selection_is_a_sentence(demo_view: View) -> None:
    chart = CHARTS["resolution_survival"]
    assert isinstance(chart, Chart)
    figure = drawn(chart, demo_view, SELECTIONS["nothing"], LOOKS[0])
    assert [annotation.text for annotation in figure.layout.annotations] == [NO_ROWS.zh]
