"""What walls ask the server: a token that costs nothing, frames that are made once and before walls need them."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app import create_app
from dashboard.settings import CityError, Settings, read_city
from dashboard.view import View, view_of
from dashboard.wall_frames import Wanted, frame, token_of
from dashboard.wall_routes import EXTENSION
from dashboard.wall_warm import Announced
from dashboard.warehouse import warehouse
from etl.load import load
from tests.conftest import TINY_NOW

HERE = Path(__file__).parents[1]
FRAME = "/wall/frame?scene=overview&layout=16x9"


@pytest.fixture
def growing(tmp_path: Path) -> Settings:
    """A city of a few tickets, with more to come; its folder may be changed."""
    shutil.copytree(HERE / "cities" / "tiny", tmp_path / "cities" / "tiny")
    settings = Settings(city="tiny", cities=tmp_path / "cities", warehouse=tmp_path / "warehouse", people=tmp_path / "people")
    more(settings, tmp_path, 1, 6)
    return settings


def more(settings: Settings, folder: Path, first: int, last: int) -> None:
    ten = (HERE / "deliveries" / "ten.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    file = folder / f"{first}.csv"
    file.write_text("".join([ten[0], *ten[first:last]]), encoding="utf-8")
    load(settings, [(file, "appeals")], received_at=TINY_NOW)


def told(client: FlaskClient) -> dict[str, object]:
    answer: dict[str, object] = json.loads(client.get("/wall/token").data)
    return answer


def settled(client: FlaskClient) -> dict[str, object]:
    for _ in range(200):
        answer = told(client)
        if not answer["is_coming"]:
            return answer
        time.sleep(0.05)
    raise AssertionError("the new token was never announced")


def test_a_city_is_read_anew_only_when_its_file_has_changed(growing: Settings) -> None:
    toml, before = growing.city_folder / "city.toml", read_city(growing.city_folder)
    assert read_city(growing.city_folder) is before
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('label_en = "', 'label_en = "X'), encoding="utf-8")
    assert read_city(growing.city_folder).label_en == "X" + before.label_en
    toml.write_text("nothing", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(CityError, match=r"city\.toml"):
            read_city(growing.city_folder)
    toml.unlink()
    with pytest.raises(CityError, match="no such city"):
        read_city(growing.city_folder)


def test_a_token_costs_less_than_two_milliseconds(tiny: Settings, tmp_path: Path) -> None:
    settings = Settings(city=tiny.city, cities=tiny.cities, warehouse=tiny.warehouse, people=tmp_path)
    client = create_app(settings).server.test_client()
    engine = warehouse(tiny.city_warehouse, view_of(read_city(tiny.city_folder), tiny.city_warehouse, "zh").snapshot)
    told(client)
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *held: heard.append(held[2]))
    took = []
    for _ in range(5):
        start = time.thread_time()
        for _ in range(20):
            told(client)
        took.append((time.thread_time() - start) / 20)
    # The best of five: the machine may be busy with other things.
    assert min(took) < 0.002
    assert heard == []


def test_a_frame_asked_for_again_costs_no_query(demo_view: View) -> None:
    heard: list[str] = []
    event.listen(demo_view.engine, "before_cursor_execute", lambda *held: heard.append(held[2]))
    wanted = Wanted(token_of(demo_view), "risks", "16x9", 1.35, "zh")
    first = frame(demo_view, wanted)
    assert heard
    heard.clear()
    assert frame(demo_view, wanted) is first
    assert heard == []


def test_frames_are_made_before_the_new_token_is_told(growing: Settings, tmp_path: Path) -> None:
    client = create_app(growing).server.test_client()
    before = told(client)
    assert not before["is_coming"]
    assert client.get(FRAME).status_code == 200
    more(growing, tmp_path, 6, 11)
    # What is shown stays until the new frames are there; they are asked for from what has been made.
    assert told(client)["token"] == before["token"]
    after = settled(client)
    assert after["token"] != before["token"]
    newest = view_of(read_city(growing.city_folder), growing.city_warehouse, "zh")
    heard: list[str] = []
    event.listen(newest.engine, "before_cursor_execute", lambda *held: heard.append(held[2]))
    body = client.get(FRAME)
    assert body.status_code == 200
    assert heard == []


def test_without_walls_a_new_token_is_told_at_once(growing: Settings, tmp_path: Path) -> None:
    client = create_app(growing).server.test_client()
    before = told(client)["token"]
    more(growing, tmp_path, 6, 11)
    assert told(client)["token"] != before


def test_walls_do_not_wait_longer_than_a_time_for_frames(growing: Settings, tmp_path: Path) -> None:
    app = create_app(growing)
    app.server.extensions[EXTENSION] = Announced(patience=0.0)
    client = app.server.test_client()
    before = told(client)["token"]
    client.get(FRAME)
    more(growing, tmp_path, 6, 11)
    assert told(client)["token"] != before


def test_a_frame_that_cannot_be_made_is_logged_and_the_token_told(
    growing: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(growing)
    client = app.server.test_client()
    before = told(client)["token"]
    app.server.extensions[EXTENSION].note(Wanted("", "overview", "no such layout", 1.0, "zh"))
    assert client.get(FRAME).status_code == 200
    more(growing, tmp_path, 6, 11)
    assert told(client)["token"] == before
    assert settled(client)["token"] != before
    assert "KeyError: 'no such layout'" in capfd.readouterr().err


def test_the_clock_of_a_rehearsal_stands_ahead(growing: Settings) -> None:
    client = create_app(growing).server.test_client()
    before = told(client)
    toml = growing.city_folder / "city.toml"
    toml.write_text("clock_ahead = 86400\n" + toml.read_text(encoding="utf-8"), encoding="utf-8")
    os.utime(toml)
    after = told(client)
    assert str(after["now"])[:10] > str(before["now"])[:10]
