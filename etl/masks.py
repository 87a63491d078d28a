"""The masks: as macros for a text or two, and as a SELECT of delivered rows, which is all the models see of their texts."""

from __future__ import annotations

from pathlib import Path

from etl.kinds import KINDS

# What may stand between two digits of one number, once every other space and dash after a digit is a blank.
GAP = "[ ._·()（）-]{0,3}"
# Digits that follow a masked number, so many that they could make a new one with its last four.
REST = rf"(?:(?:{GAP}\d){{7,}}|\d*)"
DISGUISE = r"[\p{Cf}\x{FE00}-\x{FE0F}\x{20E3}&０-９＠－＋⓪①-⑨⁰¹²³⁴-⁹₀-₉٠-٩۰-۹\x{1D7CE}-\x{1D7FF}]"
NUMERAL = "[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"

# Who is announced by a word in a free text. A name follows at once only behind the first: "来电人表示，" names nobody, "来电人：张三" and
# "来电人张三（138…" do. What ends as offices do is one.
PERSONS = "当事人|投诉人|来电人|反映人|举报人|报警人|申请人|户主|姓名"
NAMED = rf"联系人(?:姓名)?[\s:：为是叫]{{0,3}}|(?:{PERSONS})(?:姓名)?\s?[:：为是叫]\s?"
GIVEN = r"[^\P{Han}局委所队办科室站部处组院会厅社区村街镇乡]"

# What every address of mail, account, plate, number in words or announced name has somewhere.
WORDS = "|".join([
    "@", "微信|薇信|[Qq][Qq]|扣扣|[VvWw][Xx]|[Vv]信|[Ww]e[Cc]hat",
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s·•-]?[A-Za-z]", r"[使领][\s·•-]?\d{3}",
    rf"(?:{NUMERAL}[\s\p{{Z}}\p{{Pd}}.·,，、]{{0,2}}){{11}}",
    f"联系人|{PERSONS}",
])  # fmt: skip


def macros() -> str:
    """The statements that make the masks; patterns are whole texts, or DuckDB would build them row by row."""
    text = (Path(__file__).parent / "models" / "masks.sql").read_text(encoding="utf-8")
    for mark, piece in (("<words>", WORDS), ("<disguise>", DISGUISE), ("<named>", NAMED), ("<person>", PERSONS), ("<given>", GIVEN)):
        text = text.replace(mark, piece)
    return text.replace("<rest>", REST).replace("<gap>", GAP).replace("<num>", NUMERAL)


# What the models may show of delivered rows: shown_<name>, and the SQL of the text it is made from.
TEXTS = {
    "tickets": {"address": "address", "said": "coalesce(title, description)"},
    "pilot_observations": {"evidence": "evidence", "narrative": "narrative"},
    "risks": {"label": "label", "type": "type", "duty": "duty", "measure": "measure"},
    "surveys": {"label": "label", "question": "question"},
    "resources": {"label": "label", "type": "type"},
}


def masked_rows(kind: str) -> str:
    """The SELECT a model reads as masked_<kind>: named_<kind> with its shown texts, masked.

    A SELECT for each step: what stands many times in one expression is planned, and worked out, many times.
    """
    names, rows = TEXTS.get(kind, {}), f"named_{kind}"
    shown = {f"shown_{name}": f"unescape({text})" for name, text in names.items()}
    rows = f"(select *{''.join(f', {text} as {name}' for name, text in shown.items())} from {rows})"
    rows = f"(select *{''.join(f', may_hold({name}) as holds_{name}' for name in shown)} from {rows})"
    steps = []
    if "caller_name" in KINDS[kind].columns:
        rows = f"(select *, mask_name(caller_name) as covered from {rows})"
        steps = [("caller_name is not null", "mask_caller({0}, caller_name, covered)")]
    steps += [("holds_{0} and is_disguised({0})", "undisguised({0})"), ("holds_{0}", "mask_digits({0})")]
    steps += [("holds_{0} and may_hold_words({0})", "mask_words({0})")]
    for holds, masked in steps if shown else []:
        cells = [f"case when {holds.format(name)} then {masked.format(name)} else {name} end as {name}" for name in shown]
        rows = f"(select * replace ({', '.join(cells)}) from {rows})"
    return rows
