"""What is wrong with a duty roster, and what was expected instead."""

from __future__ import annotations

ROSTER = {
    "is not a CSV file: {}": "不是 CSV 文件：{0}",
    "comma-separated text, quotes closed": "逗号分隔的文本，引号成对",
    "is not there": "没有这一列",
    "has no row": "没有数据行",
    "a header row with {}": "表头含 {0}",
    "stands in the header more than once": "在表头中出现多次",
    "each column once": "每列只出现一次",
    "has {} cells": "有 {0} 格",
    "{} as in the header": "与表头相同的 {0} 格",
    "a file beside {}": "与 {0} 放在一起的文件",
    "is no text": "不是文本",
    "CSV in UTF-8 or GB18030": "UTF-8 或 GB18030 编码的 CSV",
    "a row for each shift": "每个班次一行",
    "a code of its own": "不重复的代码",
    "a name": "名称",
    "a time of day such as 08:30": "如 08:30 的时刻",
    "overlaps {} in row {}": "与第 {1} 行的{0}时间重叠",
    "shifts one after another": "前后相接、互不重叠的班次",
    "stands in row {} already": "第 {0} 行已有",
    "a shift of a day once": "同一天同一班次只写一行",
    "a day such as 2026-10-01": "如 2026-10-01 的日期",
    "a number of days from 1 to 366, or nothing for this day alone": "1–366 的天数；只排这一天的留空",
    "a day not before day_on": "不早于起始日期的日期",
    "nothing where every_days is empty": "循环天数为空时留空",
    "one name": "一个姓名",
    "one or two names, joined by 、": "一至两个姓名，用“、”分隔",
    "is empty": "为空",
}
