"""A Word file of the same bytes for the same report: files are hashed, so no clock may leave a trace in them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT

# The earliest moment that a packed file can carry.
EPOCH = (1980, 1, 1, 0, 0, 0)
# Parts of the empty document that say nothing of ours: its picture, its styles once more, its bibliography.
IDLE = ("/thumbnail", "/stylesWithEffects", "/customXml")
APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Office Word'
    "</Application><DocSecurity>0</DocSecurity><ScaleCrop>false</ScaleCrop><SharedDoc>false</SharedDoc><AppVersion>16.0000</AppVersion>"
    "</Properties>"
)


def packed(document: Any) -> bytes:
    """The document as a file."""
    _without_idle_parts(document)
    held = io.BytesIO()
    document.save(held)
    made = io.BytesIO()
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return made.getvalue()


def _without_idle_parts(document: Any) -> None:
    for holder in (document.part.package, document.part):
        for key, link in list(holder.rels.items()):
            if link.reltype.endswith(IDLE):
                holder.rels.pop(key)
    for link in document.part.package.rels.values():
        if link.reltype == RT.EXTENDED_PROPERTIES:
            link.target_part._blob = APP.encode("utf-8")  # noqa: SLF001 a part kept as bytes
