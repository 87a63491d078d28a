"""The masks as macros: models/masks.sql with the pieces its patterns share put in."""

from __future__ import annotations

from pathlib import Path

# What may stand between two digits of one number, once every other space and dash after a digit is a blank.
GAP = "[ ._·()（）-]{0,3}"
# Digits that follow a masked number, so many that they could make a new one with its last four.
REST = rf"(?:(?:{GAP}\d){{7,}}|\d*)"
NUMERAL = "[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"


def macros() -> str:
    """The statements that make the masks; patterns are whole texts, or DuckDB would build them row by row."""
    text = (Path(__file__).parent / "models" / "masks.sql").read_text(encoding="utf-8")
    return text.replace("<rest>", REST).replace("<gap>", GAP).replace("<num>", NUMERAL)
