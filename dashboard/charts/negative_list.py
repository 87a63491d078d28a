"""The gates: items of the negative list, those that were touched first, with by whom, where and since when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, and_, func, select

from dashboard.asking import fetch
from dashboard.charts.base import PLAIN, Cell, Listing, Row, with_labels
from dashboard.charts.events import said
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import N, pilot_observations, pilot_standing

HIT, CLEAR = Text("触发", "Touched"), Text("未触发", "Clear")
SINCE, TIMES = Text("{} 起", "since {}"), Text("{} 次", "{}×")
CARRIERS = Text("{} 个责任方", "{} carry it")
NO_LIST = Text("没有负面清单", "There is no negative list")
ONCE = Text(
    "负面清单是门槛：任一责任方在任一期报过大于零即为触发，不因以后为零而消除，不折算得分。触发的按责任方逐条列出，未触发的每项一条。",
    "A gate: touched once anyone reported more than zero in any period, whatever came after; part of no score."
    " What was touched is listed by who did, what was not once for each item.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `key, state…, what…, since, until, times, who…, place…`: what was touched, the latest first; then what was not."""
    p = pilot_standing.c
    query = (
        select(
            p.target_code, p.label, p.label_en, p.unit_code, p.division_code, p.is_hit, p.hit_count.label("times"), p.hit_on.label("until"),
            func.count().over(partition_by=p.target_code).label("carriers"),
            func.bool_or(p.is_hit).over(partition_by=p.target_code).label("is_touched"),
        )
        .where(where(pilot_standing, N, filters), p.kind == "negative")
        .order_by(p.is_hit.desc(), p.hit_on.desc(), p.target_code, p.unit_code, p.division_code)
    )  # fmt: skip
    frame = fetch(engine, query).merge(_first_hits(engine, filters), on=["target_code", "unit_code", "division_code"], how="left")
    # An item is listed by who touched it; one that nobody touched once.
    listed = frame[frame["is_hit"] | ~frame["is_touched"]]
    listed = listed[listed["is_hit"] | ~listed.duplicated("target_code")].reset_index(drop=True)
    hit = listed["is_hit"]
    parts = listed[["target_code", "unit_code", "division_code"]].fillna("")
    found = pd.DataFrame(
        {"key": parts["target_code"].where(~hit, parts["target_code"] + " " + parts["unit_code"] + " " + parts["division_code"])}
    )
    found["state"], found["state_en"] = hit.map({True: HIT.zh, False: CLEAR.zh}), hit.map({True: HIT.en, False: CLEAR.en})
    found["what"] = listed["label"].fillna(listed["target_code"]).str.translate(PLAIN)
    found["what_en"] = listed["label_en"].str.translate(PLAIN).fillna(found["what"])
    found["since"], found["until"] = listed["since"].where(hit), listed["until"].where(hit)
    found["times"] = listed["times"].where(hit)
    for name, column in (("who", "unit_code"), ("place", "division_code")):
        named = with_labels(listed[[column]], engine, column)
        for end, text in (("", CARRIERS.zh), ("_en", CARRIERS.en)):
            label = named["label_en" if end else "short_label"]
            carriers = listed["carriers"].map(text.format) if name == "who" else MISSING
            found[f"{name}{end}"] = label.where(hit, carriers)
    return found


def _first_hits(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Since when parts are touched: the first period in which more than zero was reported."""
    o, p = pilot_observations.c, pilot_standing.c
    same = and_(
        o.target_code == p.target_code, o.unit_code.is_not_distinct_from(p.unit_code), o.division_code.is_not_distinct_from(p.division_code)
    )
    keys = (p.target_code, p.unit_code, p.division_code)
    query = select(*keys, func.min(o.observed_on).label("since")).join_from(pilot_standing, pilot_observations, same)
    return fetch(engine, query.where(where(pilot_standing, N, filters), p.is_hit, o.value > 0).group_by(*keys))


def rows(frame: pd.DataFrame, look: Theme, _today: date) -> list[Row]:
    return [_row(item, look) for item in said(frame, look)]


def _row(item: dict[str, Any], look: Theme) -> Row:
    """State, item, who, since when; in the office where and how often too."""
    is_hit = pd.notna(item["since"])
    cells = (
        Cell(f"{'▲' if is_hit else '✓'} {item['state']}", "state", "bad" if is_hit else "good"),
        Cell(item["what"], "what"),
        Cell(item["who"], "who"),
        Cell(look.say(SINCE).format(f"{item['since']:%Y-%m}") if is_hit else MISSING, "time"),
    )
    times = look.say(TIMES).format(f"{item['times']:.0f}") if is_hit else MISSING
    return Row(item["key"], cells if look.is_dark else (*cells, Cell(item["place"], "place"), Cell(times, "number")))


CHART = Listing(
    "negative_list", Text("负面清单", "Negative list"), ask, ("key", "state", "what", "who", "place"), rows, kind="pilots", empty=NO_LIST,
    metrics=("negative_hits",), definition=ONCE,
    headings={
        "key": Text("事项代码", "Code of the item"), "what": Text("事项", "Item"),
        "since": Text("首次触发（期末）", "First touched (period end)"),
        "until": Text("最近触发（期末）", "Last touched (period end)"), "times": Text("触发次数（次）", "Times"),
        "who": Text("责任单位", "Responsible unit"), "place": Text("区划", "Place"),
    },
)  # fmt: skip
