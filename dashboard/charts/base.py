"""What a chart is: a question (ask) and a way to draw the answer (draw). Nothing here knows the web."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.filters import ScopedFilters
from dashboard.reference import data_state, labels
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme, template

Ask = Callable[[Engine, ScopedFilters], pd.DataFrame]
Draw = Callable[[pd.DataFrame, Theme], go.Figure]
Needs = Literal["closing_times", "ratings", "stages", "outcomes", "limits", "close_limits", "concluded_at", "outcome"]
NO_ROWS = Text("所选范围内没有可计算的数据", "Nothing to count in this selection")
# Where filters stand beside the chart, what would fill it.
WIDEN = Text("可放宽时段，或清除部分筛选", "widen the period, or take filters off")
NO_CLOSING = Text(
    "本来源不提供办结时间<br>无法计算时长与在办", "This source delivers no closing times<br>durations and backlog cannot be known"
)
NO_RATINGS = Text("本来源不提供评价", "This source delivers no ratings")
NO_STAGES = Text("本来源只提供上报时间<br>没有办理环节", "This source delivers report times only<br>no stages are known")
NO_LIMITS = Text("没有办理时限<br>无法计算按期与超期", "No time limits are known<br>on time and overdue cannot be told")
ONLY_OPEN_LIMITS = Text(
    "来源只给出在办件的时限，办结后即清除<br>无法判断办结是否按期",
    "The source gives limits of open tickets only<br>what was closed in time cannot be told",
)
NO_CONCLUSION = Text("本来源不提供办结时间", "This source does not say when disputes are concluded")
NO_OUTCOME = Text("本来源不提供调解结果", "This source delivers no outcomes")
LACKING = {
    "closing_times": NO_CLOSING, "ratings": NO_RATINGS, "stages": NO_STAGES, "outcomes": NO_CLOSING, "limits": NO_LIMITS,
    "close_limits": NO_LIMITS,
    "concluded_at": NO_CONCLUSION, "outcome": NO_OUTCOME,
}  # fmt: skip


@dataclass(frozen=True)
class Chart:
    """A figure with a name. `selects` says which choice of Filters a click on it makes (customdata holds the code)."""

    name: str
    title: Text
    ask: Ask
    draw: Draw
    needs: tuple[Needs, ...] = ()
    kind: str = "tickets"
    selects: str = ""
    # Choices that marks may set which name them: customdata begins with `choice=code`.
    selects_any: tuple[str, ...] = ()
    # A second choice made by the same click: customdata then begins with both codes. None leaves a choice as it is, "" lets it go.
    selects_too: str = ""
    # What is counted and by which clock, printed under the title.
    note: Text | None = None
    # Why a city has nothing to draw here, whatever is chosen; None where it has.
    lacks_in: Callable[[Engine], Text | None] | None = None
    # When its numbers are taken away: the metrics that define them, headings of columns that have no well-known one (see
    # chart_columns), and what defines them where no metric does.
    metrics: tuple[str, ...] = ()
    headings: Mapping[str, Text] = field(default_factory=dict, hash=False)
    definition: Text | None = None
    # Its frame as a table to be taken away, where what is drawn is none; attrs may hold `headings` of columns that only the data
    # know (the names of places), and a `remark`.
    lay: Callable[[pd.DataFrame], pd.DataFrame] | None = None

    def lack(self, engine: Engine, filters: ScopedFilters) -> Text | None:
        """Why this chart cannot answer for the sources asked for, or None."""
        lacking = lacking_of(engine, self.kind, self.needs, filters)
        return self.lacks_in(engine) if lacking is None and self.lacks_in else lacking

    def asked(self, engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
        """What it draws; what cannot be known is an empty frame that says so."""
        return _asked(self, engine, filters)

    def figure(self, engine: Engine, filters: ScopedFilters, look: Theme) -> go.Figure:
        """Ask and draw."""
        return self.drawn(self.asked(engine, filters), replace(look, minimum_count=filters.minimum_count))

    def drawn(self, frame: pd.DataFrame, look: Theme) -> go.Figure:
        """What was asked for as a figure; an empty answer is drawn as a sentence that says why."""
        if frame.empty:
            # Where nothing is what one hopes for, the frame says so itself.
            why = frame.attrs.get("lack") or NO_ROWS
            is_said = look.is_dark or look.is_paper or why is not NO_ROWS
            return sentence(why if is_said else Text(f"{NO_ROWS.zh}<br>{WIDEN.zh}", f"{NO_ROWS.en}<br>{WIDEN.en}"), look)
        return self.draw(frame, look).update_layout(template=template(look))

    def laid(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame as a table to be taken away."""
        return self.lay(frame) if self.lay and not frame.empty else frame


