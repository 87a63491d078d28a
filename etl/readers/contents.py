"""Tells what a file really is by its first bytes, whatever its name says."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

from etl.readers.csv_text import UTF16_MARKS

HEAD = 4_096
MAGIC = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "excel",
    b"%PDF": "pdf",
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b\x08": "gzip",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"SQLite format 3\0": "sqlite",
    b"PAR1": "parquet",
}
HTML = re.compile(r"<(!doctype\s+html|html|head|meta|table|body|style)\b", re.IGNORECASE)
SPREADSHEET = re.compile(r"mso-application\s+progid=.Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet")
# Said where a file is refused for what it really is.
WORDS = {
    "excel": "an Excel workbook",
    "word": "a Word document or another Office file",
    "html": "an HTML page",
    "spreadsheet": "an Excel 2003 XML sheet",
    "xml": "XML",
    "json": "JSON",
    "zip": "a zip archive",
    "text": "plain text",
    "bytes": "of no known form",
}


def told(path: Path) -> str:
    """What a file's first bytes say: excel, zip, html, spreadsheet, xml, json, text, or a format that cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _told_of_zip(path)
    return _told_of_text(head)


def _told_of_text(head: bytes) -> str:
    if head.startswith(UTF16_MARKS):
        text = head.decode("utf-16", "ignore").lstrip()
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1").lstrip()
    if "\0" in text:
        return "bytes"
    if SPREADSHEET.search(text):
        return "spreadsheet"
    if HTML.match(text) or (text.startswith(("<?xml", "<!--")) and HTML.search(text)):
        return "html"
    if text.startswith("<"):
        return "xml"
    return "json" if text.startswith(("{", "[")) else "text"


def _told_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "damaged"
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return "excel"
    return "word" if "[Content_Types].xml" in names else "zip"
