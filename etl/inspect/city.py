"""Puts a proposed source where the loader finds it, in a new city if there is none yet."""

from __future__ import annotations

import re
from pathlib import Path

from etl.errors import LoadError
from etl.inspect.writing import line, text
from etl.landing import publish_text

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def put(cities: Path, city: str, source: str, toml: str, city_toml: str, *, force: bool) -> list[Path]:
    """Write the source, and `city.toml` where the city has none; returns what was written.

    Raises LoadError if a name cannot be one, or the source is there already and `force` is not given.
    """
    for name, what in ((city, "city"), (source, "source")):
        if not NAME.fullmatch(name):
            raise LoadError(f"{name!r} cannot be the name of a {what}", cities, expected="small letters, digits, _ and -")
    city_folder = cities / city
    target = city_folder / "sources" / f"{source}.toml"
    if target.exists() and not force:
        raise LoadError("is there already", target, expected="another --source, or --force to write over it")
    target.parent.mkdir(parents=True, exist_ok=True)
    written = []
    if not (city_folder / "city.toml").exists():
        publish_text(city_folder / "city.toml", city_toml)
        written.append(city_folder / "city.toml")
    publish_text(target, toml)
    return [*written, target]


def city_text(code: str, label: str, division_code: str, time_zone: str, has: str, *, is_old: bool, language: str = "en") -> str:
    """The least a `city.toml` must say, its comments in a language; what it leaves out is read off the deliveries."""
    clock = [
        line('today = "as_of"', "historic data: the clock stands at the newest delivery"),
        line('period = "last_12_months"', "what pages show until somebody chooses"),
    ]
    lines = [
        line("", "Made by `python -m etl inspect`; docs/city-folder.md lists what else may be said here."),
        line(f"code = {text(code)}"),
        line(f"label = {text(label or code)}"),
        line(f"label_en = {text(label if label.isascii() and label else code)}"),
        line(f"division_code = {text(division_code or code)}"),
        line(f"time_zone = {text(time_zone)}"),
        line('closure = "resolved"', '"closed": a ticket is done only when 结案, not when 办结'),
        line(f"has = [{text(has)}]"),
        line(f"platform_label = {text((label or code) + '运行分析')}"),
        *(clock if is_old else [line('today = "server"')]),
        line('office_hours = ["09:00-12:00", "14:00-18:00"]'),
    ]
    return "".join(f"{one.written(language)}\n" for one in lines)
