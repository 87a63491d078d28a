"""The pages, in the order of the menu."""

from layouts import alerts, brief, data, disputes, duty, home, number, risks, ticket, tickets, topics, wall, wall_remote, wall_scenes

PAGES = (home, tickets, topics, disputes, risks, alerts, ticket, number, brief, duty, wall, wall_scenes, wall_remote, data)
