"""The walls: which devices open by a link, how each wall is, and its nights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import act_button, table
from dashboard.data_cards.printing import card, count, minutes, moment
from dashboard.profiles import DATA_ADMINISTRATOR, PROFILES
from dashboard.request import current_store
from dashboard.scenes import SCENES
from dashboard.store import devices, health
from dashboard.store.tables import Device, WallHealth, WallNight
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View
from dashboard.walls import Standing, label_of, walls_of

MEGABYTE = 2**20
NIGHTS_SHOWN, REVOKED_SHOWN, WALLS_SHOWN = timedelta(days=30), timedelta(days=90), timedelta(days=30)
LINKS = Text("设备链接", "Device links")
LINKS_NOTE = Text(
    "大屏和值班平板凭链接打开，不需要键盘：把链接设为大屏主机的开机网址，或在平板上打开一次。链接可随时撤销；库中只存其摘要。",
    "Walls and duty tablets open by a link and need no keyboard: make it the address a wall's machine starts with, or open it once on the"
    " tablet. A link can be revoked at any time; only its hash is kept.",
)
NO_LINKS = Text("还没有设备链接", "No device has a link yet")
NEW_WALL, NEW_DUTY = Text("新建大屏链接", "Link for a wall"), Text("新建值班平板链接", "Link for a duty tablet")
LABEL = Text("名称，如“一楼大厅”（必填）", "Name, such as “Hall, ground floor” (required)")
COPY, COPIED = Text("复制", "Copy"), Text("已复制", "Copied")
ON_ITSELF = Text(
    "在另一台设备上打开时，请把地址中的本机名换成服务器的地址。",
    "To open it on another device, put the server’s address in place of this machine’s.",
)
KINDS = {devices.WALL: Text("大屏", "wall"), devices.DUTY: Text("值班平板", "duty tablet")}
LINK_HEADINGS = [
    (Text("名称", "Name"), "text"), (Text("用途", "Kind"), "text"), (Text("状态", "State"), "text"),
    (Text("最近联系", "Last seen"), "when"), (Text("地址", "Address"), "text"), (Text("启用", "Opened"), "when"),
    (Text("生成", "Made"), "when"), (Text("经手", "By"), "text"), (Text("", ""), "acts"),
]  # fmt: skip
UNOPENED, IN_USE, REVOKED = Text("未启用", "not opened yet"), Text("使用中", "in use"), Text("已撤销 {}", "revoked {}")
WALLS = Text("大屏运行", "Walls")
WALLS_NOTE = Text(
    "30 天内出现过的大屏。两分钟内联系过为运行中；次数自页面打开起计，每 5 分钟上报一次。监控系统可读取 /wall/health。",
    "Walls seen within 30 days; alive if seen within two minutes. Counts run since the page was opened and are told every five minutes."
    " Monitors read /wall/health.",
)
NO_WALLS = Text("30 天内没有大屏打开过", "No wall was open within 30 days")
WALL_HEADINGS = [
    (Text("大屏", "Wall"), "text"), (Text("状态", "State"), "text"), (Text("最近联系", "Last seen"), "when"),
    (Text("场景", "Scene"), "text"), (Text("最近出图", "Last picture"), "when"), (Text("打开于", "Opened"), "when"),
    (Text("刷新", "Refreshes"), "num"), (Text("刷新失败", "Missed"), "num"), (Text("场景切换", "Scene changes"), "num"),
    (Text("夜间更新", "Renewals"), "num"), (Text("出错", "Errors"), "num"), (Text("内存 MB（打开时）", "Heap MB (at opening)"), "num"),
    (Text("节点", "Nodes"), "num"), (Text("画布（WebGL）", "Canvases (WebGL)"), "num"),
]  # fmt: skip
ALIVE, LOST = Text("运行中", "alive"), Text("失联 {}", "not seen for {}")
UNLINKED = Text("无链接", "no link")
NIGHTS = Text("每夜记录：{}", "Nights: {}")
NIGHTS_NOTE = Text(
    "每天一行：3 点后的第一次上报（没有则为最后一次），后为当天最小–最大与合计。",
    "A line a day: the first word after three o’clock, or the last before; then least to most, and the sums of the day.",
)
NIGHT_HEADINGS = [
    (Text("日期", "Day"), "when"), (Text("时刻", "At"), "when"), (Text("内存 MB", "Heap MB"), "num"),
    (Text("当天内存", "Heap of the day"), "num"),
    (Text("节点", "Nodes"), "num"), (Text("当天节点", "Nodes of the day"), "num"), (Text("画布", "Canvases"), "num"),
    (Text("上报", "Words"), "num"), (Text("刷新", "Refreshes"), "num"), (Text("刷新失败", "Missed"), "num"),
    (Text("场景切换", "Scene changes"), "num"), (Text("夜间更新", "Renewals"), "num"), (Text("出错", "Errors"), "num"),
]  # fmt: skip
NO_NIGHTS = Text("还没有上报", "Nothing told yet")


def walls(view: View, _query: dict[str, str]) -> list[Component]:
    """Links with what may be done with them, then the walls, then the nights of each."""
    store, now = current_store(), view.city.now()
    held = [one for one in devices.devices(store) if one.revoked_at is None or now - one.revoked_at < REVOKED_SHOWN]
    standing = walls_of(store).standing(now, WALLS_SHOWN)
    links = [_link(one, view) for one in held]
    rows = [_wall(one, view, now) for one in standing]
    return [
        card(
            view.say(LINKS),
            [html.Div(_makers(view), className="card-tools"), table(LINK_HEADINGS, links, view, NO_LINKS)],
            view.say(LINKS_NOTE),
        ),
        card(view.say(WALLS), [table(WALL_HEADINGS, rows, view, NO_WALLS)], view.say(WALLS_NOTE)),
        *[_nights(one, health.nights(store, one.wall, (now - NIGHTS_SHOWN).date()), view) for one in standing if one.health],
    ]


def _makers(view: View) -> list[Component]:
    """The buttons that make a link; the dialog shows it once, to be copied."""
    words = {"copy": COPY, "copied": COPIED, "on-itself": ON_ITSELF}
    said = {name: view.say(text) for name, text in words.items()}
    return [
        act_button("make_device_link", view, {"kind": kind}, ask=("label", LABEL), more={**said, "title": view.say(text)})
        for kind, text in ((devices.WALL, NEW_WALL), (devices.DUTY, NEW_DUTY))
    ]


def _link(device: Device, view: View) -> list[Any]:
    is_revoked = device.revoked_at is not None
    state = view.say(UNOPENED if device.opened_at is None else IN_USE)
    if is_revoked:
        state = view.say(REVOKED).format(moment(device.revoked_at, view))
    # Where a device stands is the administrator's affair.
    address = device.last_address if view.profile is DATA_ADMINISTRATOR else ""
    return [
        device.label,
        view.say(KINDS[device.kind]),
        html.Span(state, className="faint" if is_revoked or device.opened_at is None else ""),
        moment(device.last_seen_at, view),
        address or MISSING,
        moment(device.opened_at, view),
        moment(device.made_at, view),
        view.say(PROFILES[device.made_by].label) if device.made_by in PROFILES else device.made_by,
        html.Span() if is_revoked else act_button("revoke_device", view, {"device_id": device.device_id}),
    ]


def _wall(wall: Standing, view: View, now: datetime) -> list[Any]:
    row, scene = wall.health, SCENES.get(wall.scene)
    away = minutes((now - wall.sight.at).total_seconds() / 60, view)
    told = _told(row, view) if row is not None and row.sampled_at is not None else [MISSING] * 9
    return [
        html.Span(
            [view.say(label_of(wall, view.city)), *([html.Small(view.say(UNLINKED), className="faint")] if wall.device is None else [])]
        ),
        html.Span(view.say(ALIVE)) if wall.is_alive else html.Span(view.say(LOST).format(away), className="is-poor"),
        moment(wall.sight.at, view),
        view.say(scene.title) if scene else MISSING,
        moment(wall.sight.picture_at, view),
        *told,
    ]


def _told(row: WallHealth, view: View) -> list[Any]:
    """What the black box said."""
    heap, opening = megabytes(row.heap_bytes), megabytes(row.opening_heap_bytes)
    return [
        moment(row.opened_at, view),
        count(row.refresh_count),
        _poor(row.missed_count),
        count(row.scene_change_count),
        count(row.renewal_count),
        _poor(row.error_count),
        f"{heap} ({opening})" if row.heap_bytes is not None else MISSING,
        _number(row.node_count),
        f"{_number(row.canvas_count)} ({_number(row.webgl_count)})",
    ]


def _nights(wall: Standing, nights: Sequence[WallNight], view: View) -> Component:
    rows = [
        [
            f"{night.night_on:%m-%d}", f"{night.taken_at:%H:%M}", megabytes(night.heap_bytes),
            _span(megabytes(night.least_heap_bytes), megabytes(night.most_heap_bytes)), _number(night.node_count),
            _span(_number(night.least_node_count), _number(night.most_node_count)), _number(night.canvas_count),
            count(night.sample_count), count(night.refresh_count), _poor(night.missed_count), count(night.scene_change_count),
            count(night.renewal_count), _poor(night.error_count),
        ]
        for night in nights
    ]  # fmt: skip
    return card(
        view.say(NIGHTS).format(view.say(label_of(wall, view.city))), [table(NIGHT_HEADINGS, rows, view, NO_NIGHTS)], view.say(NIGHTS_NOTE)
    )


def megabytes(size: int | None) -> str:
    return MISSING if size is None else f"{size / MEGABYTE:,.1f}"


def _number(value: int | None) -> str:
    return MISSING if value is None else f"{value:,}"


def _span(least: str, most: str) -> str:
    return least if least == most else f"{least}–{most}"


def _poor(value: int) -> Component:
    return html.Span(count(value), className="is-poor" if value else "")
