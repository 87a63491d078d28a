"""Reads `alerts.toml` and says what is wrong with it; a city without the file has the rules that hold by default."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dashboard.alerts.rules import KINDS, Rule
from dashboard.texts import Text

FILE = "alerts.toml"
MOST_RULES = 60
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


def rules_in_force(text: str, has: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules the worker last used; what an older program understood and this one does not are the default ones."""
    try:
        return rules_of(text or DEFAULTS, has)
    except RulesError:
        return rules_of(DEFAULTS, has)
