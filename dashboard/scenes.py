"""SCENES: the wall's pictures: what a scene counts and which chart stands in which slot of a layout (see wall_layouts)."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.settings import Wall
from dashboard.texts import Text
from dashboard.wall_layouts import LAYOUTS


@dataclass(frozen=True)
class Scene:
    """A picture of the wall: key figures, each with the period it speaks of (an empty one is the city's), and charts by slot.

    `has` is what a city must have for it. A narrow layout shows the first slots only; `instead` puts other charts into slots of one layout.
    """

    name: str
    title: Text
    has: str
    figures: tuple[tuple[str, str], ...]
    panels: dict[str, str]
    instead: dict[str, dict[str, str]]

    def charts_in(self, layout: str) -> dict[str, str]:
        """The chart in each slot of a layout."""
        held = self.panels | self.instead.get(layout, {})
        return {slot: held[slot] for slot in LAYOUTS[layout].slots if slot in held}

    @property
    def charts(self) -> tuple[str, ...]:
        """Every chart of any layout, each once."""
        return tuple(dict.fromkeys(name for layout in LAYOUTS for name in self.charts_in(layout).values()))


def _scene(name: str, title: Text, has: str, figures: tuple[tuple[str, str], ...], /, **panels: str) -> Scene:
    return Scene(name, title, has, figures, panels, INSTEAD.get(name, {}))


# What a slot of one layout is too low for stands elsewhere there; a layout of few slots still shows what is late.
INSTEAD = {
    "disputes": {"2x2": {"c": "disputes_flow", "d": "disputes_survival", "e": "disputes_by_organisation"}},
    "risks": {
        "2x2": {"c": "high_risks", "d": "risk_matrix", "e": "risk_types"},
        "3x3": {"d": "high_risks"},
    },
}


_SCENES = (
    _scene(
        "overview", Text("总体态势", "Overview"), "tickets",
        (
            ("reported_count", "today"), ("reported_count", ""), ("open_count", ""), ("overdue_open", ""), ("on_time_closure", ""),
            ("satisfaction_rate", ""),
        ),
        hero="division_map", a="categories", b="stage_funnel", c="backlog_age", d="on_time_by_unit", e="events", f="trend",
        g="resolution_survival", h="hour_of_week",
    ),
    _scene(
        "appeals", Text("诉求闭环", "Appeals"), "tickets",
        (
            ("accept_on_time", ""), ("first_response_hours", ""), ("median_hours", ""), ("on_time_closure", ""), ("due_soon", ""),
            ("repeat_rate", ""),
        ),
        hero="stage_now", a="flow", b="backlog_age", c="overdue_by_unit", d="living_promise", e="overdue_tickets", f="stage_durations",
        g="resolution_percentiles", h="category_pareto",
    ),
    _scene(
        "disputes", Text("矛盾化解", "Disputes"), "disputes",
        (
            ("disputes_open", ""), ("disputes_long_open", ""), ("disputes_received", ""), ("mediation_success", ""),
            ("settled_low_level", ""), ("dispute_median_hours", ""),
        ),
        hero="disputes_map", a="disputes_by_type", b="disputes_waiting", c="disputes_survival", d="disputes_by_organisation",
        e="disputes_flow", f="disputes_by_origin", g="disputes_by_level", h="disputes_outcome",
    ),
    _scene(
        "pilots", Text("试点任务", "Pilot tasks"), "pilots",
        (
            ("tasks_red", ""), ("tasks_behind", ""), ("negative_hits", ""), ("schedule_gap", ""), ("task_completion", ""),
            ("reports_on_time", ""),
        ),
        hero="pilot_places", a="pilot_lamps", b="pilot_schedule", c="pilot_behind", d="pilot_units", e="negative_list", f="pilot_reports",
        g="resources_by_place", h="surveys",
    ),
    _scene(
        "risks", Text("风险预警", "Risks"), "risks",
        (
            ("risks_open", ""), ("risks_high_open", ""), ("risks_overdue", ""), ("risks_registered", ""), ("risks_closed_rate", ""),
            ("security_sense", "last_12_months"),
        ),
        hero="risk_map", a="risk_due", b="risk_units", c="risk_matrix", d="risk_types", e="high_risks", f="risk_places",
        g="risk_months", h="surveys",
    ),
)  # fmt: skip
SCENES: dict[str, Scene] = {scene.name: scene for scene in _SCENES}


def check_walls(walls: tuple[Wall, ...]) -> None:
    """Raises ValueError where a wall of city.toml names a scene there is none of, or two walls have one name."""
    for wall in walls:
        unknown = sorted({*wall.scenes, *wall.dwell} - set(SCENES))
        if unknown:
            raise ValueError(f"city.toml: walls: {wall.name}: unknown scene {', '.join(unknown)}; expected {', '.join(SCENES)}")
    names = [wall.name for wall in walls]
    if len(set(names)) < len(names):
        raise ValueError(f"city.toml: walls: two walls have one name; found {', '.join(names)}")


def scenes_of(has: list[str], wanted: tuple[str, ...] = ()) -> list[Scene]:
    """The scenes a city has, in the order a wall wants them; all, where it wants none in particular."""
    held = {name: scene for name, scene in SCENES.items() if scene.has in has}
    return [held[name] for name in wanted if name in held] or list(held.values())
