"""The only module that reads the environment, and the city's own settings."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashboard.periods import Named

# Fewer cases than so many make no rate: the number is shown, the rate is grey and ranked nowhere.
MINIMUM_COUNT = 5
# One address and nothing around it: no line break, no second address, no name.
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Where things stand and which city is shown; every field is an environment variable of the same name.

    `city` names a folder of `cities`; `warehouse` holds one folder of landing and snapshots per city, `people` one SQLite file
    per city unless `store_url` names another database for what people do (`postgresql+psycopg://…`).
    """

    model_config = SettingsConfigDict(extra="ignore")

    city: str = "wuhai"
    cities: Path = PROJECT / "data" / "cities"
    warehouse: Path = PROJECT / "data" / "warehouse"
    people: Path = PROJECT / "data" / "people"
    store_url: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = 8050
    threads: int = 16
    live: bool = True
    # The mail server that reports are sent by; without a host nothing is mailed.
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "ssl", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    smtp_timeout: float = Field(30.0, gt=0, le=600)
    # Larger files are not attached: the letter says where they are.
    smtp_largest_mb: float = Field(15.0, gt=0, le=200)
    # By which address people open this system, for letters that name a page of it.
    public_url: str = ""
    # Of what the loader's commands print and what is written beside a refused file; pages follow their reader.
    message_language: Literal["zh", "en"] = "zh"

    @property
    def city_folder(self) -> Path:
        return self.cities / folder_name(self.city)

    @property
    def city_warehouse(self) -> Path:
        return self.warehouse / folder_name(self.city)

    @property
    def city_people(self) -> Path:
        """Where files made for people lie: downloads, backups, and the store itself if it is SQLite."""
        return self.people / folder_name(self.city)

    @property
    def downloads(self) -> Path:
        """Files made for people, and (`uploads`) sent by them; both are kept for a day."""
        return self.city_people / "downloads"

    @property
    def uploads(self) -> Path:
        return self.city_people / "uploads"

    @property
    def evidence(self) -> Path:
        """Files of evidence that belong to reports of units: kept as long as those."""
        return self.city_people / "evidence"

    @property
    def reports(self) -> Path:
        """Files of reports: those of issued ones are kept for good."""
        return self.city_people / "reports"

    @property
    def previews(self) -> Path:
        """Pictures of the pages of drafts, a folder for each content; made again when they are gone."""
        return self.city_people / "previews"

    @property
    def people_url(self) -> str:
        """Where what people do is kept. It may hold a password: never print it."""
        return self.store_url.get_secret_value() or f"sqlite:///{self.city_people / 'people.sqlite'}"


def folder_name(city: str) -> str:
    """The name of a city, which is that of a folder and no way to another. Raises CityError."""
    if city.startswith(".") or not city.strip() or set(city) & set("/\\\0"):
        raise CityError(f"{city!r} is no city; expected the name of a folder of data/cities")
    return city


def secret(name: str) -> str | None:
    """What the environment keeps under a name that a source declares, such as the URL of its database; None if it is not there."""
    return os.environ.get(name)


def environment_with(**more: str) -> dict[str, str]:
    """The environment of a process that this one starts: its own, and what is said."""
    return {**os.environ, **more}


class Expected(BaseModel):
    """How many of each a complete city has; `check` compares. None: no expectation."""

    majors: int | None = None
    categories: int | None = None
    districts: int | None = None
    towns: int | None = None
    communities: int | None = None
    units: int | None = None
    platforms: int | None = None
    targets: int | None = None
    negative_items: int | None = None
    responsible_units: int | None = None
    reporting_units: int | None = None


class Stages(BaseModel):
    """Which stages of a ticket's life a city shows, in order, and what it calls them."""

    order: list[str] = ["reported", "accepted", "filed", "dispatched", "signed", "resolved", "verified", "closed", "rated"]
    labels: dict[str, str] = {}


def civic_time(time_zone: str) -> datetime:
    """The wall-clock time of a time zone, naive, to the second."""
    return datetime.now(ZoneInfo(time_zone)).replace(tzinfo=None, microsecond=0)


class Topics(BaseModel):
    """When appeals of one minor category at one place are a cluster: so many within so many days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cluster_tickets: int = Field(5, ge=2, le=1000)
    cluster_days: int = Field(7, ge=1, le=92)


class Pilots(BaseModel):
    """How pilot targets are judged: a lamp by its gap to the schedule in percentage points, a report by its period and days of grace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    yellow_below: float = 0.0
    red_below: float = -10.0
    report_every: Literal["month", "quarter", "half_year", "year"] = "month"
    report_days: int = Field(default=10, ge=0, le=366)
    # What the weights of each block must add up to; where none is named, those of all blocks to 100.
    weights: dict[str, float] = {}

    @model_validator(mode="after")
    def _red_is_worse(self) -> Self:
        if self.red_below > self.yellow_below:
            raise ValueError("red_below must not be above yellow_below")
        return self

    @property
    def report_months(self) -> int:
        """How many months a period of reports has."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.report_every]


class Supervision(BaseModel):
    """How units are urged (督办、催办): who writes, how many working days an answer may take, what is not urged twice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office: str = Field("", max_length=60)
    reply_days: int = Field(5, ge=1, le=60)
    urging_reply_days: int = Field(2, ge=1, le=60)
    # A ticket on an open slip is not urged again within so many days, unless that is asked for.
    again_days: int = Field(7, ge=0, le=366)


