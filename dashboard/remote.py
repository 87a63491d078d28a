"""The tablet of the duty officer: which wall, which scene, pause, pin and district; and what it is told about the walls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.components import attributes, menu_entries
from dashboard.data_age import data_age
from dashboard.places import divisions_of, in_order
from dashboard.profiles import DUTY_OFFICER
from dashboard.scenes import SCENES, scenes_of
from dashboard.texts import Text
from dashboard.view import View
from dashboard.walls import Standing, label_of

STATE_PATH = "/wall/remote/state"
KINDS = ("tickets", "disputes", "risks")
OTHER_PAGES = ("/alerts", "/duty")
WALL, SCENE, ROTATION, DISTRICT = Text("大屏", "Wall"), Text("场景", "Scene"), Text("轮播", "Rotation"), Text("关注区域", "District")
# More districts than these are found by typing.
MANY = 14
FIND = Text("查找区域 …", "Find a district …")
WHOLE_CITY = Text("全市", "Whole city")
PREVIOUS, NEXT = Text("上一幕", "Previous"), Text("下一幕", "Next")
PAUSE, GO_ON = Text("暂停轮播", "Pause"), Text("继续轮播", "Go on")
PIN, UNPIN = Text("固定此场景", "Pin this scene"), Text("取消固定", "Unpin")
RENEW = Text("刷新页面", "Renew the picture")
PAUSED, PINNED, ROTATING = Text("已暂停", "paused"), Text("已固定", "pinned"), Text("轮播中", "rotating")
PAUSE_HINT = Text(
    "暂停：停在当前场景。固定：预警也不切换场景。", "Paused, it stays where it is. Pinned, not even an alert changes the scene."
)
SHOWN = Text("正在显示", "shown")
LAST_PICTURE, SEEN = Text("最近出图", "Last picture"), Text("最近联系", "Last seen")
AGO = (Text("{} 秒前", "{} s ago"), Text("{} 分钟前", "{} min ago"), Text("{} 小时前", "{} h ago"))
NEVER = Text("未报告", "not told")
ALIVE, LOST = Text("运行中", "alive"), Text("失联", "not answering")
WAITING, DONE = Text("已发送，等待大屏执行", "Sent, waiting for the wall"), Text("大屏已执行", "The wall has done it")
NO_WALLS = Text("一天内没有大屏打开过。在大屏上打开 /wall，或它的链接。", "No wall was open within a day. Open /wall, or its link, on one.")
REVOKED = Text(
    "此设备的链接已撤销，请向数据管理员索取新的链接。", "The link of this device was revoked. Ask the data administrator for a new one."
)
NOT_YOURS = Text("遥控供值班员使用", "The remote is the duty officer's")
NOT_YOURS_HINT = Text(
    "请在值班平板上打开数据管理员给的链接；在服务器本机可选“值班员”身份。",
    "Open the link the data administrator made for the duty tablet; on the server itself choose the profile “Duty officer”.",
)
# What the script needs to say.
WORDS = {
    "away": texts.AWAY, "revoked": REVOKED, "waiting": WAITING, "done": DONE, "pause": PAUSE, "go-on": GO_ON, "pin": PIN, "unpin": UNPIN,
    "none": NO_WALLS, "shown": SHOWN,
}  # fmt: skip


def remote(view: View) -> list[Component]:
    """The controls; the script fills in which walls there are and what they show."""
    if view.profile is not DUTY_OFFICER:
        return [html.Div([html.H1(view.say(NOT_YOURS)), html.P(view.say(NOT_YOURS_HINT))], className="remote-sorry")]
    scenes = [
        _button("scene", [html.B(str(number)), html.Span(view.say(scene.title)), html.Small()], scene=scene.name)
        for number, scene in enumerate(scenes_of(view.city.has), 1)
    ]
    rotation = [
        _button("previous", f"‹ {view.say(PREVIOUS)}"),
        _button("pause", view.say(PAUSE)),
        _button("pin", view.say(PIN)),
        _button("next", f"{view.say(NEXT)} ›"),
    ]
    districts = [_button("focus", name, division=code) for code, name in [("", view.say(WHOLE_CITY)), *_districts(view)]]
    if len(districts) > MANY:
        find = dcc.Input(type="search", placeholder=view.say(FIND), className="remote-find", autoComplete="off")
        place = html.Div([find, html.Div(districts, className="remote-districts")], className="remote-many")
    else:
        place = html.Div(districts, className="remote-districts")
    return [
        html.Section([html.Div(className="remote-walls", role="tablist"), html.Dl(className="remote-state")], className="remote-top"),
        html.P(className="remote-told", role="status"),
        _group(view.say(SCENE), scenes, "remote-scenes"),
        _group(view.say(ROTATION), rotation, "remote-rotation", view.say(PAUSE_HINT)),
        html.Section([html.Div(html.H2(view.say(DISTRICT)), className="remote-head"), place]),
        html.Div(_button("renew", view.say(RENEW)), className="remote-foot"),
    ]


def doors(view: View) -> list[Component]:
    """The duty officer's other pages, where the city has them."""
    entries = [entry for entry in menu_entries(view) if entry["path"] in OTHER_PAGES]
    return [html.A(entry["title_of"](view.language), href=entry["path"]) for entry in entries]


