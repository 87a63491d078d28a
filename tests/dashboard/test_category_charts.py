"""Categories, places and hours against pandas on the raw rows; and what a click on them chooses."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard.callbacks import clicked
from dashboard.charts import CHARTS, category_by_place, category_pareto, category_tree, hour_of_week
from dashboard.filters import Filters, ScopedFilters
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import tickets
from tests.dashboard.test_metrics import custom, raw
from tests.dashboard.test_registries import YEAR
from tests.dashboard.test_survival import LATE, TINY

OFFICE = theme("office", "zh")


def reported(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    t = raw(engine, tickets)
    at = pd.to_datetime(t["reported_at"])
    held = t["is_counted"] & (at >= pd.Timestamp(filters.since)) & (at < pd.Timestamp(filters.until) + pd.Timedelta(days=1))
    return t[held].assign(at=at)


def click(*codes: str | None) -> dict[str, object]:
    return {"points": [{"customdata": list(codes)}]}


def test_the_tree_holds_every_ticket_once(demo_view: View) -> None:
    frame = category_tree.ask(demo_view.engine, LATE)
    now, before = reported(demo_view.engine, LATE), reported(demo_view.engine, LATE.previous())
    roots = frame[frame["parent"] == ""]
    assert roots["value"].sum() == len(now)
    leaves = frame[frame["minor"].fillna("") != ""].set_index("minor")
    for column, rows in (("value", now), ("before", before)):
        counts = rows.groupby("category_code").size()
        assert (leaves[column] == counts.reindex(leaves.index).fillna(0)).all()
        majors = frame[(frame["minor"] == "") & frame["major"].notna()].set_index("major")[column]
        assert majors.sum() <= len(rows)
    sums = leaves.groupby("major")["value"].sum()
    assert (frame[frame["minor"] == ""].set_index("major")["value"] == sums).all()
    assert frame["id"].is_unique
    assert {*frame["parent"]} <= {"", *frame["id"]}


def test_only_a_change_beyond_chance_has_a_colour() -> None:
    """100 to 110 is chance; 100 to 160 is not; 100 to 40 is the other colour; without a period before there is none."""
    frame = pd.DataFrame({"value": [110.0, 160.0, 40.0, 50.0], "before": [100.0, 100.0, 100.0, float("nan")]})
    same, more, fewer, unknown = category_tree.colours(frame, OFFICE)
    assert same == unknown == "rgb(244,246,249)"
    assert len({same, more, fewer}) == 3
    red, _, blue = (int(part) for part in more[4:-1].split(","))
    assert red > blue


def test_a_new_category_is_more_than_nothing() -> None:
    frame = pd.DataFrame({"value": [30.0, 100.0], "before": [0.0, 50.0]})
    new, doubled = category_tree.colours(frame, OFFICE)
    assert new == doubled


def test_the_pareto_by_hand(tiny_view: View, demo_view: View) -> None:
    """Nine in September and October: three categories of 3, 3 and 2 and one without; two of three make 75 %, three 100 %."""
    frame = category_pareto.ask(tiny_view.engine, TINY)
    assert list(frame["value"]) == [3, 3, 2]
    assert (frame.attrs["first"], frame.attrs["all"]) == (3, 3)
    frame = category_pareto.ask(demo_view.engine, YEAR)
    counts = reported(demo_view.engine, YEAR).groupby("category_code").size().sort_values(ascending=False)
    running = counts.cumsum() / counts.sum()
    assert frame.attrs["first"] == next(n for n, share in enumerate(running, 1) if share >= 0.8)
    assert frame.attrs["all"] == len(counts)
    assert len(frame) == category_pareto.MOST + 1
    assert frame["running"].iloc[-1] == pytest.approx(100)
    assert frame["value"].sum() == counts.sum()


@pytest.mark.parametrize("filters", [YEAR, YEAR.only(divisions=("150302",), majors=("01",)), YEAR.only(divisions=("150302001",))])
def test_the_table_adds_up(filters: ScopedFilters, demo_view: View) -> None:
    frame = category_by_place.ask(demo_view.engine, filters)
    rows = reported(demo_view.engine, YEAR)
    if "150302" in filters.wish.divisions:
        rows = rows[(rows["district_code"] == "150302") & (rows["major_code"] == "01")]
    elif filters.wish.divisions:
        rows = rows[rows["town_code"] == "150302001"]
    assert frame.to_numpy().sum() == len(rows)
    down, across = frame.attrs["rows"], frame.attrs["columns"]
    by = "category_code" if filters.wish.majors else "major_code"
    place = "community_code" if filters.wish.divisions == ("150302001",) else "town_code"
    wanted = rows.groupby([by, place]).size()
    for line, code in enumerate(down["code"]):
        for column, where in enumerate(across["code"]):
            if isinstance(code, str) and isinstance(where, str):
                assert frame.iloc[line, column] == wanted.get((code, where), 0)
    figure = category_by_place.draw(frame, OFFICE)
    assert f"<b>{len(rows):,}</b>" in figure.data[1].text


def test_hours_of_the_week(demo_view: View) -> None:
    frame, rows = hour_of_week.ask(demo_view.engine, LATE), reported(demo_view.engine, LATE)
    wanted = rows.groupby([rows["at"].dt.day_of_week, rows["at"].dt.hour]).size()
    assert frame.drop(columns="days").to_numpy().sum() == len(rows)
    assert all(frame.loc[day, hour] == n for (day, hour), n in wanted.items())
    days = pd.Series(pd.date_range(LATE.since, LATE.until)).dt.day_of_week.value_counts()
    assert list(frame["days"]) == [days[day] for day in range(7)]


def test_one_click_chooses_both_and_lets_both_go(demo_view: View) -> None:
    chart, engine = CHARTS["category_by_place"], demo_view.engine
    chosen = clicked(Filters(), chart, click("01", "150302001"), engine)
    assert (chosen.majors, chosen.divisions) == (("01",), ("150302001",))
    assert clicked(Filters(majors=("01",)), chart, click("0101", "150302001"), engine).categories == ("0101",)
    gone = clicked(Filters(categories=("0101",), majors=("01",), divisions=("150302001",)), chart, click("0101", "150302001"), engine)
    assert (gone.categories, gone.divisions, gone.majors) == ((), (), ("01",))


def test_a_cell_is_told_by_where_it_stands(demo_view: View) -> None:
    """The browser says no more of a heatmap's cell than its place on both axes."""
    chart, engine = CHARTS["category_by_place"], demo_view.engine
    cell = {"points": [{"x": "150302001", "y": "01", "z": 3.0}]}
    chosen = clicked(Filters(), chart, cell, engine)
    assert (chosen.majors, chosen.divisions) == (("01",), ("150302001",))
    nowhere = clicked(Filters(), chart, {"points": [{"x": "~7", "y": "01", "z": 3.0}]}, engine)
    assert (nowhere.majors, nowhere.divisions) == (("01",), ())


