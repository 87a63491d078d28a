"""The tickets of one platform under our column names, as SQL over the table that `state` makes."""

from __future__ import annotations

from etl.demo import texts
from etl.demo.exports import Export
from etl.demo.platforms import DESKS, PLATFORMS

SPACED = "case when dirt = 'spaces' then concat('  ', {0}, '　') else {0} end"
ASSISTING = "case when {1} is null then {0} else concat({0}, ';', {1}) end"
OWN = {
    "major": "major_label",
    "category": SPACED.format("category"),
    "category_code": SPACED.format("category_code"),
    "unit": SPACED.format("unit"),
    "unit_code": SPACED.format("unit_code"),
    "address": texts.ADDRESS,
    "title": texts.TITLE,
    "description": texts.DESCRIPTION,
    "caller": "phone",
    "caller_name": "person",
}


def ticket_rows(export: Export) -> str:
    """A SELECT in brackets: the columns the source maps, and `dirt`, of its tickets in the relation `state`."""
    source = export.source
    desk, mapped = DESKS[source.code], source.columns
    suffix = "_code" if "unit_code" in mapped else ""
    own = OWN | {
        "number": number(desk.number, "day", "place_in_day"),
        "duplicate_of": number(desk.number, "origin_day", "origin_place"),
        "assisting_units": ASSISTING.format(f"assist1{suffix}", f"assist2{suffix}"),
        **desk.odd,
    }
    cells = ", ".join(f"{own.get(ours, ours)} as {ours}" for ours in mapped)
    people = f"select *, {texts.PHONE} as phone, {texts.IDENTITY} as identity from state"
    return f"(select {cells}, dirt::varchar as dirt from ({people}) where platform = {PLATFORMS.index(source.code)})"


def number(form: str, day: str, place: str) -> str:
    """The SQL of a case number: null where there is no such case."""
    return f"strftime({day}, '{form}') || lpad({place}::varchar, 5, '0')"
