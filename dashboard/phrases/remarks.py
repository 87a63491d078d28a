"""Remarks on what was delivered, as they stand with a batch or a broken row."""

from __future__ import annotations

# What the loader writes as a pattern, and how it reads in Chinese; {0}, {1} … are what the pattern holds in brackets.
REMARKS = [
    (r"the sender counts ([\d,]+) rows, ([\d,]+) were received", "报送方称 {0} 行，实收 {1} 行"),
    (r"the sender counts ([\d,]+) rows beside the file and ([\d,]+) in it", "报送方在文件旁称 {0} 行，文件内称 {1} 行"),
    (r"([\d,]+) numbers? stands? in this file with two contents or more, first (.+): the latest update wins, then the later row",
     "{0} 个编号在本文件中有两种以上内容，首个为 {1}：以更新时间最晚者为准，其次以靠后的行为准"),
    (r"no line end at the end of the file: its last row may be cut", "文件末尾没有换行：最后一行可能不完整"),
    (r"the file has a header but no rows", "文件只有表头，没有数据行"),
    (r"no new rows", "没有新数据"),
    (r"read as gb18030, as its text tells; .*", "按内容判断为 GB18030 编码读取；在来源的 TOML 中声明编码可消除此提示"),
    (r"header: (.+) is read as (.+)", "表头：{0} 读作 {1}"),
    (r"row ([\d,]+) of sheet (.+) is a total, not a row: (.+)", "工作表 {1} 第 {0} 行是合计，不计为数据行：{2}"),
    (r"line ([\d,]+) is a total, not a row: (.+)", "第 {0} 行是合计，不计为数据行：{1}"),
    (r"row ([\d,]+) is a total, not a row: (.+)", "第 {0} 条是合计，不计为数据行：{1}"),
    (r"row ([\d,]+) is row ([\d,]+) of sheet (.+)", "第 {0} 行起为工作表 {2} 的第 {1} 行"),
    (r"sheets that were not read: (.+)", "未读取的工作表：{0}"),
    (r"the (.+) is really (?:tab-separated|delimited) text; it is read as such", "{0} 文件实为分隔文本，已按文本读取"),
    (r"the (.+) is really a workbook; it is read as one", "{0} 文件实为工作簿，已按工作簿读取"),
    (r"too few columns(: the file ends here)?", "列数不足"),
    (r"too many columns(: the file ends here)?", "列数过多"),
    (r"line too long(: the file ends here)?", "一行过长"),
    (r"bytes that are no text in the declared encoding(: the file ends here)?", "含有不属于所声明编码的字节"),
    (r"bytes that are not utf-8(: the file ends here)?", "含有不属于 UTF-8 的字节"),
    (r"faulty quotes(: the file ends here)?", "引号不成对"),
    (r"not JSON: .*", "不是有效的 JSON"),
    (r"not an object(: the file ends here)?", "不是 JSON 对象"),
]  # fmt: skip
