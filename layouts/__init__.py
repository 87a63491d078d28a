"""The pages, in the order of the menu."""

from layouts import data, home, risks, ticket, tickets, wall

PAGES = (home, tickets, ticket, risks, wall, data)
