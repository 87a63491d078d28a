"""The pages, in the order of the menu."""

from layouts import data, disputes, home, tickets, wall

PAGES = (home, tickets, disputes, wall, data)
