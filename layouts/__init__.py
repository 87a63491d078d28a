"""The pages, in the order of the menu."""

from layouts import data, disputes, home, ticket, tickets, wall

PAGES = (home, tickets, disputes, ticket, wall, data)
