"""What the charts of pilot tasks say: against rows counted by pandas, and a month worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard.charts import CHARTS, Chart
from dashboard.charts.lamps import LAMPS
from dashboard.charts.negative_list import CHART as NEGATIVE
from dashboard.charts.pilot_behind import NONE_BEHIND
from dashboard.charts.pilot_places import TOTAL
from dashboard.filters import ScopedFilters
from dashboard.pilot_cards.scope import UNMOVED, scope_of
from dashboard.queries import measure, total
from dashboard.rows import listing_rows
from dashboard.theme import theme
from dashboard.view import View
from layouts.pilots import CHARTS as CARDS
from layouts.pilots import HEATS
from tests.dashboard.test_registries import YEAR

WALL = theme("wall", "zh")
WORST = {"red": 3, "yellow": 2, "green": 1}
NAMES = {0: "none", 1: "green", 2: "yellow", 3: "red"}


@pytest.fixture(scope="module")
def standing(demo_view: View) -> pd.DataFrame:
    with demo_view.engine.connect() as connection:
        return pd.read_sql("select * from pilot_standing", connection)


@pytest.fixture(scope="module")
def work(standing: pd.DataFrame) -> pd.DataFrame:
    return standing[standing["kind"] != "negative"].assign(worst=lambda rows: rows["lamp_code"].map(WORST).fillna(0))


def asked(name: str, engine: Engine, filters: ScopedFilters = YEAR) -> pd.DataFrame:
    return CHARTS[name].ask(engine, filters)


def counted(work: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Each target once in each group, at the lamp of its slowest part there."""
    each = work.groupby([*by, "target_code"], dropna=False)["worst"].max().map(NAMES).reset_index()
    return each.groupby(by, dropna=False)["worst"].value_counts().unstack(fill_value=0).reindex(columns=list(LAMPS), fill_value=0)


@pytest.mark.parametrize(("name", "column"), [("pilot_lamps", "block"), ("pilot_units", "unit_code")])
def test_a_task_stands_at_the_lamp_of_its_slowest_part(name: str, column: str, demo_view: View, work: pd.DataFrame) -> None:
    found = asked(name, demo_view.engine).set_index("code")[list(LAMPS)]
    expected = counted(work, [column])
    assert found.astype(int).to_dict("index") == expected.astype(int).to_dict("index")


def test_units_with_red_come_first_and_a_chosen_block_stands_beside_the_others(demo_view: View) -> None:
    units = asked("pilot_units", demo_view.engine)
    assert units["red"].gt(0).tolist() == sorted(units["red"].gt(0), reverse=True)
    blocks = asked("pilot_lamps", demo_view.engine, YEAR.only(blocks=("法治",)))
    assert list(blocks["code"]) == ["政治", "综治", "法治", "德治", "自治", "智治"]
    assert blocks.loc[blocks["is_chosen"], "code"].tolist() == ["法治"]


def test_the_furthest_behind_are_the_slowest_parts(demo_view: View, work: pd.DataFrame) -> None:
    found = asked("pilot_behind", demo_view.engine)
    expected = work[work["gap_pct"] < 0].groupby("target_code")["gap_pct"].min().sort_values()
    assert list(found["gap"]) == pytest.approx(list(expected))
    assert set(found["code"]) == set(expected.index)
    row = found[found["code"] == found["code"].iloc[0]].iloc[0]
    part = work.loc[work[work["target_code"] == row["code"]]["gap_pct"].idxmin()]
    assert (row["actual"], row["target"], row["lamp_code"]) == (part["value"], part["target_value"], part["lamp_code"])


def test_where_nothing_is_behind_it_says_so(demo_view: View) -> None:
    chart = CHARTS["pilot_behind"]
    assert isinstance(chart, Chart)
    figure = chart.figure(demo_view.engine, YEAR.only(lamps=("green",)), WALL)
    said = {note.text for note in figure.layout.annotations}
    assert (NONE_BEHIND.zh in said) == asked("pilot_behind", demo_view.engine, YEAR.only(lamps=("green",))).empty
    nothing = chart.figure(demo_view.engine, YEAR.only(divisions=("nowhere",)), WALL)
    assert [note.text for note in nothing.layout.annotations] != [NONE_BEHIND.zh]


def test_blocks_and_places_with_totals_that_count_a_task_once(demo_view: View, work: pd.DataFrame) -> None:
    frame = asked("pilot_places", demo_view.engine)
    cells = frame[~frame["code"].eq(TOTAL) & ~frame["place_code"].eq(TOTAL)]
    expected = counted(work, ["block", "district_code"]).astype(int).to_dict("index")
    found = {(row["code"], row["place_code"]): {code: int(row[code]) for code in LAMPS} for row in cells.to_dict("records")}
    assert {(block, place if isinstance(place, str) else None): held for (block, place), held in expected.items()} == {
        (block, place if isinstance(place, str) else None): held for (block, place), held in found.items()
    }
    whole = frame[frame["code"].eq(TOTAL) & frame["place_code"].eq(TOTAL)].iloc[0]
    assert whole["value"] == work["target_code"].nunique()
    assert whole["done"] == work.groupby("target_code")["is_done"].all().sum()
    assert whole["progress"] == pytest.approx(work["progress_pct"].mean())
    assert whole["value"] < frame[frame["code"].eq(TOTAL) & ~frame["place_code"].eq(TOTAL)]["value"].sum()


