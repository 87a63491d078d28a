"""Types of frames, comparisons, residents, names and data age."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import event, func, select

from dashboard.asking import fetch, forget
from dashboard.filters import Filters, Scope, scoped
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS, Duration, variants_of
from dashboard.queries import ask_ahead, compare, interval, measure, total
from dashboard.reference import data_state, labels, residents, root
from dashboard.view import View
from dashboard.warehouse import tickets
from tests.dashboard.test_metrics import TINY, custom

YEAR = custom(date(2025, 11, 1), date(2026, 11, 20))
t = tickets.c


def kinds(frame: pd.DataFrame) -> list[str]:
    return [str(kind) for kind in frame.dtypes]


def test_types_do_not_depend_on_the_rows(tiny_view: View) -> None:
    some = select(
        t.ticket_key, t.reported_at, t.is_counted, t.elapsed_seconds, t.lon, func.count().label("n"), func.min(t.reported_at).label("at")
    ).group_by(*(t[name] for name in ("ticket_key", "reported_at", "is_counted", "elapsed_seconds", "lon")))
    wanted = ["str", "datetime64[us]", "bool", "int64", "float64", "int64", "datetime64[us]"]
    assert kinds(fetch(tiny_view.engine, some)) == wanted
    assert kinds(fetch(tiny_view.engine, some.where(t.ticket_key == "none"))) == wanted


def test_what_is_missing_is_missing(tiny_view: View) -> None:
    frame = fetch(tiny_view.engine, select(t.satisfaction_score, t.address, t.is_solved, t.closed_at).order_by(t.ticket_number))
    assert kinds(frame) == ["float64", "str", "boolean", "datetime64[us]"]
    assert frame["satisfaction_score"].to_list()[:3] == [5.0, 2.0, 4.0]
    assert frame[["address", "is_solved", "closed_at"]].isna().all(axis=None)


@pytest.mark.parametrize("code", METRICS)
def test_an_empty_answer_is_typed_like_a_full_one(code: str, demo_view: View) -> None:
    by = ("town_code",)
    full = measure(demo_view.engine, code, YEAR, by)
    none = measure(demo_view.engine, code, YEAR.only(divisions=("nowhere",)), by)
    assert none.empty
    assert none.dtypes.to_dict() == full.dtypes.to_dict()
    assert str(full["town_code"].dtype) == "str"
    assert str(full["value"].dtype) in ("int64", "float64")


def test_a_grain_of_a_number_about_now_is_refused(tiny_view: View) -> None:
    with pytest.raises(ValueError, match="no time to group by month"):
        measure(tiny_view.engine, "open_count", TINY, ("month",))
    with pytest.raises(KeyError):
        measure(tiny_view.engine, "open_count", TINY, ("no_column",))
    with pytest.raises(KeyError):
        measure(tiny_view.engine, "no_metric", TINY)


def test_answers_are_ones_own_and_the_same_after_forgetting(tiny_view: View) -> None:
    first = measure(tiny_view.engine, "reported_count", TINY, ("major_code",))
    kept = first.copy()
    first["value"] = 0
    pd.testing.assert_frame_equal(measure(tiny_view.engine, "reported_count", TINY, ("major_code",)), kept)
    forget()
    pd.testing.assert_frame_equal(measure(tiny_view.engine, "reported_count", TINY, ("major_code",)), kept)


def test_comparisons_by_hand(tiny_view: View) -> None:
    """Five counted appeals in the first 14 days of October, none in the same days of September; four at its end."""
    october = custom(date(2026, 10, 1), date(2026, 10, 14))
    found = compare(tiny_view.engine, "reported_count", october, "previous")
    assert (found.value, found.before, found.change) == (5, 4, 25.0)
    found = compare(tiny_view.engine, "reported_count", october, "last_year")
    assert (found.before, math.isnan(found.change)) == (0, True)
    # Due in October: T01, T02, T04, T05, T06, T07, three of them in time. Due in the 14 days before: T03, in time.
    found = compare(tiny_view.engine, "on_time_closure", october, "previous")
    assert (found.value, found.before, found.change) == (50.0, 100.0, -50.0)
    assert math.isnan(compare(tiny_view.engine, "open_count", october, "previous").before)


def test_residents_of_what_is_asked_and_may_be_seen(demo_view: View) -> None:
    engine, held = demo_view.engine, residents(demo_view.engine)
    city, district, town, community = root(engine), "150302", "150302001", "150302001002"

    def people(divisions: tuple[str, ...], scope: tuple[str, ...] = ()) -> float:
        wish = Filters(period="last_12_months", divisions=divisions)
        return total(engine, "per_10k", scoped(wish, date(2026, 11, 20), Scope(scope))).denominator

    assert people(()) == people((city,)) == held[city]
    assert people((district,)) == people((district, town)) == people((district, town, community)) == held[district]
    assert people((town, "150303")) == held[town] + held["150303"]
    assert people((), (district,)) == people((city,), (district,)) == people((district,), (city,)) == held[district]
    assert people((district,), (town,)) == people((town,), (district,)) == held[town]
    assert math.isnan(people(("150303",), (town,)))
    assert math.isnan(people(("nowhere",)))


def test_residents_of_groups_follow_the_filter(demo_view: View) -> None:
    engine, held = demo_view.engine, residents(demo_view.engine)
    for chosen in (("150302001",), ("150302001", "150302001002"), ("150302",)):
        frame = measure(engine, "per_10k", YEAR.only(divisions=chosen), ("town_code",)).set_index("town_code")
        assert frame["denominator"]["150302001"] == held["150302001"]
    part = measure(engine, "per_10k", YEAR.only(divisions=("150302001002",)), ("town_code",)).set_index("town_code")
    assert part["denominator"]["150302001"] == held["150302001002"]


@pytest.mark.parametrize(
    "dimension",
    ["major_code", "category_code", "channel_code", "source_code", "unit_code", "division_code", "district_code", "town_code"],
)
def test_names(dimension: str, demo_view: View) -> None:
    names = labels(demo_view.engine, dimension)
    assert names.index.is_unique
    assert names.notna().all(axis=None)
    assert list(names.columns) == ["label", "label_en", "short_label"]


def test_data_age(tiny_view: View, demo_view: View) -> None:
    state = data_state(tiny_view.engine, "tickets")
    assert (state.as_of, state.source_count, state.closing_count) == (pd.Timestamp("2026-10-14 09:00"), 1, 1)
    assert {"accepted_at", "closing_times", "ratings"} <= state.delivered
    assert state.lacks("verified_at")
    assert data_state(tiny_view.engine, "disputes").as_of is None
    assert data_state(demo_view.engine, "tickets").source_count == 17
    assert data_state(demo_view.engine, "tickets", ("grid_patrol",)).lacks("ratings")


def test_an_interval_is_that_of_wilson() -> None:
    # The printed example of Newcombe 1998: 81 of 263.
    assert interval(81, 263) == pytest.approx((25.53, 36.62), abs=0.005)
    assert interval(0, 20) == pytest.approx((0.0, 16.11), abs=0.005)
    assert all(map(math.isnan, interval(0, 0)))


def test_a_city_counts_by_the_variant_it_chose(demo_view: View) -> None:
    wish = Filters(period="last_12_months")
    strict = total(demo_view.engine, "satisfaction_rate", demo_view.scoped(wish))
    wide_city = replace(demo_view, city=demo_view.city.model_copy(update={"variants": {"satisfaction_rate": "wide"}}))
    wide = total(demo_view.engine, "satisfaction_rate", wide_city.scoped(wish))
    assert wide.denominator == strict.denominator
    assert wide.numerator > strict.numerator
    figure = key_figure(demo_view.engine, "satisfaction_rate", wide_city.scoped(wish), demo_view.theme("office"))
    assert figure.label == "满意率（宽口径）"


@pytest.mark.parametrize(
    ("wished", "said"),
    [({"satisfaction_rate": "broad"}, "'broad'; expected 'wide'"), ({"reported_count": "wide"}, "has no variants; expected one of")],
)
def test_a_variant_that_is_none_is_told(wished: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        variants_of(wished)


def test_the_year_so_far_is_compared_with_last_years(demo_view: View) -> None:
    seen = datetime(2026, 11, 20, 14, 30)
    filters = scoped(Filters(period="last_month"), seen.date(), seen_at=seen)
    found = compare(demo_view.engine, "reported_count", filters, "year_to_date")
    rows = fetch(demo_view.engine, select(t.reported_at).where(t.is_counted))["reported_at"]
    this_year = rows.between("2026-01-01", "2026-10-31 23:59:59.999999").sum()
    last_year = rows.between("2025-01-01", "2025-10-31 23:59:59.999999").sum()
    assert (found.value, found.before) == (this_year, last_year)
    assert found.change == pytest.approx(100 * (this_year - last_year) / last_year)


class Asked:
    """The queries an engine was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, _connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        self.texts.append(text)


def test_what_was_asked_together_is_what_each_metric_says(demo_view: View) -> None:
    wish = Filters(period="last_month", divisions=("150302",))
    codes = [code for code, metric in METRICS.items() if not isinstance(metric, Duration)]
    for table in {METRICS[code].table.name for code in codes}:
        filters = demo_view.scoped(wish, table)
        some = [code for code in codes if METRICS[code].table.name == table]
        forget()
        alone = {(code, which): compare(demo_view.engine, code, filters, which) for code in some for which in ("previous", "last_year")}
        forget()
        ask_ahead(demo_view.engine, some, filters, ("previous", "last_year"))
        asked = Asked()
        event.listen(demo_view.engine, "before_cursor_execute", asked.note)
        together = {(code, which): compare(demo_view.engine, code, filters, which) for code, which in alone}
        event.remove(demo_view.engine, "before_cursor_execute", asked.note)
        assert {key: repr(one) for key, one in together.items()} == {key: repr(one) for key, one in alone.items()}
        assert not [one for one in asked.texts if f"FROM {table}" in one and "numerator" in one], "nothing is asked again"
