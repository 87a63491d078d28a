"""The alerts that a shift leaves open, in words of both languages: they are handed over with it and kept as they stood."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from dashboard.alerts.book import round_of
from dashboard.alerts.life import ACKNOWLEDGED, NEW
from dashboard.alerts.rule_file import rules_in_force
from dashboard.alerts.rules import LEVELS
from dashboard.alerts.words import LEVEL_WORDS, SHAPES, STATE_WORDS, told
from dashboard.store.tables import Alert
from dashboard.texts import LANGUAGES
from dashboard.view import View

MOST = 20


def handed_over(view: View, engine: Engine, until: datetime) -> list[dict[str, str]] | None:
    """What a shift that ended (or stands) at a moment leaves open; alerts of historic data are looked after now."""
    moment = view.now.replace(tzinfo=None) if view.city.today == "as_of" else until
    return left_open(engine, tuple(view.city.has), moment)


def left_open(engine: Engine, has: tuple[str, ...], moment: datetime) -> list[dict[str, str]] | None:
    """What was found before a moment and neither closed nor handled by then, the gravest first; None where nobody ever looked.

    Columns `at, level, what, state` and, in English, `level_en` and so on.
    """
    last = round_of(engine)
    if last is None:
        return None
    stood = (
        Alert.first_seen_at < moment, or_(Alert.closed_at.is_(None), Alert.closed_at >= moment),
        or_(Alert.handled_at.is_(None), Alert.handled_at >= moment),
    )  # fmt: skip
    with Session(engine, expire_on_commit=False) as session:
        rows = list(session.scalars(select(Alert).where(*stood).order_by(Alert.first_seen_at.desc(), Alert.alert_id)))
    rows.sort(key=lambda row: LEVELS.index(row.level))
    rules = {rule.code: rule for rule in rules_in_force(last.rules_text, has)}
    found = []
    for row in rows[:MOST]:
        state = NEW if row.acknowledged_at is None or row.acknowledged_at >= moment else ACKNOWLEDGED
        kept: dict[str, str] = {}
        for language in LANGUAGES:
            words, end = told(row, rules.get(row.rule_code), language), "_en" if language == "en" else ""
            between = "：" if language == "zh" else ": "
            kept |= {
                "at": words.since.isoformat(), f"level{end}": f"{SHAPES[row.level]} {LEVEL_WORDS[row.level].in_(language)}",
                f"what{end}": between.join(filter(None, (words.what, words.numbers))), f"state{end}": STATE_WORDS[state].in_(language),
            }  # fmt: skip
        found.append(kept)
    return found
