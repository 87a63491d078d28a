"""The pages, in the order of the menu."""

from layouts import (
    alerts,
    data,
    disputes,
    duty,
    home,
    number,
    pilot_meeting,
    risks,
    ticket,
    tickets,
    topics,
    wall,
    wall_remote,
    wall_scenes,
)

PAGES = (home, tickets, topics, disputes, risks, pilot_meeting, alerts, ticket, number, duty, wall, wall_scenes, wall_remote, data)
