"""A short soak of the wall: many refreshes and scene changes with loads and renewals meanwhile leave nothing behind in the browser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.soak import BARS, Bar, Sample, slope, soak, verdict

pytestmark = pytest.mark.browser


def test_the_wall_leaves_nothing_behind(chromium: str, tmp_path: Path) -> None:
    # The other tests' browser is driven from this thread, and one thread drives one.
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(soak, tmp_path, tickets=600, refreshes=150, changes=60, renewals=2, every=10.0, samples=10).result()
    last = found[-1]
    assert last.refreshes >= 150
    assert last.scene_changes >= 60
    assert last.renewals >= 2
    assert last.snapshots > 1
    assert {sample.iframes for sample in found} == {1}
    # What a few minutes can show: elements, listeners and documents of removed pages go, no context is lost; a page left behind would
    # be ten thousand elements. Memory only says something over hours: `make soak`.
    for name in ("nodes", "listeners", "documents", "frames", "contexts", "canvases"):
        climb, above, is_flat = verdict([float(getattr(sample, name)) for sample in found], BARS[name])
        assert is_flat, (name, climb, above, [getattr(sample, name) for sample in found])


def test_the_bar_tells_what_grows_from_what_stands() -> None:
    assert slope([1.0, 2.0, 3.0, 4.0]) == pytest.approx(3.0)
    bar = Bar(0.10, 0.25, 0.0)
    assert verdict([5.0, 9.0, 10.0, 10.1, 9.9, 10.0], bar)[2]
    assert not verdict([10.0, 11.0, 12.0, 13.0, 14.0, 15.0], bar)[2]
    assert not verdict([10.0, 10.0, 10.0, 10.0, 13.0, 10.0], bar)[2]
    assert set(BARS) <= set(Sample.__dataclass_fields__)