def lacking_of(engine: Engine, kind: str, needs: Sequence[Needs], filters: ScopedFilters) -> Text | None:
    """What of `needs` no source of `kind` asked for brings, in words; None where all is there."""
    state = data_state(engine, kind, filters.wish.sources)
    lacking = next((LACKING[name] for name in needs if state.lacks(name)), None)
    return ONLY_OPEN_LIMITS if lacking is NO_LIMITS and not state.lacks("close_limits") else lacking


# What a cell of a listing is, by which wall and office set its width and weight; a note is a sentence in place of rows.
Role = Literal["time", "state", "what", "place", "who", "number", "note"]
# How a cell is coloured, always beside a word and a shape.
State = Literal["plain", "good", "warn", "bad"]


@dataclass(frozen=True)
class Cell:
    """A printed text of a listing."""

    text: str
    role: Role
    state: State = "plain"


@dataclass(frozen=True)
class Row:
    """A row of a listing. `key` stays the same as long as it speaks of the same thing; `ticket` is the key of the ticket it leads to."""

    key: str
    cells: tuple[Cell, ...]
    ticket: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows instead of a figure: `columns` are what must be said in each row of the frame, `rows` prints them.

    Where there are none it says why: what the frame's attrs `lack`, else `empty`.
    """

    name: str
    title: Text
    ask: Ask
    columns: tuple[str, ...]
    rows: Callable[[pd.DataFrame, Theme, date], list[Row]]
    kind: str = "tickets"
    needs: tuple[Needs, ...] = ()
    empty: Text = NO_ROWS
    note: Text | None = None
    metrics: tuple[str, ...] = ()
    headings: Mapping[str, Text] = field(default_factory=dict, hash=False)
    definition: Text | None = None

    def lack(self, engine: Engine, filters: ScopedFilters) -> Text | None:
        """Why this listing cannot answer for the sources asked for, or None."""
        return lacking_of(engine, self.kind, self.needs, filters)

    def asked(self, engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
        """What it lists; what cannot be known is an empty frame that says so."""
        return _asked(self, engine, filters)

    def laid(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame as a table to be taken away: what is listed is one."""
        return frame


def _asked(chart: Chart | Listing, engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    lack = chart.lack(engine, filters)
    if lack is None:
        return chart.ask(engine, filters)
    frame = pd.DataFrame()
    frame.attrs["lack"] = lack
    return frame


def sentence(text: Text, look: Theme) -> go.Figure:
    """A figure that only says something, in the place where the answer would stand."""
    figure = go.Figure(layout={"template": template(look), "xaxis": {"visible": False}, "yaxis": {"visible": False}})
    figure.add_annotation(
        text=look.say(text), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"color": look.faint, "size": look.size}
    )
    return figure


def with_labels(frame: pd.DataFrame, engine: Engine, dimension: str) -> pd.DataFrame:
    """Add `label, label_en, short_label` for the codes in column `dimension`; a missing code is named as unknown."""
    names = labels(engine, dimension)
    found = frame.join(names, on=dimension)
    unknown = UNKNOWN.get(dimension, UNKNOWN["category_code"])
    for column, text in (("label", unknown.zh), ("short_label", unknown.zh), ("label_en", unknown.en)):
        # Plotly reads markup in texts: a name from a file must not become a link.
        found[column] = found[column].fillna(text).astype(str).str.translate(PLAIN)
    return found


PLAIN = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})
UNKNOWN = {
    "category_code": Text("未归类", "Uncategorised"),
    "unit_code": Text("未定单位", "No unit"),
    "organisation_code": Text("未定组织", "No organisation"),
    **dict.fromkeys(("division_code", "district_code", "town_code", "community_code"), Text("未定位", "Not placed")),
}


