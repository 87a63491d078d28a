"""Districts, towns and categories of a city whose folder names none: read off the deliveries."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboard.settings import Settings
from etl.inspect.city import city_text, put
from etl.load import load
from tests.deliveries import asked, delivered

SOURCE = """label = "工单"
kind = "tickets"
[csv]
[values]
dates = ["%Y-%m-%d"]
[columns]
number = "编号"
reported_at = "时间"
district = "区县"
town = "镇街"
community = "社区"
major = "大类"
category = "小类"
"""
HEADER = ["编号", "时间", "区县", "镇街", "社区", "大类", "小类"]
# number, district, town, community, major, minor
ROWS = [
    ("1", "甲县", "城关镇", "和平社区", "市容", "其他"),
    ("2", "甲县", "城关镇", "和平", "市容", "占道"),
    ("8", "甲县", "城关镇", "和平社区", "市容", "占道"),
    ("3", "乙县", "城关镇", "和平社区居委会", "治安", "其他"),
    ("4", "乙县", "河东镇", "", "治安", "盗窃"),
    ("5", "", "河东镇", "", "咨询", ""),
    ("6", "乙县", "", "", "治安", ""),
    ("7", "", "城关镇", "", "", "其他"),
]


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("derived")
    put(
        folder / "cities",
        "anew",
        "orders",
        SOURCE,
        city_text("anew", "某市", "150000", "Asia/Shanghai", "tickets", is_old=False),
        force=False,
    )
    rows = [dict(zip(HEADER, (row[0], "2026-10-01", *row[1:]), strict=True)) for row in ROWS]
    settings = Settings(city="anew", cities=folder / "cities", warehouse=folder / "warehouse")
    load(settings, [(delivered(folder / "a.csv", rows, HEADER), "orders")], received_at=datetime(2026, 10, 2))
    return settings


def test_towns_of_one_name_in_two_districts_are_two(derived: Settings) -> None:
    assert asked(derived, "select division_code, label, level, parent_code from divisions order by division_code") == [
        ("150000", "某市", "city", None),
        ("150000/乙县", "乙县", "district", "150000"),
        ("150000/乙县/城关镇", "城关镇", "town", "150000/乙县"),
        ("150000/乙县/城关镇/和平", "和平社区居委会", "community", "150000/乙县/城关镇"),
        ("150000/乙县/河东镇", "河东镇", "town", "150000/乙县"),
        ("150000/城关镇", "城关镇", "town", "150000"),
        ("150000/甲县", "甲县", "district", "150000"),
        ("150000/甲县/城关镇", "城关镇", "town", "150000/甲县"),
        ("150000/甲县/城关镇/和平", "和平社区", "community", "150000/甲县/城关镇"),
    ]


def test_a_town_is_found_in_its_district_and_a_sole_one_without(derived: Settings) -> None:
    assert asked(derived, "select ticket_number, district_code, town_code from tickets order by 1") == [
        ("1", "150000/甲县", "150000/甲县/城关镇"),
        ("2", "150000/甲县", "150000/甲县/城关镇"),
        ("3", "150000/乙县", "150000/乙县/城关镇"),
        ("4", "150000/乙县", "150000/乙县/河东镇"),
        ("5", "150000/乙县", "150000/乙县/河东镇"),
        ("6", "150000/乙县", None),
        # Which 城关镇 cannot be known.
        ("7", None, None),
        ("8", "150000/甲县", "150000/甲县/城关镇"),
    ]
    assert asked(derived, "select ticket_number, community_code from tickets where community_code is not null order by 1") == [
        ("1", "150000/甲县/城关镇/和平"), ("2", "150000/甲县/城关镇/和平"), ("3", "150000/乙县/城关镇/和平"),
        ("8", "150000/甲县/城关镇/和平"),
    ]  # fmt: skip
    assert asked(derived, "select kind, name, row_count from unmatched_names where kind = 'place'") == [("place", "城关镇", 1)]


def test_a_minor_category_of_two_majors_is_two(derived: Settings) -> None:
    assert asked(derived, "select category_code, label, major_code from categories order by 1") == [
        ("其他", "其他", None),
        ("占道", "占道", "市容"),
        ("咨询/", "咨询", "咨询"),
        ("市容/其他", "其他", "市容"),
        ("治安/其他", "其他", "治安"),
        ("盗窃", "盗窃", "治安"),
    ]
    assert asked(derived, "select ticket_number, category_code, major_code from tickets order by 1") == [
        ("1", "市容/其他", "市容"),
        ("2", "占道", "市容"),
        ("3", "治安/其他", "治安"),
        ("4", "盗窃", "治安"),
        ("5", "咨询/", "咨询"),
        ("6", None, "治安"),
        ("7", None, None),
        ("8", "占道", "市容"),
    ]
