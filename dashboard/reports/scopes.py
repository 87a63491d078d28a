"""Of what a report speaks: the city, or the places, units and whatever else is chosen, in words for its title and its head."""

from __future__ import annotations

from dataclasses import replace

from dashboard.chart_tables import filters_in_words
from dashboard.filter_words import word
from dashboard.filters import CHOICES, Filters, Scope
from dashboard.reports.edition import Edition
from dashboard.texts import Text
from dashboard.view import View

# A title names so many, and no more letters than stand on two lines.
MOST_NAMED, MOST_LETTERS = 2, 30
AND_MORE = {"divisions": Text("{}等{n}地", "{} and others ({n} places)"), "units": Text("{}等{n}家单位", "{} and others ({n} units)")}
SELECTED = Text("所选范围", "selection")


def narrowed(view: View, wish: Filters) -> View:
    """A view that sees no other place and no other unit than a report speaks of: charts set what is chosen beside all others.

    What an account may see is never widened; the wish itself narrows further.
    """
    scope = view.scope
    return replace(view, scope=Scope(scope.divisions or wish.divisions, scope.units or wish.units))


def scope_names(edition: Edition) -> str:
    """What a title and a number call the scope: places and units by their names; nothing of the whole city."""
    chosen = [named for choice in ("divisions", "units") if (named := _named(edition, choice))]
    if not chosen:
        return edition.say(SELECTED) if any(getattr(edition.wish, choice) for choice in CHOICES) else ""
    return (" · " if edition.language == "en" else "·").join(chosen)


def _named(edition: Edition, choice: str) -> str:
    codes = getattr(edition.wish, choice)
    names = [word(edition.view, choice, code) for code in codes]
    joined = (", " if edition.language == "en" else "、").join(names)
    if len(names) <= MOST_NAMED and (len(joined) <= MOST_LETTERS or len(names) == 1):
        return joined
    return edition.say(AND_MORE[choice]).format(names[0], n=len(names))


def scope_words(edition: Edition) -> str:
    """Of what the report speaks, in full: the city, or all that is chosen."""
    city = edition.view.city
    label = city.label_en if edition.language == "en" else city.label
    chosen = filters_in_words(edition.view, edition.wish)
    return ("; " if edition.language == "en" else "；").join(chosen) if chosen else label
