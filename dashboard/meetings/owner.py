"""The unit that is meant by what somebody wrote: its code, its full or short name, or another name it goes by."""

from __future__ import annotations

from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.charts.base import rows_of
from dashboard.warehouse import units

u = units.c


def owners(engine: Engine, written: str) -> list[tuple[str, str]]:
    """Code and name of every unit that may be meant. A whole name counts before a part of one; case and blanks do not count."""
    wanted = _plain(written)
    if not wanted:
        return []
    rows = rows_of(fetch(engine, select(u.unit_code, u.label, u.label_en, u.short_label, u.aliases).order_by(u.unit_code)))
    named = [(row["unit_code"], row["label"], _names(row)) for row in rows]
    whole = [(code, label) for code, label, names in named if wanted in names]
    return whole or [(code, label) for code, label, names in named if any(wanted in name for name in names)]


def _names(row: dict[str, object]) -> set[str]:
    said = [row[name] for name in ("unit_code", "label", "label_en", "short_label")] + str(row["aliases"] or "").split("|")
    return {_plain(name) for name in said if isinstance(name, str)} - {""}


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
