"""Theme: colours, type sizes, number formats and the Plotly template; for the wall, the office and paper."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from dashboard.settings import MINIMUM_COUNT
from dashboard.texts import Text

FONTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif'
WAN, YI = 10_000, 100_000_000
MISSING = "—"


@dataclass(frozen=True)
class Theme:
    """How figures look. `size` is the label size in px; everything typographic follows from it."""

    name: str
    language: str
    size: float
    page: str
    panel: str
    raised: str
    hairline: str
    text: str
    muted: str
    faint: str
    accent: str
    context: str
    good: str
    warn: str
    bad: str
    # Of lamps alone, where amber would be taken for red.
    yellow: str
    ramp: tuple[str, ...]
    is_dark: bool
    # Under so many cases a rate is grey; a chart is drawn with that of its filters.
    minimum_count: int = MINIMUM_COUNT
    # The room a chart has where that is known, on the wall: its width and height in label sizes.
    room: tuple[float, float] | None = None

    def rows_that_fit(self, most: int, taken: float = 2.0, pitch: float = 1.25) -> int:
        """How many rows have room, `most` at most: `taken` is what headings and axes need, `pitch` a row's height, in label sizes."""
        return most if self.room is None else max(1, min(most, int((self.room[1] - taken) / pitch)))

    @property
    def small(self) -> float:
        """The smallest hand, of headings and axes: on the wall still one that is read from where people stand."""
        return self.size * 0.95

    @property
    def far(self) -> float:
        """On the wall the hand of what is read from the far end of the hall: one and a half labels; a label's elsewhere."""
        return self.size * (1.5 if self.is_dark else 1.0)

    @property
    def is_paper(self) -> bool:
        return self.name == "print"

    def say(self, text: Text) -> str:
        return text.in_(self.language)

    @property
    def label_column(self) -> str:
        return "label_en" if self.language == "en" else "label"

    def count(self, value: float, compact: bool | None = None) -> str:
        """A count: 万/亿 with one decimal on the wall, thousands separators in the office."""
        if value is None or math.isnan(value):
            return MISSING
        if compact if compact is not None else self.is_dark:
            return compact_count(value, self.language)
        return f"{value:,.0f}"

    def percent(self, value: float) -> str:
        if value is None or math.isnan(value):
            return MISSING
        return f"{value:.{1 if self.is_dark else 2}f}%"

    def hours(self, value: float) -> str:
        """A length of time in the unit a person would choose."""
        if value is None or math.isnan(value):
            return MISSING
        if value < 1:
            return f"{value * 60:.0f} {'min' if self.language == 'en' else '分钟'}"
        if value < 48:
            return f"{value:.1f} {'h' if self.language == 'en' else '小时'}"
        return f"{value / 24:.1f} {'d' if self.language == 'en' else '天'}"


def compact_count(value: float, language: str) -> str:
    """12 345 → 1.2万 (zh) or 12.3k (en)."""
    if language == "en":
        for unit, name in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
            if abs(value) >= unit * 10 or (unit > 1e3 and abs(value) >= unit):
                return f"{value / unit:.1f}{name}"
        return f"{value:,.0f}"
    if abs(value) >= YI:
        return f"{value / YI:.1f}亿"
    if abs(value) >= WAN:
        return f"{value / WAN:.1f}万"
    return f"{value:,.0f}"


WALL = Theme(
    name="wall", language="zh", size=18, page="#0A1220", panel="#0F1B2E", raised="#16263D",
    hairline="rgba(148,178,214,.14)", text="#E8F0FA", muted="#9FB3C8", faint="#8094AC", accent="#38B6FF", context="#4A5F7A",
    good="#35C28D", warn="#FF9F43", bad="#FF5A5F", yellow="#F5D547",
    ramp=("#1D3D5F", "#17497A", "#1F79B5", "#56B8DE", "#BFE6E6"), is_dark=True,
)  # fmt: skip
OFFICE = Theme(
    name="office", language="zh", size=12, page="#F4F6F9", panel="#FFFFFF", raised="#FFFFFF",
    hairline="rgba(28,52,84,.12)", text="#16263D", muted="#4E6078", faint="#66788F", accent="#0B6FC2", context="#B4C0CE",
    good="#17835A", warn="#B86200", bad="#C8322E", yellow="#C99A00",
    ramp=("#E3EEF8", "#B5D3EE", "#7DB2E0", "#3C87C8", "#0A4F92"), is_dark=False,
)  # fmt: skip
# On paper: labels of 9 pt, lines that a printer keeps, fills that stay apart without colour; the width is in CSS pixels.
PRINT = Theme(
    name="print", language="zh", size=12, page="#F2F2F2", panel="#FFFFFF", raised="#FFFFFF",
    hairline="#D0D3D8", text="#111111", muted="#333A44", faint="#454C57", accent="#0A5AA3", context="#A9B2BE",
    good="#0F6B49", warn="#B35C00", bad="#B3221E", yellow="#C99A00",
    ramp=("#EEF2F6", "#C3D3E4", "#8FAECD", "#4C7FB3", "#0B4A86"), is_dark=False,
)  # fmt: skip
THEMES = {"wall": WALL, "office": OFFICE, "print": PRINT}


@lru_cache(maxsize=64)
def theme(name: str, language: str, scale: float = 1.0) -> Theme:
    """The theme `name` in a language; `scale` is the wall's height over 1080 px."""
    base = THEMES[name]
    return replace(base, language=language, size=base.size * scale)


@lru_cache(maxsize=64)
def template(look: Theme) -> go.layout.Template:
    """The Plotly template of a theme: no furniture, five grid lines, tabular figures."""
    size = look.size
    axis: dict[str, Any] = {
        "gridcolor": look.hairline, "linecolor": look.hairline, "zeroline": False, "showline": False, "ticks": "",
        "tickfont": {"color": look.faint, "size": size}, "title": {"font": {"color": look.faint, "size": size}},
        "automargin": True, "nticks": 5, "fixedrange": True,
    }  # fmt: skip
    return go.layout.Template(
        layout={
            "font": {"family": FONTS, "size": size, "color": look.text},
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "showlegend": False, "colorway": [look.accent, look.context],
            "xaxis": {**axis, "showgrid": False}, "yaxis": axis, "hoverlabel": {
                "bgcolor": look.raised, "bordercolor": look.hairline, "font": {"family": FONTS, "size": size, "color": look.text},
            },
            "separators": ".,", "dragmode": False, "uniformtext": {"mode": None},
            "transition": {"duration": 0},
            # Margins are kept on however few pixels: what stands in them must not be cut.
            "minreducedwidth": 2, "minreducedheight": 2,
        }
    )  # fmt: skip
