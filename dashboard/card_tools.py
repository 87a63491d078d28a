"""What every card can do beside showing: give its numbers, as a table, a file or a picture; and what it says while it waits or fails."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.charts import CHARTS, Chart
from dashboard.texts import Text
from dashboard.view import View

TOOLS = Text("数据与下载：{}", "Data and downloads: {}")
NUMBERS, CSV, EXCEL, PNG = (
    Text("查看数据", "Show the numbers"),
    Text("CSV", "CSV"),
    Text("Excel", "Excel"),
    Text("图片 PNG", "Picture (PNG)"),
)
DOWNLOAD = Text("下载 {}", "Download {}")
# What the scripts of cards say, by the attribute that carries it.
WORDS = {
    "slow": Text("正在计算…", "Working on it …"),
    "failed": Text("取数失败，画面可能不是最新", "This could not be fetched; what is shown may be old"),
    "again": Text("重试", "Try again"),
    "some-failed": Text("部分卡片取数失败，其余不受影响", "Some cards could not be fetched; the others are not affected"),
    "no-picture": Text("图片未能生成", "The picture could not be made"),
    "close": Text("关闭", "Close"),
    "about": Text("口径与来源", "Definitions and sources"),
    "empty": Text("所选范围内没有数据，可放宽时段或清除部分筛选", "Nothing in this selection: widen the period, or take filters off"),
}


def chart_tools(name: str, view: View) -> Component:
    """A quiet menu in the head of a card: the numbers behind its chart, and the chart as a file."""
    chart = CHARTS[name]
    words = view.say(TOOLS).format(view.say(chart.title))
    items: list[Component] = [html.Button(view.say(NUMBERS), type="button", **_data(tool="numbers"))]
    items += [
        html.A(view.say(DOWNLOAD).format(view.say(text)), href=f"/chart/{name}.{kind}", download="", **_data(file=f"/chart/{name}.{kind}"))
        for kind, text in (("csv", CSV), ("xlsx", EXCEL))
    ]
    if isinstance(chart, Chart):
        items.append(html.Button(view.say(DOWNLOAD).format(view.say(PNG)), type="button", **_data(tool="picture")))
    label: dict[str, Any] = {"aria-label": words}
    return html.Details([html.Summary("⋯", title=words, **label), html.Div(items)], className="tools", **_data(chart=name))


def card_words(view: View) -> Component:
    """The words of every card's states, once a page."""
    return html.Div(hidden=True, className="card-words", **_data(**{name: view.say(text) for name, text in WORDS.items()}))


def _data(**attributes: str) -> dict[str, Any]:
    return {f"data-{name}": value for name, value in attributes.items()}
