"""The comments of a proposed source and of the city.toml made for it."""

from __future__ import annotations

PROPOSED = {
    "Proposed by `python -m etl inspect`: go through the comments, then load a file and look at what is rejected.":
        "由 `python -m etl inspect` 建议：请逐条核对注释，再试装一个文件，看看退回了什么。",
    "Made by `python -m etl inspect`; docs/city-folder.md lists what else may be said here.":
        "由 `python -m etl inspect` 生成；其余可写的内容见 docs/city-folder.md。",
    "the name people know this platform by": "平台的通用名称",
    "its code in platforms.csv, if the city has that file": "它在 platforms.csv 中的代码（有该文件时）",
    "the way in of every row: hotline, mini_program …": "每一行的受理渠道：hotline、mini_program 等",
    "from the columns below": "由下面的列得出",
    "without closing_times a ticket is never open or overdue": "没有 closing_times 时不计在办和超期",
    "a historic export": "历史导出",
    "the file shows the state when it arrives": "文件反映送达时的状态",
    "newest time {}": "最晚时间 {0}",
    "so its suffix says": "按后缀判断",
    "CHECK: {} reads every value as well; is 03/04 in March or in April?": "请核对：{0} 也能读出全部值；03/04 是三月还是四月？",
    "times carry their distance from UTC": "时间带有与世界时的时差",
    "CHECK: so the names say; ask the platform": "请核对：按列名判断；请向平台确认",
    "CHECK, declare it: ask the platform; GCJ-02 (Amap, Tencent) or BD-09 (Baidu) lie 400 m beside":
        "请核对并写明：请向平台确认；GCJ-02（高德、腾讯）或 BD-09（百度）相差约 400 米",
    "ours = theirs": "本系统列名 = 对方列名",
    "MUST BE MAPPED: no column was found for it": "必须对应：没有找到对应的列",
    "CHECK, {} sure: {}": "请核对，把握 {0}：{1}",
    "{} of its values are no date": "{0} 的值不是日期",
    "Not mapped, kept in landing:": "未对应，原样保留：",
    "{} filled": "已填 {0}",
    "its name stands in the header twice": "表头中重名",
    "unknown: fill in": "不认识，请填写",
    "historic data: the clock stands at the newest delivery": "历史数据：时钟停在最近一次报送",
    "what pages show until somebody chooses": "页面默认显示的时段",
    "\"closed\": a ticket is done only when 结案, not when 办结": "“closed” 表示结案才算办完，而不是办结",
}  # fmt: skip
