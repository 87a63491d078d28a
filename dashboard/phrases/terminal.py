"""What the commands of the loader print, and why single rows were not taken."""

from __future__ import annotations

# Values that cannot be so.
DOUBTS = {
    "longitude and latitude stand in each other's column and count as no point": "经纬度填反，按无坐标计",
    "a coordinate of zero counts as no point": "坐标为零，按无坐标计",
    "coordinates far outside the city count as no point": "坐标远在市域之外，按无坐标计",
    "a satisfaction outside 1 to 5 counts as not rated": "满意度不在 1–5 之间，按未评价计",
    "what is neither yes nor no counts as empty": "既非是也非否，按空值计",
    "what is no number counts as empty": "不是数字，按空值计",
    "a word that is none of those this column may hold counts as empty; add it to the source's lookups":
        "不是该列约定的用词，按空值计；请补进来源的查找表",
}  # fmt: skip
TERMINAL = {
    **{f"{english}: {{}} {rows}{names}": f"{chinese}：{{0}} 行" + ("，{1}" if names else "")
       for english, chinese in DOUBTS.items() for rows in ("row", "rows") for names in ("", ", {}")},
    "error": "错误", "warning": "警告", "note": "提示", "rejected": "拒收", "finding": "问题", "missing": "缺少", "written": "已写出",
    "next": "下一步", "loaded": "已装载", "standard input": "标准输入",
    # Headings.
    "file": "文件", "batch": "批次", "received": "收到",
    "accepted": "采纳", "duplicates": "重复", "duplicate": "重复", "batch id": "批次",
    "source code": "来源", "file name": "文件", "received at": "到达", "column": "列", "looks like": "像什么", "filled": "已填",
    "different": "不同值", "for example": "例", "proposed": "建议对应", "sure": "把握",
    # A load.
    "already loaded as {}; nothing changed": "已作为 {0} 装载过，没有变化",
    "{} rows as {}": "{0} 行，批次 {1}",
    "no new rows": "没有新数据",
    "database of {}": "{0} 的数据库",
    "left, as source {} does not send such files": "未取，来源 {0} 不报送此类文件",
    "was missing or damaged, and is landed again from {}": "原已缺失或损坏，已由 {0} 重新入库",
    "holidays.csv has no row for {}: Monday to Friday are counted as workdays": "holidays.csv 没有 {0} 年的行：按周一至周五为工作日计",
    "{} rows with an unknown {} are counted as such; {} names: {}": "{0} 行的{1}不认识，按未知计入；共 {2} 个名称：{3}",
    "place": "地点", "unit": "单位", "category": "类别", "channel": "渠道", "dispute type": "纠纷类型", "organisation": "调解组织",
    "ticket": "重复工单指向",
    "{}, which is mapped, but delivers has no {}": "{0} 已对应，但 delivers 中没有 {1}",
    # Rows.
    "no_number": "没有编号", "no_report_time": "没有上报（受理）时间",
    "unreadable_time": "时间无法识别", "before_1990": "时间早于 1990 年",
    "after_arrival": "时间晚于文件送达", "closed_before_reported": "办结早于上报",
    "unknown_target": "没有这个试点指标", "no_value": "没有数值",
    "impossible_count": "正面评价多于有效样本", "broken_row": "不成一行",
    "a number that identifies the row": "能识别该行的编号", "the time it was reported or accepted": "上报或受理的时间",
    "a time after 1990-01-01": "1990-01-01 之后的时间", "times no later than the arrival of the file": "不晚于文件送达的时间",
    "a closing time after the report": "晚于上报的办结时间",
    "a target of pilots/targets.csv": "pilots/targets.csv 中的指标", "a number": "一个数",
    "a valid count no smaller than the positive count": "有效样本数不小于正面评价数",
    # Other commands.
    "snapshot {}": "快照 {0}",
    "{} is undone; snapshot {}": "{0} 已撤销；快照 {1}",
    "{} counts again; snapshot {}": "{0} 已恢复计入；快照 {1}",
    "{} rows in {}": "{0} 行写入 {1}",
    "{} rows in {}; {} of them came back mended (_mended_by)": "{0} 行写入 {1}；其中 {2} 行已改正（_mended_by）",
    "{} findings": "{0} 个问题",
    "watching {}": "正在看守 {0}",
    "{}; trying again in {} s": "{0}；{1} 秒后重试",
    "{}; it was taken away meanwhile": "{0}；其间文件被移走",
    "no snapshot in {}: run `python -m etl demo` or `python -m etl load`":
        "{0} 还没有数据：请运行 `python -m etl demo` 或 `python -m etl load`",
    "snapshot {} cannot be read: the next `python -m etl load` builds it anew": "快照 {0} 无法读取：下一次 `python -m etl load` 会重建",
    "snapshot {} has schema {}, this program reads {}: `python -m etl rebuild`":
        "快照 {0} 的结构为 {1}，本程序读 {2}：请运行 `python -m etl rebuild`",
    "numbers that are missing here are those of the city's own folder; {} is in use":
        "此处空缺的编号是城市基础资料的批次；现用的为 {0}",
    # The look at an unknown file.
    "{}: {}; about {} rows (looked at {} of them, from the beginning and the end); {} columns; taken for {}":
        "{0}：{1}；约 {2} 行（看了首尾 {3} 行）；{4} 列；认作 {5}",
    "{}: {}; {} rows; {} columns; taken for {}": "{0}：{1}；{2} 行；{3} 列；认作 {4}",
    "not": "读不出", "nothing is": "表示空的是", "name": "名称", "name, loosely": "名称相近",
    "like {}": "像 {0}", "its name has {}": "名称中有 {0}",
    "every value stands there once": "每个值只出现一次", "words of a status": "状态用词", "words of satisfaction": "满意度用词",
    "names of communities": "社区名", "names of towns": "镇街名", "names of districts": "区县名",
    "names of offices": "单位名", "telephones": "电话号码",
    "names of people": "人名", "degrees east, within China": "国内经度", "degrees north, within China": "国内纬度", "long text": "长文本",
    "the time that is filled most": "填得最全的时间", "{}, but these are codes": "{0}，但值是代码",
    "{}, but these are names": "{0}，但值是名称",
    "no column looks like {}, which {} must have": "没有一列像 {0}，而 {1} 必须有",
    "no row: {}": "不成一行：{0}",
    "(text, not shown)": "（文本，不显示）",
    "empty in this file": "本文件中为空",
    "only one column was found: is this a table?": "只找到一列：这是表格吗？",
    "no header: the first row looks like data, and would be taken for the names. Put a row of names above it.":
        "没有表头：第一行像是数据，会被当作列名。请在上面加一行列名。",
    "{} rows stand above the names (titles or groups)": "列名之上有 {0} 行（标题或分组）",
    "{} row stands above the names (titles or groups)": "列名之上有 {0} 行（标题或分组）",
    "sheets: {}; this is {} (another: --sheet NAME)": "工作表：{0}；这里看的是 {1}（换一张：--sheet 名称）",
    "sheets: {}; {} have the same columns and are read together": "工作表：{0}；其中 {1} 的列相同，一起读取",
    "time": "时间", "date": "日期", "flag": "是非", "code": "代码", "integer": "整数", "phone": "电话", "identity number": "身份证号",
    "person's name": "姓名", "free text": "长文本", "coordinate": "坐标", "empty": "空", "number": "数", "text": "文本",
}  # fmt: skip
