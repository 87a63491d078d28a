"""A whole meeting by keyboard in city chongqing: called, stepped through in two windows, decided, signed off, put into minutes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from dashboard.settings import Settings
from dashboard.store import decisions, meetings, store
from dashboard.store.meeting_tables import Meeting
from dashboard.warehouse import pinned_snapshots
from tests.browser.conftest import Watched
from tests.browser.test_data_page import choose
from tests.working import worker

pytestmark = pytest.mark.browser
Serve = Callable[[Settings], str]
Watch = Callable[..., Watched]
PAGE = "/pilots/meeting"


@pytest.fixture(scope="module")
def committee(chongqing: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """City chongqing with a store of its own."""
    return chongqing.model_copy(update={"people": tmp_path_factory.mktemp("meeting") / "people"})


def text(watched: Watched, selector: str) -> str:
    return watched.page.locator(selector).first.inner_text()


def test_a_meeting_by_keyboard_from_agenda_to_minutes(committee: Settings, serve: Serve, watch: Watch, tmp_path: Path) -> None:
    clerk = watch(serve(committee))
    meeting = called(clerk, committee)
    first, second = arranged(clerk)
    presenter = watch(clerk.base)
    held(clerk, presenter, meeting, first, second)
    contested(clerk, committee, meeting)
    put_into_minutes(clerk, tmp_path / "minutes.docx", second)
    signed_off(clerk)
    # What was refused because another was quicker is an answer, not a fault.
    assert [fault for fault in clerk.faults + presenter.faults if "409" not in fault] == []


def called(clerk: Watched, committee: Settings) -> Meeting:
    """The form is filled in from field to field, Enter sends it; until the loader has pinned the snapshot the page says so."""
    page = clerk.open(f"{PAGE}?lang=zh")
    assert page.locator(".meet-new").count() == 0, "a visitor sees no meetings"
    choose(clerk, "committee")
    page.wait_for_selector(".meet-new input[name=place]")
    page.focus(".meet-new input[name=place]")
    page.keyboard.type("三楼会议室")
    page.keyboard.press("Tab")
    page.keyboard.type("李某某")
    page.keyboard.press("Enter")
    page.wait_for_selector(".meet-agenda")
    assert "正在固定" in text(clerk, ".meet-pin")
    (meeting,) = meetings.meetings(store(committee.people_url))
    with worker(committee):
        for _ in range(600):
            if pinned_snapshots(committee.city_warehouse) == {meeting.snapshot_name}:
                break
            page.wait_for_timeout(100)
    page.reload()
    page.wait_for_selector(".meet-pin.is-good")
    return meeting


def arranged(clerk: Watched) -> tuple[str, str]:
    """The second item is moved up and back, the third is dropped."""
    page = clerk.page
    first, second = (page.locator(".meet-agenda tbody tr td:nth-child(3)").nth(place).inner_text() for place in (0, 1))
    assert text(clerk, ".meet-agenda tbody tr:first-child td:nth-child(2)") == "负面清单触发"
    page.locator("[data-move=up]").nth(1).press("Enter")
    clerk.until("document.querySelector('.meet-agenda').dataset.version === '2'")
    assert text(clerk, ".meet-agenda tbody td:nth-child(3)") == second
    page.locator("[data-move=up]").nth(1).press("Enter")
    clerk.until("document.querySelector('.meet-agenda').dataset.version === '3'")
    page.locator("[data-move=drop]").nth(2).press("Enter")
    page.wait_for_selector(".meet-dropped")
    kept = page.locator("[data-move=drop]").count()
    standing = page.locator(".meet-dropped li").count()
    for button, is_there in (("[data-move=all]", 0), ("[data-restore=all]", kept + standing)):
        page.locator(button).press("Enter")
        clerk.until(f"document.querySelectorAll('[data-move=drop]').length === {is_there}")
    clerk.until("!document.querySelector('.meet-dropped')")
    page.locator("[data-move=drop]").nth(2).press("Enter")
    page.wait_for_selector(".meet-dropped")
    return first, second


def held(clerk: Watched, presenter: Watched, meeting: Meeting, first: str, second: str) -> None:
    """The room's window and the presenter's follow one step; what one records the other shows."""
    page, desk = clerk.page, presenter.page
    page.locator(".meet-start").press("Enter")
    page.wait_for_selector(".meet-count")
    assert text(clerk, ".meet-title h1") == first
    presenter.open(f"{PAGE}?meeting={meeting.meeting_id}&view=presenter").wait_for_selector(".meet-clock")
    page.bring_to_front()
    page.keyboard.press("ArrowRight")
    clerk.until("document.querySelector('.meet-count').textContent.startsWith('2 /')")
    presenter.until("document.querySelector('.meet-count')?.textContent.startsWith('2 /')")
    assert text(presenter, ".meet-title h1") == second
    desk.bring_to_front()
    desk.keyboard.press("d")
    desk.keyboard.type("逐区县建立整改清单")
    for key in ("Tab", "Tab"):
        desk.keyboard.press(key)
    desk.keyboard.type("委政法委")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".meet-decided")
    clerk.until("document.querySelector('.meet-decided')?.textContent.includes('整改清单重庆市委政法委')")
    desk.keyboard.press("PageUp")
    clerk.until("document.querySelector('.meet-count').textContent.startsWith('1 /')")


def contested(clerk: Watched, committee: Settings, meeting: Meeting) -> None:
    """Somebody else is quicker: the second is told, what was written stays, and can be recorded knowing the other."""
    page, engine = clerk.page, store(committee.people_url)
    page.bring_to_front()
    page.keyboard.press("n")
    page.keyboard.type("全市通报")
    # One Esc closes and keeps what was typed; n opens it again.
    page.keyboard.press("Escape")
    clerk.until("document.querySelector('.meet-drawer').hidden")
    page.keyboard.press("n")
    assert page.input_value(".meet-drawer textarea") == "全市通报"
    assert "未定责任单位、未定完成时限" in text(clerk, ".meet-open")
    (item, *_) = meetings.items(engine, meeting.meeting_id)
    assert decisions.decide(engine, item.item_id, 1, decisions.Decision("noted"), by="committee", at=meeting.made_at) == "written"
    page.keyboard.press("Control+Enter")
    clerk.until("document.querySelector('.meet-drawer .meet-told')?.classList.contains('is-bad')")
    assert page.input_value(".meet-drawer textarea") == "全市通报"
    clerk.until("document.querySelector('.meet-drawer form').dataset.version === '2'")
    assert "政法委" in text(clerk, ".meet-other h4")
    assert "已知悉" in text(clerk, ".meet-other")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert text(clerk, ".meet-count").startswith("1 /"), "no page turns under what is being written"
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    clerk.until("document.querySelector('.meet-decided')?.textContent.includes('全市通报')")


def put_into_minutes(clerk: Watched, path: Path, second: str) -> None:
    page = clerk.page
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector(".meet-agenda")
    assert "3 条" in text(clerk, ".meet-chain.is-good")
    with page.expect_download() as taken:
        page.locator("a[href$='minutes.docx']").press("Enter")
    taken.value.save_as(path)
    said = [one.text for one in Document(str(path)).paragraphs]
    assert any("会议议定：全市通报。" in line for line in said)
    assert any(line.startswith(f"（一）{second}") for line in said)


def signed_off(clerk: Watched) -> None:
    """Signed by name, and read only from then on; its actions wait on the list."""
    page = clerk.page
    page.locator("[data-act=close_meeting]").press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("李某某")
    page.keyboard.press("Enter")
    clerk.until("!document.querySelector('[data-move]') && document.querySelector('.meet-about')")
    page.goto(f"{clerk.base}{PAGE}?lang=zh")
    page.wait_for_selector(".meet-actions [data-act=finish_action]")
    assert "李某某 已签署" in text(clerk, ".meet-list")


def test_the_windows_fit_a_wall_and_a_phone(committee: Settings, serve: Serve, watch: Watch) -> None:
    watched = watch(serve(committee), 3840, 1080)
    watched.open("/data?lang=en")
    choose(watched, "committee")
    (meeting,) = meetings.meetings(store(committee.people_url))
    for view in ("show", "presenter"):
        watched.open(f"{PAGE}?meeting={meeting.meeting_id}&view={view}").wait_for_selector(".meet-count")
        for width, height in ((3840, 1080), (1920, 1080), (390, 844)):
            watched.page.set_viewport_size({"width": width, "height": height})
            watched.page.keyboard.press("ArrowRight")
            watched.until("document.documentElement.scrollWidth <= innerWidth")
            if width > 390:
                watched.until("document.documentElement.scrollHeight <= innerHeight + 1")
    assert not any("一" <= sign <= "鿿" for sign in text(watched, ".meet-title h1")), "an English page is English"
    assert watched.faults == []
