"""What a card of the ledger's page is narrowed to, in one line: its time, the choices it follows, and those it does not."""

from __future__ import annotations

from dashboard.filter_words import NAMES, choices_in_words
from dashboard.filters import Filters
from dashboard.key_figures import PERIOD_NAMES
from dashboard.texts import Text
from dashboard.view import View

CHOICES = ("blocks", "units", "divisions", "lamps", "dues", "kinds", "targets", "sources")
# What a chart shows all of, whatever is chosen of it; what is chosen stands out.
UNMOVED: dict[str, tuple[str, ...]] = {
    "pilot_unit_blocks": ("blocks", "units", "lamps"), "pilot_place_blocks": ("blocks", "divisions", "lamps"),
    "pilot_tiles": ("divisions", "lamps"), "pilot_lamps": ("blocks",), "pilot_reports": ("units", "lamps", "dues"), "head": ("lamps",),
}  # fmt: skip
# All others speak of the data time, whatever days are chosen.
IN_DAYS = ("pilot_reports",)
NOW, ALL = Text("现状", "As of the data time"), Text("全部任务", "all tasks")
SPLIT = Text("现状（填报按{days}，不随亮灯筛选）", "As of the data time (reports: {days}, whatever the lamp)")
SHOWN = Text("范围：{}", "Shown: {}")
NOT_BY = Text("不随{names}筛选收窄", "not narrowed by {names}")


def scope_of(view: View, wish: Filters, name: str) -> str:
    """The line of one card."""
    unmoved = UNMOVED.get(name, ())
    days = view.say(PERIOD_NAMES[wish.period])
    time = days if name in IN_DAYS else view.say(SPLIT).format(days=days) if name == "keys" else view.say(NOW)
    followed = choices_in_words(view, wish, tuple(choice for choice in CHOICES if choice not in unmoved)) or [view.say(ALL)]
    chosen = [view.say(NAMES[choice]) for choice in unmoved if getattr(wish, choice)]
    joint = "、" if view.language == "zh" else ", "
    left = [view.say(NOT_BY).format(names=joint.join(chosen))] if chosen else []
    return view.say(SHOWN).format(" · ".join([time, *followed, *left]))