def spaced(values: pd.Series, gap: float = 0.06) -> float:
    """An axis end that leaves room for the labels written beyond the longest bar."""
    return float(values.max()) * (1 + gap) if len(values) and values.max() > 0 else 1.0


def with_rest(frame: pd.DataFrame, most: int, text: Text) -> pd.DataFrame:
    """The first `most` rows, and one of sums for the rest, named by `text` with {n}; a rest of one is that row itself."""
    if len(frame) <= most + 1:
        return frame
    tail = frame.iloc[most:]
    stands_for = len(tail) if "rest_of" not in frame else int(tail["rest_of"].fillna(1).sum())
    zh, en = (words.format(n=stands_for) for words in text)
    sums: dict[str, Any] = {str(name): tail[name].sum(min_count=1) for name in tail.select_dtypes("number").columns}
    rest = pd.DataFrame([{"code": "", "label": zh, "label_en": en, "short_label": zh, "is_rest": True, **sums, "rest_of": stands_for}])
    return pd.concat([frame.iloc[:most], rest], ignore_index=True)


def fitted(frame: pd.DataFrame, look: Theme, text: Text, taken: float = 2.0, pitch: float = 1.4) -> pd.DataFrame:
    """The rows that have room where a chart is drawn, the last of them the sum of those that have none (see `with_rest`)."""
    fit = look.rows_that_fit(len(frame), taken, pitch)
    if fit >= len(frame):
        return frame
    held = with_rest(frame, max(fit - 1, 1), text)
    held.attrs = frame.attrs
    return held


def is_rest(frame: pd.DataFrame) -> pd.Series:
    """Which rows are sums of what is not shown."""
    return frame["is_rest"].eq(True) if "is_rest" in frame else pd.Series(False, index=frame.index)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame's rows as plain dictionaries by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


@dataclass(frozen=True)
class Column:
    """A right-aligned column of texts beside the rows of a chart; `width` in label heights."""

    texts: Sequence[str]
    width: float
    colour: str = ""
    heading: str = ""


def beside(figure: go.Figure, places: Sequence[Any], columns: Sequence[Column], look: Theme) -> None:
    """Write columns in a right margin of their own, so that they never meet the marks; headings stand above them."""
    margin, used = sum(column.width for column in columns) * look.size, 0.0
    written: list[dict[str, Any]] = []
    for column in columns:
        used += column.width * look.size
        place = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": used, "showarrow": False}
        font = {"color": column.colour or look.text, "size": look.size}
        written += [{"y": row, "text": text, "font": font, **place} for row, text in zip(places, column.texts, strict=True)]
        if column.heading:
            written.append(heading(column.heading, look, shift=used))
    annotate(figure, written)
    figure.update_layout(margin={"l": 4, "r": margin, "t": look.size * 1.4, "b": 2})


def annotate(figure: go.Figure, annotations: Sequence[dict[str, Any]]) -> None:
    """Add annotations all at once: one by one, each costs as much as all before it."""
    # Set, not updated: updating goes through what is there element by element, for tenths of a second.
    figure.layout.annotations = [*figure.layout.annotations, *annotations]


def heading(text: str, look: Theme, *, shift: float = 0.0) -> dict[str, Any]:
    """A small heading above the plot, ending `shift` px to the right of it."""
    return {
        "x": 1, "y": 1, "xref": "paper", "yref": "paper", "text": text, "showarrow": False, "xanchor": "right", "yanchor": "bottom",
        "xshift": shift, "font": {"color": look.faint, "size": look.small},
    }  # fmt: skip


def named(rows: Sequence[dict[str, Any]], look: Theme, *, short: bool = False) -> list[str]:
    """The rows' names in the theme's language, cut where they would push the marks aside; each stays distinct."""
    column = "label_en" if look.language == "en" else "short_label" if short else "label"
    most = LONGEST[look.language]
    if look.room:
        share = int(look.room[0] * NAME_SHARE)
        # Paper has room for whole names, and nobody can point at them there.
        most = share if look.is_paper else min(most, share)
    texts = [str(row[column]) for row in rows]
    if look.is_dark:
        texts = without_shared_word(texts)
    cut = [(text, shortened(text, most)) for text in texts]
    return [short if short == text else short + "\u200b" * place for place, (text, short) in enumerate(cut)]


