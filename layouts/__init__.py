"""The pages, in the order of the menu."""

from layouts import data, home, ticket, tickets, wall

PAGES = (home, tickets, ticket, wall, data)
