"""The pages, in the order of the menu."""

from layouts import data, home, risks, tickets, wall

PAGES = (home, tickets, risks, wall, data)
