"""Hostile text: whatever stands around an identifier and between its digits, it is not found in any text column of a snapshot."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text

from dashboard.warehouse import metadata
from etl import masks
from etl.books import MODELS
from etl.load import load
from tests.deliveries import GOOD, NOW, asked, delivered, tiny_in

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
digits = st.text("0123456789", min_size=1, max_size=1)


def exactly(count: int, alphabet: str = "0123456789") -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=count, max_size=count)


phones = st.builds("1{}{}".format, st.sampled_from("3456789"), exactly(9))
dates = st.dates().filter(lambda day: 1930 <= day.year <= 2020)
identities = st.builds(
    "{}{:%Y%m%d}{}{}".format, st.sampled_from(["150302", "110105", "440307"]), dates, exactly(3), st.sampled_from("0123456789Xx")
)
old_identities = st.builds("{}{:%y%m%d}{}".format, st.sampled_from(["150302", "110105"]), dates, exactly(3))
cards = st.builds("62{}".format, st.one_of(exactly(14), exactly(17)))
landlines = st.builds("{}-{}{}".format, st.sampled_from(["0473", "010", "021", "0755"]), st.sampled_from("2345678"), exactly(6))
mails = st.builds("{}@{}.cn".format, st.text("abcxyz0189._", min_size=3, max_size=9).map(lambda t: f"a{t}b"), exactly(4, "qwert"))
plates = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(PROVINCES), st.sampled_from("ABCDE"), exactly(5, "ABCDEF0123456789")),
    st.builds("{}{}D{}".format, st.sampled_from(PROVINCES), st.sampled_from("ABCDE"), exactly(5)),
    st.builds("{}{}{}{}".format, st.sampled_from(PROVINCES), st.sampled_from("ABCDE"), exactly(4), st.sampled_from("警学挂港澳领")),
    st.builds("使{}".format, exactly(6)),
)
accounts = st.builds("{}{}".format, st.sampled_from(["wxid_", "abc", "q"]), exactly(6, "abcdefgh12345"))
NUMBERS = [phones, identities, old_identities, cards, landlines]
WIDTH = str.maketrans("0123456789@", "０１２３４５６７８９＠")


def apart(text: str, sign: str) -> str:
    return sign.join(text)


# How a number may be written so that a person still reads it.
DISGUISES = {
    "as it is": lambda text: text,
    "full width": lambda text: text.translate(WIDTH),
    "zero width": lambda text: apart(text, "\u200b"),
    "right to left": lambda text: "\u202e" + apart(text, "\u200f") + "\u202c",
    "keycaps": lambda text: "".join(f"{c}️⃣" if c.isdigit() else c for c in text),
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "entities of entities": lambda text: "".join(f"&amp;#{ord(c)};" for c in text),
    "bold": lambda text: "".join(chr(0x1D7CE + int(c)) if c.isdigit() else c for c in text),
    "apart by blanks": lambda text: apart(text, " "),
    "apart by dashes": lambda text: apart(text.replace("-", ""), "-"),
    "apart by wide blanks": lambda text: apart(text, "　"),
}
AROUND = ["", "手机", "😀", "\n", "：", "（", "”", "\u200f", "，打", "<b>", "老王&nbsp;", "路", "é"]


@st.composite
def hidden(draw: st.DrawFn) -> tuple[str, str]:
    """(identifier, text that holds it)"""
    which = draw(st.integers(0, len(NUMBERS) + 2))
    if which < len(NUMBERS):
        secret = draw(NUMBERS[which])
        shown = DISGUISES[draw(st.sampled_from(sorted(DISGUISES)))](secret)
    else:
        secret = draw([mails, plates, accounts][which - len(NUMBERS)])
        plain = ["as it is", "zero width", "entities", "full width"] if secret[0].isascii() else ["as it is", "zero width"]
        shown = DISGUISES[draw(st.sampled_from(plain))](secret)
        if which == len(NUMBERS) + 2:
            shown = f"{draw(st.sampled_from(['微信', '微信号：', 'QQ: ', 'vx', 'WeChat ID:']))}{shown}"
    return secret, f"{draw(st.sampled_from(AROUND))}{shown}{draw(st.sampled_from(AROUND))}"


def bare(text: str) -> str:
    """What is left for a reader who undoes every disguise."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Zs", "Cc"))
    return re.sub(r"[-.·—()]", "", seen).upper()


@pytest.fixture(scope="module")
def masking() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute((MODELS / "macros.sql").read_text(encoding="utf-8"))
        con.execute(masks.macros())
        yield con


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
@given(cases=st.lists(hidden(), min_size=1, max_size=12))
def test_no_identifier_survives_and_masking_twice_changes_nothing(masking: duckdb.DuckDBPyConnection, cases: list[tuple[str, str]]) -> None:
    masking.execute("create or replace table cases as select unnest(?) as said", [[text for _, text in cases]])
    rows = masking.execute("select said, mask(unescape(said)), mask(mask(unescape(said))) from cases").fetchall()
    found = [(secret, text, once) for (secret, text), (_, once, _) in zip(cases, rows, strict=True) if bare(secret) in bare(once)]
    assert found == []
    assert [(text, once, twice) for text, once, twice in rows if once != twice] == []


