"""The rules of alerts.toml: what may stand there, what is said of what may not, and how they read in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.alerts.rule_file import DEFAULTS, RulesError, rules_in_force, rules_of, rules_text
from dashboard.alerts.rule_words import rule_in_words
from dashboard.alerts.rules import KINDS, Escalation
from dashboard.settings import Settings

EVERYTHING = ("tickets", "disputes", "pilots", "risks")
GOOD = '[[rules]]\ncode = "late"\nkind = "overdue_burst"\nlabel = "超期"\n'


def test_wuhai_and_a_city_without_a_file_have_one_rule_of_each_kind(tmp_path: Path) -> None:
    for folder in (Settings().city_folder, tmp_path):
        rules = rules_of(rules_text(folder), EVERYTHING)
        assert [rule.kind for rule in rules] == list(KINDS)
        assert all(all(text) for rule in rules for text in (rule.name, rule.what_to_do))
    assert [rule.kind for rule in rules_of(DEFAULTS, ("tickets",))] == ["surge", "overdue_burst", "platform_silent", "satisfaction_drop"]


def test_a_rule_may_be_switched_off() -> None:
    assert rules_of(GOOD + "is_on = false\n", EVERYTHING) == ()


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (GOOD + "rise = 0\n", "rule 1 (late): rise: must be at least 1", "第 1 条规则（late）：rise：应不小于 1"),
        (GOOD + GOOD, "rule 2 (late): code: stands twice", "第 2 条规则（late）：code 重复"),
        (GOOD + 'level = "red"\n', "rule 1 (late): level: expected 'urgent', 'attention' or 'notice'", "level：应为"),
        (GOOD + "raise = 3\n", "rule 1 (late): raise: unknown key", "raise：未知键"),
        (GOOD + 'rise = "many"\n', "rule 1 (late): rise: expected a whole number", "rise：应为整数"),
        (GOOD + "escalation = { after_minutes = 0 }\n", "rule 1 (late): escalation.after_minutes: must be at least 1", "应不小于 1"),
        (GOOD + 'level = "urgent"\nescalation = { beyond = 9 }\n', "escalation.level must be graver than level", "应高于 level"),
        ('[[rules]]\ncode = "x"\nkind = "flood"\n', "rule 1 (x): kind: expected one of surge,", "kind 应为 surge,"),
        ('[[rules]]\nkind = "surge"\nlabel = "x"\n', "rule 1: code: is missing", "第 1 条规则：code：缺少"),
        ("[rules]\n", "rules: expected up to 60 tables", "[[rules]]"),
        ("[[alerts]]\n", "unknown key 'alerts'", "未知键 alerts"),
        ("rules = [\n", "is not valid TOML", "不是有效的 TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_file_rule_and_key(text: str, english: str, chinese: str) -> None:
    with pytest.raises(RulesError) as told:
        rules_of(text, EVERYTHING)
    assert str(told.value).startswith("alerts.toml: ")
    assert english in str(told.value)
    assert told.value.message.zh.startswith("alerts.toml：")
    assert chinese in told.value.message.zh
    assert rules_in_force(text, EVERYTHING) == rules_of(DEFAULTS, EVERYTHING)


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "alerts.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match="is not UTF-8 text"):
        rules_text(tmp_path)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rules_are_told_in_words_with_their_limits(language: str) -> None:
    for rule in rules_of(DEFAULTS, EVERYTHING):
        graver = rule.model_copy(update={"level": "notice", "escalation": Escalation(after_minutes=120, beyond=7)})
        said = rule_in_words(graver, language)
        assert "{" not in said
        assert ("2 小时未确认升为紧急" if language == "zh" else "Urgent after 2 h unacknowledged") in said
    surge = rule_in_words(rules_of(DEFAULTS, EVERYTHING)[0], "zh")
    assert surge.startswith("近24小时诉求不少于 15 件、不低于平时（此前各周同时段）的 1.8 倍")
