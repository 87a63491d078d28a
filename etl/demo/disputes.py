"""Disputes of fifteen kinds: who took them on, who settled them, how, and whether the promise was kept."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.demo.clock import DAY, to_times
from etl.demo.draws import DAYS_PER_MONTH, Draws, draw
from etl.demo.folder import City, Floats, Ints, read_table
from etl.demo.lives import NEVER

TOPIC = 2
TOTAL, OVER_MONTHS = 6000, 24
UNIFORMS = (
    "type community hour origin referral level amount_given outcome agreement confirmed fulfilled prevented organisation alias dirt "
    "parties sender"
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
# Source -> how its case numbers begin, and its share of the disputes: of any type, and of those that are its trade.
SENDERS = {
    "disputes": ("TJ", 0.72, {"labour": 0.15, "neighbour": 0.92}),
    "smart_court": ("SQT", 0.15, {"contract": 0.45, "labour": 0.1, "neighbour": 0.03}),
    "labour_mediation": ("LDZC", 0.0, {"labour": 0.68}),
    "legal_service": ("FLFW", 0.11, {"labour": 0.07, "neighbour": 0.05}),
    "prosecution": ("JCHJ", 0.0, {"damage_compensation": 0.08, "traffic_accident": 0.08}),
}
ORIGINS = (["patrol", "application", "entrusted"], [0.42, 0.38, 0.20])
REFERRALS = (["court", "police", "petition"], [0.38, 0.46, 0.16])
LEVELS = (["building", "community", "town", "district", "city"], [0.16, 0.44, 0.22, 0.13, 0.05])
OUTCOMES = (["success", "failure", "withdrawn", "terminated", "transferred"], [0.96, 0.015, 0.01, 0.008, 0.007])
DIRT = {"missing_number": 0.001, "bad_date": 0.001, "duplicate_row": 0.003, "unknown_type": 0.003}
ORGANISATION_LEVELS = ("community", "community", "town", "district", "city")
MOMENTS = ["accepted", "concluded", "confirmed", "fulfilled"]


def disputes(city: City, seed: int, first: date, days: int) -> pd.DataFrame:
    """Every dispute of the days with its whole future; times in seconds, NEVER where they do not come."""
    rate = TOTAL * city.size / (OVER_MONTHS * DAYS_PER_MONTH)
    draws = draw(seed, TOPIC, first, np.full(days, rate), np.zeros(days), UNIFORMS, "duration amount")
    types = read_table(city.folder / "dispute_types.csv")
    codes = types["dispute_type_code"]
    chance = draws.uniforms
    weight = city.communities["population"].to_numpy() * np.random.default_rng([seed, 41]).lognormal(0, 0.3, len(city.communities))
    type_ = draws.pick("type", [SHARES.get(code, 2) for code in codes])
    community = draws.pick("community", weight.tolist())
    level = draws.pick("level", LEVELS[1])
    sender = senders(codes.to_numpy()[type_], chance["sender"])
    alias = types["aliases"].str.split("|").str[0].where(lambda s: s != "", types["label"]).to_numpy()[type_]
    kind = np.array([*DIRT, ""])[np.searchsorted(np.cumsum(list(DIRT.values())), chance["dirt"], side="right")]
    label = np.where(chance["alias"] < 0.3, alias, types["label"].to_numpy()[type_])
    at_court = sender == "smart_court"
    return pd.DataFrame({
        "sender": sender, "number": numbers(draws, sender), "type": np.where(kind == "unknown_type", "涉众型旧类", label),
        "origin": np.where(at_court, "entrusted", np.array(ORIGINS[0])[draws.pick("origin", ORIGINS[1])]),
        "referral": np.where(at_court, "court", np.array(REFERRALS[0])[draws.pick("referral", REFERRALS[1])]),
        "organisation_code": organisations(city, level, community, chance["organisation"]),
        "level": np.array(LEVELS[0])[level],
        "district_code": city.communities["district_code"].to_numpy()[community],
        "town_code": city.communities["town_code"].to_numpy()[community],
        "community_code": city.communities["community_code"].to_numpy()[community],
        "party_count": 2 + (chance["parties"] ** 6 * 9).astype("int64"),
        "outcome": np.array(OUTCOMES[0])[draws.pick("outcome", OUTCOMES[1])],
        "is_escalation_prevented": chance["prevented"] < 0.012, "dirt": kind,
        **courses(draws, codes.map(MONEY).fillna(0).to_numpy(dtype="float64")[type_]),
    })  # fmt: skip


def courses(draws: Draws, median: npt.NDArray[np.generic]) -> dict[str, npt.NDArray[np.generic]]:
    """When each dispute is settled, confirmed and fulfilled, and what it is about in money."""
    chance = draws.uniforms
    accepted = draws.day * DAY + 28_800 + (chance["hour"] * 600).astype("int64") * 60
    # A mean of about twelve days, and some that drag on.
    concluded = accepted + (DAY * 9 * np.exp(0.75 * draws.normals["duration"])).astype("int64") // 60 * 60
    amount = np.where(chance["amount_given"] < 0.85, np.round(median.astype("float64") * np.exp(0.9 * draws.normals["amount"]), -1), 0)
    success = chance["outcome"] < OUTCOMES[1][0]
    written = success & (chance["agreement"] < 0.62)
    pays = success & (amount > 0) & (chance["fulfilled"] < 0.95)
    return {
        "amount": amount, "success": success, "written": written, "accepted": accepted, "concluded": concluded,
        "confirmed": np.where(written & (chance["confirmed"] < 0.2), concluded + DAY * 12, NEVER),
        "due": concluded + DAY * 30,
        "fulfilled": np.where(pays, concluded + (DAY * 32 * chance["fulfilled"]).astype("int64"), NEVER),
    }  # fmt: skip


def dispute_rows(lives: pd.DataFrame, sender: str, since: int, until: int) -> pd.DataFrame:
    """A sender's rows at `until`, of the disputes new or changed since `since`, under our column names."""
    last = lives[MOMENTS].where(lambda f: f <= until, 0).max(axis=1)
    rows = (lives["sender"] == sender) & (lives["accepted"] <= until) & (last > since)
    frame, last = lives[rows].reset_index(drop=True), last[rows].reset_index(drop=True)
    done, confirmed, fulfilled = (frame[name] <= until for name in MOMENTS[1:])
    owes = done & frame["success"] & (frame["amount"] > 0)
    agreement = np.where(frame["written"], "written", np.where(frame["success"], "oral", "none"))
    shown = frame.assign(
        referral=frame["referral"].where(frame["origin"] == "entrusted", "none"),
        accepted_at=to_times(frame["accepted"].to_numpy()),
        concluded_at=pd.Series(to_times(frame["concluded"].to_numpy())).where(done),
        fulfil_due_at=pd.Series(to_times(frame["due"].to_numpy())).where(owes),
        updated_at=to_times(last.to_numpy()),
        amount_yuan=frame["amount"].where(frame["amount"] > 0),
        outcome=frame["outcome"].where(done),
        agreement=pd.Series(agreement, dtype="str").where(done),
        is_confirmed=confirmed.astype("boolean").where(done & frame["success"]),
        is_fulfilled=fulfilled.astype("boolean").where(owes),
    ).drop(columns=["sender", "amount", "success", "written", "due", *MOMENTS])
    return pd.concat([shown, shown[shown["dirt"] == "duplicate_row"]])


