"""What has happened by a moment: whole lives in, the rows a platform would show then out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.demo import texts
from etl.demo.dirt import NAMES, smear
from etl.demo.exports import STATUSES
from etl.demo.folder import City, Ints
from etl.demo.lives import EVENTS, NEVER
from etl.demo.platforms import DESKS
from etl.demo.tickets import Columns

TWO_VERSIONS = NAMES.index("two_versions")
VOICES = np.array([desk.voice for desk in DESKS.values()])
UNKNOWN = {"category": "历史遗留旧类目", "community": "外迁安置片区", "unit": "原城建指挥部"}
PLACES = ("division_code", "label", "official", "town_code", "town", "district_code", "district")
UNKNOWN_CODES = {"category": "9901", "community": "159999999001", "unit": "WH-YCJZHB"}


def shown(lives: Columns, dirt: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows of files: which ticket, as of which moment, and its dirt; in the order of reports.

    `since`, `until`: by platform; a file shows the state at `until` of what is new or changed since `since`.
    """
    platform = lives["platform"].astype("int64")
    ends = until[platform]
    is_there = lives["reported_at"].astype("int64") <= ends
    # A case closed before it was reported was entered when all was over: nobody saw it open.
    is_there &= (dirt != NAMES.index("closed_before_reported")) | (lives["closed_at"].astype("int64") <= ends)
    if (since >= 0).any():
        is_there &= updated(lives, ends) > since[platform]
    tickets = np.flatnonzero(is_there)
    kind, at = dirt[tickets], ends[tickets]
    # The older version of a ticket comes along once there is a newer one.
    is_early = (kind == TWO_VERSIONS) & (lives["dispatched_at"][tickets].astype("int64") < at)
    kind = np.where((kind == TWO_VERSIONS) & ~is_early, 0, kind)
    again = kind == NAMES.index("duplicate_row")
    which = np.concatenate([tickets, tickets[is_early], tickets[again]])
    moment = np.concatenate([at, lives["accepted_at"][tickets[is_early]].astype("int64"), at[again]])
    kinds = np.concatenate([kind, kind[is_early], kind[again]])
    order = np.lexsort((moment, which, lives["reported_at"][which]))
    return which[order], moment[order], kinds[order]


def updated(lives: Columns, at: Ints) -> Ints:
    """The last event of each ticket by its moment `at`."""
    last = np.zeros(len(at), dtype="int64")
    for name in EVENTS:
        times = lives[name].astype("int64")
        np.maximum(last, np.where(times <= at, times, 0), out=last)
    return last


def as_of(lives: Columns, which: Ints, moment: Ints) -> Columns:
    """The lives of `which` as they stood at each moment: later times are NEVER, counts not yet made are 0."""
    seen = {name: values[which].copy() for name, values in lives.items()}
    for name in EVENTS:
        seen[name][seen[name].astype("int64") > moment] = NEVER
    seen["updated_at"] = updated(seen, moment)
    done = {name: seen[name].astype("int64") < NEVER for name in EVENTS}
    seen["rework_count"][~done["verified_at"]] = 0
    seen["refusal_count"][~done["signed_at"]] = 0
    seen["supervision_count"] = done["supervised_at"].astype("int64")
    seen["extension_count"] = done["extended_at"].astype("int64")
    seen["is_asked"][~done["closed_at"]] = False
    seen["is_rated"] = done["rated_at"]
    status = np.zeros(len(which), dtype="int64")
    for number, name in enumerate(("accepted_at", "dispatched_at", "resolved_at", "closed_at", "withdrawn_at"), start=1):
        status[done[name]] = number
    seen["status"] = status
    return seen


def table(city: City, lives: Columns, dirt: Ints, since: Ints, until: Ints) -> pa.Table:
    """The rows of all platforms (see `shown`), labels and times spelled out, ready to be printed by `ticket_rows`."""
    which, moment, kind = shown(lives, dirt, since, until)
    seen = as_of(lives, which, moment)
    unknown = {"category": len(city.categories), "community": len(city.communities), "unit": len(city.units)}
    smear(seen, kind, unknown)
    made: dict[str, Any] = {name: times(seen[name]) for name in seen if name.endswith("_at")}
    made |= {name: pa.array(seen[name]) for name in ("platform", "caller", "is_secret", "is_asked")}
    made |= {name: pa.array(seen[name], mask=np.isnan(seen[name].astype("float64"))) for name in ("lon", "lat")}
    for name in ("rework_count", "refusal_count", "supervision_count", "extension_count", "place_in_day"):
        made[name] = pa.array(seen[name])
    for name in ("satisfaction", "is_solved"):
        made[name] = pa.array(seen[name], mask=~seen["is_rated"].astype(bool))
    made["day"] = pa.array(seen["day"].astype("int64").astype("datetime64[D]"))
    origin = seen["origin_day"].astype("int64")
    made["origin_place"] = pa.array(seen["origin_place"].astype("int64"), mask=origin < 0)
    made["origin_day"] = pa.array(origin.astype("datetime64[D]"), mask=origin < 0)
    made["dirt"] = spelled(kind, NAMES)
    made["status"] = spelled(seen["status"], list(STATUSES))
    return pa.table(made | labels(city, seen) | words(seen))


def times(seconds: npt.NDArray[np.generic]) -> pa.Array:
    """Seconds as timestamps; NEVER is null."""
    values = seconds.astype("int64")
    return pa.array(values.astype("datetime64[s]"), mask=values >= NEVER)


def spelled(codes: npt.NDArray[np.generic], labels: list[str]) -> pa.DictionaryArray:
    """Codes as the words they stand for; -1 is null."""
    values = codes.astype("int32")
    return pa.DictionaryArray.from_arrays(pa.array(values, mask=values < 0), pa.array(labels))


def labels(city: City, seen: Columns) -> dict[str, pa.DictionaryArray]:
    """Category, place and unit of each row, by code and by label, with one entry more that nobody knows."""
    result = {}
    for frame, key, columns in (
        (city.categories, "category", ("category_code", "label", "major_code", "major_label")),
        (city.communities, "community", PLACES),
        (city.units, "unit", ("unit_code", "label")),
    ):
        for column in columns:
            odd = (UNKNOWN_CODES if column.endswith("_code") else UNKNOWN)[key]
            name = {"label": key, "division_code": "community_code"}.get(column, column)
            result[name] = spelled(seen[key], [*frame[column].tolist(), odd])
    for name in ("assist1", "assist2"):
        result[f"{name}_code"] = spelled(seen[name], city.units["unit_code"].tolist())
        result[name] = spelled(seen[name], city.units["label"].tolist())
    return result


def words(seen: Columns) -> dict[str, Any]:
    """The parts of the description, and who calls."""
    first, second, third = (seen[f"word{number}"].astype("float64") for number in (1, 2, 3))
    caller = seen["caller"].astype("int64")
    people = [surname + given for surname in texts.SURNAMES for given in texts.GIVEN]
    return {
        "opener": spelled(texts.openers_of(VOICES[seen["platform"].astype("int64")], first), texts.OPENER_LIST),
        "street": spelled(np.floor(second * len(texts.STREETS)), list(texts.STREETS)),
        "house": pa.array(1 + (second * 7919 % 1 * 180).astype("int64")),
        "detail": spelled(np.floor(third * len(texts.DETAILS)), list(texts.DETAILS)),
        "person": spelled(caller * 31 % len(people), people),
        "aside": pa.array(seen["word4"]),
    }
