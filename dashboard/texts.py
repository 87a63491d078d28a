"""Every label of the interface that belongs to no metric, chart or page, once, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("zh", "en")


class Text(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


DATA_TIME = Text("数据时间", "Data time")
DATA_AGE = Text("数据龄", "Data age")
ALL = Text("全部", "All")
PERIOD = Text("时段", "Period")
DAYS = Text("起止日期", "Days")
# In the tokens of the date picker.
MONTH = Text("YYYY年MMMM", "MMMM YYYY")
PLACE = Text("区域", "Place")
CATEGORY = Text("类别", "Category")
MINOR = Text("小类", "Minor category")
UNIT = Text("承办单位", "Unit")
CHANNEL = Text("渠道", "Channel")
DISPUTE_TYPE = Text("纠纷类型", "Type")
ORGANISATION = Text("调解组织", "Organisation")
LEVEL = Text("风险等级", "Level")
RISK_TYPE = Text("风险类型", "Type of risk")
RISK_CELL = Text("可能性×影响", "Likelihood × impact")
BLOCK = Text("试点板块", "Block of the pilot")
LAMP = Text("亮灯", "Lamp")
DUE = Text("期限", "Due")
KIND = Text("性质", "Kind")
RESET = Text("清除筛选", "Reset")
OTHER_LANGUAGE = Text("English", "中文")
DEMO = Text("演示数据：除公开数字外均为生成数据", "Demo data: all but published figures is generated")
DEMO_SHORT = Text("演示数据", "Demo data")
SERVER_AWAY = Text("服务器无应答", "Server not answering")
NO_SNAPSHOT = Text("还没有数据", "Nothing loaded yet")
NO_SNAPSHOT_HINT = Text(
    "请先装载数据：python -m etl demo 或 python -m etl load", "Load data first: python -m etl demo, or python -m etl load"
)
NOT_FOUND = Text("没有这个页面", "There is no such page")
NOT_FOUND_HINT = Text("请检查网址，或从首页进入。", "Check the address, or start from the first page.")
OUTLINES = Text("界线：{}", "Outlines: {}")
PLATFORMS = Text("联网平台", "Linked platforms")
FRESH = Text("在线", "on time")
LATE = Text("迟到", "late")
SILENT = Text("无数据", "silent")
IDLE = Text("未向本系统报送", "not delivering here")
OVERDUE = Text("超期", "overdue")
GUARD = Text(
    "来件 {seen} ＝ 计入 {counted} ＋ 关联重复 {repeats} ＋ 已删除 {deleted}；计入中未归类 {category}、未定位 {place}、未定单位 {unit}",
    "Seen {seen} = counted {counted} + duplicates {repeats} + deleted {deleted};"
    " of counted: {category} uncategorised, {place} not placed, {unit} without unit",
)
GUARD_DISPUTES = Text(
    "来件 {seen} ＝ 计入 {counted} ＋ 已删除 {deleted}；计入中未归类 {type}、未定位 {place}、未定组织 {organisation}",
    "Seen {seen} = counted {counted} + deleted {deleted};"
    " of counted: {type} uncategorised, {place} not placed, {organisation} without organisation",
)
WITHOUT_CLOSING = Text("{n} 个来源中 {m} 个提供办结时间", "{m} of {n} sources deliver closing times")
HALL = Text("市域社会治理指挥中心", "Governance Command Center")
CHARTS_SPEAK_OF = Text("图表时段：{}", "charts: {}")
WEEKDAYS, WEEKDAYS_EN = "一二三四五六日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WALL_WORDS = {
    "away": SERVER_AWAY,
    "retry": Text("{} 秒后重试", "retrying in {} s"),
    "wait": Text("正在取数", "Fetching"),
    "refresh": Text("{} 秒后刷新", "next look in {} s"),
    "held": Text("画面停留在 {}", "picture of {}"),
    "paused": Text("已暂停", "Paused"),
    "pinned": Text("已固定", "Pinned"),
    "small": Text(
        "远看字号不足：此处观看距离需字高 {} 像素，现有 {}", "Too small to be read from here: signs must be {} px high, they are {}"
    ),
    "wrong": Text("服务器应答有误", "The server’s answer is faulty"),
    "stuck": Text("{} 自 {} 起未能更新", "{} not updated since {}"),
    "and": Text("、", ", "),
    "lost": Text("显示页无应答，正在更新", "The picture does not answer and is renewed"),
    "not_seen": Text("暂无数据", "No data yet"),
    "focus": Text("聚焦 {}", "Focus: {}"),
    "revoked": Text("本大屏的链接已撤销", "The link of this wall was revoked"),
    "revoked-hint": Text("不再显示数据。请向数据管理员索取新的链接。", "It shows no data. Ask the data administrator for a new link."),
}
SHELL = {
    "full": Text("全屏", "Full screen"),
    "back": Text("上一幕", "Previous"),
    "on": Text("下一幕", "Next"),
    "pause": Text("暂停", "Pause"),
    "go": Text("继续", "Go on"),
    "renew": Text("刷新页面", "Renew"),
}
STRIP = {
    "title": PLATFORMS, "fresh": FRESH, "late": LATE, "silent": SILENT, "idle": IDLE,
    "minutes": Text("分钟", "min"), "hours": Text("小时", "h"), "days": Text("天", "d"),
}  # fmt: skip
OLDEST = Text("（最早来源 {}）", " (oldest source {})")
FIRST_PAGE = Text("首页", "First page")
DROPDOWN = {
    "select_all": Text("全选", "Select all"), "deselect_all": Text("全不选", "Deselect all"), "search": Text("查找", "Search"),
    "selected_count": Text("已选 {num_selected} 项", "{num_selected} selected"), "clear_search": Text("清除查找", "Clear search"),
    "clear_selection": Text("清除", "Clear"), "no_options_found": Text("没有匹配项", "Nothing found"),
}  # fmt: skip
NOT_NOW = Text("取消", "Cancel")
SOURCE = Text("来源", "Source")
FILE = Text("选择文件（CSV、Excel、JSON 等）", "Choose a file (CSV, Excel, JSON …)")
CLOSE = Text("关闭", "Close")
AWAY = Text("服务器无应答", "The server does not answer")
