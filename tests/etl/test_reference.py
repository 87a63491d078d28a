"""A fault in a city's folder is told by file, row and column before anything is landed; nothing in it is a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.settings import CityError, Settings, read_city
from etl.__main__ import app
from etl.load import load
from etl.reference import ReferenceFault, warnings_of
from tests.deliveries import CITIES, NOW, TEN, asked

ROOT = Path(__file__).parents[2]
ZONE = "990199,新区,New,新区,district,zone,990000,,reporting,2020-01-01,,\n"
SQUARE = '{"type": "Polygon", "coordinates": [[[106, 39], [106.1, 39], [106.1, 39.1], [106, 39]]]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CITIES / "tiny", tmp_path / "cities" / "tiny"))


def outline(properties: str, geometry: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}]}}'


# file, what stands there (None: the file is written anew), what stands there now -> what is said
FAULTS = [
    ("divisions.csv", "990102,河西街道", "990101,河西街道",
     "divisions.csv:5:division_code: 990101 stands in row 4 already"),
    ("divisions.csv", "town,statutory,990100,990101", "town,statutory,990109,990101",
     "divisions.csv:4:parent_code: there is no '990109'"),
    ("divisions.csv", "town,statutory,990100,990101", "town,statutory,,990101",
     "divisions.csv:4:parent_code: is empty"),
    ("divisions.csv", "district,statutory,990000", "district,statutory,990101",
     "divisions.csv:3:parent_code: the parents lead back to"),
    ("divisions.csv", "town,statutory", "twon,statutory",
     "divisions.csv:4:level: 'twon'; expected 'town'"),
    ("divisions.csv", "990000,小城", "990001,小城",
     "divisions.csv:3:parent_code: there is no '990000'"),
    ("divisions.csv", "990101001,和平社区,", "9.90101E+08,和平社区,",
     "divisions.csv:6:division_code: '9.90101E+08' is a code the spreadsheet"),
    ("divisions.csv", "990101001,both,2020-01-01", "990101001,both,2020-02-30",
     "divisions.csv:6:valid_from: '2020-02-30'; expected a day such as"),
    ("divisions.csv", "division_code,label,", "code,label,",
     "divisions.csv:1:division_code: is missing; the header has code, label"),
    ("divisions.csv", "label,label_en,", "label,label,",
     "divisions.csv:1:label: stands in the header more than once"),
    ("units.csv", "CG,城市管理局,", "CG,城市管理局,,,",
     "units.csv:2: has 10 cells; expected 8 as in the header"),
    ("units.csv", "CG,城市管理局,", "CG,", "units.csv:2: has 7 cells; expected 8 as in the header"),
    ("units.csv", "CG,城市管理局", 'CG,"城市管理局', "units.csv: is not a CSV file: unexpected end of data"),
    ("units.csv", "CG,城市管理局,", "CG,,", "units.csv:2:label: is empty; expected a value"),
    ("units.csv", None, "", "units.csv:1: is empty; expected a header row with unit_code, label"),
    ("units.csv", None, "\n\n", "units.csv:1: is empty"),
    ("categories.csv", "垃圾清运,Refuse,01,市容环卫,City appearance,CG", "垃圾清运,Refuse,01,市容环卫,City appearance,XX",
     "categories.csv:3:unit_code: there is no 'XX'; expected a code of units.csv"),
    ("categories.csv", "3 work_day", "3 workday",
     "categories.csv:2:close_limit: '3 workday'; expected an amount and hour"),
    ("categories.csv", "3 work_day", "work_day",
     "categories.csv:2:close_limit: 'work_day'; expected an amount and hour"),
    ("categories.csv", "0102,垃圾清运", "0101,垃圾清运",
     "categories.csv:3:category_code: 0101 stands in row 2 already"),
    ("populations.csv", None, "division_code,population_count\n990000,许多\n",
     "populations.csv:2:population_count: '许多'; expected a whole number"),
    ("holidays.csv", None, "day_on,kind,label\n2026-10-01,holiday,国庆\n\n2026/10/1,holiday,国庆\n",
     "holidays.csv:4:day_on: 2026-10-01 stands there twice"),
    ("holidays.csv", None, "day_on,kind\n2026-10-01,rest\n",
     "holidays.csv:2:kind: 'rest'; expected one of holiday, workday"),
    ("holidays.csv", None, "day_on,kind\n2026-02-30,holiday\n",
     "holidays.csv:2:day_on: '2026-02-30'; expected a day such as 2026-10-01"),
    ("boundaries.geojson", None, "{", "boundaries.geojson: is no GeoJSON"),
    ("boundaries.geojson", None, "[]", "boundaries.geojson: is no GeoJSON"),
    ("boundaries.geojson", None, outline("{}", SQUARE), "boundaries.geojson:1:division_code: missing"),
    ("boundaries.geojson", None, outline('{"division_code": "990000"}', "null"), "boundaries.geojson:1:geometry: of 990000 is no area"),
    ("boundaries.geojson", None, outline('{"division_code": "990000"}', '{"type": "Point", "coordinates": [1, 2]}'), "is no area"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "said"), FAULTS)
def test_a_fault_names_file_row_and_column(folder: Path, name: str, old: str | None, new: str, said: str) -> None:
    path = folder / name
    text = new if old is None else path.read_text("utf-8")
    if old is not None:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    with pytest.raises(ReferenceFault) as fault:
        warnings_of(folder, read_city(folder))
    assert said in str(fault.value)
    assert "expected" in str(fault.value)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_file_of_another_encoding_is_named(folder: Path, encoding: str) -> None:
    (folder / "units.csv").write_bytes((folder / "units.csv").read_text("utf-8").encode(encoding))
    with pytest.raises(ReferenceFault, match=r"units\.csv: is not UTF-8 text.*CSV UTF-8"):
        warnings_of(folder, read_city(folder))


def test_a_city_toml_of_another_encoding_is_named(folder: Path) -> None:
    text = (folder / "city.toml").read_text("utf-8")
    (folder / "city.toml").write_bytes(text.encode("gbk"))
    with pytest.raises(CityError, match="is not UTF-8 text"):
        read_city(folder)
    (folder / "city.toml").write_bytes(text.encode("utf-8-sig"))
    assert read_city(folder).code == "tiny"


def test_what_is_odd_and_harmless_is_a_warning_and_the_city_is_built(folder: Path) -> None:
    units = folder / "units.csv"
    head, *rest = units.read_text("utf-8").splitlines()
    # Saved by a spreadsheet: a BOM, other line ends, an empty row, a column of somebody's own.
    lines = [head + ",telefone", *(row + ",1" for row in rest), "", "XX,外办,,,department,990777,,,"]
    units.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    (folder / "holidays.csv").write_text("day_on,kind,label\n2026/10/1,holiday,国庆\n2026-10-10,workday,调休\n", "utf-8")
    (folder / "boundaries.geojson").write_text(outline('{"division_code": "999999"}', SQUARE), "utf-8")
    settings = Settings(city="tiny", cities=folder.parent, warehouse=folder.parents[1] / "w")
    outcome = load(settings, [(TEN, "appeals")], received_at=NOW)
    assert outcome.reference_warnings == [
        (
            "units.csv:1:telefone: is not read; expected one of unit_code, label, label_en, short_label, kind, division_code,"
            " parent_code, aliases"
        ),
        "units.csv:5:division_code: there is no '990777'; expected a code of divisions.csv",
        "boundaries.geojson: 1 outlines of divisions that divisions.csv does not have, first 999999",
    ]
    assert asked(settings, "select unit_code from units order by 1") == [("CG",), ("XX",), ("ZJ",)]
    days = "select day_on::varchar, is_workday, label from calendar_days where label is not null order by 1"
    assert asked(settings, days) == [("2026-10-01", False, "国庆"), ("2026-10-10", True, "调休")]


def test_a_faulty_folder_is_refused_before_anything_is_landed(folder: Path) -> None:
    settings = Settings(city="tiny", cities=folder.parent, warehouse=folder.parents[1] / "w")
    sound = (folder / "units.csv").read_text("utf-8")
    (folder / "units.csv").write_text("", "utf-8")
    with pytest.raises(ReferenceFault):
        load(settings, [(TEN, "appeals")], received_at=NOW)
    assert not settings.city_warehouse.exists()
    (folder / "units.csv").write_text(sound, "utf-8")
    load(settings, [(TEN, "appeals")], received_at=NOW)
    assert asked(settings, "select count(*) from tickets") == [(10,)]


@pytest.mark.parametrize("city", sorted(path.name for path in (ROOT / "data" / "cities").iterdir() if path.is_dir()))
def test_the_shipped_cities_are_without_a_warning(city: str) -> None:
    folder = ROOT / "data" / "cities" / city
    assert warnings_of(folder, read_city(folder)) == []


@pytest.mark.parametrize("name", ["../..", "..", "/etc", "a/b", "a\\b", ".git", " "])
def test_a_citys_name_is_no_way_to_another_folder(name: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["load", str(TEN), "--source", "appeals", "--city", name], env={"WAREHOUSE": str(tmp_path)})
    assert isinstance(result.exception, CityError)
    assert "expected the name of a folder" in str(result.exception)
    assert list(tmp_path.iterdir()) == []
