"""derive writes what was read off the deliveries, and a load after it counts the same."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.settings import Settings
from etl import batches
from etl.__main__ import app
from etl.derive import derive
from etl.errors import LoadError
from etl.load import load
from tests.deliveries import CITIES, TEN, asked, tables

ALL = Path(__file__).parents[2] / "data" / "cities"
DERIVED = ("divisions.csv", "units.csv", "categories.csv", "channels.csv")


def bare_city(folder: Path, city: Path) -> Settings:
    """A city without the files that can be read off its deliveries."""
    shutil.copytree(city, folder / "cities" / city.name)
    for name in (*DERIVED, "populations.csv"):
        (folder / "cities" / city.name / name).unlink(missing_ok=True)
    return Settings(city=city.name, cities=folder / "cities", warehouse=folder / "warehouse")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def everything(settings: Settings) -> dict[str, list[str]]:
    """All that a rebuild must not change: what a person may fill in is empty before and after."""
    return {name: rows for name, rows in tables(settings).items() if name != "load_batches"}


def test_a_rebuild_after_it_changes_nothing(tmp_path: Path) -> None:
    settings = bare_city(tmp_path, CITIES / "tiny")
    load(settings, [(TEN, "appeals")])
    before = everything(settings)
    written = derive(settings)
    assert [path.name for path in written] == list(DERIVED)
    batches.rebuild(settings)
    assert everything(settings) == before


@pytest.mark.realdata
def test_the_real_appeals_count_the_same(realdata: Path, tmp_path: Path) -> None:
    settings = bare_city(tmp_path, ALL / "pingshan")
    load(settings, [(realdata / "pingshan_appeals" / "pingshan_appeals_gbk.csv", "appeals")])
    before = everything(settings)
    assert sorted(derive(settings).values()) == [6, 30, 120, 371]
    batches.rebuild(settings)
    assert everything(settings) == before


def test_what_a_person_corrected_stays(tmp_path: Path) -> None:
    settings = bare_city(tmp_path, CITIES / "tiny")
    load(settings, [(TEN, "appeals")])
    units = settings.city_folder / "units.csv"
    units.write_text("unit_code,label\nZJ,住建局\n", encoding="utf-8")
    assert "units.csv" not in {path.name for path in derive(settings)}
    assert units.read_text(encoding="utf-8") == "unit_code,label\nZJ,住建局\n"
    with pytest.raises(LoadError, match="has all of them already"):
        derive(settings)
    # Limits filled in are read back.
    categories = settings.city_folder / "categories.csv"
    rows = rows_of(categories)
    rows[0] |= {"close_limit": "5 work_day", "accept_limit": "1.5 hour"}
    with categories.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    batches.rebuild(settings)
    assert asked(settings, "select count(*) from category_limits") == [(2,)]
    derive(settings, force=True)
    again = rows_of(categories)[0]
    assert (again["close_limit"], again["accept_limit"]) == ("5 work_day", "1.5 hour")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = bare_city(tmp_path, CITIES / "tiny")
    monkeypatch.setenv("CITIES", str(settings.cities))
    monkeypatch.setenv("WAREHOUSE", str(settings.warehouse))
    load(settings, [(TEN, "appeals")])
    result = CliRunner().invoke(app, ["derive", "--city", "tiny"])
    assert result.exit_code == 0
    assert all((settings.city_folder / name).exists() for name in DERIVED)
    assert isinstance(CliRunner().invoke(app, ["derive", "--city", "tiny"]).exception, LoadError)
    assert CliRunner().invoke(app, ["derive", "--city", "tiny", "--force"]).exit_code == 0
