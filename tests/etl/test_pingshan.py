"""The real files: every row accounted for, the workbook the same as the text, and on time as the source itself says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.settings import Settings, read_city
from dashboard.view import view_of
from etl.load import load
from tests.dashboard.oracle import prove_tickets
from tests.deliveries import asked

pytestmark = pytest.mark.realdata
CSV, EXCEL = "pingshan_appeals_gbk.csv", "pingshan_appeals_two_header_rows.xlsx"
COUNTS = "select received_count, accepted_count, duplicate_count, rejected_count from load_batches order by batch_id"


def loaded(folder: Path, *files: Path) -> Settings:
    settings = Settings(city="pingshan", warehouse=folder)
    for file in files:
        load(settings, [(file, "appeals")])
    return settings


def test_the_real_files_are_accounted_for_row_by_row(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "pingshan_appeals"
    settings = loaded(tmp_path / "csv", folder / CSV)
    received, accepted, duplicates, rejected = asked(settings, COUNTS)[0]
    assert received == accepted + duplicates + rejected == 10_000
    flags = asked(settings, "select is_closed_on_time, count(*) from tickets group by 1 order by 1 nulls last")
    assert flags == [(False, 924), (True, 9_071), (None, 5)]
    # It delivers no closing times, so it says nothing about what is open.
    assert asked(settings, "select count(*) from tickets where is_open or is_overdue or elapsed_seconds is not null") == [(0,)]
    prove_tickets(view_of(read_city(settings.city_folder), settings.city_warehouse, "zh").engine)

    columns = "ticket_key, reported_at, category_code, major_code, division_code, unit_code, channel_code, is_closed_on_time, status_code"
    rows = asked(settings, f"select {columns} from tickets order by all")
    twin = loaded(tmp_path / "excel", folder / EXCEL)
    assert asked(twin, f"select {columns} from tickets order by all") == rows
    assert asked(twin, COUNTS)[0] == (received, accepted, duplicates, rejected)

    loaded(tmp_path / "csv", folder / EXCEL)
    assert asked(settings, COUNTS)[1] == (10_000, 0, 10_000, 0)
    assert asked(settings, f"select {columns} from tickets order by all") == rows
    name = (settings.city_warehouse / "CURRENT").read_text(encoding="utf-8")
    loaded(tmp_path / "csv", folder / CSV, folder / EXCEL)
    assert (settings.city_warehouse / "CURRENT").read_text(encoding="utf-8") == name
