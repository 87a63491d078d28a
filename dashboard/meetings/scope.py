"""Which targets a meeting is about: the whole city, or some blocks, units or divisions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from dashboard.filters import Filters, ScopedFilters
from dashboard.view import View


@dataclass(frozen=True)
class MeetingScope:
    """Codes by what they choose; all empty is the whole city."""

    blocks: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps({"blocks": self.blocks, "units": self.units, "divisions": self.divisions}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        held = json.loads(text)
        return cls(*(tuple(held.get(name, ())) for name in ("blocks", "units", "divisions")))

    def filters(self, view: View) -> ScopedFilters:
        return view.scoped(Filters(blocks=self.blocks, units=self.units, divisions=self.divisions), "pilots")
