"""The page of reports in a real browser: a member fills in, the head confirms, the committee accepts; a visitor sees counts only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from dashboard.store import engine_of
from dashboard.store.submissions import of_period
from tests.browser.conftest import Watched
from tests.conftest import made_once
from tests.dashboard.submitting import PERIOD, small_city

pytestmark = pytest.mark.browser
ADDRESS = "/pilots/report?period=2026-09-30&lang=zh"


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Settings:
    folder = made_once("reporting", tmp_path_factory, lambda place: (small_city(place), None)[1])
    return Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse", people=tmp_path)


def choose(watched: Watched, profile: str, unit: str = "") -> None:
    watched.page.click(".profile summary")
    if unit:
        watched.page.select_option(".profile select[name=unit]", unit)
    # The page that comes has no mark; the one that goes may show the same profile, of another unit.
    watched.page.evaluate("window.isLeft = true")
    watched.page.click(f"[data-profile={profile}]")
    watched.until(f"!window.isLeft && document.querySelector('[data-profile={profile}].is-here')")
    watched.page.wait_for_load_state("networkidle")


def test_a_report_goes_from_its_unit_to_the_committee(  # noqa: PLR0915 one life from its first to its last day
    small: Settings, serve: Callable[[Settings], str], watch: Callable[..., Watched], tmp_path: Path
) -> None:
    watched = watch(serve(small))
    page = watched.open(ADDRESS)
    page.wait_for_selector(".report-counts")
    assert page.locator(".report-list").count() == 0, "a visitor sees how many are how far"
    choose(watched, "unit_member", "CG")
    row = "tr[data-target=T01][data-division='990101']"
    page.wait_for_selector(f"{row} [data-name=value] input")
    page.fill(f"{row} [data-name=value] input", "九十")
    page.fill("[data-name=name] input", "王敏")
    page.click("button[data-report=save]")
    watched.until("document.querySelector('.report-told.is-bad')")
    assert page.inner_text(".report-tools .report-told li:first-child") == "1 处填写有误，这些条目没有保存："
    assert page.inner_text(".report-tools .report-told li:nth-child(2)") == "T01 河东街道 “完成值”：不是数字"
    assert of_period(engine_of(small.people_url), PERIOD) == []
    page.fill(f"{row} [data-name=value] input", "90.5")
    page.fill(f"{row} [data-name=narrative] textarea", "按月推进")
    page.select_option(f"{row} [data-name=confidence_code] select", "high")
    evidence = tmp_path / "佐证 一.html"
    evidence.write_text("<script>alert(1)</script>", encoding="utf-8")
    page.set_input_files(f"{row} [data-name=file] input", evidence)
    page.click("button[data-report=submit]")
    page.wait_for_selector(".report-ask")
    assert page.inner_text(".report-ask p:first-child") == "将提交 2 条：T01 河东街道、T02 东区"
    page.click(".report-ask .is-main")
    watched.until(f'document.querySelector("{row}.is-submitted")')
    watched.until("document.querySelector('.report-told.is-done')?.innerText === '✓ 已提交 2 条'")
    assert page.input_value("[data-name=name] input") == "王敏"
    # What is counted here went along without a word.
    assert {(one.target_code, one.state, one.value) for one in of_period(engine_of(small.people_url), PERIOD)} == {
        ("T01", "submitted", 90.5), ("T02", "submitted", 75.0),
    }  # fmt: skip
    choose(watched, "unit_head")
    page.wait_for_selector("[data-name=all] input")
    page.check("[data-name=all] input")
    page.click("button[data-report=confirm]")
    watched.until("document.querySelectorAll('tr.is-confirmed').length === 2")
    choose(watched, "committee")
    page.wait_for_selector("[data-name=chosen] input")
    with page.expect_download() as download:
        page.click(".report-file")
    assert download.value.suggested_filename == "佐证 一.html", "it is saved, never shown"
    page.check("tr:has-text('T01') [data-name=chosen] input")
    page.click("button[data-report=accept]")
    watched.until("document.querySelector('tr.is-accepted')")
    page.check("[data-name=chosen] input")
    page.click("button[data-report=return]")
    assert page.inner_text(".report-told") == "请填写退回原因"
    page.fill("[data-name=reason] input", "请补说明")
    page.click("button[data-report=return]")
    watched.until("document.querySelector('.pending-line')?.innerText === '已审核 1 条，待入库'")
    choose(watched, "unit_member", "CG")
    watched.until("document.querySelector('tr.is-returned')?.innerText.includes('请补说明')")
    choose(watched, "unit_member", "ZJ")
    page.wait_for_selector("tr.report-line")
    assert page.locator("tr.report-line").count() == 1, "the other unit sees its own alone"
    assert page.request.get(f"{watched.base}/pilots/report/evidence/1").status == 403
    assert watched.faults == []