def test_many_divisions_are_tiles(demo_view: View) -> None:
    """Forty divisions, as Chongqing reports them: one tile each and one for all, each with its name."""
    chart, frame = CHARTS["pilot_places"], asked("pilot_places", demo_view.engine)
    assert isinstance(chart, Chart)
    one = frame[frame["place_code"].eq("150302")]
    many = [one.assign(place_code=f"5001{n:02d}", place_label=f"第{n}区", place_short_label=f"第{n}区") for n in range(40)]
    figure = chart.draw(pd.concat([*many, frame[frame["place_code"].eq(TOTAL)]], ignore_index=True), WALL)
    texts = figure.data[0].text
    assert len(texts) == 41
    assert all(any(f"第{n}区<br>" in text for text in texts) for n in range(40))


def test_the_last_month_is_where_the_standing_is(demo_view: View, work: pd.DataFrame) -> None:
    frame = asked("pilot_schedule", demo_view.engine)
    known = work.dropna(subset=["progress_pct", "elapsed_pct"])
    last = frame.iloc[-1]
    assert last["n"] == len(known)
    assert last["actual"] == pytest.approx(known["progress_pct"].mean())
    assert last["plan"] == pytest.approx(known["elapsed_pct"].mean())
    assert last["gap"] == pytest.approx(total(demo_view.engine, "schedule_gap", YEAR).value)


def test_a_month_of_the_schedule_by_pandas(demo_view: View, work: pd.DataFrame) -> None:
    """What had been reported by the end of September 2025, each part by its latest report, each by its own dates."""
    with demo_view.engine.connect() as connection:
        seen = pd.read_sql("select * from pilot_observations where observed_on <= '2025-09-30'", connection, parse_dates=["observed_on"])
    keys, at = ["target_code", "unit_code", "division_code"], pd.Timestamp("2025-09-30")
    latest = seen.sort_values("observed_on").drop_duplicates(keys, keep="last")
    parts = work[[*keys, "start_on", "due_on"]].merge(latest, on=keys)
    start, due = pd.to_datetime(parts["start_on"]), pd.to_datetime(parts["due_on"])
    elapsed = 100 * (np.minimum(due, np.maximum(start, at)) - start) / (due - start)
    row = asked("pilot_schedule", demo_view.engine).set_index("at").loc[at]
    assert row["n"] == len(parts)
    assert row["plan"] == pytest.approx(elapsed.mean())
    assert row["actual"] == pytest.approx(parts["progress_pct"].clip(upper=100).mean())


def test_reports_are_in_time_late_or_missing(demo_view: View) -> None:
    frame = asked("pilot_reports", demo_view.engine)
    assert (frame["in_time"] + frame["late"] + frame["missing"]).tolist() == frame["denominator"].tolist()
    assert (frame[["in_time", "late", "missing"]] >= 0).all(axis=None)
    assert frame["missing"].sum() == total(demo_view.engine, "reports_missing", YEAR).value
    assert frame["denominator"].sum() == measure(demo_view.engine, "reports_due", YEAR, ("unit_code",))["value"].sum()
    assert list(frame["missing"]) == sorted(frame["missing"], reverse=True)


def test_gates_that_were_touched_come_first_and_say_since_when(demo_view: View, standing: pd.DataFrame) -> None:
    frame = asked("negative_list", demo_view.engine)
    gates = standing[standing["kind"] == "negative"]
    hit = gates[gates["is_hit"]]
    assert frame["since"].notna().sum() == len(hit) > 0
    assert frame["since"].isna().sum() == gates["target_code"].nunique() - hit["target_code"].nunique()
    with demo_view.engine.connect() as connection:
        touched = pd.read_sql(
            "select min(observed_on) as since from pilot_observations where value > 0 and target_code = 'N01'", connection
        )
    assert frame["since"].iloc[0] == pd.Timestamp(touched["since"].iloc[0])
    rows = listing_rows(NEGATIVE, frame, WALL, demo_view.today)
    assert [row["cells"][0]["state"] for row in rows] == sorted(row["cells"][0]["state"] for row in rows)
    assert rows[0]["cells"][0]["text"] == "▲ 触发"
    assert {cell["role"] for cell in rows[0]["cells"]} == {"state", "what", "who", "time"}


def test_a_city_without_pilots_says_so(tiny_view: View) -> None:
    rows = listing_rows(NEGATIVE, NEGATIVE.asked(tiny_view.engine, YEAR), WALL, tiny_view.today)
    assert [row["cells"][0]["role"] for row in rows] == ["note"]


CHOSEN = {
    "blocks": ("法治",), "units": ("WH-GAJ",), "divisions": ("150303",), "lamps": ("red",), "dues": ("past",), "kinds": ("task",),
}  # fmt: skip


@pytest.mark.parametrize("name", [*HEATS, *(name for name, _ in CARDS)])
def test_a_card_says_which_choices_narrow_it(name: str, demo_view: View) -> None:
    whole = asked(name, demo_view.engine).drop(columns="is_chosen", errors="ignore")
    for choice, codes in CHOSEN.items():
        found = asked(name, demo_view.engine, YEAR.only(**{choice: codes})).drop(columns="is_chosen", errors="ignore")
        assert found.equals(whole) == (choice in UNMOVED.get(name, ())), choice
    wish = YEAR.wish.model_copy(update=CHOSEN)
    said = scope_of(demo_view, wish, name)
    assert ("试点板块：法治" in said) == ("blocks" not in UNMOVED.get(name, ()))
    assert ("不随" in said) == (name in UNMOVED)
