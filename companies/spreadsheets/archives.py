"""
The archive that a workbook is: looked at before anything of it is unpacked.

Refused are bombs, macros, links to other files, and what is encrypted. Small parts are
parsed by defusedxml, which knows no entities and fetches nothing.
"""

import posixpath
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from companies.spreadsheets.numbers import Kind, kind_of
from companies.spreadsheets.rows import Unreadable

MAX_MEMBERS = 500
# Sheets of many equal lines pack to a fortieth; a bomb packs to a thousandth.
MAX_RATIO = 250
SMALL_BYTES = 1 << 20
MAX_PART_BYTES = 4 << 20
# The sheet of that name is read, else the first one.
PREFERRED = "statements"

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class Parts(NamedTuple):
    """Where the archive has what is read, and how its numbers are meant."""

    sheet: str
    # Empty where no text is shared.
    strings: str
    styles: list[Kind]
    epoch: datetime


def opened(file: Path, *, most_bytes: int) -> zipfile.ZipFile:
    """Return the archive, if it may be unpacked within `most_bytes`."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable("not_a_workbook") from error
    try:
        _require_harmless(archive.infolist(), most_bytes)
    except Unreadable:
        archive.close()
        raise
    return archive


def _require_harmless(members: list[zipfile.ZipInfo], most_bytes: int) -> None:
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS or len(names) != len(members):
        raise Unreadable("workbook_too_large")
    # The module unpacks no more than what a member declares.
    if sum(member.file_size for member in members) > most_bytes:
        raise Unreadable("workbook_too_large")
    for member in members:
        if member.flag_bits & 0x1:
            raise Unreadable("encrypted")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unreadable("not_a_workbook")
        packed = max(member.compress_size, 1)
        if member.file_size > max(SMALL_BYTES, MAX_RATIO * packed):
            raise Unreadable("workbook_too_large")
        _require_data_only(member.filename.lower())


def _require_data_only(name: str) -> None:
    if name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name:
        raise Unreadable("has_macros")
    if "/externallinks/" in name:
        raise Unreadable("has_external_links")


def parts_of(archive: zipfile.ZipFile) -> Parts:
    """Return where the sheet, its texts and its formats are."""
    if b"macroEnabled" in _read(archive, "[Content_Types].xml"):
        raise Unreadable("has_macros")
    book = _target(_relations(archive, ""), "officeDocument", "")
    if not book:
        raise Unreadable("not_a_workbook")
    root = _parsed(archive, book)
    relations = _relations(archive, book)
    folder = posixpath.dirname(book)
    properties = _first(root, "workbookPr")
    is_mac = properties is not None and properties.get("date1904") in {"1", "true"}
    styles = _target(relations, "styles", folder)
    return Parts(
        _sheet(root, relations, folder),
        _target(relations, "sharedStrings", folder),
        _kinds(_parsed(archive, styles)) if styles else [],
        MAC_EPOCH if is_mac else WINDOWS_EPOCH,
    )


def _sheet(root: Element, relations: list[Element], folder: str) -> str:
    sheets = [one for one in root.iter() if _local(one) == "sheet"]
    chosen = [one for one in sheets if (one.get("name") or "").lower() == PREFERRED]
    for sheet in chosen or sheets[:1]:
        wanted = sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)
        for one in relations:
            if one.get("Id") == wanted and _kind(one) == "worksheet":
                return _absolute(one, folder)
    raise Unreadable("not_a_workbook")


def _kinds(root: Element) -> list[Kind]:
    """Return what numbers stand for, by the style of a cell."""
    formats: dict[str, str] = {str(key): text for key, text in BUILTIN_FORMATS.items()}
    for one in root.iter():
        if _local(one) == "numFmt":
            formats[one.get("numFmtId", "")] = one.get("formatCode", "")
    styles = _first(root, "cellXfs")
    return [
        kind_of(formats.get(one.get("numFmtId", "0"), "General"))
        for one in ([] if styles is None else styles)
    ]


def _relations(archive: zipfile.ZipFile, part: str) -> list[Element]:
    folder, name = posixpath.split(part)
    return list(_parsed(archive, posixpath.join(folder, "_rels", f"{name}.rels")))


def _target(relations: list[Element], kind: str, folder: str) -> str:
    for one in relations:
        if _kind(one) == kind and one.get("TargetMode") != "External":
            return _absolute(one, folder)
    return ""


def _kind(relation: Element) -> str:
    return (relation.get("Type") or "").rpartition("/")[2]


def _absolute(relation: Element, folder: str) -> str:
    target = relation.get("Target") or ""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _first(root: Element, name: str) -> Element | None:
    return next((one for one in root.iter() if _local(one) == name), None)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _parsed(archive: zipfile.ZipFile, name: str) -> Element:
    try:
        root: Any = ElementTree.fromstring(_read(archive, name), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("not_a_workbook") from error
    assert isinstance(root, Element)
    return root


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            data = member.read(MAX_PART_BYTES + 1)
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise Unreadable("not_a_workbook") from error
    if len(data) > MAX_PART_BYTES:
        raise Unreadable("workbook_too_large")
    return data
