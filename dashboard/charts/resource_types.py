"""What a city can call on: how many of each type of resource, where, and for how many residents; two charts share it."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import By, fetch
from dashboard.charts.base import PLAIN
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.warehouse import N, resources

NO_TYPE = Text("未分类", "No type")
# Types as cities call them, in the order a committee asks for them; others follow by how many places have them.
KNOWN = {
    "网格": "Grids", "网格员": "Grid staff", "调解室": "Mediation rooms", "视频监控": "Cameras", "党支部": "Party branches",
    "警务室": "Police rooms", "综治中心": "Governance centres", "应急处突点": "Emergency points", "巡逻车": "Patrol cars",
    "配车": "Vehicles", "日间照料中心": "Day-care centres", "养老床位": "Care beds", "救助站点": "Relief stations",
    "公交站": "Bus stops", "出租房屋": "Rented homes", "集中公寓": "Apartment houses", "矫正中心席位": "Correction seats",
    "公益劳动基地": "Community-work sites", "雪亮摄像机": "Village cameras", "高空瞭望": "Lookouts",
}  # fmt: skip
COUNTED = Text(
    "各来源最近一次报送的数量，按类型合计，不同类型不相加；不受所选时段影响。",
    "What sources last reported, added up by type; types do not add up. Not narrowed by the period.",
)


def counts(engine: Engine, filters: ScopedFilters, by: By) -> pd.DataFrame:
    """Columns `type, *by, value`: resources of each type, in groups of `by`; a row that says no number counts for one."""
    r = resources.c
    keys = [r.resource_type.label("type"), *(r[name] for name in by)]
    value = func.sum(func.coalesce(r.resource_count, 1)).cast(r.resource_count.type).label("value")
    query = select(*keys, value).where(where(resources, N, filters)).group_by(*keys)
    return fetch(engine, query.order_by(*keys))


def in_order(types: pd.Series) -> list[str]:
    """Types as they stand in charts: the known ones first, the others by their rows."""
    known = {name: place for place, name in enumerate(KNOWN)}
    held = types.value_counts()
    return sorted(held.index, key=lambda name: (known.get(name, len(known)), -held[name], name))


def named(types: pd.Series) -> tuple[pd.Series, pd.Series]:
    """What types are called in both languages."""
    said = types.fillna("").astype(str)
    plain = said.str.translate(PLAIN)
    return plain.replace("", NO_TYPE.zh), said.map(KNOWN).fillna(plain).replace("", NO_TYPE.en)
