"""What a day is like: how many cases it brings, which categories are in season, and when the surges come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from etl.demo.draws import DAYS_PER_MONTH
from etl.demo.folder import City, Floats, Ints
from etl.demo.platforms import DESKS, HOTLINE, PLATFORMS, POLICE_DESK, Desk

POLICE_ROWS = 22_000  # an Excel export of more rows is nothing a police desk would send
GROWTH = 1.06  # a year
GROWTH_ORIGIN = date(2026, 1, 1)
WEEKDAY = np.array([1.08, 1.12, 1.10, 1.08, 1.06, 0.82, 0.74])
HOLIDAY = 0.62
SURGE_EVERY = 50  # days
SURGE_DAYS = 10

# word in the label -> weight by month January … December
SEASONS = {
    "供热": (4, 3.5, 2.5, 1.2, 0.05, 0.02, 0.02, 0.03, 0.2, 3, 5, 4.5),
    "雪|冰": (4, 3, 1, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01, 0.1, 2, 3.5),
    "噪声|烧烤|摊贩|油烟": (0.4, 0.4, 0.7, 1, 1.5, 2, 2.3, 2.3, 1.5, 0.9, 0.5, 0.4),
    "异味|垃圾|厕所|污水": (0.6, 0.6, 0.8, 1, 1.3, 1.6, 1.9, 1.8, 1.3, 0.9, 0.6, 0.6),
    "扬尘|烟尘|抛撒": (0.7, 0.9, 2, 2.6, 2.2, 1, 0.6, 0.6, 0.7, 0.9, 0.9, 0.7),
    "积水|雨水|防汛|漏水": (0.3, 0.3, 0.5, 0.7, 1, 1.8, 3, 2.8, 1.4, 0.6, 0.4, 0.3),
    "工资|账款": (2.6, 1.4, 0.6, 0.6, 0.7, 0.8, 0.8, 0.8, 0.9, 1, 1.5, 2.6),
    "入学|幼儿园": (0.3, 0.4, 0.6, 0.9, 1.2, 2.2, 3, 2.8, 1.4, 0.4, 0.3, 0.3),
    "树木|绿地": (0.2, 0.3, 0.9, 1.4, 1.6, 1.6, 1.6, 1.4, 1.1, 0.8, 0.4, 0.2),
    "烟花": (4, 5, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.4, 1.2),
}
HEAD = "供热温度|生活垃圾清|违停|物业服务不|占道|施工夜间|停水|路灯|政策咨询|小区停车管|道路保洁|农民工|社会生活噪|井盖|油烟"
RARE = "反恐|涉黑|煤矸石|人防|校园欺凌|电梯困人|地质|极端|燃气泄漏|群体性|群防|防汛|复查|卷烟|传染病"
SURGES = ("供热温度", "污水管道", "社会生活噪", "异味", "停水", "生活垃圾清", "违停")


@dataclass(frozen=True)
class Surge:
    """A category that swells in one town for some days."""

    first: int  # days since 1970
    category: int
    town_code: str


@dataclass(frozen=True)
class Seasons:
    """Rates and category shares for the days of a window."""

    rates: Floats  # ordinary cases a day
    extras: Floats  # cases of a surge a day
    edges: Floats  # (days, platforms, categories) running shares, flattened, each run offset by its number
    weights: Floats  # (platforms, categories) yearly mean weight
    surges: list[Surge]


def weights_by_month(city: City, seed: int) -> Floats:
    """(12, platforms, categories) weights: a long tail, the season, and what each platform sees."""
    labels, majors = city.categories["label"], city.categories["major_label"]
    rng = np.random.default_rng([seed, 21])
    tail = 1 / (rng.permutation(len(labels)) + 4.0) ** 0.9
    tail[labels.str.contains(HEAD)] = np.sort(tail)[-1] * rng.uniform(0.6, 1.3, labels.str.contains(HEAD).sum())
    tail[labels.str.contains(RARE)] = tail.min() * rng.uniform(0.3, 0.9, labels.str.contains(RARE).sum())
    season = np.ones((12, len(labels)))
    for words, months in SEASONS.items():
        season[:, labels.str.contains(words)] = np.array(months)[:, None]
    topics = majors + "/" + labels
    affinity = np.vstack([weights_of(desk, topics) for desk in DESKS.values()])
    return np.asarray((tail * season)[:, None, :] * affinity[None], dtype=np.float64)


def weights_of(desk: Desk, topics: pd.Series) -> Floats:
    """How well a platform sees each category, given as `major/minor`."""
    fits = [topics.str.contains(pattern).to_numpy() for pattern, _ in desk.sees]
    return np.select(fits, [weight for _, weight in desk.sees], 0.0)


def shares(tickets: int) -> Floats:
    """The share of each of PLATFORMS; the police desk's stays small enough for a spreadsheet."""
    result = np.array([desk.share for desk in DESKS.values()])
    result[POLICE_DESK] = min(result[POLICE_DESK], POLICE_ROWS / tickets)
    result[HOTLINE] += 1 - result.sum()
    return result


