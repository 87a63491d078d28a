"""SCENES: scene -> layout -> names of its charts; and its key numbers, each with the period it speaks of; an empty one is the city's."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.texts import Text


@dataclass(frozen=True)
class Scene:
    """A picture of the wall. `layouts` names the charts per aspect ratio; where they stand is said in wall.css."""

    name: str
    title: Text
    figures: tuple[tuple[str, str], ...]
    layouts: dict[str, tuple[str, ...]]

    @property
    def charts(self) -> tuple[str, ...]:
        """Every chart of any layout, each once."""
        return tuple(dict.fromkeys(name for names in self.layouts.values() for name in names))


_SCENES = (
    Scene(
        name="overview",
        title=Text("总体态势", "Overview"),
        figures=(
            ("reported_count", "today"),
            ("reported_count", ""),
            ("open_count", ""),
            ("overdue_open", ""),
            ("on_time_closure", ""),
            ("satisfaction_rate", ""),
        ),
        layouts={
            "16x9": ("categories", "stage_funnel", "division_map", "resolution_survival", "on_time_by_unit", "events"),
            "32x9": (
                "categories", "stage_funnel", "division_map", "resolution_survival", "on_time_by_unit",
                "trend", "events",
            ),
        },
    ),
)  # fmt: skip
SCENES: dict[str, Scene] = {scene.name: scene for scene in _SCENES}
