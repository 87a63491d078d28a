"""What walls fetch of alerts: those that stand, in the language of the request, made once for each change."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from typing import Any

from flask import Flask, Response, abort, request

from dashboard.alerts.book import open_alerts, revision_of, round_of
from dashboard.alerts.rule_file import rules_in_force
from dashboard.alerts.rules import LEVELS, Rule
from dashboard.alerts.words import LEVEL_WORDS, RIBBON, SHAPES, STATE_WORDS, told
from dashboard.request import current_settings, language
from dashboard.settings import read_city
from dashboard.store import store
from dashboard.store.tables import Alert
from dashboard.wall_asking import is_revoked


def register(server: Flask) -> None:
    server.add_url_rule("/wall/alerts", view_func=alerts)


def alerts() -> Response:
    """The alerts that stand and wait for somebody or were taken up; compressed where the browser takes it."""
    if is_revoked():
        abort(403)
    settings = current_settings()
    city = read_city(settings.city_folder)
    now = city.now()
    revision = revision_of(store(settings.people_url), now)
    data = body(settings.people_url, tuple(city.has), revision, language())
    response = Response(data, mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(gzip.decompress(data))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@lru_cache(maxsize=16)
def body(url: str, has: tuple[str, ...], revision: str, language: str) -> bytes:
    """The answer, compressed; `revision` stands for everything it says."""
    engine = store(url)
    rows, last = open_alerts(engine), round_of(engine)
    rules = {} if last is None else {rule.code: rule for rule in rules_in_force(last.rules_text, has)}
    said: dict[str, Any] = {
        "revision": revision, "is_watching": not revision.endswith("-"), "rules": len(rules),
        "checked_at": None if last is None or last.times_at is None else last.times_at.isoformat(timespec="minutes"),
        "has_faults": last is not None and last.faults != "[]",
        "words": {name: text.in_(language) for name, text in RIBBON.items()},
        "counts": {level: sum(row.level == level for row in rows) for level in LEVELS},
        "alerts": [facts_of(row, rules.get(row.rule_code), language) for row in rows],
    }  # fmt: skip
    return gzip.compress(json.dumps(said, ensure_ascii=False).encode(), 5)


def facts_of(row: Alert, rule: Rule | None, language: str) -> dict[str, Any]:
    """One alert as walls take it. No free text of anybody's is in it."""
    words = told(row, rule, language, in_short=True)
    return {
        "id": row.alert_id, "level": row.level, "level_word": LEVEL_WORDS[row.level].in_(language), "shape": SHAPES[row.level],
        "what": words.what, "where": words.where, "since": words.since.isoformat(timespec="minutes"), "who": words.who, "do": words.do,
        "state": row.state, "state_word": STATE_WORDS[row.state].in_(language), "scene": row.scene, "numbers": words.numbers,
        "new_since": row.new_since.isoformat(timespec="seconds"), "is_escalated": row.escalated_at is not None,
    }  # fmt: skip