def surge_of(city: City, seed: int, period: int, yearly: Floats) -> Surge:
    """The surge of the 50-day period with this number: which category, which town, from which day."""
    rng = np.random.default_rng([seed, 22, period])
    first = period * SURGE_EVERY + int(rng.integers(3, 13))
    month = pd.Timestamp(first, unit="D").month - 1
    labels = city.categories["label"]
    rows = labels.index[labels.str.contains("|".join(SURGES))].to_numpy()
    if not len(rows):
        rows = labels.index.to_numpy()
    chance = yearly[month, 0, rows] / yearly[month, 0, rows].sum()
    towns = city.communities.groupby("town_code")["population"].sum()
    town = rng.choice(towns.index.to_numpy(), p=(towns / towns.sum()).to_numpy())
    return Surge(first, int(rng.choice(rows, p=chance)), str(town))


def seasons(city: City, seed: int, first: date, length: int, tickets: int, months: int) -> Seasons:
    """Everything about the days of the window; nothing in it depends on where the window ends."""
    by_month = weights_by_month(city, seed)
    days = pd.date_range(first, periods=length, freq="D")
    numbers = np.asarray(days.to_numpy(), dtype="datetime64[D]").astype("int64")
    busy = np.einsum("mpc,p->m", by_month, shares(tickets))
    off = pd.to_datetime(city.holidays.loc[city.holidays["kind"] == "holiday", "day_on"])
    worked = pd.to_datetime(city.holidays.loc[city.holidays["kind"] == "workday", "day_on"])
    rhythm = np.where(days.isin(worked), 1.0, WEEKDAY[days.day_of_week]) * np.where(days.isin(off), HOLIDAY, 1.0)
    growth = GROWTH ** ((numbers - np.datetime64(GROWTH_ORIGIN, "D").astype("int64")) / 365.25)
    mean = tickets / (months * DAYS_PER_MONTH)
    # A busy season shows in the totals, but damped: the desks have only so many seats.
    rates = mean * growth * rhythm * (busy / busy.mean())[days.month - 1] ** 0.5
    running = np.cumsum(by_month / by_month.sum(axis=2, keepdims=True), axis=2)[days.month - 1]
    running /= running[:, :, -1:]
    runs = np.arange(length * len(PLATFORMS)).reshape(length, len(PLATFORMS), 1)
    periods = range(int(numbers[0]) // SURGE_EVERY - 1, int(numbers[-1]) // SURGE_EVERY + 1)
    surges = [surge_of(city, seed, period, by_month) for period in periods]
    extras = np.sum([in_surge(numbers, surge) for surge in surges], axis=0) * max(0.3, mean * 0.06)
    return Seasons(
        np.asarray(rates),
        np.asarray(extras),
        np.asarray((running + runs).ravel(), dtype=np.float64),
        by_month.mean(axis=0),
        surges,
    )


def in_surge(days: Ints, surge: Surge) -> Floats:
    """1.0 on the days of a surge, else 0.0."""
    return ((days >= surge.first) & (days < surge.first + SURGE_DAYS)).astype(float)


def categories_of(seasons_: Seasons, day_row: Ints, platform: Ints, chance: Floats) -> Ints:
    """The category of each case by its day, its platform and its chance."""
    run = day_row * len(PLATFORMS) + platform
    width = seasons_.weights.shape[1]
    found = np.searchsorted(seasons_.edges, run + chance, side="right") - run * width
    return np.asarray(np.clip(found, 0, width - 1))
