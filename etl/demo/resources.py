"""Registers of what each community has at hand: posts, cameras, stops, homes to let; things and places, never people."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.demo.clock import DAY
from etl.demo.folder import City

ORIGIN = 20_089  # 2025-01-01, in days since 1970


@dataclass(frozen=True)
class Register:
    """A platform's register: how its numbers begin; type -> (least, residents for one more); how fast it grows."""

    letters: str
    types: dict[str, tuple[int, int]]
    growth: float = 0.0  # a year
    by: str = "division_code"  # a line a community, or a line a town (`town_code`)


REGISTERS = {
    "resources": Register("ZY", {"网格": (2, 300), "网格员": (3, 260), "调解室": (1, 6000), "视频监控": (12, 75), "党支部": (2, 900)}),
    "xueliang": Register("XL", {"雪亮摄像机": (10, 60), "高空瞭望": (0, 9000)}, growth=0.12),
    "police_info": Register("JW", {"警务室": (1, 9000), "巡逻车": (0, 5000), "应急处突点": (0, 12_000)}),
    "floating_population": Register("CZ", {"出租房屋": (15, 25), "集中公寓": (0, 4000)}, growth=0.15),
    "community_correction": Register("JZ", {"矫正中心席位": (6, 8000), "公益劳动基地": (1, 30_000)}, by="town_code"),
    "transit": Register("GJ", {"公交站": (2, 1800), "配车": (1, 2500)}),
    "civil_affairs": Register("MZ", {"养老床位": (4, 300), "日间照料中心": (0, 7000), "救助站点": (0, 11_000)}, growth=0.06),
}


def resource_rows(city: City, source: str, seed: int, at: int) -> pd.DataFrame:
    """The whole register at a moment, under our column names; it is counted anew every midnight."""
    register = REGISTERS[source]
    rng = np.random.default_rng([seed, 63, zlib.crc32(source.encode())])
    labels = {"division_code": "label", "town_code": "town"}
    rows = []
    for number, place in city.communities.drop_duplicates(register.by).iterrows():
        for order, (type_, (least, residents)) in enumerate(register.types.items(), start=1):
            lon, lat = city.points[int(str(number)), order]
            usual = least + int(place["population"] / residents * rng.uniform(0.7, 1.3))
            # It only grows: a line that came back to what it once was would count as one already delivered.
            more = usual * register.growth * (at // DAY - ORIGIN) / 365 + rng.random()
            rows.append({
                "resource_code": f"{register.letters}{place[register.by]}{order:02d}", "type": type_,
                "label": f"{place[labels[register.by]]}{type_}", "district_code": place["district_code"], "town_code": place["town_code"],
                "community_code": place["division_code"] if register.by == "division_code" else None,
                "lon": round(lon, 6), "lat": round(lat, 6), "resource_count": max(0, usual + int(more // 1)), "dirt": "",
            })  # fmt: skip
    return pd.DataFrame(rows)
