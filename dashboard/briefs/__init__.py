"""The brief of one unit or division: how it stands, on one screen and on one sheet of paper."""

from dashboard.briefs.sheet import brief_of, chooser, every_brief
from dashboard.briefs.subject import days_of, is_known, named_in

__all__ = ["brief_of", "chooser", "days_of", "every_brief", "is_known", "named_in"]
