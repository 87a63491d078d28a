"""What each platform sends: its file, and the form its own TOML declares; the SELECT that prints rows in that form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl.demo.platforms import DESKS
from etl.kinds import KINDS
from etl.source import Source, sources_of

STATUSES = ("reported", "accepted", "working", "resolved", "closed", "withdrawn")
DAILY = 1440
FILES = {source: desk.file_name for source, desk in DESKS.items()} | {
    "disputes": "矛盾纠纷调解台账.csv", "smart_court": "诉前调解案件.csv", "prosecution": "检察和解案件.xlsx",
    "legal_service": "legal_service_cases.json", "labour_mediation": "劳动争议案件.csv",
    "risks": "risk_register.json", "gas_watch": "gas_alarms.jsonl", "fire_iot": "fire_alarms.tsv", "water_watch": "供排水预警.csv",
    "heating_watch": "供热报警.csv", "air_watch": "air_warnings.json", "health_emergency": "卫生应急事件.xlsx",
    "emergency_command": "应急隐患台账.csv",
    "resources": "基层治理资源台账.csv", "xueliang": "xueliang_points.csv", "police_info": "警力设施.tsv",
    "floating_population": "出租房屋登记汇总.csv", "community_correction": "correction_sites.json", "transit": "transit_stops.jsonl",
    "civil_affairs": "救助养老设施台账.xlsx",
    "pilot_observations": "试点任务月度填报.xlsx", "surveys": "群众安全感调查.csv",
}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """A platform's export: its source, its file's name, and what a mistyped date looks like there."""

    source: Source
    file_name: str
    bad_date: str

    @property
    def form(self) -> str:
        """excel | json (one array) | lines (one object a line) | csv."""
        return {".xlsx": "excel", ".json": "json", ".jsonl": "lines"}.get(Path(self.file_name).suffix, "csv")

    @property
    def rhythm(self) -> int:
        """Minutes."""
        return self.source.rhythm_minutes or DAILY

    @property
    def report(self) -> str:
        """Our column that says when a thing came up."""
        return KINDS[self.source.kind].required[1]


def exports(city_folder: Path) -> dict[str, Export]:
    """By source; sources the demo has nothing for are left out. Raises SourceError."""
    found = {}
    for source in sources_of(city_folder):
        if source.code in FILES:
            bad_date = DESKS[source.code].bad_date if source.code in DESKS else "二〇二五年三月"
            found[source.code] = Export(source, FILES[source.code], bad_date)
    return found


def query(export: Export, rows: str, where: str = "true") -> str:
    """The SELECT that prints a relation of our columns, and `dirt`, under the platform's headers."""
    cells = ", ".join(f'{cell(export, ours)} as "{theirs}"' for ours, theirs in export.source.columns.items())
    return f"select {cells} from {rows} where {where}"


def cell(export: Export, ours: str) -> str:
    """One of our columns as the platform prints it, with the dirt of its row."""
    source, type_ = export.source, KINDS[export.source.kind].columns[ours]
    if ours == KINDS[source.kind].required[0]:
        return f"case when dirt = 'missing_number' then null else {ours} end"
    if ours in source.lookups:
        return _looked_up(ours, source.lookups[ours])
    if type_ in ("time", "date") and export.form != "excel":
        return _printed_time(export, ours, source.values.dates[-1 if type_ == "date" else 0])
    if type_ == "flag" and export.form not in ("json", "lines"):
        return f"case when {ours} then '是' when not {ours} then '否' end"
    return f"format('{{:.2f}}', {ours})" if ours.endswith("_yuan") else ours


def _looked_up(ours: str, lookup: dict[str, str]) -> str:
    pairs = {value: theirs for theirs, value in lookup.items()}
    if ours == "status":  # finer than ours: three ways of being open, two of being closed, one of being withdrawn
        words = [theirs for theirs, value in lookup.items() if value in ("open", "closed", "withdrawn")]
        pairs = dict(zip(STATUSES, words, strict=False))
    return f"case {ours} " + " ".join(f"when '{value}' then '{theirs}'" for value, theirs in pairs.items()) + " end"


def _printed_time(export: Export, ours: str, form: str) -> str:
    text = f"strftime({ours}, '{form}')"
    if ours != export.report:
        return text
    wide = f"translate({text}, '0123456789', '０１２３４５６７８９')"
    return f"case dirt when 'bad_date' then '{export.bad_date}' when 'fullwidth_digits' then {wide} else {text} end"
