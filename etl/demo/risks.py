"""Risks: what the register holds and what the monitoring platforms warn of, most of it over in time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from etl.demo.folder import City
from etl.demo.pilots import months

LEVELS = ("low", "medium", "high")
MEASURES = ("专班包联、每周调度", "现场排查、限期整改", "约谈主体、签订承诺", "挂牌督办、销号管理", "联合执法、定期回访")
REPAIRS = ("现场处置、恢复运行", "派员核查、复位设备", "抢修到位、持续观察", "下达整改通知书")
OWNERS = ("王志强", "李文博", "张建军", "赵海燕", "刘勇", "陈晓东", "巴特尔", "孙丽")
WHOLE_YEAR = tuple(range(1, 13))


@dataclass(frozen=True)
class Watch:
    """A platform that tells of risks: numbers, how many a month, of which types and names, how long they last."""

    letters: str
    per_month: int
    names: dict[str, tuple[str, ...]]
    days: float  # median until it is struck off
    units: tuple[str, ...] = ()  # none: any department or town
    in_months: tuple[int, ...] = WHOLE_YEAR


WATCHES = {
    "risks": Watch("FX", 5, {
        "安全生产": ("煤矿通风设施老化", "储煤场边坡不稳", "焦化企业管线泄漏隐患", "危化品车辆集中停放"),
        "社会矛盾": ("物业更换引发聚集苗头", "拖欠工资集体讨薪苗头", "征地补偿分歧", "预付卡商户失联"),
        "公共安全": ("老旧小区消防通道堵塞", "燃气管网老化", "校园周边交通隐患", "高层电梯频繁故障"),
        "社会治安": ("电信诈骗高发", "重点人员失管漏管", "出租屋流动人口底数不清", "夜间酒后滋事多发"),
        "自然灾害": ("沟道行洪不畅", "采煤沉陷区房屋开裂", "强沙尘天气供电隐患"),
        "金融稳定": ("非法集资线索", "房企资金链紧张"),
    }, 40),
    "gas_watch": Watch("RQ", 4, {
        "公共安全": ("燃气浓度超限", "调压箱压力异常", "燃气管道第三方施工", "用户端泄漏报警"),
    }, 1.5, ("WH-RQ", "WH-RQRL")),
    "fire_iot": Watch("XF", 6, {"公共安全": ("消火栓水压不足", "烟感持续报警", "电气火灾温度超限", "消防主机离线")}, 1, ("WH-XFZD",)),
    "water_watch": Watch("GPS", 3, {
        "公共安全": ("供水管网压力突降", "泵站液位超限", "出厂水浊度异常", "易涝点积水"),
    }, 1.2, ("WH-GS", "WH-PS")),
    "heating_watch": Watch("GR", 4, {
        "公共安全": ("换热站回水温度偏低", "一次网失压", "循环泵停运", "片区室温不达标"),
    }, 1, ("WH-GR", "WH-RQRL"), (1, 2, 3, 4, 10, 11, 12)),
    "air_watch": Watch("DQ", 4, {
        "生态环境": ("PM10小时浓度超标", "二氧化硫浓度异常", "臭氧浓度超标", "工业园区VOCs超限"),
    }, 1.5, ("WH-STJ", "WH-STZD")),
    "health_emergency": Watch("WY", 1, {"公共卫生": ("聚集性流感样病例", "疑似食源性疾病事件", "手足口病聚集")}, 9, ("WH-WJW", "WH-CDC")),
    "emergency_command": Watch("YJ", 3, {
        "安全生产": ("企业重大危险源超限", "尾矿库水位偏高", "有限空间作业未审批"),
        "自然灾害": ("森林草原火点", "山洪沟水位上涨", "大风沙尘影响"),
    }, 6, ("WH-YJJ", "WH-YJZD")),
}  # fmt: skip


def risks(city: City, first: date, last: date, seed: int) -> pd.DataFrame:
    """Every risk registered from first to the end of last's month, with its whole future, in the order of registration."""
    anybody = city.units.loc[city.units["kind"].isin(["department", "town"]), "unit_code"].tolist()
    known = set(city.units["unit_code"])
    found = []
    for source, watch in WATCHES.items():
        units = [unit for unit in watch.units if unit in known] or anybody
        for month in months(first, last):
            if month.month in watch.in_months:
                rng = np.random.default_rng([seed, 61, zlib.crc32(source.encode()), month.toordinal()])
                found += [_risk(city, source, month, number, units, rng) for number in range(watch.per_month * city.size)]
    frame = pd.DataFrame(found)
    frame = frame[frame["registered_at"] >= pd.Timestamp(first)]
    return frame.sort_values(["registered_at", "number"], ignore_index=True)


def _risk(city: City, source: str, month: date, number: int, units: list[str], rng: np.random.Generator) -> dict[str, object]:
    watch = WATCHES[source]
    is_alarm = source != "risks"
    day, hour = int(rng.integers(1, month.day + 1)), int(rng.integers(24) if is_alarm else rng.integers(8, 18))
    registered = datetime(month.year, month.month, day, hour, int(rng.integers(60)))
    falling = np.array([0.3, 0.25, 0.2, 0.12, 0.08, 0.05][: len(watch.names)])
    type_ = str(rng.choice(list(watch.names), p=falling / falling.sum()))
    likelihood, impact = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    place = city.communities.iloc[int(rng.integers(len(city.communities)))]
    level = 2 if likelihood * impact >= 15 else 1 if likelihood * impact >= 6 else 0
    due = datetime(registered.year, registered.month, registered.day) + timedelta(days=watch.days * (3 - level) * 0.75 + watch.days)
    eased = registered + timedelta(days=round(float(rng.uniform(0.25, 1.5)) * watch.days, 3))
    lasts = 2000.0 if rng.random() < (0.03 if is_alarm else 0.06) else watch.days * float(rng.lognormal(0, 0.55))
    closed = registered + timedelta(days=round(lasts, 3))
    eases = level > 0 and rng.random() < 0.3 and eased < closed
    name = str(rng.choice(watch.names[type_]))
    return {
        "sender": source, "number": f"{watch.letters}{month:%Y%m}{number + 1:02d}", "label": f"{place['label']}{name}", "type": type_,
        "first_level": level, "likelihood": likelihood, "impact": impact, "district_code": place["district_code"],
        "town_code": place["town_code"], "community_code": place["community_code"], "unit_code": str(rng.choice(units)),
        "duty": str(rng.choice(OWNERS)), "measure": str(rng.choice(REPAIRS if is_alarm else MEASURES)),
        "registered_at": pd.Timestamp(registered), "due_at": pd.Timestamp(due).floor("min"), "dirt": "",
        "eased": pd.Timestamp(eased).floor("min") if eases else pd.NaT, "closed": pd.Timestamp(closed).floor("min"),
    }  # fmt: skip


def risk_rows(lives: pd.DataFrame, sender: str, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """A sender's rows at `until`, of the risks new or changed since `since`, under our column names."""
    frame = lives[(lives["sender"] == sender) & (lives["registered_at"] <= until)]
    eased = frame["eased"] <= until
    closed_at = frame["closed"].where(frame["closed"] <= until)
    last = pd.concat([frame["registered_at"], frame["eased"].where(eased), closed_at], axis=1).max(axis=1)
    level = (frame["first_level"] - eased.astype("int64")).map(dict(enumerate(LEVELS)))
    shown = frame.assign(closed_at=closed_at, updated_at=last, level=level.astype("str"))
    return shown[last > since].drop(columns=["sender", "first_level", "eased", "closed"])
