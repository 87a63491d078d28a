"""Links that open walls and tablets, and what the duty officer tells a wall from a tablet."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.places import divisions_of
from dashboard.profiles import DATA_ADMINISTRATOR, DUTY_OFFICER
from dashboard.scenes import scenes_of
from dashboard.store import devices, steering
from dashboard.texts import Text
from dashboard.walls import Standing, walls_of

LINK = "/d/"
MADE = Text("链接已生成，只显示这一次", "The link is made, and shown this once")
REVOKED = Text("链接已撤销", "The link is revoked")
GONE = Text("该设备不存在，或链接已撤销", "There is no such device, or its link was revoked")
TOLD = Text("已发送", "Sent")
NO_WALL = Text("没有这块大屏，或它一天内没有出现", "There is no such wall, or it was not seen for a day")
NO_SCENE = Text("没有这个场景", "There is no such scene")
NO_DISTRICT = Text("没有这个区", "There is no such district")
OTHERS = Text("另一台设备刚刚操作过，已更新为最新状态", "Another device was quicker; this is the state now")


class LinkForm(Form):
    kind: Literal["wall", "duty"]
    label: Annotated[str, Field(min_length=1, max_length=60)]


class OfDevice(Form):
    device_id: Annotated[int, Field(ge=1, le=2**31 - 1)]


class SteerForm(Form):
    """`revision` is the one the presser saw: who did not see the latest does not overwrite it."""

    wall: Annotated[str, Field(pattern=r"^(device:\d{1,9}|[\w-]{1,40})$")]
    revision: Annotated[int, Field(ge=0, le=2**31 - 2)]
    do: Literal["scene", "next", "previous", "pause", "go_on", "pin", "unpin", "focus", "renew"]
    scene: Annotated[str, Field(max_length=40)] = ""
    division: Annotated[str, Field(max_length=20)] = ""


def make_device_link(acting: Acting, form: LinkForm) -> Outcome:
    number, token = devices.make(acting.store, form.kind, form.label, by=acting.by, at=acting.view.city.now())
    walls_of(acting.store).read_anew()
    return Outcome(MADE, link=LINK + token, note=f"device {number}")


def revoke_device(acting: Acting, form: OfDevice) -> Outcome:
    if not devices.revoke(acting.store, form.device_id, by=acting.by, at=acting.view.city.now()):
        raise ActRefused(409, GONE)
    walls_of(acting.store).read_anew()
    return Outcome(REVOKED)


def steer_wall(acting: Acting, form: SteerForm) -> Outcome:
    walls, now = walls_of(acting.store), acting.view.city.now()
    wall = next((one for one in walls.standing(now) if one.wall == form.wall), None)
    if wall is None:
        raise ActRefused(409, NO_WALL)
    is_done = steering.tell(acting.store, form.wall, form.revision, by=acting.by, at=now, **_values(acting, form, wall))
    walls.read_anew()
    if not is_done:
        raise ActRefused(409, OTHERS)
    return Outcome(TOLD)


def _values(acting: Acting, form: SteerForm, wall: Standing) -> dict[str, Any]:
    """What changes in what a wall is told."""
    number = form.revision + 1
    if form.do in ("scene", "next", "previous", "pin"):
        pins = {"is_pinned": True} if form.do == "pin" else {}
        return {"scene": _scene(acting, form, wall), "scene_revision": number, **pins}
    if form.do == "focus":
        held = divisions_of(acting.view.engine)
        if form.division and (form.division not in held.index or held["level"][form.division] != "district"):
            raise ActRefused(409, NO_DISTRICT)
        return {"division_code": form.division}
    changes: dict[str, dict[str, Any]] = {
        "pause": {"is_paused": True}, "go_on": {"is_paused": False}, "unpin": {"is_pinned": False}, "renew": {"renewal_revision": number},
    }  # fmt: skip
    return changes[form.do]


def _scene(acting: Acting, form: SteerForm, wall: Standing) -> str:
    """The scene to go to: named, or counted from the one shown in the order of the wall."""
    city = acting.view.city
    names = [scene.name for scene in scenes_of(city.has, city.wall(wall.sight.name).scenes)]
    if form.do in ("scene", "pin") and form.scene:
        if form.scene not in names:
            raise ActRefused(409, NO_SCENE)
        return form.scene
    at = names.index(wall.scene) if wall.scene in names else 0
    return names[(at + {"next": 1, "previous": -1}.get(form.do, 0)) % len(names)]


ACTS: dict[str, Act[Any]] = {
    "make_device_link": Act(
        Text("新建链接", "Make a link"), DATA_ADMINISTRATOR, LinkForm, make_device_link, lambda form: f"{form.kind}: {form.label}",
        Text(
            "链接即钥匙：只显示一次，不保存；打开它的浏览器成为该设备，直到撤销。",
            "The link is a key: shown once and kept nowhere. The browser that opens it is the device until the link is revoked.",
        ),
    ),
    "revoke_device": Act(
        Text("撤销链接", "Revoke"), DATA_ADMINISTRATOR, OfDevice, revoke_device, lambda form: f"device {form.device_id}",
        Text(
            "撤销后，该设备立即失去权限；大屏在下一次轮询（约 10 秒）时停止显示数据。不能恢复，需要时请新建链接。",
            "The device loses its rights at once; a wall stops showing data at its next poll, in about ten seconds."
            " This cannot be undone: make a new link where one is needed.",
        ),
    ),
    "steer_wall": Act(
        Text("遥控大屏", "Steer a wall"), DUTY_OFFICER, SteerForm, steer_wall,
        lambda form: " ".join(filter(None, (f"{form.wall}:", form.do, form.scene, form.division))),
    ),
}  # fmt: skip
