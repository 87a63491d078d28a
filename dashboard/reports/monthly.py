"""The report of a day, week, month … or of any days, about all there is or one subject: header, digest, chapters, annexes."""

from __future__ import annotations

from dataclasses import replace

from dashboard.filters import Filters
from dashboard.reports.chapters import annexes, appeals
from dashboard.reports.digest import digest, key_tables
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Figure, Period, Report, Section, Table
from dashboard.reports.own_rules import report_findings
from dashboard.reports.scopes import narrowed, scope_names, scope_words
from dashboard.reports.spans import Span
from dashboard.reports.subjects import WHOLE, Chapter, Subject, subject_for
from dashboard.texts import Text
from dashboard.view import View

MARK = Text("内部资料 注意保存", "Internal: keep safe")
NUMBER, TOTAL_NUMBER = Text("{year}年第{n}期", "{year}, no. {n}"), Text("{year}年第{n}期（总第{m}期）", "{year}, no. {n} (no. {m} in all)")
OF_SCOPE, NUMBER_OF_SCOPE = Text("{title}（{scope}）", "{title} ({scope})"), Text("{scope}{number}", "{scope} {number}")
ANNEX, ANNEX_KEYS = Text("附件{n}　{title}", "Annex {n}: {title}"), Text("主要指标一览", "Key figures")
WHOLE_TABLES = Text("全表", "Whole tables")
OF_TABLE, OF_FIGURE = Text("表{n}　{caption}", "Table {n}. {caption}"), Text("图{n}　{caption}", "Figure {n}. {caption}")
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")


def report_of(
    view: View,
    span: Span,
    wish: Filters | None = None,
    *,
    about: str = WHOLE,
    issue: int | None = None,
    issue_in_all: int | None = None,
    office: str = "",
    issuer: str = "",
) -> Report:
    """What the report of these days says of this city, district or unit. The same snapshot gives the same report.

    `about` is a code of SUBJECTS. Raises NoSubject where the city, or what is chosen, has no such report.
    """
    wish = wish or Filters()
    subject = subject_for(view, span, wish, about)
    view = narrowed(view, wish)
    edition = Edition(view, span, wish, subject.kinds)
    chapters = [(chapter, made) for chapter in subject.chapters if _is_had(edition, chapter) and (made := _parts(edition, chapter))]
    said = [*digest(edition, subject.digest)]
    for place, (chapter, made) in enumerate(chapters):
        said += [Section(1, f"{_numeral(edition, place)}{edition.say(chapter.title)}"), *_parts_numbered(edition, made)]
    annexed = _annexes(edition, subject, said)
    bare = Report(
        kind=span.kind, title=_title(edition, subject), number=_issue_number(edition, issue, issue_in_all), office=office,
        issuer=issuer, made_on=view.today, mark=view.say(MARK),
        period=Period(span.kind, span.since, span.until, span.name(view.language), _is_running(edition)), scope=scope_words(edition),
        as_of=edition.as_of("" if not subject.kinds else subject.kinds[0]), snapshot=view.snapshot, language=view.language,
        blocks=_captioned(edition, [*said, *annexed]), about=about,
    )  # fmt: skip
    checks = annexes.checks(edition, report_findings(edition, bare))
    number = 1 + sum(isinstance(block, Section) and block.level == 1 for block in annexed)
    closing = [replace(block, heading=_annex(edition, number, block.heading)) if isinstance(block, Section) else block for block in checks]
    tables = len(bare.tables)
    return replace(bare, blocks=(*bare.blocks, *_captioned(edition, closing, tables=tables)))


def _is_had(edition: Edition, chapter: Chapter) -> bool:
    return not chapter.has or any(edition.has(kind) for kind in chapter.has)


def _parts(edition: Edition, chapter: Chapter) -> list[Block]:
    """What a chapter says; a part of another report that is a chapter here leaves its own heading to it."""
    made = chapter.make(edition)
    is_doubled = made and isinstance(made[0], Section) and made[0].heading == edition.say(chapter.title)
    return made[1:] if is_doubled else made


def _is_running(edition: Edition) -> bool:
    kinds = [kind for kind in ("tickets", "disputes") if edition.has(kind)]
    return any(edition.is_running(kind) for kind in kinds)


def _title(edition: Edition, subject: Subject) -> str:
    title = edition.say(subject.titles[edition.span.kind]).format(product=edition.say(edition.view.product))
    names = scope_names(edition)
    return edition.say(OF_SCOPE).format(title=title, scope=names) if names else title


def _annexes(edition: Edition, subject: Subject, said: list[Block]) -> list[Block]:
    """附件1 key figures, 附件2 definitions and data times; what was checked comes last."""
    keys = [
        Section(1, edition.say(ANNEX_KEYS)),
        *(key_tables(edition, subject.digest) if edition.language == "zh" else []),
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
    form = NUMBER if in_all is None else TOTAL_NUMBER
    said, names = edition.say(form).format(year=year, n=number, m=in_all), scope_names(edition)
    return edition.say(NUMBER_OF_SCOPE).format(scope=names, number=said) if names else said
