"""
Which kind of document some bytes are, whatever their name says.

Four kinds are taken, because each can be looked at without running anything: PDF, JPEG,
PNG, and text in UTF-8. A CSV file is text: it is handed out as text, so that no
spreadsheet opens it by itself and runs its formulas.
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from companies.filing import pdfs, pictures
from companies.filing.refusals import (
    EvidenceActive,
    EvidenceArchive,
    EvidenceBroken,
    EvidenceExecutable,
    EvidenceKindUnknown,
    EvidencePolyglot,
)


class Kind(NamedTuple):
    """A kind of document: its type on the wire, and the ending of its name."""

    media_type: str
    ending: str


PDF = Kind("application/pdf", "pdf")
JPEG = Kind("image/jpeg", "jpg")
PNG = Kind("image/png", "png")
TEXT = Kind("text/plain", "txt")
KINDS = (PDF, JPEG, PNG, TEXT)

EXECUTABLES = (
    b"\x7fELF",
    b"MZ",
    # Mach-O in both byte orders and widths, and the universal one, which is Java's too.
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"\xef\xbb\xbf#!",
)
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"{\\rtf",
)
TAR_MARK_AT = 257
# What a browser would run, if somebody told it to read the text as a page.
MARKUP = re.compile(
    r"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|meta|link|\?xml)\b"
    r"|<\?(php|xml)\b",
    re.IGNORECASE,
)
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
# The end of an archive is searched in its last bytes, wherever it begins.
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 66_000


def recognise(data: bytes, *, most_pixels: int) -> Kind:
    """Return the kind of `data`, which is not empty, or raise an `EvidenceRefused`."""
    if data.startswith(EXECUTABLES):
        raise EvidenceExecutable(_("Programs and scripts are not taken as evidence."))
    if data.startswith(ARCHIVES) or data[TAR_MARK_AT:].startswith(b"ustar"):
        raise EvidenceArchive(
            _(
                "Archives and office documents are not taken: they may hold macros. "
                "Save it as a PDF, please."
            )
        )
    kind = _known(data, most_pixels)
    if kind is not TEXT and ARCHIVE_END in data[-ARCHIVE_TAIL:]:
        raise EvidencePolyglot(
            _("This file is two files in one: an archive is hidden in it.")
        )
    return kind


def _known(data: bytes, most_pixels: int) -> Kind:
    if pdfs.MARK in data[: pdfs.HEAD]:
        pdfs.require_harmless(data)
        return PDF
    if data.startswith(pictures.PNG_MARK):
        pictures.require_png(data, most_pixels=most_pixels)
        return PNG
    if data.startswith(pictures.JPEG_MARK):
        pictures.require_jpeg(data, most_pixels=most_pixels)
        return JPEG
    _require_text(data)
    return TEXT


def _require_text(data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise EvidenceBroken(_("This text ends in the middle of a letter.")) from (
                error
            )
        raise _unknown() from error
    if CONTROL.search(text):
        raise _unknown()
    if MARKUP.search(text) or text.lstrip().startswith("<"):
        raise EvidenceActive(
            _("Web pages and SVG drawings are not taken. Save it as a PDF, please.")
        )


def _unknown() -> EvidenceKindUnknown:
    return EvidenceKindUnknown(
        _("A document is a PDF, a JPEG or PNG picture, or a text in UTF-8.")
    )
