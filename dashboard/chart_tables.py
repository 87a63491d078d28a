"""The numbers behind a chart as a table to be read or taken away: what it is, of when, of what, by which definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from dashboard import texts
from dashboard.asking import fetch
from dashboard.chart_columns import WORDS, columns_of, heading
from dashboard.charts import CHARTS, Chart, Listing
from dashboard.filter_words import NAMES, choices_in_words, days_in_words
from dashboard.filters import Filters
from dashboard.key_figures import NOW, PERIOD_NAMES
from dashboard.metrics import metric_of
from dashboard.reference import data_state
from dashboard.table_files import Cell, TableFile
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View
from dashboard.warehouse import BASES, MADE_OF, sources

FILTERS, WHOLE, REMARK = Text("筛选", "Filters"), Text("无", "none"), Text("说明", "Note")
SOURCES, TAKEN_AT = Text("数据来源", "Sources"), Text("导出时间", "Taken at")
UP_TO = Text("截至数据时间", "As of the data time")
YES, NO = Text("是", "yes"), Text("否", "no")
WITH_DAYS = Text("{name}（{days}）", "{name} ({days})")
# No name of a file holds these.
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s：、，]+')
WHOLE_NUMBER, FRACTION, DECIMALS = "#,##0", "#,##0.00", 4


def chart_table(view: View, name: str, wish: Filters) -> TableFile:
    """The frame a chart draws for a wish, under readable headings. Raises KeyError for an unknown chart."""
    chart = CHARTS[name]
    return frame_table(view, chart, wish, chart.asked(view.engine, view.scoped(wish, chart.kind)))


def frame_table(view: View, chart: Chart | Listing, wish: Filters, asked: pd.DataFrame) -> TableFile:
    """What a chart was told (see `asked`), under readable headings."""
    frame = chart.laid(asked)
    head = [*chart_head(view, chart, wish)]
    remark = asked.attrs.get("lack") or frame.attrs.get("remark")
    if remark is not None:
        head.insert(-1, (view.say(REMARK), view.say(remark).replace("<br>", " ")))
    columns = columns_of(chart, [str(name) for name in frame.columns], view.language)
    if "count" in columns and frame["count"].equals(frame["value"]):  # A map of counts says the same twice.
        del columns["count"]
    own: Mapping[str, Text] = frame.attrs.get("headings", {})
    headings = [view.say(own.get(column) or heading(chart, column) or Text(column, column)) for column in columns]
    cells = [_cells(view, column, frame[place]) for column, place in columns.items()]
    formats = {said: _format(column) for said, column in zip(headings, cells, strict=True)}
    rows = [list(row) for row in zip(*cells, strict=True)]
    return TableFile(view.say(chart.title), head, headings, rows, {said: form for said, form in formats.items() if form})


def chart_head(view: View, chart: Chart | Listing, wish: Filters) -> list[tuple[str, str]]:
    """The lines above a table: title and city, data time, period, filters, sources, and what defines its numbers."""
    defined = [metric_of(code, view.scoped(wish, chart.kind).variants) for code in chart.metrics]
    more = [(view.say(REMARK), view.say(chart.definition))] if chart.definition else []
    return [
        (view.say(chart.title), city_of(view)),
        (view.say(texts.DATA_TIME), data_time(view, chart.kind, wish)),
        (view.say(texts.PERIOD), period_in_words(view, chart, wish)),
        (view.say(FILTERS), "; ".join(filters_in_words(view, wish)) or view.say(WHOLE)),
        (view.say(SOURCES), sources_in_words(view, chart.kind, wish)),
        *((view.say(metric.label), view.say(metric.definition)) for metric in defined),
        *more,
        (view.say(TAKEN_AT), f"{view.now:%Y-%m-%d %H:%M}"),
    ]


def city_of(view: View) -> str:
    return view.city.label_en if view.language == "en" else view.city.label


def data_time(view: View, kind: str, wish: Filters) -> str:
    """How far the data reach, the oldest and the newest source, and by which clock."""
    state = data_state(view.engine, kind, wish.sources)
    times = [f"{at:%Y-%m-%d %H:%M}" for at in (state.as_of, state.newest) if at is not None]
    return f"{' – '.join(dict.fromkeys(times))} {view.zone}" if times else MISSING


def period_in_words(view: View, chart: Chart | Listing, wish: Filters) -> str:
    """The period by name and days; a chart whose numbers are all about now says so."""
    defined = [metric_of(code) for code in chart.metrics]
    if defined and all(BASES[metric.table.name][metric.base] is None for metric in defined):
        return f"{view.say(NOW)} · {view.say(UP_TO)}"
    return view.say(WITH_DAYS).format(name=view.say(PERIOD_NAMES[wish.period]), days=days_in_words(view, wish))


def filters_in_words(view: View, wish: Filters) -> list[str]:
    return choices_in_words(view, wish, tuple(NAMES))


def sources_in_words(view: View, kind: str, wish: Filters) -> str:
    """The sources behind the numbers that have delivered."""
    s = sources.c
    query = select(s.label, s.label_en).where(s.kind == MADE_OF.get(kind, kind), s.as_of.is_not(None)).order_by(s.source_code)
    frame = fetch(view.engine, query.where(s.source_code.in_(wish.sources)) if wish.sources else query)
    names = frame["label_en"].fillna(frame["label"]) if view.language == "en" else frame["label"]
    return (", " if view.language == "en" else "、").join(names) or MISSING


def file_name(view: View, name: str, wish: Filters) -> str:
    """`<title>_<city>_<period>`, as a file may be called."""
    said = (view.say(CHARTS[name].title), city_of(view), period_name(view, wish))
    return "_".join(NOT_IN_NAMES.sub("-", part).strip("-") for part in said)


def period_name(view: View, wish: Filters) -> str:
    if wish.period != "custom":
        return view.say(PERIOD_NAMES[wish.period])
    since, until = wish.resolved(view.today)
    return f"{since:%Y%m%d}-{until:%Y%m%d}"


def _cells(view: View, column: str, held: pd.Series) -> list[Cell]:
    words: Mapping[str, Text] | None = WORDS.get(column)
    if words is not None:
        return [None if pd.isna(value) else view.say(words[code]) if (code := str(value)) in words else code for value in held]
    if pd.api.types.is_datetime64_any_dtype(held):
        is_days = bool((held.dropna() == held.dropna().dt.normalize()).all())
        return [_time(value, is_days) for value in held]
    known = held.dropna()
    if len(known) and all(isinstance(value, bool | np.bool_) for value in known):
        return [None if pd.isna(value) else view.say(YES if value else NO) for value in held]
    if pd.api.types.is_numeric_dtype(held):
        return _numbers(held)
    return [None if pd.isna(value) else str(value) for value in held]


def _time(value: Any, is_day: bool) -> datetime | date | None:
    if pd.isna(value):
        return None
    at: datetime = pd.Timestamp(value).to_pydatetime()
    return at.date() if is_day else at


def _numbers(held: pd.Series) -> list[Cell]:
    known = held.dropna()
    if bool(np.isclose(known.astype("float64") % 1, 0).all()):
        return [None if pd.isna(value) else round(float(value)) for value in held]
    return [None if pd.isna(value) else round(float(value), DECIMALS) for value in held]


def _format(cells: list[Cell]) -> str:
    """The Excel format of a column of numbers; none for others."""
    kinds = {type(cell) for cell in cells if cell is not None}
    return WHOLE_NUMBER if kinds == {int} else FRACTION if kinds and kinds <= {int, float} else ""
