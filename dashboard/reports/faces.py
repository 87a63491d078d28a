"""Which installed faces a report is printed in: the official ones where they are, open ones that stand in for them elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

# By the names their files give them, Chinese or Latin, in order of preference.
SONG = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "思源宋体", "SimSun", "宋体", "NSimSun",
    "STSong", "华文宋体", "AR PL UMing CN")  # fmt: skip
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体", "Microsoft YaHei", "微软雅黑",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback")  # fmt: skip
OFFICIAL = {
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "华文中宋", "STZhongsong"),
    "body": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong", "方正仿宋_GBK", "FZFangSong-Z02"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti", "AR PL UKai CN", "LXGW WenKai"),
    "black": ("黑体", "SimHei", "华文黑体", "STHeiti"),
}
LATIN = ("Times New Roman", "Liberation Serif", "Nimbus Roman", "Libertinus Serif")
# Open faces in bold stand in for those of title and headings, so that these are not taken for text.
IN_BOLD = ("title", "kai", "black")


@dataclass(frozen=True)
class Face:
    """The installed names of a face, the best first; `bold` where a stand-in must be told from the text by its weight."""

    names: tuple[str, ...]
    bold: bool = False


@dataclass(frozen=True)
class Faces:
    """The faces of a paper, and what is asked for a sign they do not have."""

    title: Face
    body: Face
    kai: Face
    black: Face
    latin: tuple[str, ...]
    others: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def faces_of(installed: Collection[str]) -> Faces:
    """The faces among the installed families."""
    found = {kind: _face(kind, names, installed) for kind, names in OFFICIAL.items()}
    return Faces(**found, latin=_first(LATIN, installed), others=tuple(name for name in (*SONG, *SANS) if name in installed))


def _face(kind: str, official: Sequence[str], installed: Collection[str]) -> Face:
    held = _first(official, installed)
    return Face(held) if held else Face(_first(SANS if kind == "black" else SONG, installed), bold=kind in IN_BOLD)


def _first(names: Sequence[str], installed: Collection[str]) -> tuple[str, ...]:
    return next(((name,) for name in names if name in installed), ())