def words(view: View) -> dict[str, Any]:
    """What the script says, and where it asks."""
    said = {name: view.say(text) for name, text in WORDS.items()}
    return attributes(state=STATE_PATH, **said) if view.profile is DUTY_OFFICER else {}


def _group(title: str, buttons: list[Component], name: str, note: str = "") -> Component:
    head = [html.H2(title), html.P(note)] if note else [html.H2(title)]
    return html.Section([html.Div(head, className="remote-head"), html.Div(buttons, className=name)])


def _button(do: str, inside: Any, **more: str) -> Component:
    """A press. Until a wall is chosen there is nothing to press."""
    return html.Button(inside, disabled=True, **attributes(do=do, **more))


def _districts(view: View) -> list[tuple[str, str]]:
    """The districts of the city by their short names."""
    held = divisions_of(view.engine)
    codes = [code for code in in_order(view.engine) if held["level"][code] == "district"]
    column = "label_en" if view.language == "en" else "label"
    return [(code, str(held[column][code])) for code in codes]


def state_of(view: View, standing: Sequence[Standing], now: datetime) -> dict[str, Any]:
    """What a tablet shows of each wall, in words."""
    # Of what the city has, the first that a wall shows.
    age = data_age(view, next((kind for kind in KINDS if kind in view.city.has), KINDS[0]))
    data_time = (f"{age.time} {age.late}".strip(), "warn" if age.late else "")
    walls = [
        {
            "wall": wall.wall, "label": view.say(label_of(wall, view.city)), "revision": wall.revision,
            "scene": wall.scene, "is_pinned": bool(wall.told and wall.told.is_pinned), "is_paused": bool(wall.told and wall.told.is_paused),
            "scenes": [scene.name for scene in scenes_of(view.city.has, view.city.wall(wall.sight.name).scenes)],
            "division": wall.told.division_code if wall.told else "", "is_alive": wall.is_alive,
            "is_done": wall.sight.revision >= wall.revision, "facts": _facts(view, wall, now, data_time),
        }
        for wall in standing
    ]  # fmt: skip
    return {"walls": walls}


def _facts(view: View, wall: Standing, now: datetime, data_time: tuple[str, str]) -> list[tuple[str, str, str]]:
    """How a wall is: name, value, and what kind of state that is."""
    scene = SCENES.get(wall.scene)
    told = wall.told
    state = PINNED if told and told.is_pinned else PAUSED if told and told.is_paused else ROTATING
    picture = wall.sight.picture_at
    return [
        (view.say(SEEN), _ago(view, now, wall.sight.at), "good" if wall.is_alive else "bad"),
        (view.say(SCENE), f"{view.say(scene.title)} · {view.say(state)}" if scene else view.say(NEVER), ""),
        (view.say(LAST_PICTURE), view.say(NEVER) if picture is None else _ago(view, now, picture), ""),
        (view.say(texts.DATA_TIME), *data_time),
    ]


def _ago(view: View, now: datetime, at: datetime) -> str:
    seconds = max(int((now - at).total_seconds()), 0)
    seconds_text, minutes_text, hours_text = AGO
    if seconds < 120:
        return view.say(seconds_text).format(seconds)
    if seconds < 7200:
        return view.say(minutes_text).format(seconds // 60)
    return view.say(hours_text).format(seconds // 3600)
