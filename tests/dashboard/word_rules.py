"""What Word is strict about in a .docx and other readers forgive: order of properties, ids, relationships and types of parts."""

from __future__ import annotations

import posixpath
from collections import Counter
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
BORDERS = "top left start bottom right end insideH insideV tl2br tr2bl"
# The sequences of ECMA-376 (transitional), as Word checks them.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens"
    " kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing"
    " mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color"
    " spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd"
    " tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt"
    " vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "pBdr": "top left bottom right between bar", "tblBorders": BORDERS, "tcBorders": BORDERS, "tblCellMar": BORDERS,
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr", "tr": "tblPrEx trPr tc", "r": "rPr *",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal"
    " personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "font": "altName panose1 charset family notTrueType pitch sig embedRegular embedBold embedItalic embedBoldItalic",
}  # fmt: skip
# Of these each stands once at most; the others may be repeated.
MANY = {"headerReference", "footerReference", "tr", "tc", "bookmarkStart", "bookmarkEnd", "tblStylePr"}


def faults(made: bytes) -> list[str]:
    """All that Word would call damaged, or repair without asking."""
    with ZipFile(BytesIO(made)) as archive:
        names = archive.namelist()
        held = {name: archive.read(name) for name in names}
    found = [f"{name} twice" for name, count in Counter(names).items() if count > 1]
    trees = {name: ET.fromstring(text) for name, text in held.items() if name.endswith((".xml", ".rels"))}  # noqa: S314 our own file
    found += _types(trees["[Content_Types].xml"], names)
    for name, tree in trees.items():
        if name.endswith(".rels"):
            found += _relations(name, tree, names)
        elif name.startswith("word/"):
            found += _ordered(name, tree) + _cells(name, tree) + _references(name, tree, trees)
    drawn = Counter(one.get("id") for name, tree in trees.items() if name.startswith("word/") for one in tree.iter(DRAWING))
    marked = Counter(one.get(f"{W}id") for one in trees["word/document.xml"].iter(f"{W}bookmarkStart"))
    return found + [f"id {number} twice" for ids in (drawn, marked) for number, count in ids.items() if count > 1]


def _types(tree: ET.Element, names: list[str]) -> list[str]:
    usual = {one.get("Extension", "").lower() for one in tree.iter(f"{TYPES}Default")}
    own = [one.get("PartName", "") for one in tree.iter(f"{TYPES}Override")]
    untyped = [
        name for name in names if name != "[Content_Types].xml" and f"/{name}" not in own and name.rpartition(".")[2].lower() not in usual
    ]
    return [f"{name} has no type" for name in untyped] + [f"{part} is not there" for part in own if part.lstrip("/") not in names]


def _relations(name: str, tree: ET.Element, names: list[str]) -> list[str]:
    base = posixpath.dirname(posixpath.dirname(name))
    rows = list(tree.iter(RELATION))
    found = [f"{name}: {number} twice" for number, count in Counter(one.get("Id") for one in rows).items() if count > 1]
    for one in rows:
        target = one.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
        if one.get("TargetMode") != "External" and path not in names:
            found.append(f"{name}: {target} is not there")
    return found


def _references(name: str, tree: ET.Element, trees: dict[str, ET.Element]) -> list[str]:
    rels = trees.get(f"{posixpath.dirname(name)}/_rels/{posixpath.basename(name)}.rels")
    known = {one.get("Id") for one in rels.iter(RELATION)} if rels is not None else set()
    used = {value for part in tree.iter() for key, value in part.attrib.items() if key.startswith(R)}
    return [f"{name}: {number} leads nowhere" for number in used - known]


def _ordered(name: str, tree: ET.Element) -> list[str]:
    found = []
    for part in tree.iter():
        kind = part.tag.removeprefix(W)
        order = ORDERS.get(kind, "").split() if part.tag.startswith(W) else []
        children = [child.tag.removeprefix(W) for child in part]
        if not order or order[-1] == "*":
            found += [f"{name}: {kind} begins late"] if order and order[0] in children[1:] else []
            continue
        known = [child for child in children if child in order]
        if known != sorted(known, key=order.index):
            found.append(f"{name}: {kind} in the order {' '.join(known)}")
        found += [f"{name}: {kind} has no {child}" for child in set(children) - set(order) if "{" not in child]
        found += [f"{name}: {kind} has {child} twice" for child, count in Counter(known).items() if count > 1 and child not in MANY]
    return found


def _cells(name: str, tree: ET.Element) -> list[str]:
    """A cell ends with a paragraph, a row has as many cells as the grid has columns, and a body ends with its section."""
    found = [f"{name}: a cell without a paragraph at its end" for cell in tree.iter(f"{W}tc") if not len(cell) or cell[-1].tag != f"{W}p"]
    for table in tree.iter(f"{W}tbl"):
        grid = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(f"{W}tr"):
            spans = [int(span.get(f"{W}val", "1")) for cell in row.findall(f"{W}tc") for span in cell.findall(f"{W}tcPr/{W}gridSpan")]
            wide = len(row.findall(f"{W}tc")) + sum(spans) - len(spans)
            found += [f"{name}: {wide} cells in a grid of {grid}"] if wide != grid else []
    body = tree.find(f"{W}body")
    return found + ([f"{name}: the section is not at the end"] if body is not None and body[-1].tag != f"{W}sectPr" else [])
