"""A small city whose units report here: its ledger loaded by the real loader, so that anything can be acted on and landed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard.acts import Acting, Outcome, perform
from dashboard.profiles import COMMITTEE, UNIT_HEAD, UNIT_MEMBER, Profile
from dashboard.settings import Settings, read_city
from dashboard.store.submission_tables import Submission
from dashboard.store.submissions import of_period
from dashboard.view import View, view_of
from etl.load import load

SMALL = Path(__file__).parents[1] / "cities" / "small"
SHIPPED = Path(__file__).parents[2] / "data" / "cities" / "chongqing" / "sources" / "pilot_submissions.toml"
NOW = datetime(2026, 10, 3, 9)
PERIOD = date(2026, 9, 30)
HEAD = "target_code,label,label_en,block,kind,measure_unit,better,baseline_value,target_value,start_on,due_on,weight,valid_from,metric_code"
TARGETS = """T01,覆盖率,Coverage,政治,target,%,up,70,98,2026-01-01,2026-12-31,4,2026-01-01,
T02,化解率,Resolution,法治,target,%,up,80,95,2026-01-01,2026-12-31,4,2026-01-01,mediation_success
T03,出台条例,The rules,法治,task,,up,,,2026-01-01,2026-09-15,4,2026-01-01,
N01,重大案件,Grave cases,综治,negative,件,down,,,2026-01-01,2026-12-31,0,2026-01-01,
"""
ASSIGNED = [
    ("T01", "CG", "990101"), ("T01", "CG", "990102"), ("T02", "CG", "990100"), ("T03", "CG", ""), ("N01", "CG", "990100"),
    ("T01", "ZJ", "990101"),
]  # fmt: skip
# Month by month; the part of the second unit has its own.
LEDGER = """target_code,observed_on,unit,district,value,narrative,confidence,reviewed_by,reviewed_at,submitted_at,updated_at
{}"""


def small_city(folder: Path) -> Settings:
    """The city with five months of its ledger, its cases of mediation, and the source its own reports come by."""
    shutil.copytree(SMALL, folder / "cities" / "small")
    city = folder / "cities" / "small"
    (city / "pilots" / "milestones.csv").unlink()
    (city / "pilots" / "targets.csv").write_text(f"{HEAD}\n{TARGETS}", encoding="utf-8")
    rows = "".join(f"{target},{unit},{division}\n" for target, unit, division in ASSIGNED)
    (city / "pilots" / "assignments.csv").write_text(f"target_code,unit_code,division_code\n{rows}", encoding="utf-8")
    shutil.copy(SHIPPED, city / "sources")
    declared = city / "sources" / "ledger.toml"
    declared.write_text(declared.read_text(encoding="utf-8").replace("district =", "division_code ="), encoding="utf-8")
    settings = Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse", people=folder / "people")
    months = [("2026-05-31", 80), ("2026-06-30", 82), ("2026-07-31", 84), ("2026-08-31", 86)]
    lines = "".join(
        f"T01,{day},城市管理局,{place},{value},,,,,{day} 09:00:00,{day} 09:00:00\n"
        for day, value in months
        for place in ("990101", "990102")
    )  # fmt: skip
    ledger, cases = folder / "ledger.csv", folder / "mediation.csv"
    ledger.write_text(LEDGER.format(lines), encoding="utf-8")
    head = "number,accepted_at,type,origin,outcome,organisation,community,concluded_at,fulfil_due_at,updated_at,amount_yuan\n"
    outcomes = ["success", "success", "success", "failure"]
    cases.write_text(
        head + "".join(
            f"D{number},2026-09-0{number + 1} 09:00:00,邻里,patrol,{outcome},,公园社区,2026-09-10 09:00:00,,2026-09-10 09:00:00,\n"
            for number, outcome in enumerate(outcomes)
        ),
        encoding="utf-8",
    )  # fmt: skip
    load(settings, [(ledger, "ledger"), (cases, "mediation")], received_at=NOW)
    return settings


class Desk:
    """People at work on the reports of that city."""

    def __init__(self, settings: Settings, store: Engine) -> None:
        self.settings, self.store = settings, store

    def view(self, profile: Profile = UNIT_MEMBER, unit: str = "CG", language: str = "zh") -> View:
        made = view_of(read_city(self.settings.city_folder), self.settings.city_warehouse, language)
        return replace(made, profile=profile, unit=unit if profile.of_unit else "", city_folder=self.settings.city_folder)

    def do(self, act: str, body: dict[str, Any], profile: Profile = UNIT_MEMBER, unit: str = "CG", language: str = "zh") -> Outcome:
        settings = self.settings
        acting = Acting(profile, "127.0.0.1", self.view(profile, unit, language), self.store, "", settings.uploads, settings.evidence)
        return perform(act, body, acting)

    def save(self, *entries: dict[str, Any], unit: str = "CG") -> Outcome:
        return self.do("save_submission", {"period": PERIOD.isoformat(), "entries": list(entries)}, unit=unit)

    def submit(self, *keys: tuple[str, str]) -> Outcome:
        rows = self.rows()
        entries = [{"target": target, "division": place, "version": rows[target, place].version} for target, place in keys]
        return self.do("submit_submission", {"period": PERIOD.isoformat(), "name": "王敏", "entries": entries})

    def step(self, act: str, profile: Profile, *keys: tuple[str, str], **more: str) -> Outcome:
        rows = self.rows()
        entries = [{"id": rows[key].submission_id, "version": rows[key].version} for key in keys]
        return self.do(act, {"name": "赵强", "entries": entries, **more}, profile)

    def confirm(self, *keys: tuple[str, str]) -> Outcome:
        return self.step("confirm_submission", UNIT_HEAD, *keys)

    def accept(self, *keys: tuple[str, str]) -> Outcome:
        return self.step("accept_submission", COMMITTEE, *keys)

    def rows(self) -> dict[tuple[str, str], Submission]:
        return {(row.target_code, row.division_code): row for row in of_period(self.store, PERIOD)}


def entry(target: str, place: str = "", version: int = 0, **said: Any) -> dict[str, Any]:
    return {"target": target, "division": place, "version": version, "observed_on": "2026-09-30", **said}
