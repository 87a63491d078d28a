"""Pins: snapshots that something else rests on stay, however old they grow. A line of PINS names a snapshot and who holds it."""

from __future__ import annotations

from pathlib import Path

from dashboard.warehouse import PINS, snapshot_path
from etl.errors import FileRefused
from etl.landing import publish_text, sole_writer


def pin(folder: Path, name: str, holder: str) -> None:
    """Let a snapshot stay for a holder. Raises FileRefused if it is gone."""
    with sole_writer(folder):
        # Looked for under the lock: a load that forgets old snapshots holds it too.
        if not snapshot_path(folder, name).exists():
            raise FileRefused("the snapshot is gone", name, expected="one that is kept")
        held = _held(folder)
        if (line := _line(name, holder)) not in held:
            _publish(folder, [*held, line])


def unpin(folder: Path, name: str, holder: str) -> None:
    """Let a holder go; the snapshot stays while another holds it."""
    with sole_writer(folder):
        held = _held(folder)
        if (line := _line(name, holder)) in held:
            _publish(folder, [one for one in held if one != line])


def _line(name: str, holder: str) -> str:
    return f"{name} {' '.join(holder.split())}".strip()


def _held(folder: Path) -> list[str]:
    path = folder / PINS
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.exists() else []


def _publish(folder: Path, lines: list[str]) -> None:
    publish_text(folder / PINS, "".join(f"{line}\n" for line in lines))
