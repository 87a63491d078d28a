"""The questions of hot topics against pandas on the raw rows, the threads by hand, and the page's cards in every state."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import on_time_by_unit, per_10k_funnel
from dashboard.charts.base import share
from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.queries import total
from dashboard.settings import CityError, read_city
from dashboard.theme import theme
from dashboard.topic_cards import TOPICS
from dashboard.topics import clusters, repeats, rises, threads, unit_board
from dashboard.view import View
from dashboard.warehouse import category_disputes, disputes, populations, tickets
from tests.dashboard.test_metrics import TINY, custom, raw
from tests.deliveries import CITIES

MONTH = custom(date(2026, 10, 22), date(2026, 11, 20))
WEEK = custom(date(2026, 11, 13), date(2026, 11, 19))
YEAR = custom(date(2025, 11, 21), date(2026, 11, 20))
NOWHERE = custom(date(2026, 10, 22), date(2026, 11, 20), divisions=("nowhere",))
OFFICE = theme("office", "zh")


@pytest.fixture(scope="module")
def rows(demo_view: View) -> pd.DataFrame:
    held = raw(demo_view.engine, tickets)
    held["reported_at"] = pd.to_datetime(held["reported_at"])
    return held[held["is_counted"].astype(bool)]


def test_windows_are_as_long_and_begin_on_the_same_weekday(demo_view: View) -> None:
    week = rises.windows_of(demo_view.engine, WEEK)
    assert (week.end, week.days, week.weeks, week.count) == (datetime(2026, 11, 20), 7, 1, 13)
    month = rises.windows_of(demo_view.engine, MONTH)
    assert (month.days, month.weeks, month.count) == (30, 5, 10)
    # A running day is compared with the same hours.
    running = replace(custom(date(2026, 11, 20), date(2026, 11, 20)), seen_until=datetime(2026, 11, 20, 14, 30))
    assert rises.windows_of(demo_view.engine, running).length == timedelta(hours=14, minutes=30)
    assert rises.windows_of(demo_view.engine, YEAR).count < rises.FEWEST_WINDOWS


def test_counts_of_the_windows(demo_view: View, rows: pd.DataFrame) -> None:
    running = replace(MONTH, seen_until=datetime(2026, 11, 20, 14, 30))
    found = rises.ask(demo_view.engine, running)
    assert found.dimension == "district_code"
    windows = found.windows
    assert windows.length == timedelta(days=29, hours=14, minutes=30)
    held = rows.dropna(subset=["category_code"])
    spans = [windows.end - timedelta(days=35 * n) for n in range(windows.count + 1)]
    inside = [held[(held["reported_at"] >= end - windows.length) & (held["reported_at"] < end)] for end in spans]
    every = found.every.set_index(["category_code", found.every["place_code"].fillna("")])
    for code, now in inside[0]["category_code"].value_counts().items():
        row = every.loc[(code, "")]
        assert row["observed"] == now
        before = [(part["category_code"] == code).sum() for part in inside[1:]]
        assert row["expected"] == pytest.approx(np.mean(before))
    for (code, place), now in inside[0].groupby(["category_code", "district_code"]).size().items():
        assert every.loc[(code, place), "observed"] == now
    latest = held[held["reported_at"] >= windows.end - timedelta(days=7)]
    assert sum(weeks[-1] for weeks in every.loc[(slice(None), ""), "weeks"]) == len(latest)
    totals = every["observed"] + every["expected"] * windows.count
    assert found.tested == (totals.round() >= 5).sum()


def test_places_are_those_below_the_chosen(demo_view: View, tiny_view: View) -> None:
    assert rises.place_dimension(demo_view.engine, MONTH) == "district_code"
    assert rises.place_dimension(demo_view.engine, MONTH.only(divisions=("150302",))) == "town_code"
    assert rises.place_dimension(demo_view.engine, MONTH.only(divisions=("150302001",))) == "community_code"
    assert rises.place_dimension(tiny_view.engine, TINY) == "town_code"


def test_clusters_are_the_fullest_days(demo_view: View, rows: pd.DataFrame) -> None:
    found = clusters.ask(demo_view.engine, YEAR, 3, 7, np.inf)
    held = rows[(rows["reported_at"] >= "2025-11-21") & (rows["reported_at"] < "2026-11-21")]
    assert len(found.frame) > 0
    for row in found.frame.itertuples():
        same = held[(held["community_code"] == row.community_code) & (held["category_code"] == row.category_code)]
        counts = [
            int(((same["reported_at"] <= at) & (same["reported_at"].dt.floor("s") >= at.floor("s") - timedelta(days=7))).sum())
            for at in same["reported_at"]
        ]
        assert row.count == max(counts) >= 3
        part = same[(same["reported_at"] >= row.first) & (same["reported_at"] <= row.last)]
        assert (row.people, row.unnamed) == (part["caller_hash"].nunique(), part["caller_hash"].isna().sum())
        assert (row.open, row.overdue) == (part["is_open"].sum(), part["is_overdue"].sum())
    # More tickets or fewer days asked for never make more clusters.
    key = ["place", "category_code"]
    for other in (clusters.ask(demo_view.engine, YEAR, 4, 7, np.inf), clusters.ask(demo_view.engine, YEAR, 3, 7)):
        assert {*map(tuple, other.frame[key].to_numpy())} <= {*map(tuple, found.frame[key].to_numpy())}
    before = rows[(rows["reported_at"] >= "2025-08-22") & (rows["reported_at"] < "2025-11-21")]
    first = found.frame.iloc[0]
    same = before[(before["community_code"] == first["community_code"]) & (before["category_code"] == first["category_code"])]
    assert first["expected"] == pytest.approx(len(same) * 7 / 91)


def test_a_cluster_needs_a_history(tiny_view: View) -> None:
    found = clusters.ask(tiny_view.engine, TINY, 2, 7)
    assert found.frame.empty
    assert found.history_days < clusters.FEWEST_DAYS


def test_chains_by_all_their_tickets(demo_view: View, rows: pd.DataFrame) -> None:
    found = repeats.ask(demo_view.engine, MONTH)
    now = rows[(rows["reported_at"] >= "2026-10-22") & (rows["reported_at"] < "2026-11-21")]
    added = now[now["repeat_of"].notna()]
    assert (found.repeats, found.chains) == (len(added), added["repeat_of"].nunique())
    sizes = {}
    for root in added["repeat_of"].unique():
        chain = rows[(rows["repeat_of"] == root) | (rows["ticket_key"] == root)]
        sizes[root] = (len(chain), chain["reported_at"].min(), chain["reported_at"].max(), chain["is_open"].sum())
    assert len(found.frame) == min(len(sizes), repeats.MOST)
    for row in found.frame.itertuples():
        assert (row.count, row.first, row.last, row.open) == sizes[row.root_key]
    assert sorted(found.frame["count"], reverse=True) == list(found.frame["count"])
    assert found.frame["count"].iloc[0] == max(size for size, *_ in sizes.values())


def test_the_tiny_citys_chain(tiny_view: View) -> None:
    """T04, T05 and T06: the street lamp again and again; T05 and T06 of one caller."""
    found = repeats.ask(tiny_view.engine, TINY)
    assert (found.repeats, found.chains) == (1, 1)
    row = found.frame.iloc[0]
    assert (row["root_key"], row["count"], row["open"]) == ("appeals:T05", 2, 1)


def test_threads_by_hand() -> None:
    """Three places, two types, 100 days: one place had repeats from day 10 on, of the first type only."""
    begin = datetime(2026, 1, 1)
    at = lambda day: begin + timedelta(days=day)  # noqa: E731
    repeated = pd.DataFrame(
        {"place": ["a", "b"], "type": ["x", "x"], "repeats": [3, 1], "first_repeat": [at(10), at(40)], "categories": ["1", "1"]}
    )
    came = [("a", "x", 5), ("a", "x", 22), ("a", "x", 30), ("a", "y", 30), ("c", "x", 50), ("c", "x", 60), ("b", "y", 9), ("b", "x", 39)]
    held = pd.DataFrame([(place, kind, at(day)) for place, kind, day in came], columns=["place", "type", "at"])
    found = threads._threads(
        repeated, held, places=3, types=["x", "y"], begin=begin, end=at(100), dimension="community_code", is_matched=True
    )
    assert found.frame[["place", "dispute_type_code", "disputes", "lead_days"]].to_numpy().tolist() == [["a", "x", 2, 12.0]]
    assert (found.after.places, found.after.days, found.after.disputes) == (2, 90 + 60, 2)
    assert (found.without.places, found.without.days, found.without.disputes) == (4, 400, 4)
    assert found.without.per_hundred == pytest.approx(100 * 90 * 4 / 400)
    # At c, the one place of type x without repeats: two in 100 days, so three in 150.
    assert found.expected == pytest.approx(3.0)


def test_threads_of_the_demo(demo_view: View, rows: pd.DataFrame) -> None:
    found = threads.ask(demo_view.engine, YEAR, YEAR)
    assert found.is_matched
    types = raw(demo_view.engine, category_disputes)
    begin, end = pd.Timestamp("2025-11-21") - timedelta(days=90), pd.Timestamp("2026-11-21")
    again = rows[rows["is_repeat"].astype(bool) & (rows["reported_at"] >= begin) & (rows["reported_at"] < end)].merge(
        types, on="category_code"
    )
    first = again.dropna(subset=["community_code"]).groupby(["community_code", "dispute_type_code"])["reported_at"].min()
    held = raw(demo_view.engine, disputes)
    held["accepted_at"] = pd.to_datetime(held["accepted_at"])
    held = held[held["is_counted"].astype(bool) & (held["accepted_at"] >= begin) & (held["accepted_at"] < end)]
    joined = held.merge(first.rename("begun").reset_index(), on=["community_code", "dispute_type_code"])
    wait = joined["accepted_at"] - joined["begun"]
    assert found.after.places == len(first)
    assert found.after.disputes == ((wait > timedelta()) & (wait <= timedelta(days=90))).sum() == found.frame["disputes"].sum()


@pytest.mark.parametrize("name", TOPICS)
def test_every_card_has_something_to_say(name: str, demo_view: View, tiny_view: View) -> None:
    for view in (demo_view, replace(demo_view, language="en"), replace(tiny_view, language="en")):
        if TOPICS[name].needs not in view.city.has:
            continue
        for wish in (Filters(period="this_month"), Filters(period="last_12_months"), Filters(divisions=("nowhere",))):
            text = " ".join(map(str, TOPICS[name].fill(view, wish)))
            assert "children=" in text
            assert not re.search(r"\bnan\b|NaT|\{", text)
        assert "{" not in TOPICS[name].rule(view)


def test_board_numbers(demo_view: View) -> None:
    frame = unit_board.ask(demo_view.engine, YEAR).set_index("unit_code")
    assert frame["received_count"].is_monotonic_decreasing
    unit = str(frame.index[0])
    alone = YEAR.only(units=(unit,))
    for code in unit_board.NUMBERS:
        assert frame.loc[unit, code] == pytest.approx(total(demo_view.engine, code, alone).value), code


def test_groups_by_hand() -> None:
    """Best first: two apart, and one that reaches both."""
    assert unit_board.groups([(90, 95), (60, 70), (68, 91)]) == [(1, 1), (2, 2), (1, 2)]
    assert unit_board.groups([(10, 20), (10, 20)]) == [(1, 1), (1, 1)]
    assert unit_board.groups([(80, 90), (50, 60), (20, 30)]) == [(1, 1), (2, 2), (3, 3)]


def test_units_share_a_group_where_their_intervals_overlap() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        ends = np.sort(rng.integers(0, 40, (rng.integers(1, 12), 2)), axis=1)
        spans = [(float(low), float(high)) for low, high in ends]
        found = unit_board.groups(spans)
        for one, (first, last) in zip(spans, found, strict=True):
            for other, (begin, end) in zip(spans, found, strict=True):
                assert (max(first, begin) <= min(last, end)) == (max(one[0], other[0]) <= min(one[1], other[1]))


def board(pairs: list[tuple[int, int]]) -> pd.DataFrame:
    of, among = np.array(pairs).T
    codes = [f"U{number:03d}" for number in range(len(pairs))]
    return pd.DataFrame(
        {
            "unit_code": codes,
            "received_count": among,
            "on_time_closure": 100 * of / among,
            "on_time_closure_of": of,
            "on_time_closure_among": among,
        }
    )


def test_ties_share_a_rank_and_too_few_have_none() -> None:
    found = unit_board.ranked(board([(4, 4), (90, 100), (45, 50), (950, 1000), (100, 1000)]), 5).set_index("unit_code")
    assert found["rank"].fillna(0).to_dict() == {"U003": 1, "U001": 2, "U002": 2, "U004": 4, "U000": 0}
    assert found.index[-1] == "U000"
    assert found.loc["U004", "first_group"] > found.loc["U001", "last_group"]
    assert found.loc["U001", "first_group"] == found.loc["U002", "first_group"]


def test_like_units_are_hardly_ever_parted() -> None:
    """Of sixty boards of like units, no more than three part any two."""
    rng = np.random.default_rng(9)
    parted = 0
    for _ in range(60):
        among = rng.integers(5, 400, 40)
        found = unit_board.ranked(board(list(zip(rng.binomial(among, 0.9).tolist(), among.tolist(), strict=True))), 5)
        parted += found["first_group"].max() > found["last_group"].min()
    assert parted <= 3


def test_the_funnel_of_towns(demo_view: View, rows: pd.DataFrame) -> None:
    frame = per_10k_funnel.ask(demo_view.engine, YEAR).set_index("code")
    people = raw(demo_view.engine, populations).set_index("division_code")["population_count"]
    assert frame["residents"].to_dict() == {code: people[code] for code in frame.index}
    accepted = pd.to_datetime(rows["accepted_at"])
    held = rows[(accepted >= "2025-11-21") & (accepted < "2026-11-21")]["town_code"].value_counts()
    assert frame["count"].to_dict() == {code: held.get(code, 0) for code in frame.index}
    assert len(frame) == 20
    mean = frame["count"].sum() / frame["residents"].sum()
    assert frame["phi"].iloc[0] == pytest.approx(
        (((frame["count"] - mean * frame["residents"]) ** 2) / (mean * frame["residents"])).sum() / 19
    )
    assert (frame["low"] <= frame["low_95"]).all()
    assert (frame["high_95"] <= frame["high"]).all()
    assert per_10k_funnel.ask(demo_view.engine, NOWHERE).empty


def test_how_few_are_few_is_the_citys_to_say(demo_view: View) -> None:
    """One setting greys every rate: key figures, shares beside bars, units and their limits."""
    strict = replace(demo_view, city=demo_view.city.model_copy(update={"minimum_count": 200}))
    wish = Filters(period="custom", since=date(2026, 10, 22), until=date(2026, 11, 20))
    usual, high = demo_view.scoped(wish), strict.scoped(wish)
    assert (usual.minimum_count, high.minimum_count) == (5, 200)
    assert not key_figure(demo_view.engine, "on_time_closure", usual, OFFICE).is_small
    assert key_figure(demo_view.engine, "on_time_closure", high, OFFICE).is_small
    assert not on_time_by_unit.ask(demo_view.engine, usual)["is_small"].all()
    assert on_time_by_unit.ask(demo_view.engine, high)["is_small"].all()
    assert share(3, 6, OFFICE) == "50.0%"
    assert "color" in share(3, 6, replace(OFFICE, minimum_count=7))
    figure = on_time_by_unit.CHART.figure(demo_view.engine, high, OFFICE)
    assert "样本不足" in {note.text for note in figure.layout.annotations}


@pytest.mark.parametrize("line", ["minimum_count = 0", "[topics]\ncluster_days = 0", "[topics]\ncluster_day = 3"])
def test_settings_that_make_no_sense_are_refused(line: str, tmp_path: Path) -> None:
    shutil.copytree(CITIES / "tiny", tmp_path / "tiny")
    facts = tmp_path / "tiny" / "city.toml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(f"{text}\n{line}\n" if line.startswith("[") else f"{line}\n{text}", encoding="utf-8")
    with pytest.raises(CityError, match=r"minimum_count|cluster_day"):
        read_city(tmp_path / "tiny")


def test_rankings_are_off_unless_wanted(demo_view: View) -> None:
    card = TOPICS["unit_board"]
    plain = str([part.to_plotly_json() for part in card.fill(demo_view, Filters(period="last_12_months"))])
    ranking = replace(demo_view, city=demo_view.city.model_copy(update={"rankings": True}))
    ranks = str([part.to_plotly_json() for part in card.fill(ranking, Filters(period="last_12_months"))])
    assert "名次" not in plain
    assert "名次" in ranks
    assert "样本不足" in ranks
    assert "不可区分" in card.rule(ranking)
