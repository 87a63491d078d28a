"""Looking after alerts: rules about numbers once for each snapshot, rules about time every minute."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.alerts import satisfaction, standing_facts, surge
from dashboard.alerts.book import Fault, baseline, faults_of, round_of, the_round, writing
from dashboard.alerts.finding import Finding, Look
from dashboard.alerts.life import MOST_FINDINGS, grow_older, settle
from dashboard.alerts.rule_file import DEFAULTS, RulesError, rules_of, rules_text
from dashboard.alerts.rules import Rule
from dashboard.settings import Settings, read_city
from dashboard.store import store
from dashboard.texts import Text
from dashboard.view import View, view_of
from dashboard.warehouse import NoSnapshot
from dashboard.worker import say

MINUTE = timedelta(minutes=1)
# The clock of the worker's loop is not exact.
NEARLY = timedelta(seconds=5)
FINDERS: dict[str, Callable[[Any, Look], list[Finding]]] = {
    "surge": surge.found, "overdue_burst": standing_facts.overdue_bursts, "negative_hit": standing_facts.negative_hits,
    "red_risk": standing_facts.red_risks, "platform_silent": standing_facts.silent_platforms, "satisfaction_drop": satisfaction.found,
}  # fmt: skip
# What may befall a rule over rows nobody foresaw; the other rules must be looked after all the same.
FAULTS = (SQLAlchemyError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError)
# Kinds that become true by time alone.
OF_TIME = {"platform_silent"}
FAILED = Text("规则 {code} 未能执行（{why}），其预警保持原状", "rule {code} could not be applied ({why}); its alerts stay as they were")
TOO_MANY = Text("规则 {code} 命中 {n} 项，只列最重的 {most} 项", "rule {code} finds {n}, of which the worst {most} are told")


class Rounds:
    """What the worker calls at every look; it does what is due, and remembers in the store how far it came."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.told: list[Fault] = []

    def __call__(self) -> None:
        """Look, if a minute has passed or there is a new snapshot. Without any snapshot there is nothing to look at."""
        city = read_city(self.settings.city_folder)
        engine, now = store(self.settings.people_url), city.now()
        try:
            view = view_of(city, self.settings.city_warehouse, "zh")
            _ = view.engine
        except NoSnapshot:
            return
        last = round_of(engine)
        text, faults = self._text("" if last is None else last.rules_text, tuple(city.has))
        is_new = last is None or last.snapshot != view.snapshot or last.rules_text != text
        # A clock that was set back must not stop the looking.
        if not is_new and last is not None and last.times_at is not None and timedelta() <= now - last.times_at < MINUTE - NEARLY:
            return
        rules = rules_of(text, tuple(city.has))
        due = [rule for rule in rules if is_new or rule.kind in OF_TIME]
        if last is not None and not is_new:  # What failed over this snapshot has not been tried again.
            faults += [fault for fault in faults_of(last) if fault.rule_code and fault.rule_code not in {rule.code for rule in due}]
        faults += self._look(engine, view, due, now)
        with writing(engine) as session:
            grow_older(session, {rule.code: rule for rule in rules}, now)
            row = the_round(session)
            row.rules_text, row.faults = text, json.dumps(faults, ensure_ascii=False)
            row.times_at, row.snapshot = now, view.snapshot
            row.numbers_at = now if is_new else row.numbers_at
        self._say(faults)

    def _text(self, last: str, has: tuple[str, ...]) -> tuple[str, list[Fault]]:
        """The rules in force: those of the file; where it is wrong the last that could be used, and what is wrong."""
        try:
            text = rules_text(self.settings.city_folder)
            rules_of(text, has)
        except RulesError as error:
            try:
                rules_of(last or DEFAULTS, has)
            except RulesError:  # The program has changed since.
                last = DEFAULTS
            return last or DEFAULTS, [Fault("", *error.message)]
        return text, []

    def _look(self, engine: Engine, view: View, rules: Sequence[Rule], now: datetime) -> list[Fault]:
        """Apply rules one by one; one that fails leaves its alerts as they are and does not stop the others."""
        look, faults = Look(view, now, lambda code, counts: baseline(engine, code, counts, now)), []
        for rule in rules:
            try:
                found = FINDERS[rule.kind](rule, look)
                with writing(engine) as session:
                    settle(session, rule, found, now)
            except FAULTS as error:
                faults.append(_fault(rule, FAILED, why=type(error).__name__))
            else:
                if len(found) > MOST_FINDINGS:
                    faults.append(_fault(rule, TOO_MANY, n=len(found), most=MOST_FINDINGS))
        return faults

    def _say(self, faults: list[Fault]) -> None:
        """One line for each fault, once."""
        for fault in faults:
            if fault not in self.told:
                say(f"alerts: {fault.en}")
        self.told = faults


def _fault(rule: Rule, text: Text, **facts: object) -> Fault:
    return Fault(rule.code, text.zh.format(code=rule.code, **facts), text.en.format(code=rule.code, **facts))
