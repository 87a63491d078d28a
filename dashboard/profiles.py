"""Who is at work: until there are accounts, a profile chosen on the machine itself."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.texts import Text


class Profile(NamedTuple):
    """A person at work, and the one role they act in."""

    code: str
    label: Text


VISITOR = Profile("visitor", Text("访客（只读）", "Visitor (read only)"))
DATA_ADMINISTRATOR = Profile("data_administrator", Text("数据管理员", "Data administrator"))
DUTY_OFFICER = Profile("duty_officer", Text("值班员", "Duty officer"))
PROFILES: dict[str, Profile] = {profile.code: profile for profile in (VISITOR, DATA_ADMINISTRATOR, DUTY_OFFICER)}
