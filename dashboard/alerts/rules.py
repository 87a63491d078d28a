"""What a city can be alerted of: each kind of rule with its limits, as `alerts.toml` says them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashboard.texts import Text

LEVELS = ("urgent", "attention", "notice")
LevelCode = Literal["urgent", "attention", "notice"]
SceneName = Literal["overview", "appeals", "disputes", "pilots", "risks"]
Words = Annotated[str, Field(max_length=120)]


class Section(BaseModel):
    """A part of the file; a key nobody knows is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Escalation(Section):
    """When an alert becomes graver: nobody acknowledged it for so long, or its value reaches a second limit."""

    level: LevelCode = "urgent"
    after_minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    beyond: Annotated[float, Field(gt=0)] | None = None


class Rule(Section):
    """Common to all kinds. The value of an alert is what `escalation.beyond` and `again_pct` speak of; each kind says which."""

    # What its value is, how long it must be untrue before it is over, how long a handled one may go on: per kind.
    NEEDS: ClassVar[str] = ""
    LABEL: ClassVar[Text]

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
    kind: str
    label: Annotated[Words, Field(min_length=1)]
    label_en: Words = ""
    level: LevelCode = "attention"
    scene: SceneName = "overview"
    do: Words = ""
    do_en: Words = ""
    # Who is responsible where the subject names no unit.
    who: Words = ""
    who_en: Words = ""
    is_on: bool = True
    escalation: Escalation = Escalation()
    # An acknowledged alert is new again once its value has grown by so many percent; 0: never.
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 0
    # Untrue for so long before it closes: numbers that hover about a limit would flap.
    closes_after_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    # A handled alert that is still true is new again after so many hours; 0: never.
    remind_hours: Annotated[int, Field(ge=0, le=8_760)] = 0

    @model_validator(mode="after")
    def _escalates_upwards(self) -> Self:
        rises = self.escalation.after_minutes is not None or self.escalation.beyond is not None
        if rises and LEVELS.index(self.escalation.level) >= LEVELS.index(self.level):
            raise ValueError("escalation.level must be graver than level")
        return self

    @property
    def name(self) -> Text:
        return Text(self.label, self.label_en or self.label)

    @property
    def what_to_do(self) -> Text:
        return Text(self.do, self.do_en or self.do)

    @property
    def responsible(self) -> Text:
        return Text(self.who, self.who_en or self.who)


class Surge(Rule):
    """Appeals of 24 hours against the same hours of the same weekday in the weeks before; its value is how many times the usual."""

    LABEL = Text("诉求激增", "Surge of appeals")
    kind: Literal["surge"]
    scene: SceneName = "appeals"
    of: Annotated[tuple[Literal["category", "place"], ...], Field(min_length=1)] = ("category", "place")
    at_least: Annotated[int, Field(ge=3)] = 15
    times: Annotated[float, Field(gt=1)] = 1.8
    # What share of what one look lists may be false.
    false_alarms: Annotated[float, Field(gt=0, le=0.2)] = 0.05
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 50
    closes_after_minutes: Annotated[int, Field(ge=0, le=10_080)] = 60
    remind_hours: Annotated[int, Field(ge=0, le=8_760)] = 24


class OverdueBurst(Rule):
    """Overdue appeals of a unit against the day's beginning; its value is how many there are."""

    LABEL = Text("超期突增", "Burst of overdue appeals")
    kind: Literal["overdue_burst"]
    scene: SceneName = "appeals"
    rise: Annotated[int, Field(ge=1)] = 10
    rise_pct: Annotated[float, Field(ge=0)] = 50
    # So many at once are one too, whatever there were before; 0: no such limit.
    level_count: Annotated[int, Field(ge=0)] = 0
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 50
    closes_after_minutes: Annotated[int, Field(ge=0, le=10_080)] = 60
    remind_hours: Annotated[int, Field(ge=0, le=8_760)] = 72


class NegativeHit(Rule):
    """An item of the pilots' negative list that was touched; its value is how often."""

    NEEDS = "pilots"
    LABEL = Text("负面清单触发", "Negative-list hit")
    kind: Literal["negative_hit"]
    scene: SceneName = "pilots"
    # A gate stays touched for ever: what lies further back is history, not news.
    within_days: Annotated[int, Field(ge=1, le=3_660)] = 92
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 1


class RedRisk(Rule):
    """A risk of the highest level that is under control; its value is 1, and 2 once it is overdue."""

    NEEDS = "risks"
    LABEL = Text("红色风险", "Red risk")
    kind: Literal["red_risk"]
    scene: SceneName = "risks"
    # overdue: only those past their due date · open: every one under control
    which: Literal["overdue", "open"] = "open"
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 1


class PlatformSilent(Rule):
    """A platform from which nothing came for longer than it is waited for; its value is how many times that patience has passed."""

    LABEL = Text("平台无数据", "Platform silent")
    kind: Literal["platform_silent"]
    times: Annotated[float, Field(ge=1)] = 1
    # So many silent at once are one alert: then it is not the platforms.
    together: Annotated[int, Field(ge=2)] = 6
    remind_hours: Annotated[int, Field(ge=0, le=8_760)] = 24


class SatisfactionDrop(Rule):
    """Satisfaction of seven days against the 28 before, where chance does not explain it; its value is the drop in percentage points."""

    LABEL = Text("满意率下降", "Satisfaction drop")
    kind: Literal["satisfaction_drop"]
    scene: SceneName = "overview"
    of: Annotated[tuple[Literal["city", "district", "unit"], ...], Field(min_length=1)] = ("city", "district")
    points: Annotated[float, Field(gt=0, le=100)] = 5
    at_least: Annotated[int, Field(ge=5)] = 30
    again_pct: Annotated[float, Field(ge=0, le=10_000)] = 50
    closes_after_minutes: Annotated[int, Field(ge=0, le=10_080)] = 360
    remind_hours: Annotated[int, Field(ge=0, le=8_760)] = 168


KINDS: dict[str, type[Rule]] = {
    "surge": Surge, "overdue_burst": OverdueBurst, "negative_hit": NegativeHit, "red_risk": RedRisk,
    "platform_silent": PlatformSilent, "satisfaction_drop": SatisfactionDrop,
}  # fmt: skip
