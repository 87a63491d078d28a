"""What can be wrong with an Excel form that comes back, in words, each with its sheet, row and column."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.texts import Text

MOST_FAULTS = 200
NOWHERE = Text("", "")
NOT_OURS = Text("不是本系统生成的填报表：请从本页下载", "Not a form made here: take one from this page")
OLD_FORM = Text("填报表版本过旧，请重新下载", "An old form: take a new one")
OTHER_CITY = Text("是别的城市的填报表", "A form of another city")
OTHER_UNIT = Text("是 {} 的填报表，应为 {}", "A form of {}, expected {}")
OTHER_PERIOD = Text("是 {} 期的填报表，应为 {}", "A form of the period {}, expected {}")
NO_HEADER = Text("找不到表头，应有 {}", "There are no headings, expected {}")
NO_COLUMN = Text("缺少此列（可能被改名或删除）", "This column is missing (renamed or deleted)")
TWICE = Text("此列出现两次", "This column stands there twice")
UNKNOWN = Text("不认识的列，请删除或改回原名", "Unknown column: delete it or give it its name back")
NO_KEY = Text("行标识为空：不是表中原有的行", "The row has no key: it was not in the form")
FOREIGN = Text("是其他单位的行，应为 {}", "A row of another unit, expected {}")
FOREIGN_PERIOD = Text("是 {} 期的行，应为 {}", "A row of the period {}, expected {}")
NOT_CARRIED = Text("本单位本期没有这一行", "Your unit has no such row in this period")
REPEATED = Text("与第 {} 行重复", "The same as row {}")
SHIFTED = Text("与行标识不符（可能只对部分列排了序）：应为 {}", "Does not fit the row's key (were only some columns sorted?): expected {}")
HIDDEN_ROW = Text("行被隐藏或筛选掉：请取消隐藏和筛选后再上传", "The row is hidden or filtered out: show all rows first")
FORMULA = Text("公式出错（{}），应为数值", "The formula fails ({}), expected a value")
NO_NUMBER = Text("‘{}’不是数字，应为数字，例如 96.5", "‘{}’ is no number, expected one such as 96.5")
NO_DAY = Text("‘{}’不是日期，应为如 2026-10-31", "‘{}’ is no day, expected one such as 2026-10-31")
NO_CHOICE = Text(
    "‘{}’不在列表中，应为 有把握、基本有把握 或 有困难", "‘{}’ is not in the list, expected Confident, Fairly confident or In difficulty"
)
TOO_LONG = Text("过长，应不超过 {} 字", "Too long, expected at most {} signs")
CLOSED = Text("此行{}，不能修改", "This row is {} and cannot be changed")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a form, and where: the sheet, its row, a column's heading."""

    why: Text
    sheet: str = ""
    row: int = 0
    column: Text = NOWHERE

    def said(self) -> Text:
        zh = (
            (self.sheet and f"“{self.sheet}”表 ")
            + (f"第 {self.row} 行 " if self.row else "")
            + (f"“{self.column.zh}”列" if self.column.zh else "")
        )
        en = [self.sheet and f"sheet “{self.sheet}”", self.row and f"row {self.row}", self.column.en and f"column “{self.column.en}”"]
        place = ", ".join(str(part) for part in en if part)
        return Text(f"{zh.strip()}：{self.why.zh}" if zh else self.why.zh, f"{place}: {self.why.en}" if place else self.why.en)


class FormFaults(Exception):  # noqa: N818 what a person sent, not a fault of the program
    """A form cannot be taken; `faults` lists why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults[:MOST_FAULTS]


def named_in(text: Text, *named: object) -> Text:
    return Text(text.zh.format(*named), text.en.format(*named))
