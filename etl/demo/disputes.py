"""The mediation system's export: disputes of fifteen kinds, who settled them, how, and whether the promise was kept."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.demo.clock import DAY
from etl.demo.draws import DAYS_PER_MONTH, Draws, draw
from etl.demo.folder import City, Floats, Ints, read_table
from etl.demo.lives import NEVER

TOPIC = 2
TOTAL, OVER_MONTHS = 6000, 24
UNIFORMS = (
    "type community hour origin referral level amount_given outcome agreement confirmed fulfilled prevented organisation alias dirt parties"
)
SHARES = {
    "neighbour": 22, "marriage_family": 13, "labour": 9, "property_service": 9, "contract": 9, "traffic_accident": 8,
    "damage_compensation": 7, "consumer": 6, "housing_homestead": 4, "production_business": 3, "forest_land": 3,
    "land_expropriation": 2, "environmental_pollution": 1, "medical": 1, "other": 3,
}  # fmt: skip
# Types that turn on money, with the median amount in yuan.
MONEY = {
    "labour": 16_000, "contract": 28_000, "traffic_accident": 12_000, "damage_compensation": 6_000, "consumer": 1_200,
    "property_service": 1_800, "production_business": 35_000, "land_expropriation": 60_000, "medical": 30_000,
    "housing_homestead": 20_000,
}  # fmt: skip
ORIGINS = (["主动排查", "当事人申请", "委托移送"], [0.42, 0.38, 0.20])
REFERRALS = (["诉调", "警调", "访调"], [0.38, 0.46, 0.16])
LEVELS = (["楼栋", "社区", "街道", "区", "市"], [0.16, 0.44, 0.22, 0.13, 0.05])
OUTCOMES = (["调解成功", "调解不成功", "当事人撤回", "终止调解", "移送处理"], [0.96, 0.015, 0.01, 0.008, 0.007])
DIRT = {"missing_number": 0.001, "bad_date": 0.001, "duplicate_row": 0.003, "unknown_type": 0.003}
ORGANISATION_LEVELS = ("community", "community", "town", "district", "city")


def write_disputes(city: City, path: Path, *, first: date, days: int, at: int, seed: int) -> dict[str, int]:
    """Write the export as of `at` (seconds); returns the planted dirt and `rows`."""
    rate = TOTAL / (OVER_MONTHS * DAYS_PER_MONTH)
    draws = draw(seed, TOPIC, first, np.full(days, rate), np.zeros(days), UNIFORMS, "duration amount")
    frame = lives(city, draws, seed)
    frame = frame[frame["accepted"] <= at].reset_index(drop=True)
    edges = np.cumsum(list(DIRT.values()))
    kind = np.array([*DIRT, ""])[np.searchsorted(edges, frame["chance"], side="right")]
    printed = as_of(frame, at)
    printed.loc[kind == "missing_number", "案号"] = ""
    printed.loc[kind == "bad_date", "受理日期"] = "二〇二五年三月"
    printed.loc[kind == "unknown_type", "纠纷类型"] = "涉众型旧类"
    printed = pd.concat([printed, printed[kind == "duplicate_row"]])
    printed.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return {**{name: int((kind == name).sum()) for name in DIRT}, "rows": len(printed)}


def lives(city: City, draws: Draws, seed: int) -> pd.DataFrame:
    """Every dispute of the days drawn with its whole future; times in seconds, NEVER where they do not come."""
    types = read_table(city.folder / "dispute_types.csv")
    chance = draws.uniforms
    weight = city.communities["population"].to_numpy() * np.random.default_rng([seed, 41]).lognormal(0, 0.3, len(city.communities))
    type_ = draws.pick("type", [SHARES.get(code, 2) for code in types["dispute_type_code"]])
    community = draws.pick("community", weight.tolist())
    level = draws.pick("level", LEVELS[1])
    accepted = draws.day * DAY + 28_800 + (chance["hour"] * 600).astype("int64") * 60
    # A mean of about twelve days, and some that drag on.
    concluded = accepted + (DAY * 9 * np.exp(0.75 * draws.normals["duration"])).astype("int64") // 60 * 60
    median = types["dispute_type_code"].map(MONEY).fillna(0).to_numpy()[type_]
    amount = np.where(chance["amount_given"] < 0.85, np.round(median * np.exp(0.9 * draws.normals["amount"]), -1), 0)
    success = chance["outcome"] < OUTCOMES[1][0]
    written = success & (chance["agreement"] < 0.62)
    confirmed = np.where(written & (chance["confirmed"] < 0.2), concluded + DAY * 12, NEVER)
    pays = success & (amount > 0) & (chance["fulfilled"] < 0.95)
    code = city.communities["division_code"].to_numpy()[community]
    number = [f"TJ{day}{place:03d}" for day, place in zip(day_texts(draws.day), draws.place_in_day, strict=True)]
    alias = types["aliases"].str.split("|").str[0].where(lambda s: s != "", types["label"]).to_numpy()[type_]
    return pd.DataFrame({
        "number": number, "type": np.where(chance["alias"] < 0.3, alias, types["label"].to_numpy()[type_]),
        "origin": np.array(ORIGINS[0])[draws.pick("origin", ORIGINS[1])],
        "referral": np.array(REFERRALS[0])[draws.pick("referral", REFERRALS[1])],
        "organisation": organisations(city, level, community, chance["organisation"]),
        "level": np.array(LEVELS[0])[level],
        "district": city.communities["district_code"].to_numpy()[community],
        "town": city.communities["town_code"].to_numpy()[community], "community": code,
        "parties": 2 + (chance["parties"] ** 6 * 9).astype("int64"), "amount": amount,
        "outcome": np.array(OUTCOMES[0])[draws.pick("outcome", OUTCOMES[1])], "success": success, "written": written,
        "prevented": chance["prevented"] < 0.012, "accepted": accepted, "concluded": concluded, "confirmed": confirmed,
        "due": concluded + DAY * 30,
        "fulfilled": np.where(pays, concluded + (DAY * 32 * chance["fulfilled"]).astype("int64"), NEVER),
        "chance": chance["dirt"],
    })  # fmt: skip


def as_of(frame: pd.DataFrame, at: int) -> pd.DataFrame:
    """The export's columns as they stand at `at`."""
    done, confirmed, fulfilled = (frame[name] <= at for name in ("concluded", "confirmed", "fulfilled"))
    owes = done & frame["success"] & (frame["amount"] > 0)
    agreement = np.where(frame["written"], "书面协议", np.where(frame["success"], "口头协议", "未达成"))
    amount = frame["amount"].where(frame["amount"] > 0)
    last = frame[["accepted", "concluded", "confirmed", "fulfilled"]].where(lambda f: f <= at, 0).max(axis=1)
    return pd.DataFrame({
        "案号": frame["number"], "受理日期": stamps(frame["accepted"]),
        "纠纷类型": frame["type"], "案件来源": frame["origin"],
        "移送渠道": frame["referral"].where(frame["origin"] == "委托移送", "未移送"),
        "调解组织编码": frame["organisation"], "化解层级": frame["level"],
        "区编码": frame["district"], "镇街编码": frame["town"], "社区编码": frame["community"],
        "当事人数": frame["parties"], "涉案金额（元）": amount.map("{:.2f}".format, na_action="ignore"),
        "结案日期": stamps(frame["concluded"]).where(done, ""), "调解结果": frame["outcome"].where(done, ""),
        "协议形式": pd.Series(agreement).where(done, ""),
        "司法确认": pd.Series(np.where(confirmed, "是", "否")).where(done & frame["success"], ""),
        "已履行": pd.Series(np.where(fulfilled, "是", "否")).where(owes, ""),
        "履行期限": stamps(frame["due"]).where(owes, ""),
        "防止激化": pd.Series(np.where(frame["prevented"], "是", "否")),
        "更新时间": stamps(last),
    })  # fmt: skip