def senders(types: npt.NDArray[np.object_], chance: Floats) -> npt.NDArray[np.str_]:
    """Who takes each dispute on."""
    weights = np.array([[trade.get(type_, share) for _, share, trade in SENDERS.values()] for type_ in types])
    edges = np.cumsum(weights, axis=1).reshape(len(types), len(SENDERS))
    return np.asarray(np.array(list(SENDERS))[(chance[:, None] * edges[:, -1:] >= edges).sum(axis=1)])


def numbers(draws: Draws, sender: npt.NDArray[np.str_]) -> list[str]:
    """Case numbers: the sender's letters, the day, the place in the day."""
    days = pd.to_datetime(draws.day, unit="D").strftime("%Y%m%d")
    return [f"{SENDERS[who][0]}{day}{place:03d}" for who, day, place in zip(sender, days, draws.place_in_day, strict=True)]


def organisations(city: City, level: Ints, community: Ints, chance: Floats) -> npt.NDArray[np.object_]:
    """An organisation of the level at the place, else one of that level, else none."""
    if not (city.folder / "organisations.csv").exists():
        return np.full(len(level), "", dtype=object)
    known = read_table(city.folder / "organisations.csv")
    by_place = known.groupby(["level", "division_code"])["organisation_code"].apply(list).to_dict()
    by_level = known.groupby("level")["organisation_code"].apply(list).to_dict()
    places = city.communities[["division_code", "division_code", "town_code", "district_code"]].to_numpy()
    result = []
    for number, place, part in zip(level, community, chance, strict=True):
        name = ORGANISATION_LEVELS[number]
        # A city of districts alone has its towns' and communities' bodies there.
        choice = by_place.get((name, places[place][number] or places[place][0])) if number < 4 else None
        choice = choice or by_level.get(name) or by_place.get(("town", places[place][0])) or [""]
        result.append(choice[int(part * len(choice))])
    return np.array(result, dtype=object)