def test_what_is_no_identifier_stays() -> None:
    kept = [
        "和平路12号3单元1201室", "2026年10月13日上午9时30分", "2026-10-13 09:00:00至2026-10-14 18:00:00", "3-1-501、3-1-502",
        "微信小程序投诉",
        "第一二三组", "共1234.56元", "新华区A座1208", "使用123次", "110", "12345热线", "K1路公交", "2019年至2023年", "经度106.812345",
    ]  # fmt: skip
    with duckdb.connect() as con:
        con.execute((MODELS / "macros.sql").read_text(encoding="utf-8"))
        con.execute(masks.macros())
        assert con.execute("select x, mask(x) from (select unnest(?) as x) where mask(x) <> x", [kept]).fetchall() == []


CALLERS = {
    "13812345678": ["13812345678", "138 1234 5678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８",
        "013812345678", "8613812345678"],
    "04732012345": ["0473-2012345", "(0473)2012345", "（0473） 2012345", "+86 473 2012345"],
    "": ["匿名", "无", "未提供", "000000", "00000000000", "不详", " - ", "匿名用户"],
}  # fmt: skip


def test_one_person_is_one_caller(masking: duckdb.DuckDBPyConnection) -> None:
    for person, spellings in CALLERS.items():
        found = masking.execute("select caller_identity(x) from (select unnest(?) as x)", [spellings]).fetchall()
        assert [row[0] for row in found] == [person or None] * len(spellings)


NAMES = {
    "王五": ("王五说王五家", "王*说王*家"),
    "王小明": ("王 小 明，王　小　明", "王**，王**"),
    "欧阳小明": ("欧阳小明之父", "欧阳**之父"),
    "欧阳修": ("欧阳修", "欧阳*"),
    "司马": ("司马说", "司*说"),
    "阿依古丽·买买提": ("阿依古丽·买买提的家，阿依古丽说，买买提也说", "阿**的家，阿**说，买**也说"),
    "匿名": ("匿名举报", "匿名举报"),
    "王": ("王家大院", "王家大院"),
    "群众": ("群众反映", "群众反映"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_the_caller_keeps_its_surname(masking: duckdb.DuckDBPyConnection, name: str) -> None:
    text, expected = NAMES[name]
    assert masking.execute("select mask_caller($1, $2, mask_name($2))", [text, name]).fetchall() == [(expected,)]


ANNOUNCED = {
    "请尽快处理，联系人贺文博（138****1234）。": "请尽快处理，联系人贺**（138****1234）。",
    "联系人：吕超，电话在后": "联系人：吕*，电话在后",
    "联系人欧阳小明（多次来电）": "联系人欧阳**（多次来电）",
    "来电人张三（13812345678）反映": "来电人张*（138****5678）反映",
    "当事人为李建国，对方不详": "当事人为李**，对方不详",
    "姓名:王五 13812345678": "姓名:王* 138****5678",
    # Nobody is named here.
    "来电人表示，投诉人同意，当事人多次，": "来电人表示，投诉人同意，当事人多次，",
    "请联系人社局，或联系人民法院（三楼）": "请联系人社局，或联系人民法院（三楼）",
    "联系人是社区工作人员，": "联系人是社区工作人员，",
}


@pytest.mark.parametrize("said", ANNOUNCED)
def test_a_name_that_a_word_announces_keeps_its_surname(masking: duckdb.DuckDBPyConnection, said: str) -> None:
    assert masking.execute("select mask(x), mask(mask(x)) from (select ? as x)", [said]).fetchall() == [(ANNOUNCED[said],) * 2]


def test_no_text_column_of_a_snapshot_tells(tmp_path: Path) -> None:
    dice = random.Random(1)  # noqa: S311
    secrets = [f"1{dice.choice('3456789')}{dice.randrange(10**8, 10**9)}" for _ in range(12)]
    secrets += [
        f"150302{dice.randrange(1950, 2010)}0{dice.randrange(1, 10)}1{dice.randrange(10)}{dice.randrange(100, 1000)}X" for _ in range(6)
    ]
    forms = list(DISGUISES.values())
    rows = []
    for number, secret in enumerate(secrets):
        text = forms[number % len(forms)](secret)
        row = GOOD | dict.fromkeys(["渠道", "小类", "街道", "社区", "承办单位", "姓名", "内容", "重复于"], f"某{text}某")
        rows += [row | {"工单编号": f"G{number}", "电话": secret}, row | {"工单编号": f"B{number}", "上报时间": text}]
    city = tiny_in(tmp_path)
    load(city, [(delivered(tmp_path / "a.csv", rows), "appeals")], received_at=NOW)
    told = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Text):
                cells = asked(city, f"select distinct {column.name} from {table.name} where {column.name} is not null")
                told += [(table.name, column.name, secret) for (cell,) in cells for secret in secrets if bare(secret) in bare(cell)]
    assert told == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("张伟强", "□□□"),
        ("2026年2月30日 下午9时", "2026年2月30日 下午9时"),
        ("昨天上午", "昨天上午"),
        ("李四 2026-13-01", "□四 2026-13-01"),
    ],
)
def test_what_should_be_a_time_shows_no_other_words(masking: duckdb.DuckDBPyConnection, said: str, shown: str) -> None:
    assert masking.execute("select only_time_words(?)", [said]).fetchall() == [(shown,)]


@pytest.mark.parametrize(
    ("said", "shown"),
    [("孙丽", "孙*"), ("欧阳小明", "欧阳**"), ("公安局", "公安局"), ("派出所所长", "派出所所长"), ("应急中心", "应急中心"), (None, None)],
)
def test_who_is_in_charge_keeps_his_surname_and_an_office_its_name(
    masking: duckdb.DuckDBPyConnection, said: str | None, shown: str | None
) -> None:
    assert masking.execute("select mask_duty(?)", [said]).fetchall() == [(shown,)]
