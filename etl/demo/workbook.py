"""Writes a spreadsheet of one sheet straight as its XML: a report needs more of a library, an export needs no more than rows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from xml.sax.saxutils import escape

FIRST_DAY = datetime(1899, 12, 30)  # a spreadsheet counts days from here
TIME, DAY = 1, 2  # styles, in the order of cellXfs
SECONDS_A_DAY = 86_400
SCHEMA = "http://schemas.openxmlformats.org"
MAIN, LINKS = f"{SCHEMA}/spreadsheetml/2006/main", f"{SCHEMA}/officeDocument/2006/relationships"
PACKAGE = f"{SCHEMA}/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>
<Override PartName="/{SHEET}" ContentType="{KIND}.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">
<sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{MAIN}"><numFmts count="2">
<numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""",
}


def write_workbook(path: Path, sheet: str, rows: Iterable[Sequence[object]]) -> int:
    """Write the rows, header and all, one after the other; returns their number. Equal rows make equal bytes.

    A cell is a text, a number, true or false, a date, a naive time, or None for nothing.
    """
    number = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for name, text in PARTS.items():
            book.writestr(part(name), HEAD + (text % escape(sheet) if "%s" in text else text))
        with book.open(part(SHEET), "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8") as file:
            file.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>\n')
            letters: list[str] = []
            for number, row in enumerate(rows, start=1):
                if len(letters) < len(row):
                    letters = [column_letters(place) for place in range(len(row))]
                cells = [xml(cell, f"{letter}{number}") for letter, cell in zip(letters, row, strict=False) if cell is not None]
                file.write(f'<row r="{number}">{"".join(cells)}</row>\n')
            file.write("</sheetData></worksheet>")
    return number


def xml(cell: object, place: str) -> str:
    """One cell at its place, such as B3."""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="{TIME}"><v>{(cell - FIRST_DAY).total_seconds() / SECONDS_A_DAY!r}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="{DAY}"><v>{cell.toordinal() - FIRST_DAY.toordinal()}</v></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def part(name: str) -> zipfile.ZipInfo:
    """A part of the package, dated so that the bytes do not tell when it was made."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def column_letters(place: int) -> str:
    """A … Z, AA … for 0 …"""
    return (column_letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)
