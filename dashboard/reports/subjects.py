"""SUBJECTS: what a report may be about; each exists where the city has what it speaks of, and stands on the same chapters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from dashboard.filters import Filters
from dashboard.reports.chapters import appeals, disputes, grid, mediation, pilot_bulletin, pilots, risks
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Paragraph, Run, Section
from dashboard.reports.spans import Span
from dashboard.texts import Text
from dashboard.view import View

WHOLE = "whole"
PROBLEMS = Text("存在问题与下步工作", "Problems and next steps")
PROBLEM, NEXT = Text("存在问题", "Problems"), Text("下步工作", "Next steps")
TO_WRITE = Text("（由起草单位填写）", "(to be written by the drafting office)")


class NoSubject(ValueError):  # noqa: N818 it names what a city or a choice does not have
    """A report of this subject does not exist here; `why` says so in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True)
class Chapter:
    """A chapter: what a city must have any of, its heading, what it says. A first heading of its own words is the chapter's."""

    has: tuple[str, ...]
    title: Text
    make: Callable[[Edition], list[Block]]


@dataclass(frozen=True)
class Subject:
    """What a report is about. `needs` is what a city must have; `kinds` what it speaks of, nothing meaning all there is.

    `titles` are by kind of period; `{product}` stands for what the city calls its system. `digest` are the numbers said first.
    """

    code: str
    label: Text
    titles: dict[str, Text]
    needs: tuple[str, ...]
    kinds: tuple[str, ...]
    digest: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def problems(edition: Edition) -> list[Block]:
    """People write it; a report is not for a machine to say what is to be done."""
    held = (("problems", PROBLEM), ("next", NEXT))
    return [
        block for key, title in held
        for block in (Section(2, edition.say(title)), Paragraph(f"people.{key}", (Run(edition.say(TO_WRITE)),), is_for_people=True))
    ]  # fmt: skip


def _titles(zh: str, en: str, periods: dict[str, Text]) -> dict[str, Text]:
    return {kind: Text(zh.replace("{kind}", word.zh), en.replace("{kind}", word.en)) for kind, word in periods.items()}


REPORTS = {
    "day": Text("日报", "Daily report"), "week": Text("周报", "Weekly report"), "month": Text("月报", "Monthly report"),
    "quarter": Text("季报", "Quarterly report"), "half_year": Text("半年报", "Half-yearly report"), "year": Text("年报", "Annual report"),
    "special": Text("专报", "Special report"),
}  # fmt: skip
BULLETINS = {
    "day": Text("日通报", "daily bulletin"), "week": Text("周通报", "weekly bulletin"), "month": Text("月通报", "monthly bulletin"),
    "quarter": Text("季度通报", "quarterly bulletin"), "half_year": Text("半年通报", "half-yearly bulletin"),
    "year": Text("年度通报", "annual bulletin"), "special": Text("专题通报", "special bulletin"),
}  # fmt: skip
PEOPLE = Chapter((), PROBLEMS, problems)

SUBJECTS: dict[str, Subject] = {
    WHOLE: Subject(
        WHOLE, Text("综合报告", "Full report"), _titles("{product}运行{kind}", "{kind}: {product}", REPORTS), (), (),
        ("received_count", "on_time_closure", "disputes_received", "task_completion", "risks_open", "satisfaction_rate",
         "mediation_success", "negative_hits", "risks_closed_rate"),
        (
            Chapter(("tickets",), appeals.TITLE, appeals.chapter),
            Chapter(("disputes",), disputes.TITLE, disputes.chapter),
            Chapter(("pilots",), pilots.TITLE, pilots.chapter),
            Chapter(("risks",), risks.TITLE, risks.chapter),
            Chapter(("tickets", "surveys"), grid.TITLE, grid.chapter),
            PEOPLE,
        ),
    ),
    "disputes": Subject(
        "disputes", Text("矛盾纠纷多元化解通报", "Mediation bulletin"),
        _titles("矛盾纠纷多元化解{kind}", "Mediation: {kind}", BULLETINS), ("disputes",), ("disputes",),
        ("disputes_received", "mediation_success", "referral_count", "disputes_open", "escalations_prevented"),
        (
            Chapter((), disputes.OVERALL, disputes.overall),
            Chapter((), disputes.TYPES, disputes.types),
            Chapter((), disputes.REFERRAL, disputes.referral),
            Chapter((), mediation.BODIES, mediation.bodies),
            Chapter((), mediation.BY_PLACE, mediation.by_place),
            Chapter((), mediation.WAITING, mediation.waiting),
            Chapter((), disputes.PREVENTED, disputes.prevented),
            Chapter((), mediation.REMINDERS, mediation.reminders),
            PEOPLE,
        ),
    ),
    "pilots": Subject(
        "pilots", Text("试点任务推进通报", "Pilot bulletin"),
        _titles("试点任务推进{kind}", "Pilot tasks: {kind}", BULLETINS), ("pilots",), ("pilots",),
        ("task_completion", "tasks_behind", "reports_on_time", "tasks_due_soon", "negative_hits"),
        (
            Chapter((), pilots.PROGRESS, pilots.progress),
            Chapter((), pilots.BY_BLOCK, pilots.by_block),
            Chapter((), pilots.LAMPED, pilots.lamped),
            Chapter((), pilot_bulletin.UNITS, pilot_bulletin.units),
            Chapter((), pilot_bulletin.MILESTONES, pilot_bulletin.milestones),
            Chapter((), pilots.GATES, pilots.gates),
            Chapter((), pilot_bulletin.RESTATED, pilot_bulletin.restated),
            Chapter((), pilot_bulletin.PENDING, pilot_bulletin.pending),
            PEOPLE,
        ),
    ),
}  # fmt: skip
NOT_HAD = Text("本市没有“{}”所需的数据", "this city has no data for “{}”")
NOT_NARROWED = Text("所选范围无法筛选“{}”的数据", "the data of “{}” cannot be narrowed to what is chosen")


def subjects_had(has: Collection[str]) -> list[Subject]:
    """The subjects of a city that has these kinds of data."""
    return [subject for subject in SUBJECTS.values() if all(kind in has for kind in subject.needs)]


def subject_for(view: View, span: Span, wish: Filters, about: str) -> Subject:
    """The subject of a code. Raises NoSubject where the city lacks its data, or what is chosen cannot narrow them."""
    subject = SUBJECTS.get(about)
    if subject is None:
        raise NoSubject(Text(f"没有“{about[:40]}”这种报告", f"there is no report about {about[:40]!r}: expected {', '.join(SUBJECTS)}"))
    if subject not in subjects_had(view.city.has):
        raise NoSubject(Text(NOT_HAD.zh.format(subject.label.zh), NOT_HAD.en.format(subject.label.en)))
    if not all(Edition(view, span, wish).has(kind) for kind in subject.needs):
        raise NoSubject(Text(NOT_NARROWED.zh.format(subject.label.zh), NOT_NARROWED.en.format(subject.label.en)))
    return subject