class Scheduled(BaseModel):
    """A report that is drafted by itself once its period is over: of what, when, and to whom it is delivered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    label: str = Field("", max_length=60)
    kind: Literal["day", "week", "month", "quarter", "half_year", "year"]
    about: Literal["whole", "disputes", "pilots"] = "whole"
    # The first day after the period is day 1; the first working day by the city's calendar is workday 1.
    day: int = Field(1, ge=1, le=60)
    workday: int | None = Field(None, ge=1, le=40)
    time: str = Field("08:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    divisions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    language: Literal["zh", "en"] = "zh"
    formats: tuple[Literal["docx", "pdf", "xlsx"], ...] = Field(("docx", "pdf", "xlsx"), min_length=1)
    # What the program does by itself: it writes a draft, or passes one that no check stops on for review. It never issues.
    reach: Literal["draft", "submitted"] = "draft"
    # Into this folder (of the people's folder, unless it is absolute) and by mail; once a person has issued it, or the draft at once.
    folder: str = ""
    mail: tuple[str, ...] = Field((), max_length=50)
    deliver: Literal["issued", "draft"] = "issued"
    # So long it waits for data of the period that are not there yet.
    grace_hours: int = Field(72, ge=0, le=24 * 60)
    # Periods that ended before this day are not caught up.
    since: date | None = None

    @field_validator("folder")
    @classmethod
    def _leads_nowhere_else(cls, folder: str) -> str:
        if "\0" in folder or ".." in Path(folder).parts:
            raise ValueError("folder must not lead out of the people's folder")
        return folder

    @field_validator("mail")
    @classmethod
    def _are_addresses(cls, mail: tuple[str, ...]) -> tuple[str, ...]:
        for address in mail:
            if not MAIL_ADDRESS.fullmatch(address):
                raise ValueError(f"{address!r} is no e-mail address")
        return mail


class Reports(BaseModel):
    """How reports are written by themselves: the office they name, and when which is drafted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office: str = Field("", max_length=80)
    issuer: str = Field("", max_length=40)
    schedule: tuple[Scheduled, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.schedule]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"schedule names {twice[0]!r} twice")
        return self


class Wall(BaseModel):
    """One wall of a hall: how far people stand from it, how fine it is, how its panels meet, what it shows and how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("hall", pattern=r"^[a-z0-9_-]{1,40}$")
    label: str = "指挥大厅"
    label_en: str = "Command hall"
    distance_m: float = Field(8.0, gt=0, le=60)
    pitch_mm: float = Field(1.5, gt=0, le=20)
    # How LCD panels are spliced, rows by columns; empty for a seamless wall.
    splice: Literal["", "2x2", "3x3", "2x4", "3x6"] = ""
    # In this order; empty: every scene the city has.
    scenes: tuple[str, ...] = ()
    dwell_seconds: int = Field(40, ge=5, le=86_400)
    # Of scenes that stay longer or shorter.
    dwell: dict[str, int] = {}
    # When the page renews itself beside the old picture, and how far it moves against burn-in.
    renew_at: str = Field("03:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    shift_pixels: int = Field(2, ge=0, le=8)

    @property
    def far_pixels(self) -> float:
        """How many pixels high a sign must be to be read from where people stand: a two-hundredth of the distance."""
        return self.distance_m * 1000 / 200 / self.pitch_mm


class City(BaseModel):
    """What `city.toml` says: everything about a city that is not a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    label_en: str
    division_code: str
    time_zone: str = "Asia/Shanghai"
    closure: Literal["resolved", "closed"] = "resolved"
    today: Literal["server", "as_of"] = "server"
    # What pages and the wall show until somebody chooses: one of periods.PERIODS.
    period: Named = "last_30_days"
    # By which reading of an indicator the city counts, where there are several: metric -> variant.
    variants: dict[str, str] = {}
    minimum_count: int = Field(MINIMUM_COUNT, ge=1, le=1000)
    # Whether the scoreboard of units ranks them.
    rankings: bool = False
    topics: Topics = Topics()
    is_demo: bool = False
    # For rehearsals: the city's clock stands so many seconds ahead of the machine's.
    clock_ahead: int = 0
    has: list[str] = ["tickets"]
    platform_label: str = ""
    platform_label_en: str = ""
    office_hours: list[str] = ["08:30-12:00", "14:30-17:30"]
    stages: Stages = Stages()
    pilots: Pilots = Pilots()
    supervision: Supervision = Supervision()
    reports: Reports = Reports()
    expected: Expected = Expected()
    walls: tuple[Wall, ...] = (Wall(),)

    def wall(self, name: str) -> Wall:
        """A wall by its name; the first where there is none of that name, and one as usual where the city names none."""
        return next((wall for wall in self.walls if wall.name == name), (self.walls or (Wall(),))[0])

    def now(self) -> datetime:
        """The city's wall-clock time, naive, to the second."""
        return civic_time(self.time_zone) + timedelta(seconds=self.clock_ahead)


class CityError(ValueError):
    """`city.toml` cannot be used; the message names the file and the key."""


def read_city(folder: Path) -> City:
    """Read `city.toml` of a city folder; every request does, so it is read anew only where the file has changed. Raises CityError."""
    path = folder / "city.toml"
    try:
        found = path.stat()
    except OSError:
        raise CityError(f"{path}: there is no such city; expected a folder with a city.toml") from None
    return _read_city(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=64)
def _read_city(path: Path, _version: tuple[int, int, int]) -> City:
    try:
        return City.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        raise CityError(f"{path}: there is no such city; expected a folder with a city.toml") from None
    except UnicodeDecodeError:
        raise CityError(f"{path}: is not UTF-8 text; expected TOML saved as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise CityError(f"{path}: {error}") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise CityError(f"{path}: {faults}") from None
