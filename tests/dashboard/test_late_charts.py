"""Where it hangs and who is late, against pandas on the raw rows; and how many rows a panel of the wall draws."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.charts import CHARTS, Chart, overdue_by_unit, stage_durations, stage_now
from dashboard.charts.base import fitted, with_rest, without_shared_word
from dashboard.charts.stage_funnel import told
from dashboard.texts import Text
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import tickets
from tests.dashboard.test_metrics import raw
from tests.dashboard.test_survival import LATE

WALL = theme("wall", "zh")
REST = Text("其余 {n} 类", "{n} others")


def test_what_waits_for_each_stage(demo_view: View) -> None:
    frame, held = stage_now.ask(demo_view.engine, LATE), stage_durations.ask(demo_view.engine, LATE)
    assert list(frame["within"]) == list(held["within"])
    assert list(frame["p50"]) == pytest.approx(list(held["p50"]), nan_ok=True)
    t = raw(demo_view.engine, tickets)
    # Whoever is overdue is open and counted, and stands before exactly one stage.
    assert frame["overdue"].sum() == (t["is_overdue"].astype(bool) & t["is_counted"].astype(bool)).sum()
    assert (frame["overdue"] <= frame["within"]).all()


def test_the_picture_says_where_most_is_late() -> None:
    rows = [("受理", "Accepted", 9, 0), ("处置", "Resolved", 7, 3), ("结案", "Closed", 2, 0)]
    frame = pd.DataFrame(rows, columns=["label", "label_en", "within", "overdue"]).assign(p50=1.0, p90=float("nan"))
    said = stage_now.draw(frame, WALL).layout.annotations[0].text
    assert "待处置" in said
    assert "<b>7</b>" in said
    assert "<b>3</b>" in said
    assert "待受理" in stage_now.draw(frame.assign(overdue=0), WALL).layout.annotations[0].text


def test_units_that_hold_what_is_late(demo_view: View) -> None:
    frame = overdue_by_unit.ask(demo_view.engine, LATE)
    t = raw(demo_view.engine, tickets)
    held = t[t["is_counted"].astype(bool)]
    late = held[held["is_overdue"].astype(bool)].groupby("unit_code", dropna=False).size()
    assert frame["value"].sum() == late.sum()
    named = frame[frame["code"].fillna("") != ""].set_index("code")
    assert (named["value"] == late.reindex(named.index)).all()
    is_open = held[held["is_open"].astype(bool)].groupby("unit_code").size()
    assert (named["open"] == is_open.reindex(named.index)).all()
    assert named["value"].is_monotonic_decreasing


def test_rows_that_have_no_room_are_summed_up() -> None:
    frame = pd.DataFrame({"code": list("abcdefgh"), "label": list("abcdefgh"), "label_en": list("abcdefgh"), "value": range(8, 0, -1)})
    low = replace(WALL, room=(30.0, 2.0 + 4 * 1.4))
    found = fitted(frame, low, REST)
    assert list(found["label"]) == ["a", "b", "c", "其余 5 类"]
    assert found["value"].sum() == frame["value"].sum()
    assert fitted(frame, WALL, REST) is frame
    # What was a rest before stands for all that are in it.
    assert fitted(with_rest(frame, 5, REST), low, REST)["label"].iloc[-1] == "其余 5 类"


def test_stages_that_say_least_give_way() -> None:
    frame = pd.DataFrame({"label": ["a", "b", "c", "d"], "share": [100.0, 99.0, 60.0, 58.0]})
    assert list(told(frame, 3)["label"]) == ["a", "c", "d"]
    assert list(told(frame, 4)["label"]) == ["a", "b", "c", "d"]


def test_a_first_word_that_all_share_is_left_out() -> None:
    names = ["Wuhai Heating", "Wuhai Police", "Wuhai Housing", "Haibowan Police"]
    assert without_shared_word(names) == ["Heating", "Police", "Housing", "Haibowan Police"]
    assert without_shared_word(["市人社局", "供热公司", "市住建局", "环卫"]) == ["市人社局", "供热公司", "市住建局", "环卫"]


@pytest.mark.parametrize("size", [(20.0, 6.0), (27.0, 12.0), (63.0, 48.0)], ids=["tiny", "small", "large"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chart_is_drawn_in_any_room(size: tuple[float, float], language: str, demo_view: View) -> None:
    for name in ("division_map", "stage_now", "overdue_by_unit", "category_pareto", "hour_of_week", "living_promise", "stage_durations"):
        chart = CHARTS[name]
        assert isinstance(chart, Chart)
        assert chart.figure(demo_view.engine, LATE, replace(theme("wall", language), room=size)).data
