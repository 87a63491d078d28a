"""What an act is: everything a person can do, defined once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine

from dashboard.profiles import Profile
from dashboard.texts import Text
from dashboard.view import View

NOTHING = Text("", "")
# The fields of all forms as people call them.
FIELDS = {
    "batch_id": Text("批次", "batch"), "reason": Text("原因", "reason"), "source": Text("来源", "source"), "upload": Text("文件", "file"),
    "job_id": Text("任务", "job"), "alert_id": Text("预警", "alert"), "note": Text("处置情况", "what was done"),
    "kind": Text("用途", "kind"), "label": Text("名称", "label"), "device_id": Text("设备", "device"),
    "wall": Text("大屏", "wall"), "revision": Text("版本", "revision"), "do": Text("操作", "what to do"), "scene": Text("场景", "scene"),
    "division": Text("区域", "district"), "shift": Text("班次", "shift"), "text": Text("内容", "text"),
    "taken_by": Text("接班人", "who takes over"), "version": Text("版本", "version"), "snapshot": Text("快照", "snapshot"),
    "until": Text("截至", "until"), "period": Text("填报期", "period"), "entries": Text("填报内容", "entries"),
    "name": Text("姓名", "name"),
    "meeting_id": Text("会议", "meeting"), "number": Text("次数", "number"),
    "held_at": Text("会议时间", "date and time"), "next_on": Text("下次会议日期", "next meeting"), "place": Text("地点", "place"),
    "chair": Text("主持", "chair"), "recorder": Text("记录", "recorder"), "attended": Text("出席", "present"),
    "excused": Text("请假", "excused"), "observing": Text("列席", "in attendance"), "sent_to": Text("分送", "sent to"),
    "blocks": Text("板块", "blocks"), "units": Text("责任单位", "units"), "divisions": Text("区县", "divisions"),
    "order": Text("议程", "agenda"), "target_code": Text("任务", "target"), "item_id": Text("议题", "item"),
    "state": Text("结论", "outcome"), "unit": Text("责任单位", "owner unit"), "due_on": Text("完成时限", "due date"),
    "issue_id": Text("报告", "report"), "on": Text("日期", "day"), "product": Text("报告种类", "kind of report"),
    "wish": Text("筛选", "filters"), "language": Text("语言", "language"), "office": Text("编发单位", "issuing office"),
    "issuer": Text("签发人", "issuer"), "title": Text("标题", "title"), "key": Text("段落", "paragraph"),
    "finding": Text("校验发现", "finding"), "formats": Text("格式", "formats"), "number_in_all": Text("总期号", "number in all"),
    "comment": Text("备注", "comment"), "signed_by": Text("签署人", "signed by"), "action_id": Text("交办事项", "action"),
}  # fmt: skip
FormT = TypeVar("FormT", bound="Form")


class Form(BaseModel):
    """What an act needs to be told; nothing unknown in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=2000, str_strip_whitespace=True)


@dataclass(frozen=True)
class Acting:
    """The circumstances of an act: who, from where, on which view, with which store."""

    profile: Profile
    address: str
    view: View
    store: Engine
    # Which device of that profile, where it acts by a link.
    device: str = ""
    # Where files people sent lie, and where those that belong to reports are kept.
    uploads: Path | None = None
    evidence: Path | None = None
    # Where files of reports are kept.
    reports: Path | None = None

    @property
    def unit(self) -> str:
        """The unit whose profile it is; empty of others."""
        return self.view.unit

    @property
    def by(self) -> str:
        """Who did it, as the books say."""
        return self.device or " ".join(filter(None, (self.profile.code, self.unit)))


@dataclass(frozen=True)
class Outcome:
    """What came of an act; if a job was asked for, its number. `link` is told to who asked alone; `note` goes to the audit."""

    message: Text
    job_id: int | None = None
    link: str = ""
    note: str = ""


class ActRefused(Exception):  # noqa: N818 not a fault of the program
    """An act may not or cannot be done; `status` is the answer's HTTP status."""

    def __init__(self, status: int, message: Text) -> None:
        super().__init__(message.en)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Act(Generic[FormT]):
    """One thing a person can do. `role` may do it, and the `others`; `audit` names what it was done to."""

    label: Text
    role: Profile
    form: type[FormT]
    run: Callable[[Acting, FormT], Outcome]
    audit: Callable[[FormT], str]
    # What is asked before it is done; empty if nothing is.
    confirm: Text = NOTHING
    others: tuple[Profile, ...] = ()

    @property
    def roles(self) -> tuple[Profile, ...]:
        return (self.role, *self.others)
