"""A slip as a sheet on the page: what the files say, in the same order."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.reports.model import ADDRESSEE, Note, Paragraph, Report, Table
from dashboard.reports.plain import rows_text
from dashboard.reports.spans import days_zh


def sheet(report: Report) -> Component:
    """The whole slip; it is a Chinese paper in every language of the page."""
    made = report.made_on
    parts: list[Component] = [
        html.Div(report.mark, className="slip-mark"), html.H3(report.title), html.Div(report.number, className="slip-number"),
        html.Div([html.Span(report.office), html.Time(f"{made.year}年{days_zh(made, made)}")], className="slip-issued"),
        html.H4(report.period.name),
    ]  # fmt: skip
    for block in report.blocks:
        if isinstance(block, Paragraph):
            is_to = block.key == ADDRESSEE
            runs = [html.B(run.text) if run.is_strong else run.text for run in block.runs]
            parts.append(html.P(runs, className="slip-to" if is_to else ""))
        elif isinstance(block, Table):
            parts.append(_table(block))
        elif isinstance(block, Note):
            parts.append(html.P(block.text, className="slip-note"))
    return html.Article(parts, className="slip-sheet", lang="zh-CN")


def _table(table: Table) -> Component:
    headings, *rows = rows_text(table)
    kinds = ["num" if column.align == "right" else "text" for column in table.columns]
    head = html.Thead(html.Tr([html.Th(text, className=kind, scope="col") for text, kind in zip(headings, kinds, strict=True)]))
    body = [html.Tr([html.Td(text, className=kind) for text, kind in zip(row, kinds, strict=True)]) for row in rows]
    return html.Div([html.H4(table.caption), html.Table([head, html.Tbody(body)])], className="table slip-table")
