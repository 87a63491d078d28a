"""The page of reports in a real browser: drafted, edited by two, reviewed, issued, taken away; on a phone nothing runs out sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard import jobs
from dashboard.issuing import MAKE
from dashboard.issuing.making import Workshop, run_job
from dashboard.settings import Settings, read_city
from dashboard.store import store
from dashboard.view import view_of
from tests.browser.conftest import Watched
from tests.browser.test_data_page import choose

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]


@pytest.fixture(scope="module")
def office(standing: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo city with a store of its own."""
    return standing.model_copy(update={"people": tmp_path_factory.mktemp("reports") / "people"})


def work(office: Settings) -> None:
    """Do what waits for the worker of reports, here and now, without drawing charts."""
    engine, view = store(office.people_url), view_of(read_city(office.city_folder), office.city_warehouse, "zh")
    while (job := jobs.claim(engine, [MAKE], view.now.replace(microsecond=0))) is not None:
        run_job(Workshop(office, view, engine, lambda _said: None), job)
        left = jobs.job(engine, job.job_id)
        assert left is not None
        assert left.state == jobs.DONE, left.error


def write(watched: Watched, paragraph: str, text: str) -> None:
    watched.page.locator(paragraph).click()
    watched.page.fill("#rp-writing", text)
    watched.page.click("[data-edit=save]")


def step(watched: Watched, act: str, name: str) -> None:
    watched.page.click(f"[data-rp-act={act}]")
    watched.page.fill(".rp-ask [name=name]", name)
    watched.page.click(".rp-ask .is-main")


def test_a_report_from_draft_to_archive(office: Settings, serve: Serve, watch: Watch) -> None:
    clerk = watch(serve(office))
    page = clerk.open("/reports?lang=zh&kind=day")
    page.wait_for_selector(".rp-reader")
    assert page.locator(".rp-new").count() == 0, "a visitor begins none"
    choose(clerk, "report_clerk")
    page.wait_for_selector(".rp-new .rp-kinds input")
    drafted(clerk, office)
    edited(clerk, watch(clerk.base))
    step(clerk, "submit_report", "王敏")
    clerk.until("document.querySelector('.rp-steps .is-here')?.innerText.includes('王敏')")
    choose(clerk, "committee")
    step(clerk, "review_report", "李强")
    clerk.until("document.querySelector('.rp-steps .is-here')?.innerText.includes('李强')")
    issued(clerk, office)
    # What another was quicker at is an answer, not a fault.
    assert [fault for fault in clerk.faults if "409" not in fault] == []


def drafted(clerk: Watched, office: Settings) -> None:
    """The choice stands in the address; the draft comes once the worker made it, without a word from the reader."""
    page = clerk.page
    page.click(".rp-kinds label:has-text('周报')")
    clerk.until("location.search.includes('kind=week')")
    page.click(".rp-kinds label:has-text('日报')")
    clerk.until("location.search.includes('kind=day') && document.querySelector('.rp-says b').innerText.includes('日报')")
    page.click("button[data-rp-act=draft_report]")
    page.wait_for_selector(".rp-progress:not([hidden]) p:has-text('等待')")
    work(office)
    page.wait_for_selector(".rp-paper")
    assert page.locator(".rp-par.is-awaiting").count() == 2, "problems and next steps are for people"


def edited(clerk: Watched, other: Watched) -> None:
    """Keys open and close a paragraph; of two clerks at one paragraph the second is told, and nothing is lost."""
    page = clerk.page
    first = ".rp-par[data-key='people.problems']"
    page.locator(f"{first} .rp-edit").press("Enter")
    page.wait_for_selector("#rp-writing")
    page.keyboard.press("Escape")
    clerk.until("!document.querySelector('#rp-writing')")
    other.open(page.url.removeprefix(clerk.base)).wait_for_selector(first)
    page.locator(first).click()
    page.fill("#rp-writing", "甲写的问题")
    write(other, first, "乙写的问题")
    other.until("document.querySelector(\"[data-key='people.problems']\")?.innerText.includes('乙写的问题')")
    page.click("[data-edit=save]")
    page.wait_for_selector(".rp-theirs")
    assert "乙写的问题" in page.inner_text(".rp-theirs")
    assert page.input_value("#rp-writing") == "甲写的问题"
    page.click("[data-edit=save]")
    clerk.until("document.querySelector(\"[data-key='people.problems'] .rp-words\")?.innerText === '甲写的问题'")
    # The other clerk, at another paragraph, saves without being asked: nobody touched it.
    write(other, ".rp-par[data-key='people.next']", "继续推进")
    other.until("document.querySelectorAll('.rp-par.is-awaiting').length === 0")
    page.reload()
    page.wait_for_selector(".rp-paper")
    assert page.locator(".rp-lacks .is-good").count() == 1


def issued(clerk: Watched, office: Settings) -> None:
    page = clerk.page
    choose(clerk, "report_clerk")
    step(clerk, "issue_report", "王敏")
    page.wait_for_selector(".rp-progress:not([hidden])")
    work(office)
    page.wait_for_selector(".rp-steps .is-end")
    with page.expect_download() as download:
        page.click(".rp-files-list a:has-text('DOCX')")
    assert download.value.suggested_filename.endswith(".docx")
    page.set_viewport_size({"width": 390, "height": 844})
    clerk.until("document.documentElement.scrollWidth <= window.innerWidth")
    page.click(".rp-back")
    page.wait_for_selector(".rp-archive tbody tr")
    assert "已签发" in page.inner_text(".rp-archive tbody tr")
    clerk.until("document.documentElement.scrollWidth <= window.innerWidth")
