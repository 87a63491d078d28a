"""What a Chinese city's people read when a file is refused or loaded: Chinese, with paths they know."""

from __future__ import annotations

import ast
import shutil
from datetime import datetime
from pathlib import Path

import pytest
import typer

from dashboard.__main__ import app as web
from dashboard.phrases import said
from dashboard.phrases.help_page import spoken
from dashboard.settings import Settings
from etl.__main__ import app as loader
from etl.__main__ import main
from etl.inspect import inspect_file, parsed_back, toml_of
from etl.inspect.city import city_text
from etl.watch import take
from tests.deliveries import CITIES, TEN

ETL = Path(__file__).parents[2] / "etl"
ERRORS = {"FileRefused", "LoadError", "SourceError", "NoBatch", "LandingDamaged", "ReferenceFault", "CityError"}


def written(node: ast.expr) -> str | None:
    """A text as the program would say it, with a sign for each thing it names."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "§" for part in node.values)
    return None


def raised() -> list[tuple[str, str]]:
    """Every reason and every expectation that an error of the loader is raised with, and the module it stands in."""
    found = []
    for path in [*sorted(ETL.rglob("*.py")), ETL.parent / "dashboard" / "settings.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                texts = [*node.args[:1], *node.args[4:5], *(word.value for word in node.keywords if word.arg == "expected")]
                found += [(path.name, text) for text in map(written, texts) if text]
    return found


@pytest.mark.parametrize(("module", "text"), raised(), ids=lambda one: one[:40])
def test_every_reason_has_its_chinese(module: str, text: str) -> None:
    # `what` of two files is one of several words, each known.
    text = {
        "§ while it was read": "changed while it was read",
        "is §": "is a folder",
        "§: §": "no row could be read: §",
        "§:§:§: §": "§:§:§: is empty",
    }.get(text, text)
    assert any("一" <= sign <= "龥" for sign in said(text, "zh")), text
    assert said(text, "en") == text


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a.csv: there is no such file (expected a file to load)", "a.csv：没有这个文件（应为：要装载的文件）"),
        (
            "b.xls: is not a readable workbook: it is really an HTML page (expected an .xlsx or .xls workbook; what the suffix .xls says)",
            "b.xls：不是可读的工作簿，实为网页（应为：.xlsx 或 .xls 工作簿；与后缀 .xls 相符的内容）",
        ),
        ("c.csv:1:工单编号: missing 工单编号; the header has a, b (expected the columns mapped in sources/s.toml)",
         "c.csv:1:工单编号：缺少列 工单编号；表头有 a, b（应为：sources/s.toml 中对应的各列）"),
        ("d.csv: what is no number counts as empty: 3 rows, 'x'", "d.csv：不是数字，按空值计：3 行，'x'"),
        ("x: something new (expected y)", "x: something new（应为：y）"),
    ],
)  # fmt: skip
def test_a_refusal_in_chinese(english: str, chinese: str) -> None:
    assert said(english, "zh") == chinese


def test_a_refused_file_is_explained_beside_it_in_chinese(tmp_path: Path) -> None:
    city = Settings(city="tiny", cities=CITIES, warehouse=tmp_path, message_language="zh")
    folder = city.city_warehouse / "inbox" / "appeals"
    folder.mkdir(parents=True)
    (folder / "坏.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    shutil.copy(TEN, folder / "好.csv")
    lines = take(city, sorted(folder.iterdir()))
    assert lines[1] == "appeals/好.csv: 已装载"
    (told,) = (city.city_warehouse / "inbox" / ".refused").rglob("*.txt")
    text = told.read_text("utf-8")
    assert text.startswith("appeals/坏.csv:1:工单编号：缺少列 工单编号")
    assert str(tmp_path) not in text
    assert "expected" not in text


def test_commands_speak_chinese_unless_they_are_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("CITIES", str(CITIES))
    monkeypatch.delenv("MESSAGE_LANGUAGE")
    monkeypatch.setattr("sys.argv", ["etl", "load", str(tmp_path / "x.csv"), "--city", "tiny", "--source", "appeals"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err == "错误: x.csv：没有这个文件（应为：要装载的文件）\n"


@pytest.mark.parametrize("app", [loader, web], ids=["etl", "dashboard"])
def test_help_speaks_the_language_of_messages(app: typer.Typer) -> None:
    commands = [command for command in spoken(app, "zh").commands.values() if not command.hidden]
    told = [command.help for command in commands] + [one.help for command in commands for one in command.params if one.name != "help"]
    lines = [line for text in told if text for line in text.splitlines() if line]
    assert [line for line in lines if not any("一" <= sign <= "龥" for sign in line)] == []


def test_a_proposal_is_commented_in_the_language_of_messages() -> None:
    findings = inspect_file(TEN, now=datetime(2026, 11, 22))
    texts = [toml_of(findings.proposal, "zh"), city_text("anew", "新城", "", "Asia/Shanghai", "tickets", is_old=True, language="zh")]
    comments = [line.partition("# ")[2] for text in texts for line in text.splitlines() if "# " in line]
    notes = [comment.rpartition("# ")[2] for comment in comments]
    assert len(notes) > 5
    assert [note for note in notes if not any("一" <= sign <= "龥" for sign in note)] == []
    assert parsed_back(texts[0], "ten") == parsed_back(toml_of(findings.proposal), "ten")
