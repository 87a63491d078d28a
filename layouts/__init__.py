"""The pages, in the order of the menu."""

from layouts import data, disputes, home, risks, ticket, tickets, wall

PAGES = (home, tickets, disputes, risks, ticket, wall, data)
