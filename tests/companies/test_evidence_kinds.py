"""Which files are taken as evidence: by their content, whatever they are called."""

import io
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

from companies.filing import refusals
from companies.filing.kinds import JPEG, PDF, PNG, TEXT, Kind, recognise
from tests.companies.hostile_files import jpeg, object_stream, pdf, png

MOST_PIXELS = 50_000_000


def archive(name: str = "a.txt") -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, "text")
    return file.getvalue()


def picture(kind: str) -> bytes:
    """Return a picture as a real program writes it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(), PDF),
        (pdf(object_stream(b"1 0 << /Type /Page >>")), PDF),
        (picture("PNG"), PNG),
        (picture("JPEG"), JPEG),
        (jpeg(), JPEG),
        (png(), PNG),
        ("Effectif : 110 salariés\r\n".encode(), TEXT),
        ("\ufeffcontrat;nombre\nCDI;110\n".encode(), TEXT),
        (b"a < b and b > c", TEXT),
    ],
    ids=[
        "pdf",
        "pdf-1.5",
        "png",
        "jpeg",
        "jpeg-bare",
        "png-bare",
        "txt",
        "csv",
        "less",
    ],
)
def test_a_document_is_known_by_its_content(data: bytes, kind: Kind) -> None:
    assert recognise(data, most_pixels=MOST_PIXELS) == kind


Refusal = type[refusals.EvidenceRefused]
HOSTILE: dict[str, tuple[bytes, Refusal]] = {
    "elf": (b"\x7fELF\x02\x01\x01", refusals.EvidenceExecutable),
    "pe": (b"MZ\x90\x00" + b"\x00" * 60, refusals.EvidenceExecutable),
    "mach-o": (b"\xcf\xfa\xed\xfe\x07", refusals.EvidenceExecutable),
    "mach-o-big": (b"\xfe\xed\xfa\xce\x07", refusals.EvidenceExecutable),
    "universal-or-java": (b"\xca\xfe\xba\xbe\x00", refusals.EvidenceExecutable),
    "script": (b"#!/bin/sh\nrm -rf /\n", refusals.EvidenceExecutable),
    "script-with-mark": (b"\xef\xbb\xbf#!/bin/sh\n", refusals.EvidenceExecutable),
    "zip": (archive(), refusals.EvidenceArchive),
    "docm": (archive("word/vbaProject.bin"), refusals.EvidenceArchive),
    "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, refusals.EvidenceArchive),
    "rtf": (b"{\\rtf1 {\\object}}", refusals.EvidenceArchive),
    "gzip": (b"\x1f\x8b\x08\x00", refusals.EvidenceArchive),
    "rar": (b"Rar!\x1a\x07\x01\x00", refusals.EvidenceArchive),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", refusals.EvidenceArchive),
    "tar": (b"a".ljust(257, b"\0") + b"ustar\x0000", refusals.EvidenceArchive),
    "html": (b"<!DOCTYPE html><p>hello", refusals.EvidenceActive),
    "html-later": (b"notes\n<ScRiPt>alert(1)</script>", refusals.EvidenceActive),
    "svg": (b'\n <svg xmlns="http://www.w3.org/2000/svg"/>', refusals.EvidenceActive),
    "svg-behind-a-comment": (b"<!-- --><svg onload=a()>", refusals.EvidenceActive),
    "xml": (b"<?xml version='1.0'?><a/>", refusals.EvidenceActive),
    "php": (b"text <?php system('id');", refusals.EvidenceActive),
    "pdf-javascript": (
        pdf(b"3 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n"),
        refusals.EvidenceActive,
    ),
    "pdf-javascript-escaped": (
        pdf(b"3 0 obj << /S /J#61va#53cript >> endobj\n"),
        refusals.EvidenceActive,
    ),
    "pdf-javascript-compressed": (
        pdf(object_stream(b"3 0 << /S /JavaScript /JS (a) >>")),
        refusals.EvidenceActive,
    ),
    "pdf-javascript-behind-a-false-end": (
        pdf(object_stream(b"(endstream)" + b" " * 9_000 + b"/JavaScript", level=0)),
        refusals.EvidenceActive,
    ),
    "pdf-launch": (pdf(b"<< /S /Launch /F (a) >>\n"), refusals.EvidenceActive),
    "pdf-embedded": (pdf(b"<< /EmbeddedFiles 4 0 R >>\n"), refusals.EvidenceActive),
    "pdf-xfa": (pdf(b"<< /XFA [ (a) 4 0 R ] >>\n"), refusals.EvidenceActive),
    "pdf-encrypted": (pdf(b"<< /Encrypt 5 0 R >>\n"), refusals.EvidenceEncrypted),
    "pdf-polyglot": (b"GIF89a" + pdf(), refusals.EvidencePolyglot),
    "pdf-with-archive": (pdf() + archive() + b"\n%%EOF\n", refusals.EvidencePolyglot),
    "pdf-without-trailer": (pdf()[:-60], refusals.EvidenceBroken),
    "pdf-with-something-long-behind": (pdf() + b"x" * 2_000, refusals.EvidenceBroken),
    "pdf-unreadable": (
        pdf(b"<< /Type /ObjStm >>\nstream\nnot deflated\nendstream\n"),
        refusals.EvidenceBroken,
    ),
    "pdf-bomb": (pdf(object_stream(b" " * 60_000_000)), refusals.EvidenceBomb),
    "png-bomb": (png(30_000, 30_000), refusals.EvidenceBomb),
    "png-text-bomb": (png(zTXt=b"a\0\0" + b"x" * 1_000_001), refusals.EvidenceBomb),
    "png-of-no-size": (png(0, 5), refusals.EvidenceBroken),
    "png-cut": (png()[:-6], refusals.EvidenceBroken),
    "png-without-header": (b"\x89PNG\r\n\x1a\n" + png()[33:], refusals.EvidenceBroken),
    "png-and-more": (png(behind=b"<script>"), refusals.EvidencePolyglot),
    "png-and-archive": (png(behind=archive()), refusals.EvidencePolyglot),
    "jpeg-bomb": (jpeg(60_000, 60_000), refusals.EvidenceBomb),
    "jpeg-cut": (picture("JPEG")[:-2], refusals.EvidenceBroken),
    "jpeg-of-nothing": (b"\xff\xd8\xff", refusals.EvidenceBroken),
    "jpeg-without-frame": (
        b"\xff\xd8\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\xd9",
        refusals.EvidenceBroken,
    ),
    "jpeg-and-archive": (picture("JPEG") + archive(), refusals.EvidencePolyglot),
    "gif": (b"GIF89a\x01\x00\x01\x00\x00", refusals.EvidenceKindUnknown),
    "utf-16": ("é".encode("utf-16"), refusals.EvidenceKindUnknown),
    "latin-1": ("salarié".encode("latin-1") + b" a", refusals.EvidenceKindUnknown),
    "half-a-letter": ("salarié".encode()[:-1], refusals.EvidenceBroken),
    "control-characters": (b"a\x00b", refusals.EvidenceKindUnknown),
    "escape-sequences": (b"\x1b]0;title\x07", refusals.EvidenceKindUnknown),
}


@pytest.mark.parametrize(("data", "refusal"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_harmless_document_is_refused(data: bytes, refusal: Refusal) -> None:
    with pytest.raises(refusal) as refused:
        recognise(data, most_pixels=MOST_PIXELS)

    assert type(refused.value) is refusal
    assert refused.value.detail


def test_every_refusal_has_a_code_of_its_own() -> None:
    def everything(one: Refusal) -> list[Refusal]:
        return [
            one,
            *(sub for kind in one.__subclasses__() for sub in everything(kind)),
        ]

    codes = [one.__dict__["code"] for one in everything(refusals.EvidenceRefused)]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("make", [png, jpeg, pdf], ids=["png", "jpeg", "pdf"])
def test_no_cut_file_is_taken_and_none_is_an_error_of_ours(
    make: Callable[[], bytes],
) -> None:
    whole = make()
    # Shorter than its own mark, a PDF is four harmless letters.
    for end in range(5, len(whole) - 3):
        with pytest.raises(refusals.EvidenceRefused):
            recognise(whole[:end], most_pixels=MOST_PIXELS)
