"""The pages, in the order of the menu."""

from layouts import data, home, tickets, wall

PAGES = (home, tickets, wall, data)
