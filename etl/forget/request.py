"""The command that forgets: what was asked for, checked; done under the writing lock; written down."""

from __future__ import annotations

import getpass
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import duckdb

from dashboard.settings import Settings, read_city
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import snapshot
from etl.errors import LoadError
from etl.forget import everywhere
from etl.forget.promises import identity_of, marked, with_mark
from etl.forget.raw_rows import Wish
from etl.landing import Landing, publish_text, sole_writer
from etl.source import source_named
from etl.watch import DONE, INBOX

ONE_OF = "--source with --number, or --caller, or --older-than"


def asked_to_forget(settings: Settings, request: Mapping[str, str], *, is_whole: bool, is_sure: bool) -> list[str]:
    """Do what the command line asks (source, number, caller, older_than, reason); returns what to say of it.

    Raises LoadError naming the option at fault, SourceError for an unknown source.
    """
    now = read_city(settings.city_folder).now()
    chosen = [name for name in ("number", "caller", "older_than") if request[name].strip()]
    if len(chosen) != 1 or (chosen == ["number"]) != bool(request["source"]):
        raise LoadError("it is not clear what to forget", "forget", expected=ONE_OF)
    if not request["reason"].strip() and (is_sure or chosen != ["older_than"]):
        raise LoadError("no --reason is given", "forget", expected="why, without naming the person")
    with sole_writer(settings.city_warehouse):
        landing = Landing(settings.city_warehouse / "landing")
        snapshot.sweep(settings.city_warehouse, landing)
        if chosen == ["older_than"]:
            wish = _over(settings, request["older_than"], now, is_whole=is_whole)
            if not is_sure:
                return [f"{len(wish.numbers):,} tickets were over by then; --yes and --reason empty their raw rows"]
        else:
            wish = _person(settings, landing, request, is_whole=is_whole)
        done = everywhere.forget(settings.city_warehouse, landing, settings.city_folder, wish, now)
        # Copies outside landing: files already loaded, lists of rejected rows, and what is remembered of hashes.
        for copies in (settings.city_warehouse / INBOX / DONE, settings.downloads):
            shutil.rmtree(copies, ignore_errors=True)
        (landing.folder / "row_hashes.duckdb").unlink(missing_ok=True)
        line = {"at": now, "by": getpass.getuser(), "what": chosen[0], "source": request["source"], "reason": request["reason"]}
        everywhere.note(landing, line | {"is_whole": is_whole} | asdict(done))
    emptied = f"{done.row_count:,} rows of {done.batch_count:,} batches and {done.broken_count:,} broken rows emptied"
    name = current_snapshot(settings.city_warehouse)
    return [f"{emptied}; {done.snapshots_deleted:,} older snapshots deleted; snapshot {name}"]


def _person(settings: Settings, landing: Landing, request: Mapping[str, str], *, is_whole: bool) -> Wish:
    """The wish, and its mark in landing before anything is emptied: whatever is delivered from now on is emptied too."""
    if request["number"]:
        source, number = source_named(settings.city_folder, request["source"]).code, request["number"].strip()
        wish = Wish(((source, number),), None, is_whole)
        mark = marked(landing.caller_key(), "number", f"{source}:{number}", is_whole=is_whole)
    else:
        with duckdb.connect() as con:
            identity = identity_of(con, request["caller"])
        if identity is None:
            raise LoadError("--caller names nobody", "forget", expected="a telephone, or what else the caller is known by")
        wish = Wish((), identity, is_whole)
        mark = marked(landing.caller_key(), "caller", identity, is_whole=is_whole)
    (landing.folder / "forgotten").mkdir(exist_ok=True)
    publish_text(landing.folder / "forgotten" / "marks.jsonl", with_mark(landing.folder, mark), mode=0o600)
    return wish


def _over(settings: Settings, age: str, now: datetime, *, is_whole: bool) -> Wish:
    """What was over so many months ago. No marks: what is delivered anew is a new delivery."""
    months = re.fullmatch(r"([1-9][0-9]{0,3})m", age.strip())
    if not months:
        raise LoadError(f"{age!r} is no age", "forget", column="--older-than", expected="months, such as 36m")
    number = now.year * 12 + now.month - 1 - int(months[1])
    cutoff = datetime(number // 12, number % 12 + 1, min(now.day, 28), now.hour, now.minute)
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    return Wish(everywhere.closed_before(path, cutoff), None, is_whole)
