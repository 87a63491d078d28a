"""The pages, in the order of the menu."""

from layouts import home, tickets, wall

PAGES = (home, tickets, wall)
