"""Fill once: the value of a target that the snapshot itself tells is counted there, not asked of a unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from dashboard.filters import Filters
from dashboard.metrics import METRICS, Rate, is_counted, metric_of, variants_of
from dashboard.queries import total
from dashboard.submissions.parts import Part, begin_of
from dashboard.texts import Text
from dashboard.view import View

MADE = Text("系统计算：{label}，{since} 至 {until}，{of} / {among}", "Counted here: {label}, {since} to {until}, {of} / {among}")
SHORT = Text("系统计算 {of} / {among}", "counted here, {of} / {among}")


@dataclass(frozen=True)
class Computed:
    """A value the snapshot tells, and what it was made of."""

    metric_code: str
    value: float
    numerator: float
    denominator: float
    since: date
    until: date

    def said(self, view: View, *, is_short: bool = False) -> str:
        """How it was made, in the page's language."""
        label = metric_of(self.metric_code, variants_of(view.city.variants)).label
        return view.say(SHORT if is_short else MADE).format(
            label=view.say(label), since=self.since, until=self.until, of=f"{self.numerator:,.0f}", among=f"{self.denominator:,.0f}"
        )


def computed(view: View, part: Part, period_on: date) -> Computed | None:
    """The value of a part over a period, where its target names a metric the city has and there is something to count.

    It is that of the whole place; where several units carry the target there, of each what is its own.
    """
    code = part.metric_code
    if code not in METRICS or not isinstance(METRICS[code], Rate) or not is_counted(METRICS[code], view.city.has):
        return None
    since, until = begin_of(view, period_on), min(period_on, view.today)
    if until < since:
        return None
    place = (part.place.division_code,) if part.place.division_code else ()
    units = (part.place.unit_code,) if part.carrier_count > 1 and "unit_code" in METRICS[code].table.c else ()
    wish = Filters(period="custom", since=since, until=until, divisions=place, units=units)
    found = total(view.engine, code, view.scoped(wish, METRICS[code].table.name))
    if not found.denominator or math.isnan(found.value):
        return None
    return Computed(code, round(found.value, 2), found.numerator, found.denominator, since, until)
