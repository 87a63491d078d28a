"""The pages, in the order of the menu."""

from layouts import data, disputes, home, number, risks, ticket, tickets, wall

PAGES = (home, tickets, disputes, risks, ticket, number, wall, data)
