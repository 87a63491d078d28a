"""Who is at work: until there are accounts, a profile chosen on the machine itself."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.texts import Text


class Profile(NamedTuple):
    """A person at work, and the one role they act in. `has` names what a city must have for it, `of_unit` whether it is one unit's."""

    code: str
    label: Text
    has: str = ""
    of_unit: bool = False


VISITOR = Profile("visitor", Text("访客（只读）", "Visitor (read only)"))
DATA_ADMINISTRATOR = Profile("data_administrator", Text("数据管理员", "Data administrator"))
DUTY_OFFICER = Profile("duty_officer", Text("值班员", "Duty officer"))
REPORT_CLERK = Profile("report_clerk", Text("报告员", "Report clerk"))
# A unit's own: one who reports its progress, and the head who confirms it.
UNIT_MEMBER = Profile("unit_member", Text("单位填报员", "Unit member"), "pilots", of_unit=True)
UNIT_HEAD = Profile("unit_head", Text("单位负责人", "Unit head"), "pilots", of_unit=True)
COMMITTEE = Profile("committee", Text("政法委", "Committee"))
PROFILES: dict[str, Profile] = {
    profile.code: profile for profile in (VISITOR, DATA_ADMINISTRATOR, DUTY_OFFICER, REPORT_CLERK, UNIT_MEMBER, UNIT_HEAD, COMMITTEE)
}
