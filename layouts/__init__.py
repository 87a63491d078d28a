"""The pages, in the order of the menu."""

from layouts import tickets

PAGES = (tickets,)
