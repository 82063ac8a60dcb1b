"""
Which PDF files are taken: whole ones that only show something.

Nothing is rendered. Names are searched in the clear and in compressed object streams,
where most writers put them; what cannot be looked into is refused.
Source: ISO 32000-2, 7.3.5 (names), 7.5 (file structure), 7.5.7 (object streams).
"""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from companies.filing.refusals import (
    EvidenceActive,
    EvidenceBomb,
    EvidenceBroken,
    EvidenceEncrypted,
    EvidencePolyglot,
)

MARK = b"%PDF-"
# Readers look for the mark and for the end in as many bytes.
HEAD = TAIL = 1024
END = b"%%EOF"
# Long enough not to turn up by chance in the compressed bytes of a scan.
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData|GoToE|XFA\s*[\[\d])"
)
ENCRYPTED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
# A name may write any of its letters as #xx.
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECT_STREAM = re.compile(rb"/ObjStm\b")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# How far behind the name of its type the bytes of an object stream may begin.
DICTIONARY_BYTES = 4_096
# Of all object streams together, unfolded.
MOST_UNFOLDED = 50_000_000
BLOCK_BYTES, UNFOLDED_BLOCK_BYTES = 4_096, 1_000_000


def require_harmless(data: bytes) -> None:
    """Raise an `EvidenceRefused` for a PDF that is not whole, or does something."""
    if not data.startswith(MARK):
        raise EvidencePolyglot(
            _("Something stands in front of this PDF: it may be two files in one.")
        )
    if END not in data[-TAIL:] or b"startxref" not in data[-2 * TAIL :]:
        raise EvidenceBroken(_("This PDF is not whole: its end is missing."))
    _refuse_names(data)
    for unfolded in _object_streams(data):
        _refuse_names(unfolded)


def _refuse_names(data: bytes) -> None:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    if ENCRYPTED.search(plain):
        raise EvidenceEncrypted(
            _("This PDF is locked by a password. Save it without one, please.")
        )
    if ACTIVE.search(plain):
        raise EvidenceActive(
            _(
                "This PDF holds a script, a form that sends, or another file. Print it "
                "to a new PDF, please."
            )
        )


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Yield what the object streams hold, unfolded, each byte looked at once."""
    at, left = 0, MOST_UNFOLDED
    while (begin := STREAM.search(data, at)) is not None:
        nearest = max(at, begin.start() - DICTIONARY_BYTES)
        at = begin.end()
        if OBJECT_STREAM.search(data, nearest, begin.start()) is None:
            continue
        unfolded, at = _unfold(data, at, left)
        left -= len(unfolded)
        yield unfolded


def _unfold(data: bytes, at: int, most: int) -> tuple[bytes, int]:
    """Return what a compressed stream holds, at most so much, and where it ends."""
    unfolder, pieces, size = zlib.decompressobj(), [], 0
    try:
        while not unfolder.eof and at < len(data):
            block = unfolder.unconsumed_tail or data[at : at + BLOCK_BYTES]
            if not unfolder.unconsumed_tail:
                at += len(block)
            pieces.append(unfolder.decompress(block, UNFOLDED_BLOCK_BYTES))
            size += len(pieces[-1])
            if size > most:
                raise EvidenceBomb(_("This file unfolds into far more than it says."))
    except zlib.error as error:
        raise EvidenceBroken(
            _("This PDF cannot be read through. Print it to a new PDF, please.")
        ) from error
    return b"".join(pieces), at - len(unfolder.unused_data)
