"""A report's Word file that people edited, read back against the report it came from: what they changed, took out and added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError

from dashboard.reports.checking.document import Unreadable
from dashboard.reports.checking.files import MOST_BYTES, NO_BYTES, UNKNOWN, look_inside
from dashboard.reports.checking.sheet_files import HUGE
from dashboard.reports.checking.word_files import NOT_DOCX
from dashboard.reports.model import Figure, Report, Table
from dashboard.reports.word import wording
from dashboard.reports.word.comparing import CellChange, RowChange, table_changes, tables_in
from dashboard.reports.word.contents import TITLE
from dashboard.reports.word.expected import What, expected_words
from dashboard.reports.word.finding import Segment, adopt, plain, segments_of
from dashboard.reports.word.identity import identity, read_identity
from dashboard.reports.word.names import block_names, caption_name, numbers_name, plate_name
from dashboard.reports.word.reading import Read, ReadTable, read_body
from dashboard.texts import Text

NOT_OURS = Text("不是本系统生成的报告文件", "not a file of a report made here")
MACROS = Text("文件含有宏，请另存为不含宏的 .docx", "the file holds macros: save it as .docx without them")
OTHER_REPORT = Text(
    "是另一份报告的文件：{what}为“{found}”，应为“{wanted}”", "the file of another report: {what} is “{found}”, not “{wanted}”"
)
OLD_SNAPSHOT = Text(
    "文件由另一数据快照（{found}）生成，请重新下载后修改", "made from another snapshot ({found}): download it again and edit that"
)
NAMES = {
    "kind": Text("种类", "its kind"), "since": Text("起始日期", "its first day"), "until": Text("截止日期", "its last day"),
    "scope": Text("范围", "its scope"), "number": Text("期号", "its number"), "language": Text("语言", "its language"),
}  # fmt: skip
# Of one part, unpacked: a report's text is a hundredth of it.
MOST_PART = 64 * 2**20


@dataclass(frozen=True)
class Added:
    """Something that people put in: after which block it stands (its key; empty at the beginning), and under which heading."""

    kind: str
    text: str
    after: str
    heading: str


@dataclass(frozen=True)
class Rewording:
    """Words that are no paragraph of the body: a heading, caption, note, or a line of the head. `now` is empty where they are gone."""

    what: What
    key: str
    was: str
    now: str


@dataclass(frozen=True)
class Returned:
    """All that people did to a file. `changed` holds the new text of a paragraph by its key; a line break is a paragraph of its own."""

    changed: dict[str, str]
    removed: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    rewordings: tuple[Rewording, ...] = ()
    cells: tuple[CellChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    tables_gone: tuple[str, ...] = ()
    # By the chart's name.
    pictures_gone: tuple[str, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        return self == Returned({})


def returned(report: Report, data: bytes) -> Returned:
    """What people made of the report's Word file. Raises Unreadable for a file that is none of this report's."""
    document = _opened(data)
    _same_report(report, read_identity(document))
    body = read_body(document)
    expected = expected_words(report)
    words = {one.name: one for one in expected}
    segments = segments_of(body, words)
    adopt(segments, expected)
    said: dict[str, str] = {}
    for one in segments:
        if one.name:
            said[one.name] = f"{said[one.name]}\n{one.text}" if one.name in said else one.text
    changed: dict[str, str] = {}
    removed: list[str] = []
    rewordings: list[Rewording] = []
    for wanted in expected:
        now = said.get(wanted.name, "").strip()
        if plain(now) == plain(wanted.text):
            continue
        if wanted.what not in ("paragraph", "request"):
            rewordings.append(Rewording(wanted.what, wanted.key, wanted.text, now))
        elif plain(now):
            changed[wanted.key] = now
        else:
            removed.append(wanted.key)
    names = dict(zip(block_names(report), report.blocks, strict=True))
    tables = {name: block for name, block in names.items() if isinstance(block, Table)}
    found = tables_in(body, tables)
    cells, rows = table_changes(tables, found)
    added = _added(report, body, segments, {id(one) for one in found.values()})
    return Returned(
        changed, tuple(removed), tuple(added), tuple(rewordings), tuple(cells), tuple(rows),
        tuple(block.key for name, block in tables.items() if name not in found), tuple(_pictures_gone(names, body)),
    )  # fmt: skip


def _opened(data: bytes) -> Any:
    if not data:
        raise Unreadable(NO_BYTES)
    if len(data) > MOST_BYTES:
        raise Unreadable(HUGE)
    look_inside(io.BytesIO(data), ".docx")
    if data.startswith((b"%PDF", b"{\\rtf")):
        raise Unreadable(UNKNOWN)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
        if any(entry.filename.endswith((".xml", ".rels")) and entry.file_size > MOST_PART for entry in entries):
            raise Unreadable(HUGE)
        if any(entry.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for entry in entries):
            raise Unreadable(MACROS)
        return docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(NOT_DOCX) from error


def _same_report(report: Report, found: dict[str, str]) -> None:
    wanted = identity(report)
    if not set(wanted) <= set(found):
        raise Unreadable(NOT_OURS)
    for name, what in NAMES.items():
        if found[name] != wanted[name]:
            raise Unreadable(
                Text(
                    *(text.format(what=word, found=found[name], wanted=wanted[name]) for text, word in zip(OTHER_REPORT, what, strict=True))
                )
            )
    if found["snapshot"] != wanted["snapshot"]:
        raise Unreadable(Text(*(text.format(found=found["snapshot"]) for text in OLD_SNAPSHOT)))


def _pictures_gone(names: dict[str, Any], body: Sequence[Read | ReadTable]) -> list[str]:
    paragraphs = [one for one in body if isinstance(one, Read)]
    pictured = {name for one in paragraphs for name in one.pictures}
    pictured |= {name for one in paragraphs if one.pictures for _, name in one.starts}
    never = {name for one in paragraphs for _, name in one.starts}
    return [
        block.chart for name, block in names.items()
        if isinstance(block, Figure) and name not in pictured and numbers_name(name) not in never
    ]  # fmt: skip


def _added(report: Report, body: Sequence[Read | ReadTable], segments: Sequence[Segment], known: set[int]) -> list[Added]:
    """What has no place in the report: paragraphs, tables and pictures, each with the block it stands behind."""
    words = {one.name: one for one in expected_words(report)}
    figures = {name: block for name, block in zip(block_names(report), report.blocks, strict=True) if isinstance(block, Figure)}
    plates = {plate_name(name) for name in figures}
    noted = {numbers_name(name) for name in figures}
    at: dict[int, list[Segment]] = {}
    for one in segments:
        at.setdefault(one.place, []).append(one)
    found: list[Added] = []
    after = heading = ""
    for place, block in enumerate(body):
        if isinstance(block, ReadTable):
            key = next((words[caption_name(name)].key for name in block.names if caption_name(name) in words), "")
            if key:
                after = key
            elif id(block) not in known and not set(block.names) & plates:
                found.append(Added("table", "\n".join("\t".join(row) for row in block.rows), after, heading))
            continue
        if any(picture and picture not in figures for picture in block.pictures) and not any(name in figures for _, name in block.starts):
            found.append(Added("picture", "", after, heading))
        is_ours = block.is_listed or any(name in noted for _, name in block.starts) or plain(block.text) in (plain(text) for text in TITLE)
        for one in at.get(place, []):
            if one.name:
                after, heading = words[one.name].key or after, words[one.name].text if words[one.name].what == "heading" else heading
            elif one.text.strip() and not is_ours and not _is_own(one.text, report):
                found.append(Added("paragraph", one.text.strip(), after, heading))
    return found


def _is_own(text: str, report: Report) -> bool:
    """Whether it is a line that the file has without a bookmark: how many rows of a chart's numbers are listed."""
    return plain(text) == plain(wording.DRAFT.in_(report.language)) or wording.IS_LEFT_OUT.fullmatch(plain(text)) is not None
