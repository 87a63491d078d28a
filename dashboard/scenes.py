"""SCENES: scene -> layout -> names of its charts; and its key numbers, each with the period it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.texts import Text


@dataclass(frozen=True)
class Scene:
    """A picture of the wall. `layouts` names the charts per aspect ratio; where they stand is said in wall.css."""

    name: str
    title: Text
    period: str
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
        period="last_30_days",
        figures=(
            ("reported_count", "today"),
            ("reported_count", "last_30_days"),
            ("open_count", "last_30_days"),
            ("overdue_open", "last_30_days"),
            ("on_time_closure", "last_30_days"),
            ("satisfaction_rate", "last_30_days"),
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
