"""The page of a number: what it says is what the card says, its links narrow and widen, and what nobody knows is not there."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import parse_qs, urlparse

import pandas as pd
import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app import create_app
from dashboard.charts.base import UNKNOWN
from dashboard.components import key_card, key_figure, number_path
from dashboard.filters import Filters
from dashboard.guard import guard_of
from dashboard.key_figures import key_figure as figure_of
from dashboard.metrics import METRICS
from dashboard.number_page import controls_of, facts
from dashboard.queries import interval, measure, total
from dashboard.settings import Settings
from dashboard.view import View
from dashboard.warehouse import R, tickets
from layouts import PAGES, number
from tests.dashboard.test_registries import parts

WISH = Filters(period="custom", since=date(2025, 11, 1), until=date(2026, 11, 20))


def text_of(part: object) -> str:
    if isinstance(part, (list, tuple)):
        return " ".join(map(text_of, part))
    return text_of(part.children) if isinstance(part, Component) and getattr(part, "children", None) is not None else str(part or "")


def links_of(shown: list[Component]) -> dict[str, str]:
    return {text_of(part): part.href for part in parts(shown) if type(part).__name__ == "A"}


@pytest.fixture(scope="module")
def client(demo: Settings) -> FlaskClient:
    return create_app(demo).server.test_client()


# One of every kind and table.
KINDS = {(type(metric), metric.table.name): code for code, metric in METRICS.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_has_a_page_that_says_what_its_card_says(language: str, demo_view: View) -> None:
    view = View(demo_view.city, demo_view.folder, demo_view.snapshot, language)
    for code, metric in ((code, METRICS[code]) for code in KINDS.values()):
        said = text_of(facts(view, code, WISH))
        figure = figure_of(view.engine, code, view.scoped(WISH, metric.table.name), view.theme("office"))
        assert figure.value in said
        assert view.say(metric.definition) in said
        assert not {"nan", "None", "NaT"} & set(said.split())
        assert "{" not in said


def test_a_rate_says_its_parts_its_interval_and_its_comparisons(demo_view: View) -> None:
    filters = demo_view.scoped(WISH)
    parts_of = total(demo_view.engine, "on_time_closure", filters)
    said = text_of(facts(demo_view, "on_time_closure", WISH))
    assert f"{parts_of.numerator:,.0f}" in said
    assert f"{parts_of.denominator:,.0f}" in said
    low, high = interval(parts_of.numerator, parts_of.denominator)
    assert f"{low:.2f}% – {high:.2f}%" in said
    for word in (
        "时限内办结",
        "环比",
        "同比",
        "累计同比",
        "到期口径（D）",
        "按期办结率（剔除延期）",
        "本市采用",
        "Asia/Shanghai",
        "越高越好",
    ):
        assert word in said, word


def test_where_there_is_no_comparison_it_says_why(tiny_view: View) -> None:
    said = text_of(facts(tiny_view, "on_time_closure", Filters(period="custom", since=date(2026, 10, 1), until=date(2026, 10, 14))))
    assert "对比期没有数据" in said
    assert "现状数没有对比期" in text_of(facts(tiny_view, "open_count", Filters()))


def test_the_guard_by_hand(tiny_view: View) -> None:
    wish = Filters(period="custom", since=date(2026, 1, 1), until=date(2026, 12, 31))
    guard = guard_of(tiny_view.engine, tickets, R, tiny_view.scoped(wish))
    assert (guard.seen, guard.counted, guard.repeats, guard.deleted) == (10, 9, 1, 0)
    said = text_of(facts(tiny_view, "reported_count", wish))
    assert "10 ＝ 9 ＋ 1 ＋ 0" in said
    assert "9 ＝ 9 ＋ 0" in said


def test_where_things_are_counted_it_says_how_their_rows_become_them(demo_view: View) -> None:
    """Counts need one such part of an item, shares all of them; against pandas."""
    with demo_view.engine.connect() as connection:
        p = pd.read_sql_query("select * from pilot_standing", connection)
    gates = p[p["kind"] == "negative"]
    said = text_of(facts(demo_view, "negative_hits", WISH))
    assert f"按项计数：{len(gates)} 条分属 {gates['target_code'].nunique()} 项，有一条符合即计入，共 1 项。" in said
    assert f"不是负面清单项 {len(p) - len(gates)}" in said
    due = p[p["is_due"] & (p["kind"] != "negative")]
    done = due.groupby("target_code")["is_done"].all().sum()
    said = text_of(facts(demo_view, "task_completion", WISH))
    assert f"按项计数：{len(due)} 条分属 {due['target_code'].nunique()} 项，各条均符合的 {done} 项计入分子。" in said
    # A unit for each of several parts: the groups are more than the whole, and a share is of the whole.
    said = text_of(facts(demo_view, "task_count", WISH))
    assert "各组相加可多于总数" in said
    units = p[p["kind"] != "negative"].groupby("unit_code")["target_code"].nunique()
    assert f"{100 * units.max() / 30:.2f}%" in said
    assert "本级，未再分解" in said


def test_groups_narrow_and_chips_widen(demo_view: View) -> None:
    wish = WISH.model_copy(update={"divisions": ("150302",), "types": ("x",)})
    links = links_of(facts(demo_view, "on_time_closure", wish))
    chips = [href for said, href in links.items() if said == "×"]
    assert all("divisions=150302" not in href or "types" not in href for href in chips)
    frame = measure(demo_view.engine, "on_time_closure", demo_view.scoped(wish), ("channel_code",)).dropna()
    channels = {href for href in links.values() if "channels=" in href}
    assert 0 < len(channels) <= len(frame)
    for href in channels:
        query = parse_qs(urlparse(href).query)
        assert query["metric"] == ["on_time_closure"]
        narrowed = Filters.from_parts({key: value[0] for key, value in query.items()})
        assert narrowed.divisions == ("150302",)
        row = frame[frame["channel_code"] == narrowed.channels[0]].iloc[0]
        assert total(demo_view.engine, "on_time_closure", demo_view.scoped(narrowed)).denominator == row["denominator"]


def test_groups_of_a_count_add_up_and_who_is_nowhere_is_no_link(demo_view: View) -> None:
    shown = facts(demo_view, "reported_count", WISH)
    assert UNKNOWN["division_code"].zh in text_of(shown)
    assert UNKNOWN["division_code"].zh not in links_of(shown)
    towns = [href for href in links_of(shown).values() if "divisions=" in href]
    assert len(towns) == 3


def test_controls_are_those_that_narrow() -> None:
    assert controls_of(METRICS["reported_count"]) == ("divisions", "majors", "categories", "units", "channels")
    assert controls_of(METRICS["disputes_open"]) == ("divisions", "types", "organisations")
    assert controls_of(METRICS["risks_open"]) == ("divisions", "units", "levels", "risk_types")
    assert controls_of(METRICS["security_sense"]) == ("divisions",)


def test_a_key_card_is_a_link_with_its_filters_and_period(demo_view: View) -> None:
    wish = WISH.model_copy(update={"divisions": ("150302",)})
    figure = figure_of(demo_view.engine, "reported_count", demo_view.scoped(wish), demo_view.theme("office"))
    link = next(part for part in parts(key_figure(figure, number_path("reported_count", wish))) if type(part).__name__ == "A")
    assert link.className == "key-link"
    query = parse_qs(urlparse(link.href).query)
    assert query == {
        "metric": ["reported_count"], "period": ["custom"], "since": ["2025-11-01"], "until": ["2026-11-20"], "divisions": ["150302"],
    }  # fmt: skip
    assert key_card("reported_count", "home", "today").id["at"] == "home:today"


def test_every_definition_of_the_data_page_leads_to_its_number(demo_view: View) -> None:
    from layouts import data  # noqa: PLC0415 beside its only use

    hrefs = {part.href for part in parts(data.layout(demo_view, {"part": "definitions"})) if type(part).__name__ == "A"}
    assert {f"/number?metric={code}&period={demo_view.city.period}" for code in METRICS} <= hrefs


def test_what_is_no_number_is_not_there(client: FlaskClient) -> None:
    for path in ("/number?metric=nothing", "/number.csv?metric=nothing", "/number.xlsx", "/number?metric=reported_count'--"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404, path
    pilots = ("/number?metric=task_completion", "/number.csv?metric=reports_on_time", "/number?metric=schedule_gap&lamps=red&targets=T99")
    for path in ("/number", "/number?metric=on_time_closure&divisions=nowhere&period=never", *pilots):
        assert client.get(path).status_code == 200, path


def test_the_page_is_in_no_menu_and_its_library_on_no_other_page(client: FlaskClient, demo_view: View) -> None:
    held = text_of(number.layout(demo_view, {}))
    assert "数字拆解" in held
    menu = next(part for part in parts(number.layout(demo_view, {})) if type(part).__name__ == "Nav")
    assert number.PATH not in {part.href for part in parts(menu.children)}
    for page in PAGES:
        loads = b"/dash_ag_grid/dash_ag_grid" in client.get(page.PATH).data
        assert loads == ("dash_ag_grid" in getattr(page, "LIBRARIES", ())), page.PATH


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_rows_can_be_taken_away(kind: str, client: FlaskClient, demo_view: View) -> None:
    asked = "metric=mediation_success&part=numerator&period=custom&since=2025-11-01&until=2026-11-20&divisions=150302"
    answer = client.get(f"/number.{kind}?{asked}")
    assert answer.status_code == 200
    assert "mediation_success_numerator_wuhai_" in answer.headers["Content-Disposition"]
    if kind == "csv":
        assert answer.data.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        lines = [list(map(str, row)) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    wish = WISH.model_copy(update={"divisions": ("150302",)})
    count = int(total(demo_view.engine, "mediation_success", demo_view.scoped(wish, "disputes")).numerator)
    start = next(place for place, line in enumerate(lines) if line and line[0] == "归属")
    assert len(lines) - start - 1 == count > 0
    assert {line[0] for line in lines[start + 1 :]} == {"分子"}
    assert any("海勃湾区" in cell for line in lines[:start] for cell in line)