def without_shared_word(names: Sequence[str]) -> list[str]:
    """Names without the first word that most of them share, as units that all begin with their city's name; a name is never left empty."""
    first = Counter(name.split(" ", 1)[0] for name in names if " " in name).most_common(1)
    if not first or first[0][1] * 2 < len(names) or len(names) < 4:
        return list(names)
    start = f"{first[0][0]} "
    return [name.removeprefix(start) for name in names]


def grouped_bars(frame: pd.DataFrame, columns: Sequence[Column], look: Theme) -> go.Figure:
    """Bars of `value` under the headings of their `group`, in the frame's order; columns hold one text for each row.

    The frame names rows and groups in both languages (`label…`, `group…`; a group without a name has no heading);
    `is_context` draws a bar as background; `choice` names what a click on a bar sets to its `code`, `is_chosen` says that it is set.
    """
    rows = rows_of(frame)
    suffix = "_en" if look.language == "en" else ""
    places, ticks, at, last = [], [], 0.0, None
    for row in rows:
        group = row[f"group{suffix}"]
        if group != last:
            at += 0.35 if last is not None else 0.0
            if group:
                ticks.append((at, f"<b>{group}</b>"))
                at += 0.95
            last = group
        places.append(at)
        ticks.append((at, row[f"label{suffix}"]))
        at += 1
    figure = go.Figure()
    figure.add_bar(
        y=places, x=frame["value"], orientation="h", width=0.56, marker={"color": _group_colours(rows, look)},
        customdata=[[_told(row), row[f"label{suffix}"]] for row in rows], hovertemplate="%{customdata[1]}<br>%{x:,.0f}<extra></extra>",
    )  # fmt: skip
    beside(figure, places, columns, look)
    figure.update_xaxes(visible=False, range=[0, spaced(frame["value"], 0.02)])
    figure.update_yaxes(
        range=[max(at, FEWEST_ROWS) - 0.4, -0.6], showgrid=False,
        tickvals=[place for place, _ in ticks], ticktext=[text for _, text in ticks], ticklabelstandoff=6,
        tickfont={"color": look.text, "size": look.size},
    )  # fmt: skip
    return figure


def _told(row: dict[str, Any]) -> str:
    """What a row's mark chooses, as `choice=code`; empty where it has no code."""
    return f"{row['choice']}={row['code']}" if row.get("choice") and isinstance(row["code"], str) else ""


def _group_colours(rows: list[dict[str, Any]], look: Theme) -> list[str]:
    """Accent for what counts here; where some rows of a choice are chosen, those alone."""
    some = {row["choice"] for row in rows if row.get("is_chosen")}
    strong = [row.get("is_chosen") if row.get("choice") in some else not row.get("is_context") for row in rows]
    return [look.accent if is_strong else look.context for is_strong in strong]


def share(numerator: float, denominator: float, look: Theme) -> str:
    """A share as printed beside a bar: grey where too few stand behind it (city.toml: minimum_count), “—” where none."""
    if not denominator > 0:
        return MISSING
    text = f"{100.0 * numerator / denominator:.1f}%"
    return text if denominator >= look.minimum_count else f"<span style='color:{look.faint}'>{text}</span>"


# Bars are no thicker than if so many rows stood there.
FEWEST_ROWS = 6
# In Latin letters; a Chinese sign is as wide as two.
LONGEST = {"zh": 20, "en": 22}
LETTER = 0.54  # The width of a Latin letter, in heights.
NAME_SHARE = 0.65  # And no more of them than so many for each label size a chart is wide.


def width_of(text: str) -> int:
    """How wide a text is, in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def hand_for(text: str, hand: float, look: Theme) -> float:
    """The hand in which a text fits into a chart's width, no larger than `hand`."""
    return min(hand, look.size * look.room[0] / (width_of(text) * LETTER)) if look.room and text else hand


def shortened(text: str, most: int) -> str:
    """A text of at most `most` letters' width, with an ellipsis where it was longer."""
    if width_of(text) <= most:
        return text
    while text and width_of(text) >= most:
        text = text[:-1]
    return text.rstrip() + "…"