def test_totals_choose_their_own_alone(demo_view: View) -> None:
    chart, engine = CHARTS["category_by_place"], demo_view.engine
    there = Filters(divisions=("150303",))
    assert clicked(there, chart, click("01", None), engine) == there.model_copy(update={"majors": ("01",)})
    assert clicked(there, chart, click(None, "150303001"), engine).divisions == ("150303001",)
    assert clicked(there, chart, click(None, None), engine) == there


def test_a_major_of_the_tree_lets_its_minor_ones_go(demo_view: View) -> None:
    chart, engine = CHARTS["category_tree"], demo_view.engine
    minor = clicked(Filters(), chart, click("01", "0101"), engine)
    assert (minor.majors, minor.categories) == (("01",), ("0101",))
    major = clicked(minor, chart, click("01", ""), engine)
    assert (major.majors, major.categories) == (("01",), ())
    assert clicked(major, chart, click("01", ""), engine) == Filters()


def test_what_is_summed_up_is_no_choice(demo_view: View) -> None:
    assert clicked(Filters(), CHARTS["categories"], click(""), demo_view.engine) == Filters()
    assert clicked(Filters(), CHARTS["category_pareto"], {"points": [{"customdata": None}]}, demo_view.engine) == Filters()


def test_nothing_is_an_empty_frame(demo_view: View) -> None:
    nothing = custom(LATE.since.replace(year=1995), LATE.until.replace(year=1995))
    for chart in (category_tree, category_pareto, category_by_place, hour_of_week):
        assert chart.ask(demo_view.engine, nothing).empty
