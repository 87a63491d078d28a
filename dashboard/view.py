"""What a request sees: the city, the snapshot, the language, today; made anew for each request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from dashboard.filters import EVERYTHING, Filters, Scope, ScopedFilters, scoped
from dashboard.metrics import variants_of
from dashboard.profiles import VISITOR, Profile
from dashboard.reference import DataState, data_state
from dashboard.settings import City
from dashboard.texts import LANGUAGES, Text
from dashboard.theme import Theme, theme
from dashboard.warehouse import served_snapshot, warehouse

ZONES = {"Asia/Shanghai": Text("北京时间", "Beijing time"), "Asia/Urumqi": Text("新疆时间", "Xinjiang time")}
ZONE = Text("{name}（{away}）", "{name} ({away})")


@dataclass(frozen=True)
class View:
    """One request's standpoint. `engine` reads one named snapshot, so all that is drawn with it agrees."""

    city: City
    folder: Path
    snapshot: str
    language: str
    scope: Scope = EVERYTHING
    profile: Profile = VISITOR
    # Whose profile it is, where that is one unit's.
    unit: str = ""
    chooses_profile: bool = False
    # The city's own folder, where the server knows it: its roster is read there.
    city_folder: Path | None = None
    # The moment it stands at, where that is not now: what was said then can be said again.
    moment: datetime | None = None

    @property
    def engine(self) -> Engine:
        return warehouse(self.folder, self.snapshot)

    @property
    def now(self) -> datetime:
        """The city's wall-clock time, naive."""
        if self.moment is not None:
            return self.moment
        return datetime.now(ZoneInfo(self.city.time_zone)).replace(tzinfo=None) + timedelta(seconds=self.city.clock_ahead)

    @property
    def zone(self) -> str:
        """By which clock all times are told: its name, and how far it stands from universal time now."""
        minutes = int((datetime.now(ZoneInfo(self.city.time_zone)).utcoffset() or timedelta()).total_seconds() // 60)
        hours, rest = divmod(abs(minutes), 60)
        away = f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
        name = ZONES.get(self.city.time_zone, Text("当地时间", self.city.time_zone.rpartition("/")[2].replace("_", " ") + " time"))
        return self.say(ZONE).format(name=self.say(name), away=away)

    @property
    def today(self) -> date:
        """The server's civic date; for a city of historic data the day its sources were last seen."""
        if self.city.today == "as_of":
            newest = data_state(self.engine, "tickets").newest
            if newest is not None:
                return newest.date()
        return self.now.date()

    @property
    def standing_at(self) -> datetime:
        """The moment ages are counted to: now; for a city of historic data when it was last seen."""
        newest = data_state(self.engine, "").newest
        return newest.to_pydatetime() if self.city.today == "as_of" and newest is not None else self.now

    def scoped(self, wish: Filters, kind: str = "tickets") -> ScopedFilters:
        """A wish over what may be seen, cut where the sources of `kind` end."""
        newest = data_state(self.engine, kind).newest
        seen_at = None if newest is None else newest.to_pydatetime()
        return scoped(wish, self.today, self.scope, seen_at, variants_of(self.city.variants), self.city.minimum_count)

    @property
    def product(self) -> Text:
        """What the city calls this system."""
        return Text(self.city.platform_label or "市域社会治理指挥中心", self.city.platform_label_en or "Municipal command center")

    def data_state(self, kind: str = "tickets") -> DataState:
        return data_state(self.engine, kind)

    def say(self, text: Text) -> str:
        return text.in_(self.language)

    def theme(self, name: str, scale: float = 1.0) -> Theme:
        return theme(name, self.language, scale)


def view_of(city: City, folder: Path, language: str | None, snapshot: str = "") -> View:
    """The view of a request; an unknown language is Chinese, an unnamed snapshot the one to show. Raises NoSnapshot."""
    return View(city, folder, snapshot or served_snapshot(folder), language if language in LANGUAGES else "zh")
