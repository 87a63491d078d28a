"""Units of measure of ledgers in the language of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# English for what Chinese ledgers measure in; a word of a city's own is left out in English.
MEASURES: Mapping[str, str] = {
    "起": "cases", "件": "cases", "次": "times", "个": "", "项": "items", "人": "people", "人次": "visits", "名": "people", "天": "d",
    "小时": "h", "学时": "class hours", "课时": "lessons", "场": "events", "场次": "events", "轮次": "rounds", "条": "items",
    "张": "sheets", "套": "sets", "类": "kinds", "处": "sites", "间": "rooms", "点位": "points", "万人": "×10k people",
    "万件": "×10k cases", "万元": "×10k CNY", "亿元": "×100m CNY", "万路": "×10k cameras", "万户次": "×10k households",
    "件/万人": "per 10k people", "个/万人": "per 10k people", "人/万车": "per 10k vehicles",
}  # fmt: skip


def unit_in(unit: Any, language: str) -> str:
    """A unit of measure as a page of a language prints it; empty where there is none, or no word for it."""
    said = unit.strip() if isinstance(unit, str) else ""
    return said if language == "zh" or said.isascii() else MEASURES.get(said, "")
