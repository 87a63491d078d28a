"""Which report a Word file is of, kept in its custom properties: an edited file must come back to the report it came from."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from dashboard.reports.model import Report
from dashboard.reports.ooxml import cleaned

PREFIX = "report_"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def identity(report: Report) -> dict[str, str]:
    """What tells one report from another, as it is kept in a file."""
    held = {
        "kind": report.kind, "since": report.period.since.isoformat(), "until": report.period.until.isoformat(), "scope": report.scope,
        "number": report.number, "snapshot": report.snapshot, "language": report.language,
    }  # fmt: skip
    return {name: " ".join(cleaned(value).split()) for name, value in held.items()}


def write_identity(document: Any, report: Report) -> None:
    named = "".join(
        f'<property fmtid="{FORMAT}" pid="{place}" name="{PREFIX}{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for place, (name, value) in enumerate(identity(report).items(), 2)
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="{PROPERTIES}" xmlns:vt="{TYPES}">{named}</Properties>'
    package = document.part.package
    package.relate_to(Part(PackURI("/docProps/custom.xml"), CT.OFC_CUSTOM_PROPERTIES, xml.encode("utf-8"), package), RT.CUSTOM_PROPERTIES)


def read_identity(document: Any) -> dict[str, str]:
    """What a file says of itself; nothing where it is none of ours."""
    for link in document.part.package.rels.values():
        if link.reltype == RT.CUSTOM_PROPERTIES and not link.is_external:
            try:
                # The parser of python-docx, which follows no entity.
                root: Any = parse_xml(link.target_part.blob)
            except SyntaxError:
                return {}
            named = {one.get("name", ""): "".join(one.itertext()).strip() for one in root.iter(f"{{{PROPERTIES}}}property")}
            return {name.removeprefix(PREFIX): value for name, value in named.items() if name.startswith(PREFIX)}
    return {}
