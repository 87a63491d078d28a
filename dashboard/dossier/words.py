"""The words of a target's page, and how its values, days and gaps are printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard.charts.lamps import BLOCKS, LAMPS, NO_BLOCK
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PATH = "/pilots/target"
LEDGER = "/pilots"
FILES = {"csv": f"{PATH}.csv", "xlsx": f"{PATH}.xlsx"}
CODE, PAGE, QUARTER = "code", "page", "quarter"
CONFIDENCE = {
    "high": Text("有把握", "confident"), "medium": Text("基本有把握", "fairly confident"), "low": Text("有困难", "doubtful"),
}  # fmt: skip
NOT_SAID = Text("未填", "not said")
STAGES = {"task": Text("任务书", "Task book"), "route": Text("路线图", "Route map"), "timetable": Text("时间表", "Timetable")}
BETTER = {"up": Text("越高越好", "higher is better"), "down": Text("越低越好", "lower is better")}
POINTS = Text("个百分点", "pp")
NEVER = Text("从未填报", "never reported")
KINDS = {"target": Text("指标", "Target"), "task": Text("任务", "Task"), "negative": Text("负面清单", "Negative list")}
SIGNS = {"up": "≥", "down": "≤"}


def target_path(code: str, wish: Filters | None = None, **more: str) -> str:
    """The address of a target, with the filters of the ledger one came from, to go back to."""
    own = urlencode({CODE: code, **more})
    held = "" if wish is None else wish.model_copy(update={"targets": ()}).to_query()
    return f"{PATH}?{own}" + (f"&{held}" if held else "")


def ledger_path(wish: Filters) -> str:
    return f"{LEDGER}?{wish.model_copy(update={'targets': ()}).to_query()}"


def name_of(view: View, row: Mapping[Any, Any], column: str = "label") -> str:
    """A name in the language of the page; in the other one where there is none."""
    other = row.get(f"{column}_en")
    said = other if view.language == "en" and other is not None and not pd.isna(other) else row.get(column)
    return MISSING if said is None or pd.isna(said) else str(said)


def block_of(view: View, block: Any) -> str:
    """A block as the city calls it; blocks every city has are called in English too."""
    if block is None or pd.isna(block):
        return view.say(NO_BLOCK)
    return BLOCKS.get(str(block), str(block)) if view.language == "en" else str(block)


def number(value: Any) -> str:
    """A value of a ledger: as many decimals as it has, two at most."""
    if value is None or pd.isna(value):
        return MISSING
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def measured(value: Any, unit: Any) -> str:
    """A value with its unit of measure."""
    said = number(value)
    return said if said == MISSING or unit is None or pd.isna(unit) or not unit else f"{said}{'' if unit == '%' else ' '}{unit}"


def percent(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else f"{value:.1f}%"


def signed(value: Any) -> str:
    """A gap in percentage points, with its sign."""
    said = MISSING if value is None or pd.isna(value) else f"{value:+.1f}".replace("-", "−")
    return "0.0" if said in ("+0.0", "−0.0") else said


def day(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"


def moment(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"


def lamp_words(view: View, code: object) -> str:
    """A lamp by its shape and its word."""
    lamp = LAMPS[code if isinstance(code, str) and code in LAMPS else "none"]
    return f"{lamp.shape} {view.say(lamp.word)}"


def confidence_word(view: View, code: object) -> str:
    return view.say(CONFIDENCE.get(code if isinstance(code, str) else "", NOT_SAID))


QUARTERS = Text("{year}年第{n}季度", "Q{n} {year}")
HANS = "一二三四"


def period_word(view: View, end: date) -> str:
    """The quarter a day ends; another day by itself."""
    if end.month % 3 or (end + timedelta(days=1)).month == end.month:
        return f"{end:%Y-%m-%d}"
    n = end.month // 3
    return view.say(QUARTERS).format(year=end.year, n=HANS[n - 1] if view.language == "zh" else n)
