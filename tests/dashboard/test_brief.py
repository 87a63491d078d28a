"""The brief of a unit or a division: every number on it is the metric's own, narrowed; what nobody knows is not there."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlparse

import pandas as pd
import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient

from app import create_app
from dashboard.briefs import brief_of, every_brief
from dashboard.briefs.parts import PARTS
from dashboard.briefs.subject import CHOICES, DIVISION, UNIT, choices
from dashboard.charts import high_risks, pilot_behind
from dashboard.chips import chips
from dashboard.components import brief_path
from dashboard.filters import Filters, narrows
from dashboard.key_figures import printed
from dashboard.metrics import METRICS, Duration, metric_of
from dashboard.queries import measure, total
from dashboard.settings import Settings
from dashboard.theme import MISSING
from dashboard.view import View
from layouts import brief
from tests.dashboard.test_number_page import text_of
from tests.dashboard.test_registries import parts

WISH = Filters(period="custom", since=date(2025, 11, 1), until=date(2026, 11, 20))
# A unit with all kinds, one with pilots alone, a district, a town, a community, and the city itself.
SUBJECTS = [
    (UNIT, "WH-GAJ"), (UNIT, "WH-SGB"), (UNIT, "WH-CGJ"), (DIVISION, "150300"), (DIVISION, "150302"), (DIVISION, "150302001"),
]  # fmt: skip


def of_class(shown: list[Component], name: str) -> list[Component]:
    return [part for part in parts(shown) if name in str(getattr(part, "className", "")).split()]


def rows_of(shown: list[Component]) -> dict[str, Component]:
    """The rows of metrics on a brief, by their codes."""
    return {part.to_plotly_json()["props"]["data-metric"]: part for part in parts(shown) if "data-metric" in part.to_plotly_json()["props"]}


@pytest.mark.parametrize(("kind", "code"), SUBJECTS)
def test_every_number_is_the_metric_narrowed(kind: str, code: str, demo_view: View) -> None:
    shown, look = brief_of(demo_view, kind, code, WISH), demo_view.theme("office")
    wish = WISH.model_copy(update={CHOICES[kind][0]: (code,)})
    rows = rows_of(shown)
    assert rows
    for name, row in rows.items():
        filters = demo_view.scoped(wish, METRICS[name].table.name)
        metric, found = metric_of(name, filters.variants), measure(demo_view.engine, name, filters)
        value = float(found["value"].iloc[0]) if len(found) else float("nan")
        base = float(found["denominator"].iloc[0]) if len(found) else 0.0
        link = next(part for part in parts([row]) if type(part).__name__ == "A")
        wanted = MISSING if isinstance(metric, Duration) and not base else printed(metric, value, look)
        assert text_of(link).split()[0] == wanted.split()[0]
        asked = parse_qs(urlparse(link.href).query)
        assert (asked["metric"], asked[CHOICES[kind][0]], asked["since"]) == ([name], [code], ["2025-11-01"])
        assert ("is-small" in str(getattr(link, "className", ""))) == (
            wanted != MISSING and (metric.is_rate or isinstance(metric, Duration)) and base < filters.minimum_count
        )
    assert not {"nan", "None", "NaT"} & set(text_of(shown).split())
    assert "{" not in text_of(shown)


def test_a_kind_nobody_carries_is_not_there(demo_view: View) -> None:
    """Disputes are no unit's; a city without pilots has no such part."""
    assert not of_class(brief_of(demo_view, UNIT, "WH-GAJ", WISH), "brief-disputes")
    assert of_class(brief_of(demo_view, DIVISION, "150302", WISH), "brief-disputes")
    bare = View(demo_view.city.model_copy(update={"has": ["tickets"]}), demo_view.folder, demo_view.snapshot, "zh")
    assert not of_class(brief_of(bare, DIVISION, "150302", WISH), "brief-pilots")
    assert all(not narrows(METRICS["disputes_open"].table, "units") for _ in PARTS)


def test_lists_are_those_of_the_charts(demo_view: View) -> None:
    shown = text_of(brief_of(demo_view, DIVISION, "150302", WISH))
    wish = WISH.model_copy(update={"divisions": ("150302",)})
    for label in pilot_behind.ask(demo_view.engine, demo_view.scoped(wish, "pilot_standing")).head(5)["label"]:
        assert label in shown
    late = high_risks.ask(demo_view.engine, demo_view.scoped(wish, "risks"))
    assert shown.count("▲ 高") >= min(len(late), 5)
    now = measure(demo_view.engine, "reported_count", demo_view.scoped(wish), ("category_code",)).dropna()
    for count in now.sort_values("value", ascending=False).head(5)["value"]:
        assert f"{count:,.0f}" in shown
    overdue = total(demo_view.engine, "overdue_open", demo_view.scoped(wish)).value
    assert f"超期未结 {overdue:,.0f} 件：查看清单 →" in shown


def test_a_missing_comparison_says_why(demo_view: View) -> None:
    shown = brief_of(demo_view, UNIT, "WH-GAJ", WISH)
    marks = {text_of(part) for part in parts(shown) if type(part).__name__ == "Sup"}
    said = text_of(of_class(shown, "brief-foot"))
    assert marks
    assert all(mark in said for mark in marks)
    assert "现状数，没有对比期" in said


def test_the_head_says_who_and_where(demo_view: View) -> None:
    told = text_of(of_class(brief_of(demo_view, DIVISION, "150302", WISH), "brief-head"))
    for word in ("海勃湾区", "区县", "乌海市", "340,096 人", "示意", "2025-11-01 至 2026-11-20", demo_view.snapshot):
        assert word in told
    english = View(demo_view.city, demo_view.folder, demo_view.snapshot, "en")
    assert "Wuhai Public Security Bureau" in text_of(of_class(brief_of(english, UNIT, "WH-GAJ", WISH), "brief-head"))


def test_all_of_them_can_be_chosen(demo_view: View) -> None:
    links = [part.href for part in parts(every_brief(demo_view, WISH)) if type(part).__name__ == "A"]
    assert links == [brief_path(kind, code, WISH) for kind, code, _ in choices(demo_view)]
    assert not pd.Series(links).duplicated().any()
    assert len(links) == 289 + 107


def test_an_unknown_code_is_no_page(demo: Settings) -> None:
    client: FlaskClient = create_app(demo).server.test_client()
    for path, status in (
        ("/brief", 200), ("/brief?unit=WH-GAJ", 200), ("/brief?division=150302", 200), ("/brief?unit=WH-NO", 404),
        ("/brief?division=WH-GAJ", 404), ("/brief?unit=WH-GAJ&division=150302", 404),
    ):  # fmt: skip
        assert client.get(path).status_code == status
    assert urlparse(brief_path(UNIT, "WH-GAJ", WISH)).path == brief.PATH


def test_a_single_unit_chosen_leads_to_its_brief(demo_view: View) -> None:
    one = [part.href for part in chips(demo_view, WISH.model_copy(update={"units": ("WH-GAJ",)})) if getattr(part, "href", None)]
    assert one == [brief_path(UNIT, "WH-GAJ", WISH)]
    for units in ((), ("WH-GAJ", "WH-CGJ"), ("WH-NO",)):
        assert not [part for part in chips(demo_view, WISH.model_copy(update={"units": units})) if getattr(part, "href", None)]
