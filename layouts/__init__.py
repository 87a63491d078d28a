"""The pages, in the order of the menu."""

from layouts import (
    alerts,
    data,
    disputes,
    duty,
    home,
    number,
    pilot_report,
    pilot_target,
    pilots,
    risks,
    ticket,
    tickets,
    topics,
    wall,
    wall_remote,
    wall_scenes,
)

PAGES = (
    home,
    tickets,
    topics,
    disputes,
    risks,
    pilots,
    pilot_target,
    pilot_report,
    alerts,
    ticket,
    number,
    duty,
    wall,
    wall_scenes,
    wall_remote,
    data,
)
