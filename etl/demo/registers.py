"""The small registers: risks, the yearly survey of the sense of security, and what each community has at hand."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.folder import City
from etl.demo.pilots import months

RISKS_PER_MONTH = 5
RISK_TYPES = {
    "安全生产": ("煤矿通风设施老化", "储煤场边坡不稳", "焦化企业管线泄漏隐患", "危化品车辆集中停放"),
    "社会矛盾": ("物业更换引发聚集苗头", "拖欠工资集体讨薪苗头", "征地补偿分歧", "预付卡商户失联"),
    "公共安全": ("老旧小区消防通道堵塞", "燃气管网老化", "校园周边交通隐患", "高层电梯频繁故障"),
    "社会治安": ("电信诈骗高发", "重点人员失管漏管", "出租屋流动人口底数不清", "夜间酒后滋事多发"),
    "自然灾害": ("沟道行洪不畅", "采煤沉陷区房屋开裂", "强沙尘天气供电隐患"),
    "金融稳定": ("非法集资线索", "房企资金链紧张"),
}
MEASURES = (
    "专班包联、每周调度",
    "现场排查、限期整改",
    "约谈主体、签订承诺",
    "挂牌督办、销号管理",
    "联合执法、定期回访",
)
OWNERS = ("王志强", "李文博", "张建军", "赵海燕", "刘勇", "陈晓东", "巴特尔", "孙丽")
LEVELS = ("低", "中", "高")
SURVEY_DAY = (6, 20)
RESOURCES = {"网格": (2, 300), "网格员": (3, 260), "调解室": (1, 6000), "视频监控": (12, 75), "党支部": (2, 900)}


def risks(city: City, first: date, until: datetime, seed: int) -> list[dict[str, Any]]:
    """The register as of `until`: five new risks a month, most of them closed in time."""
    units = city.units.loc[city.units["kind"].isin(["department", "town"]), "unit_code"].tolist()
    found = []
    for month in months(first, until.date()):
        rng = np.random.default_rng([seed, 61, month.toordinal()])
        for number in range(RISKS_PER_MONTH):
            day = int(rng.integers(1, month.day + 1))
            registered = datetime(month.year, month.month, day, int(rng.integers(8, 18)), int(rng.integers(60)))
            type_ = str(rng.choice(list(RISK_TYPES), p=[0.3, 0.25, 0.2, 0.12, 0.08, 0.05]))
            name = str(rng.choice(RISK_TYPES[type_]))
            likelihood, impact = int(rng.integers(1, 6)), int(rng.integers(1, 6))
            place = city.communities.iloc[int(rng.integers(len(city.communities)))]
            level = 2 if likelihood * impact >= 15 else 1 if likelihood * impact >= 6 else 0
            eased = registered + timedelta(days=float(rng.uniform(10, 60)))
            due = datetime(registered.year, registered.month, registered.day) + timedelta(days=30 * (3 - level) + 30)
            never = rng.random() < 0.06
            closed = registered + timedelta(days=float(rng.lognormal(3.7, 0.55)) + 2000 * never)
            eases = level > 0 and rng.random() < 0.3 and eased < closed
            unit, measure, owner = str(rng.choice(units)), str(rng.choice(MEASURES)), str(rng.choice(OWNERS))
            if not datetime(first.year, first.month, first.day) <= registered <= until:
                continue
            seen = [registered, *([eased] if eases and eased <= until else []), *([closed] if closed <= until else [])]
            shown = level - 1 if eases and eased <= until else level
            found.append({
                "riskNo": f"FX{month:%Y%m}{number + 1:02d}", "registerTime": stamp(registered),
                "riskName": f"{place['label']}{name}",
                "riskType": type_, "riskLevel": LEVELS[shown],
                "likelihood": likelihood, "impact": impact,
                "districtCode": place["district_code"], "townCode": place["town_code"],
                "communityCode": place["division_code"], "ownerUnit": unit, "dutyPerson": owner, "measure": measure,
                "deadline": f"{due:%Y-%m-%d}",
                "closeTime": stamp(closed) if closed <= until else None, "updateTime": stamp(max(seen)),
            })  # fmt: skip
    return sorted(found, key=lambda risk: (risk["registerTime"], risk["riskNo"]))


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def write_risks(city: City, path: Path, *, first: date, until: datetime, seed: int) -> int:
    """Write the register as one JSON array; returns its length."""
    found = risks(city, first, until, seed)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(found)


def write_surveys(city: City, path: Path, *, first: date, until: datetime, seed: int) -> int:
    """Write one wave a year by district; returns the number of rows."""
    rows = []
    for year in range(first.year, until.year + 1):
        held = date(year, *SURVEY_DAY)
        if not first <= held <= until.date():
            continue
        rng = np.random.default_rng([seed, 62, year])
        for code in city.districts["division_code"]:
            valid = int(rng.integers(620, 1150))
            positive = int(rng.binomial(valid, rng.uniform(0.981, 0.992)))
            rows.append((f"AQG{year}", held, f"{year}年度群众安全感调查", "您在居住地是否感到安全？", code, valid, positive))
    columns = ["调查编号", "调查日期", "调查名称", "问题", "区编码", "有效样本", "正面评价"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return len(rows)


def write_resources(city: City, path: Path, *, seed: int) -> int:
    """Write the ledger of resources by community; returns the number of rows."""
    rng = np.random.default_rng([seed, 63])
    rows = []
    for number, place in city.communities.iterrows():
        for order, (type_, (least, residents)) in enumerate(RESOURCES.items(), start=1):
            lon, lat = city.points[int(str(number)), order]
            count = least + int(place["population"] / residents * rng.uniform(0.7, 1.3))
            code = f"ZY{place['division_code']}{order:02d}"
            where = (place["district_code"], place["town_code"], place["division_code"], round(lon, 6), round(lat, 6))
            rows.append((code, type_, f"{place['label']}{type_}", *where, count))
    columns = ["资源编号", "资源类型", "名称", "区编码", "镇街编码", "社区编码", "经度", "纬度", "数量"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return len(rows)
