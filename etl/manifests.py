"""What the manifests of a landing folder say, remembered from load to load so that thousands need not be read anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

Stamp = tuple[int, int]  # When a file was last written, in nanoseconds, and its bytes.
Facts = dict[str, Any]


class ManifestIndex:
    """A remembered copy of each manifest. The folder is the truth: a file that is not as it was is read again.

    The copy is a line a manifest in `index`, only ever added to; it may be lost, torn or old at no harm.
    """

    def __init__(self, manifests: Path, index: Path) -> None:
        self.manifests = manifests
        self.index = index
        self._known: dict[str, tuple[Stamp, Facts]] | None = None

    def facts(self) -> tuple[dict[str, Facts], dict[str, str]]:
        """Batch id -> facts in order of the running number, and batch id -> why its manifest cannot be read."""
        known = self._remembered() if self._known is None else self._known
        found: dict[str, tuple[Stamp, Facts]] = {}
        learned: list[str] = []
        unreadable: dict[str, str] = {}
        for name, stamp in sorted(_stamps(self.manifests).items(), key=lambda item: place_of(item[0])):
            if name in known and known[name][0] == stamp:
                found[name] = known[name]
                continue
            try:
                facts = json.loads((self.manifests / f"{name}.json").read_text(encoding="utf-8"))
            except (ValueError, OSError) as error:
                unreadable[name] = str(error)
                continue
            if not isinstance(facts, dict) or facts.get("batch_id") != name:
                unreadable[name] = "it does not hold the facts of this batch"
                continue
            found[name] = (stamp, facts)
            learned.append(json.dumps([name, *stamp, facts], ensure_ascii=False))
        self._known = found
        self._remember(learned)
        return {name: facts for name, (_, facts) in found.items()}, unreadable

    def _remembered(self) -> dict[str, tuple[Stamp, Facts]]:
        known: dict[str, tuple[Stamp, Facts]] = {}
        try:
            text = self.index.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return known
        for line in text.splitlines():
            try:
                name, written, size, facts = json.loads(line)
                known[name] = ((written, size), facts)
            except (ValueError, TypeError):
                continue  # Torn by a load that was killed: that manifest is read again.
        return known

    def _remember(self, lines: list[str]) -> None:
        if not lines:
            return
        try:
            with self.index.open("a", encoding="utf-8") as file:
                # A line end before, too: the last line may be torn.
                file.write("\n" + "\n".join(lines) + "\n")
        except OSError:
            return  # Nothing but time is lost.


def place_of(name: str) -> tuple[int, str]:
    """Where a batch or snapshot stands in the order: by its running number, however many digits that has."""
    number = name.partition("-")[0]
    return (int(number) if number.isdecimal() else -1, name)


def _stamps(folder: Path) -> dict[str, Stamp]:
    stamps = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and not entry.name.startswith("."):
                facts = entry.stat()
                stamps[entry.name.removesuffix(".json")] = (facts.st_mtime_ns, facts.st_size)
    return stamps
