"""What can be wrong with a city's folder: city.toml, its CSV files and its outlines."""

from __future__ import annotations

FOLDER = {
    # city.toml
    "is_demo is not true; only a city of generated data is played": "is_demo 不为 true；只有演示城市才能模拟报送",
    "Field required": "缺少此项",
    "Extra inputs are not permitted": "没有此项",
    "Input should be a valid {}": "类型不对，应为 {0}",
    "Input should be {}": "应为 {0}",
    "Value error, {}": "{0}",
    "{} (at line {}, column {})": "{0}（第 {1} 行第 {2} 列）",
    "{} (at end of document)": "{0}（文件末尾）",
    "Invalid value": "值无效", "Invalid statement": "语句无效", "Cannot overwrite a value": "同一项写了两次",
    "Expected '=' after a key in a key/value pair": "项名之后应为 =", "Unterminated string": "引号没有闭合",
    "Expected newline or end of document after a statement": "一行只写一项", "Unclosed array": "方括号没有闭合",
    "another worker of this city is running": "该城市的这一工作进程已在运行",
    # CSV files
    "is not UTF-8 text, perhaps GBK": "不是 UTF-8 文本，可能是 GBK",
    "UTF-8: in the spreadsheet, save it as “CSV UTF-8”": "UTF-8：在电子表格中另存为“CSV UTF-8”",
    "is missing; the header has {}": "缺失；表头有 {0}",
    "is not read": "未被读取",
    "a value": "非空",
    "{} is a code the spreadsheet took for a number": "{0} 是被电子表格当作数字的代码",
    "a column formatted as text": "设为文本格式的列",
    "an amount and hour, work_hour, day or work_day, such as 2 work_hour": "数量加 hour、work_hour、day 或 work_day，如 2 work_hour",
    "{} stands in row {} already": "{0} 在第 {1} 行已出现",
    "{} stands there twice": "{0} 重复出现",
    "each once": "各出现一次",
    "each day once": "每天只出现一次",
    "there is no {}": "没有 {0}",
    "a code of {}": "{0} 中的代码",
    "has no {}": "没有 {0}",
    "a row of the division_code of city.toml": "city.toml 中 division_code 对应的一行",
    "the code of the division {} lies in": "{0} 所属区划的代码",
    "the parents lead back to {}": "上级关系绕回到 {0}",
    "a way up to the city": "逐级通向本市",
    "gone": "已不存在",
    "the source of the landed batch {} ({})": "已入库批次 {0}（{1}）的来源",
    # Outlines
    "is no GeoJSON: {}": "不是 GeoJSON：{0}",
    "a FeatureCollection": "FeatureCollection",
    "the code of a division": "区划代码",
    "of {} is no area": "{0} 的图形不是面",
    "a Polygon or MultiPolygon": "Polygon 或 MultiPolygon",
    "{}: {} outlines of divisions that divisions.csv does not have, first {}": "{0}：{1} 个轮廓的区划不在 divisions.csv 中，首个为 {2}",
    # Values
    "a whole number": "整数", "true or false": "true 或 false",
}  # fmt: skip
