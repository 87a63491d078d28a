"""A point belongs to one division or none, on a border, in a hole or in an outline that crosses itself too."""

from __future__ import annotations

import numpy as np
import shapely

from etl.outlines import Outlines, repaired

SQUARE = shapely.box
LEVEL = {"C": "city", "T1": "town", "T2": "town", "A": "community", "B": "community", "D": "community"}
ANCESTORS = {"C": ["C"], "T1": ["T1", "C"], "T2": ["T2", "C"], "A": ["A", "T1", "C"], "B": ["B", "T1", "C"], "D": ["D", "T2", "C"]}
# Two towns side by side, a tenth of a degree each; two communities share the first, with a hole in A; D has no outline.
SHAPES = {
    "T1": SQUARE(106.0, 39.0, 106.1, 39.1),
    "T2": SQUARE(106.1, 39.0, 106.2, 39.1),
    "A": SQUARE(106.0, 39.0, 106.05, 39.1) - SQUARE(106.02, 39.04, 106.03, 39.06),
    "B": SQUARE(106.05, 39.0, 106.1, 39.1),
}
OUTLINES = Outlines(SHAPES, LEVEL, ANCESTORS)


def held(*points: tuple[float, float]) -> list[str | None]:
    lon, lat = np.array(points, dtype=float).T
    return list(OUTLINES.holding(lon, lat))


def test_a_point_lies_in_the_deepest_division_that_holds_it() -> None:
    assert held((106.01, 39.01), (106.07, 39.01), (106.15, 39.05), (107, 39)) == ["A", "B", "T2", None]


def test_a_hole_is_not_inside() -> None:
    assert held((106.025, 39.05)) == ["T1"]


def test_a_point_on_a_border_goes_to_the_lesser_code_whatever_the_order() -> None:
    assert held((106.05, 39.05), (106.1, 39.05), (106.0, 39.0)) == ["A", "B", "A"]
    turned = Outlines(dict(reversed(SHAPES.items())), LEVEL, ANCESTORS)
    assert list(turned.holding(np.array([106.05, 106.1]), np.array([39.05, 39.05]))) == ["A", "B"]


def test_an_outline_that_crosses_itself_is_repaired() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert not bow.is_valid
    mended = repaired(bow)
    assert mended.is_valid
    assert mended.area == 0.5
    assert repaired(shapely.Polygon([(0, 0), (1, 1), (0, 0), (0, 0)])).is_empty


def test_only_a_point_in_another_town_and_far_from_the_named_place_is_astray() -> None:
    # A degree of longitude is 86,500 m at 39.05° north: 0.003° are 260 m, 0.004° are 346 m.
    points = [
        ("B", 106.15, True), ("B", 106.103, False), ("B", 106.104, True), ("A", 106.09, False), ("A", 106.103, True),
        ("T1", 106.103, False), ("T1", 106.15, True), ("D", 106.01, True), ("D", 106.15, False), ("B", 120.0, True), ("C", 120.0, False),
        ("unknown", 120.0, False),
    ]  # fmt: skip
    codes = np.array([code for code, _, _ in points], dtype=object)
    lon = np.array([lon for _, lon, _ in points])
    assert OUTLINES.strays(lon, np.full(len(points), 39.05), codes).tolist() == [astray for _, _, astray in points]
