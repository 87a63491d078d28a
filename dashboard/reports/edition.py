"""What a report is made for: the city, the days and what is chosen; it asks for every number that chapters state."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine

from dashboard.charts import CHARTS, Chart, Listing
from dashboard.filters import CHOICES, Filters, ScopedFilters, narrows
from dashboard.key_figures import lacking
from dashboard.metrics import Amount, Duration, Metric, metric_of
from dashboard.queries import compare, total
from dashboard.reference import data_state
from dashboard.reports.model import Block, Figure, Note
from dashboard.reports.narrative import Clause, Fact, Move, paragraph
from dashboard.reports.spans import Span, against_words
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import BASES, disputes, pilot_standing, resources, risks, surveys, tickets

ALT = Text("{title}，{period}。{note}", "{title}, {period}. {note}")
# What a city has -> the table that says it.
TABLES = {
    "tickets": tickets, "disputes": disputes, "pilots": pilot_standing, "risks": risks, "surveys": surveys, "resources": resources,
}  # fmt: skip
CLAUSE, ON_SCREEN = re.compile(r"[^；。;.]+(?:\.(?=\S)[^；。;.]*)*[；。;.]?\s*"), re.compile(r"点击|\b[Cc]lick")
OF_BASE = Text("（{}）", " ({})")
COHORTS = {
    "R": Text("期内上报", "reported in the period"),
    "A": Text("期内受理", "accepted in the period"),
    "D": Text("期内到期", "due in the period"),
}
NO_CHART = Text("{title}：{why}。", "{title}: {why}.")


@dataclass(frozen=True)
class Edition:
    """One report in the making. `wish` holds what is chosen (places, units …); its days are the span's.

    `kinds` is what it speaks of: nothing means all there is.
    """

    view: View
    span: Span
    wish: Filters
    kinds: tuple[str, ...] = ()

    @property
    def engine(self) -> Engine:
        return self.view.engine

    @property
    def language(self) -> str:
        return self.view.language

    def say(self, text: Text) -> str:
        return self.view.say(text)

    @property
    def asked(self) -> Filters:
        """The wish over the days of the report, as charts are asked; a period that runs ends today."""
        until = min(self.span.until, self.view.today) if self.span.since <= self.view.today else self.span.until
        name = self.span.filter_name
        if until < self.span.until and name != "custom":
            return self.wish.model_copy(update={"period": name.replace("last_", "this_"), "since": None, "until": None})
        return self.wish.model_copy(update={"period": "custom", "since": self.span.since, "until": until})

    def filters(self, kind: str = "tickets") -> ScopedFilters:
        """What may be seen of the wish, compared as the kind of report compares."""
        found = self.view.scoped(self.asked, kind)
        if found.wish.period != "custom":
            return found
        return replace(found, wish=found.wish.model_copy(update={"period": self.span.filter_name}))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is chosen: only then it speaks of the whole city."""
        return not any(getattr(self.wish, choice) for choice in ("divisions", *CHOICES))

    def is_running(self, kind: str = "tickets") -> bool:
        """Whether the data of a kind do not reach the end of the days."""
        return self.filters(kind).seen_until is not None or self.asked.until != self.span.until

    def has(self, kind: str) -> bool:
        """Whether the city has it, and all that is chosen narrows it: numbers of the whole city are none of a unit's."""
        chosen = [choice for choice in ("divisions", *CHOICES) if getattr(self.wish, choice)]
        is_meant = kind in self.view.city.has and (not self.kinds or kind in self.kinds)
        return is_meant and all(narrows(TABLES[kind], choice) for choice in chosen)

    def as_of(self, kind: str = "tickets") -> datetime | None:
        newest = data_state(self.engine, kind).newest
        return None if newest is None else newest.to_pydatetime()

    def on(self, kind: str = "tickets") -> date:
        """The day that numbers about now speak of."""
        return (self.as_of(kind) or datetime.combine(self.view.today, datetime.min.time())).date()

    def during(self, kind: str = "") -> str:
        """What a sentence begins with; of a period that runs, the days that the data reach."""
        kind = kind or (self.kinds[0] if self.kinds else "tickets")
        on = self.on(kind)
        is_cut = self.is_running(kind) and self.span.since <= on < self.span.until
        return (replace(self.span, kind="special", until=on) if is_cut else self.span).during()

    def until_now(self, kind: str = "tickets") -> str:
        """`截至11月23日`: when a number about now was so; with its year where the report is of another."""
        on = self.on(kind)
        return f"截至{f'{on.year}年' if on.year != self.span.until.year else ''}{on.month}月{on.day}日"

    def counted_by(self, code: str) -> tuple[Metric, ScopedFilters]:
        """The metric of a code as the city counts it, and what it is asked; `code:variant` means one reading, whatever the city's."""
        bare, _, variant = code.partition(":")
        filters = self.filters(metric_of(bare).table.name)
        if variant:
            filters = replace(filters, variants=tuple(sorted({**dict(filters.variants), bare: variant}.items())))
        return metric_of(bare, filters.variants), filters

    def fact(self, said: str) -> Fact:
        """A metric over the report's days with its comparisons; what cannot be known says why."""
        code = said.partition(":")[0]
        metric, filters = self.counted_by(said)
        kind = metric.table.name
        lack = lacking(metric, data_state(self.engine, kind, filters.wish.sources))
        known = {"code": said, "label": self.say(metric.label), "unit": self.say(metric.unit), "minimum": filters.minimum_count}
        if lack is not None:
            return Fact(**known, value=math.nan, numerator=0, denominator=0, is_rate=metric.is_rate, lack=self.say(lack))  # type: ignore[arg-type]
        found = total(self.engine, code, filters)
        is_now = BASES[kind][metric.base] is None
        moves = () if is_now or isinstance(metric, Duration) else tuple(self._moves(code, filters))
        return Fact(
            **known, value=found.value, numerator=found.numerator, denominator=found.denominator, is_rate=metric.is_rate, moves=moves,  # type: ignore[arg-type]
            decimals=0 if metric.is_rate else metric.decimals or (2 if self.say(metric.unit) == "万元" else 0),
        )  # fmt: skip

    def _moves(self, code: str, filters: ScopedFilters) -> list[Move]:
        found = []
        metric = metric_of(code, filters.variants)
        is_rate = metric.is_rate
        for against, word in against_words(self.span, is_running=filters.seen_until is not None or filters.until != self.span.until):
            one = compare(self.engine, code, filters, against)
            other = filters.previous() if against == "previous" else filters.last_year()
            # A sum of money stands on so many cases, whatever it comes to.
            base = total(self.engine, code, other).denominator if is_rate or isinstance(metric, Amount) else one.before
            found.append(Move(word, against, one.change, base, one.reason))
        return found

    def paragraph(self, key: str, *sentences: Clause) -> list[Block]:
        """Sentences as a paragraph; only in Chinese, in which reports are written."""
        made = paragraph(key, *sentences) if self.language == "zh" else None
        return [] if made is None else [made]

    def figure(self, name: str, wish: Filters | None = None) -> list[Block]:
        """A chart over the report's days; where it has nothing to draw, a note that says why."""
        chart, wish = CHARTS[name], wish or self.asked
        filters = self.view.scoped(wish, chart.kind)
        lack = chart.lack(self.engine, filters)
        if lack is not None:
            return [Note(self.say(NO_CHART).format(title=self.say(chart.title), why=self.say(lack).replace("<br>", " ")))]
        note = chart.note or chart.definition
        said = on_paper(self.say(note).replace("<br>", " ")) if note else ""
        alt = self.say(ALT).format(title=self.say(chart.title), period=self.span.name(self.language), note=said)
        return [Figure(name, wish, self.say(chart.title) + self._base_of(chart), alt.strip())]

    def _base_of(self, chart: Chart | Listing) -> str:
        """Of which cohort a chart tells, where it is one: tables beside it may count another."""
        bases = {metric_of(code).base.partition(":")[0] for code in chart.metrics}
        return self.say(OF_BASE).format(self.say(COHORTS[bases.pop()])) if len(bases) == 1 and bases <= set(COHORTS) else ""


def on_paper(note: str) -> str:
    """What a chart's note says, without what can be done on a screen alone."""
    kept = "".join(part for part in CLAUSE.findall(note) if not ON_SCREEN.search(part)).rstrip()
    return kept[:-1] + ("。" if kept.endswith("；") else ".") if kept.endswith(("；", ";")) else kept


def blocks(*parts: list[Block]) -> list[Block]:
    return [block for part in parts for block in part]
