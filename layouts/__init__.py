"""The pages, in the order of the menu."""

from layouts import alerts, data, disputes, home, number, risks, ticket, tickets, topics, wall

PAGES = (home, tickets, topics, disputes, risks, alerts, ticket, number, wall, data)