def organisations(city: City, level: Ints, community: Ints, chance: Floats) -> npt.NDArray[np.object_]:
    """An organisation of the level at the place, else one of that level, else none."""
    known = read_table(city.folder / "organisations.csv")
    by_place = known.groupby(["level", "division_code"])["organisation_code"].apply(list).to_dict()
    by_level = known.groupby("level")["organisation_code"].apply(list).to_dict()
    places = city.communities[["division_code", "division_code", "town_code", "district_code"]].to_numpy()
    result = []
    for number, place, part in zip(level, community, chance, strict=True):
        name = ORGANISATION_LEVELS[number]
        choice = by_place.get((name, places[place][number])) if number < 4 else None
        choice = choice or by_level.get(name) or [""]
        result.append(choice[int(part * len(choice))])
    return np.array(result, dtype=object)


def day_texts(days: Ints) -> list[str]:
    return [day.strftime("%Y%m%d") for day in pd.to_datetime(days, unit="D")]


def stamps(seconds: pd.Series) -> pd.Series:
    """Seconds as `2026-01-31 09:05`."""
    return pd.to_datetime(seconds.clip(upper=2**32), unit="s").dt.strftime("%Y-%m-%d %H:%M")


def seconds(at: datetime) -> int:
    """A naive time as seconds since 1970."""
    return int(np.datetime64(at, "s").astype("int64"))
