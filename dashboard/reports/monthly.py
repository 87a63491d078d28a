"""The report of a day, week, month … or of any days: header, digest, the chapters a city has, annexes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dashboard.filter_words import choices_in_words
from dashboard.filters import Filters
from dashboard.reports.chapters import annexes, appeals, disputes, grid, pilots, risks
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Figure, Paragraph, Period, Report, Run, Section, Table
from dashboard.reports.narrative import Clause, count_clause, joined, paragraph, rate_clause, schedule_clause, words
from dashboard.reports.own_rules import report_findings
from dashboard.reports.spans import TITLES, Span
from dashboard.reports.tables import figures_tables
from dashboard.texts import Text
from dashboard.view import View

DIGEST = Text("要览", "At a glance")
THIS = {"day": "本日", "week": "本周", "month": "本月", "quarter": "本季", "half_year": "本半年", "year": "本年", "special": "本期"}
KEYS = (
    Text("主要指标（数量）", "Key figures: counts"),
    Text("主要指标（比率）", "Key figures: rates"),
    Text("主要指标（时长）", "Key figures: times"),
)
PROBLEMS = Text("存在问题与下步工作", "Problems and next steps")
PROBLEM, NEXT = Text("存在问题", "Problems"), Text("下步工作", "Next steps")
TO_WRITE = Text("（由起草单位填写）", "(to be written by the drafting office)")
MARK = Text("内部资料 注意保存", "Internal: keep safe")
NUMBER, TOTAL_NUMBER = Text("{year}年第{n}期", "{year}, no. {n}"), Text("{year}年第{n}期（总第{m}期）", "{year}, no. {n} (no. {m} in all)")
NAMED = Text("{product}运行{kind}", "{kind}: {product}")
ANNEX, ANNEX_KEYS = Text("附件{n}　{title}", "Annex {n}: {title}"), Text("主要指标一览", "Key figures")
WHOLE_TABLES = Text("全表", "Whole tables")
OF_TABLE, OF_FIGURE = Text("表{n}　{caption}", "Table {n}. {caption}"), Text("图{n}　{caption}", "Figure {n}. {caption}")
NUMERALS = "一二三四五六七八九十"
# The digest's numbers by what a city must have, in the order they are said: five at most.
FIVE = (
    "received_count",
    "on_time_closure",
    "disputes_received",
    "task_completion",
    "risks_open",
    "satisfaction_rate",
    "mediation_success",
    "negative_hits",
    "risks_closed_rate",
)
NEEDS = {
    "received_count": "tickets",
    "on_time_closure": "tickets",
    "satisfaction_rate": "tickets",
    "disputes_received": "disputes",
    "mediation_success": "disputes",
    "task_completion": "pilots",
    "negative_hits": "pilots",
    "risks_open": "risks",
    "risks_closed_rate": "risks",
}
MOST = 5


@dataclass(frozen=True)
class Chapter:
    """A chapter: what a city must have any of, its heading, what it says."""

    has: tuple[str, ...]
    title: Text
    make: Callable[[Edition], list[Block]]


def problems(edition: Edition) -> list[Block]:
    """六、: people write it; a report is not for a machine to say what is to be done."""
    held = (("problems", PROBLEM), ("next", NEXT))
    return [
        block for key, title in held
        for block in (Section(2, edition.say(title)), Paragraph(f"people.{key}", (Run(edition.say(TO_WRITE)),), is_for_people=True))
    ]  # fmt: skip


CHAPTERS = (
    Chapter(("tickets",), appeals.TITLE, appeals.chapter),
    Chapter(("disputes",), disputes.TITLE, disputes.chapter),
    Chapter(("pilots",), pilots.TITLE, pilots.chapter),
    Chapter(("risks",), risks.TITLE, risks.chapter),
    Chapter(("tickets", "surveys"), grid.TITLE, grid.chapter),
    Chapter((), PROBLEMS, problems),
)


def report_of(
    view: View,
    span: Span,
    wish: Filters | None = None,
    *,
    issue: int | None = None,
    issue_in_all: int | None = None,
    office: str = "",
    issuer: str = "",
) -> Report:
    """What the report of these days says of this city, district or unit. The same snapshot gives the same report."""
    edition = Edition(view, span, wish or Filters())
    chapters = [(chapter, made) for chapter in CHAPTERS if _is_had(edition, chapter) and (made := chapter.make(edition))]
    said = [*digest(edition)]
    for place, (chapter, made) in enumerate(chapters):
        said += [Section(1, f"{_numeral(edition, place)}{edition.say(chapter.title)}"), *_parts_numbered(edition, made)]
    annexed = _annexes(edition, said)
    bare = Report(
        kind=span.kind, title=view.say(NAMED).format(product=view.say(view.product), kind=view.say(TITLES[span.kind])),
        number=_issue_number(edition, issue, issue_in_all), office=office, issuer=issuer, made_on=view.today, mark=view.say(MARK),
        period=Period(span.kind, span.since, span.until, span.name(view.language), _is_running(edition)), scope=_scope(edition),
        as_of=edition.as_of(""), snapshot=view.snapshot, language=view.language, blocks=_captioned(edition, [*said, *annexed]),
    )  # fmt: skip
    checks = annexes.checks(edition, report_findings(edition, bare))
    number = 1 + sum(isinstance(block, Section) and block.level == 1 for block in annexed)
    closing = [replace(block, heading=_annex(edition, number, block.heading)) if isinstance(block, Section) else block for block in checks]
    tables = len(bare.tables)
    return replace(bare, blocks=(*bare.blocks, *_captioned(edition, closing, tables=tables)))


def _is_had(edition: Edition, chapter: Chapter) -> bool:
    return not chapter.has or any(edition.has(kind) for kind in chapter.has)


def _is_running(edition: Edition) -> bool:
    kinds = [kind for kind in ("tickets", "disputes") if edition.has(kind)]
    return any(edition.is_running(kind) for kind in kinds)


def digest(edition: Edition) -> list[Block]:
    """本月要览: five numbers, one sentence each."""
    title = Section(1, f"{THIS[edition.span.kind]}{DIGEST.zh}" if edition.language == "zh" else DIGEST.en)
    said = [sentence for code in FIVE if edition.has(NEEDS[code]) and (sentence := _sentence(edition, code))][:MOST]
    made = [paragraph(f"digest.{place}", sentence) for place, sentence in enumerate(said, 1)] if edition.language == "zh" else []
    return [title, *(block for block in made if block is not None), *([] if edition.language == "zh" else _key_tables(edition))]


def _sentence(edition: Edition, code: str) -> Clause:
    """One of the five numbers as a sentence."""
    fact = edition.fact(code)
    during = edition.span.during()
    if code == "task_completion":
        every = edition.fact(pilots.DONE_OF_ALL)
        tasks, gap = edition.fact("task_count"), edition.fact("schedule_gap")
        return schedule_clause(tasks.value, every, gap.value, edition.on("pilots")) if tasks.value else Clause()
    leads = {"received_count": f"{during}，受理群众诉求", "disputes_received": f"{during}，受理矛盾纠纷"}
    if code in leads:
        return count_clause(fact, leads[code])
    if code == "risks_open":
        on = edition.on("risks")
        high = edition.fact("risks_high_open")
        return joined([words(f"截至{on.month}月{on.day}日"), count_clause(fact, "在控风险"), count_clause(high, "其中红色（高）风险")])
    if code == "negative_hits":
        return (
            (words("负面清单未触发") if not fact.value else count_clause(fact, "触发负面清单"))
            if fact.is_known and fact.denominator
            else Clause()
        )
    if code == "satisfaction_rate":
        return joined([rate_clause(fact), rate_clause(replace(edition.fact("participation_rate"), moves=()))])
    return rate_clause(fact)


def _key_tables(edition: Edition) -> list[Block]:
    facts = [edition.fact(pilots.DONE_OF_ALL if code == "task_completion" else code) for code in FIVE if edition.has(NEEDS[code])]
    return figures_tables(edition, "annex.keys", facts, KEYS)


def _annexes(edition: Edition, said: list[Block]) -> list[Block]:
    """附件1 key figures, 附件2 definitions and data times; what was checked comes last."""
    keys = [
        Section(1, edition.say(ANNEX_KEYS)),
        *(_key_tables(edition) if edition.language == "zh" else []),
        *annexes.denominators(edition),
    ]
    if edition.has("tickets") and (whole := appeals.whole_tables(edition)):
        keys += [Section(1, edition.say(WHOLE_TABLES)), *whole]
    found: list[Block] = []
    number = 0
    for block in [*keys, *annexes.definitions(edition, [*said, *keys])]:
        if isinstance(block, Section):
            number += 1
            block = replace(block, heading=_annex(edition, number, block.heading))  # noqa: PLW2901
        found.append(block)
    return found


def _annex(edition: Edition, number: int, title: str) -> str:
    return edition.say(ANNEX).format(n=number, title=title)


def _numeral(edition: Edition, place: int) -> str:
    return f"{NUMERALS[place]}、" if edition.language == "zh" else f"{place + 1}. "


def _parts_numbered(edition: Edition, made: list[Block]) -> list[Block]:
    """Second headings numbered （一）（二） within their chapter."""
    found: list[Block] = []
    number = 0
    for block in made:
        if isinstance(block, Section):
            number += 1
            lead = f"（{NUMERALS[number - 1]}）" if edition.language == "zh" else f"({number}) "
            found.append(replace(block, heading=f"{lead}{block.heading}"))
        else:
            found.append(block)
    return found


def _captioned(edition: Edition, made: list[Block], *, tables: int = 0) -> tuple[Block, ...]:
    """Tables and figures numbered through the report."""
    found: list[Block] = []
    figures = 0
    for block in made:
        if isinstance(block, Table):
            tables += 1
            found.append(replace(block, caption=edition.say(OF_TABLE).format(n=tables, caption=block.caption)))
        elif isinstance(block, Figure):
            figures += 1
            found.append(replace(block, caption=edition.say(OF_FIGURE).format(n=figures, caption=block.caption)))
        else:
            found.append(block)
    return tuple(found)


def _issue_number(edition: Edition, issue: int | None, in_all: int | None) -> str:
    span = edition.span
    if span.kind == "special" and issue is None:
        return ""
    number = issue or span.number_of_year
    year = span.since.isocalendar().year if span.kind == "week" else span.since.year
    if in_all is None:
        return edition.say(NUMBER).format(year=year, n=number)
    return edition.say(TOTAL_NUMBER).format(year=year, n=number, m=in_all)


def _scope(edition: Edition) -> str:
    """Of what the report speaks: the city, or the places and units chosen."""
    chosen = choices_in_words(edition.view, edition.wish, ("divisions", "units", "majors", "categories", "channels", "types", "sources"))
    city = edition.view.city
    return "；".join(chosen) if chosen else city.label_en if edition.language == "en" else city.label
