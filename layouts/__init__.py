"""The pages, in the order of the menu."""

from layouts import data, disputes, duty, home, number, risks, ticket, tickets, topics, wall, wall_scenes

PAGES = (home, tickets, topics, disputes, risks, ticket, number, duty, wall, wall_scenes, data)
