"""Where things stand on a wall: parts never overlap, lie within the wall, and only the hero crosses a seam."""

from __future__ import annotations

from itertools import combinations

import pytest

from dashboard.charts import CHARTS
from dashboard.metrics import METRICS
from dashboard.scenes import SCENES, check_walls, scenes_of
from dashboard.settings import City, Wall
from dashboard.wall_layouts import HEIGHT, HERO, LAYOUTS, Layout, Rect

EDGE = 1e-6


def meets(one: Rect, other: Rect) -> bool:
    return one.x < other.right - EDGE and other.x < one.right - EDGE and one.y < other.bottom - EDGE and other.y < one.bottom - EDGE


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
class TestLayout:
    def test_parts_lie_within_the_wall_and_apart(self, layout: Layout) -> None:
        for name, rect in layout.rectangles.items():
            assert min(rect.x, rect.y) >= 0, name
            assert rect.right <= layout.width + EDGE, name
            assert rect.bottom <= HEIGHT + EDGE, name
        for (name, one), (other, two) in combinations(layout.rectangles.items(), 2):
            assert not meets(one, two), (name, other)

    def test_only_the_hero_crosses_a_seam(self, layout: Layout) -> None:
        upright, level = layout.seams
        for name, rect in layout.rectangles.items():
            crossed = [x for x in upright if rect.x < x - EDGE and rect.right > x + EDGE]
            crossed += [y for y in level if rect.y < y - EDGE and rect.bottom > y + EDGE]
            assert name == HERO or not crossed, name

    def test_every_scene_fills_every_slot_with_another_chart(self, layout: Layout) -> None:
        for scene in SCENES.values():
            held = scene.charts_in(layout.name)
            assert set(held) == set(layout.slots), scene.name
            assert len(set(held.values())) == len(held), scene.name
            assert HERO in held, scene.name
            assert len(scene.figures) == sum(layout.keys)

    def test_alerts_and_duty_have_room(self, layout: Layout) -> None:
        assert layout.rectangles["duty"].width > 40
        assert all(rect.width > 40 for name, rect in layout.rectangles.items() if name.startswith("alert"))


def test_at_16_to_9_there_are_seven_panels_at_most() -> None:
    assert len(LAYOUTS["16x9"].slots) + 1 <= 7


def test_wider_walls_get_more_columns_and_no_wider_panels() -> None:
    sides = {name: [rect.width for slot, rect in LAYOUTS[name].rectangles.items() if len(slot) == 1 and slot != "e"] for name in LAYOUTS}
    assert max(sides["32x9"]) < 1.5 * max(sides["16x9"])


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_scenes_name_charts_and_metrics(scene: object) -> None:
    assert set(scene.charts) <= set(CHARTS)  # type: ignore[attr-defined]
    assert {code for code, _ in scene.figures} <= set(METRICS)  # type: ignore[attr-defined]


def test_a_wall_shows_what_the_city_has_in_the_order_it_wants() -> None:
    assert [scene.name for scene in scenes_of(["tickets"])] == ["overview", "appeals"]
    assert [scene.name for scene in scenes_of(["tickets", "disputes"], ("disputes", "overview"))] == ["disputes", "overview"]
    assert [scene.name for scene in scenes_of(["tickets"], ("disputes",))] == ["overview", "appeals"]


def test_a_wall_says_how_high_a_sign_must_be_to_be_read() -> None:
    assert Wall(distance_m=8, pitch_mm=1.5).far_pixels == pytest.approx(26.67, abs=0.01)
    assert Wall(distance_m=12, pitch_mm=1.2).far_pixels == pytest.approx(50)


def test_walls_of_a_city_are_found_by_name_and_checked() -> None:
    facts = {"code": "x", "label": "x", "label_en": "x", "division_code": "1"}
    city = City(**facts, walls=(Wall(name="hall"), Wall(name="lobby", splice="3x3")))  # type: ignore[arg-type]
    assert city.wall("lobby").splice == "3x3"
    assert city.wall("nowhere").name == "hall"
    assert City(**facts, walls=()).wall("hall").name == "hall"  # type: ignore[arg-type]
    check_walls(city.walls)
    with pytest.raises(ValueError, match="hall: unknown scene weather; expected overview"):
        check_walls((Wall(scenes=("weather",)),))
    with pytest.raises(ValueError, match="two walls have one name"):
        check_walls((Wall(), Wall()))
