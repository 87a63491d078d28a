"""What a city wants to be alerted of: the rules of `alerts.toml`, read and checked, and those that hold where there is no such file."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dashboard.texts import Text

FILE = "alerts.toml"
LEVELS = ("urgent", "attention", "notice")
LevelCode = Literal["urgent", "attention", "notice"]
SceneName = Literal["overview", "appeals", "disputes", "pilots", "risks"]
Words = Annotated[str, Field(max_length=120)]
MOST_RULES = 60


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
# What a city without a file is alerted of, as that file would say it.
DEFAULTS = (Path(__file__).parent / "defaults.toml").read_text(encoding="utf-8")


class RulesError(ValueError):
    """`alerts.toml` cannot be used; the message names file, rule and key, in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def rules_text(city_folder: Path) -> str:
    """What a city's file says; the rules that hold by default where it has none. Raises RulesError if it cannot be read."""
    path = city_folder / FILE
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return DEFAULTS
    except UnicodeDecodeError:
        raise RulesError(_told(NOT_TEXT)) from None
    except OSError as error:
        raise RulesError(_told(Text(f"打不开：{error.strerror}", f"cannot be opened: {error.strerror}"))) from None


@lru_cache(maxsize=16)
def rules_of(text: str, has: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules a text says, of those kinds the city has something for, without those that are switched off. Raises RulesError."""
    try:
        declared: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else "文件末尾"
        raise RulesError(_told(Text(f"{where}不是有效的 TOML", f"is not valid TOML: {error}"))) from None
    surplus = sorted(declared.keys() - {"rules"})
    if surplus:
        raise RulesError(_told(Text(f"未知键 {surplus[0]}；应为 [[rules]]", f"unknown key {surplus[0]!r}; expected [[rules]]")))
    tables = declared.get("rules", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables) or len(tables) > MOST_RULES:
        raise RulesError(
            _told(Text(f"rules 应为不超过 {MOST_RULES} 个 [[rules]] 表", f"rules: expected up to {MOST_RULES} tables [[rules]]"))
        )
    rules = [_rule(number, table) for number, table in enumerate(tables, 1)]
    for number, rule in enumerate(rules, 1):
        if rule.code in [other.code for other in rules[: number - 1]]:
            said = Text(f"{_place(number, rule.code).zh}：code 重复", f"{_place(number, rule.code).en}: code: stands twice")
            raise RulesError(_told(said))
    return tuple(rule for rule in rules if rule.is_on and (not rule.NEEDS or rule.NEEDS in has))


def _rule(number: int, table: dict[str, Any]) -> Rule:
    place, kind = _place(number, table.get("code")), table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise RulesError(_told(Text(f"{place.zh}：kind 应为 {known} 之一", f"{place.en}: kind: expected one of {known}")))
    try:
        return KINDS[kind].model_validate(table)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in fault["loc"])
        what = _fault(fault["type"], str(fault["msg"]), fault.get("ctx", {}))
        joined = Text(
            f"{place.zh}：{key}：{what.zh}" if key else f"{place.zh}：{what.zh}", ": ".join(filter(None, (place.en, key, what.en)))
        )
        raise RulesError(_told(joined)) from None


def _place(number: int, code: object) -> Text:
    named = f"（{code}）" if isinstance(code, str) else ""
    return Text(f"第 {number} 条规则{named}", f"rule {number}" + (f" ({code})" if named else ""))


NOT_TEXT = Text("不是 UTF-8 文本", "is not UTF-8 text")
GRAVER = Text("escalation.level 应高于 level", "escalation.level must be graver than level")
FAULTS = {
    "missing": Text("缺少", "is missing"), "extra_forbidden": Text("未知键", "unknown key"),
    "literal_error": Text("应为 {expected}", "expected {expected}"), "value_error": GRAVER,
    "greater_than_equal": Text("应不小于 {ge}", "must be at least {ge}"), "greater_than": Text("应大于 {gt}", "must be greater than {gt}"),
    "less_than_equal": Text("应不大于 {le}", "must be at most {le}"), "string_type": Text("应为文字", "expected text"),
    "string_too_long": Text("超过 {max_length} 字", "longer than {max_length} characters"),
    "string_too_short": Text("为空", "is empty"), "too_short": Text("为空", "is empty"),
    "string_pattern_mismatch": Text("只能用小写字母、数字和下划线", "lower-case letters, digits and underscores only"),
    "int_type": Text("应为整数", "expected a whole number"), "int_parsing": Text("应为整数", "expected a whole number"),
    "int_from_float": Text("应为整数", "expected a whole number"),
    "float_type": Text("应为数字", "expected a number"), "float_parsing": Text("应为数字", "expected a number"),
    "bool_type": Text("应为 true 或 false", "expected true or false"), "bool_parsing": Text("应为 true 或 false", "expected true or false"),
    "tuple_type": Text("应为列表", "expected a list"), "model_type": Text("应为一张表", "expected a table"),
}  # fmt: skip


def _fault(kind: str, said: str, context: dict[str, Any]) -> Text:
    """A complaint of pydantic's in plain words of both languages."""
    text = FAULTS.get(kind)
    if text is None:
        return Text("不合要求", said)
    return Text(text.zh.format(**context), text.en.format(**context))


def _told(what: Text) -> Text:
    return Text(f"{FILE}：{what.zh}", f"{FILE}: {what.en}")
