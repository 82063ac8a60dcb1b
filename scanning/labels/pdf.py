"""
A PDF of labels, written page by page as a stream.

ReportLab keeps a whole document in memory until it is saved, and would have to draw all
pages in one go; a run of labels is made in chunks, by workers that may be killed, and
then joined. So a page here is only its compressed drawing commands, and joining them is
copying bytes. ReportLab still gives the font and reads it. The structure is that of
ISO 32000-1: 7.5 (file), 9.7 (composite font); the same pages always give the same file.
"""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, NamedTuple

from scanning.labels import fonts
from scanning.labels.drawing import Line, Placed
from scanning.labels.layouts import MM_PER_DOT, Layout
from scanning.labels.symbols import rectangles

POINTS_PER_MM = 72 / 25.4
CATALOG, PAGES, INFO, FONT, CID_FONT, DESCRIPTOR, FONT_FILE, UNICODE = range(1, 9)
FIRST_PAGE = UNICODE + 1
MAP_BLOCK = 100  # the most lines that a CMap's block may have


class About(NamedTuple):
    """What the document says of itself."""

    title: str
    language: str
    made_at: datetime


def page(layout: Layout, labels: Iterable[Placed]) -> bytes:
    """Return the compressed drawing commands of one page, its first place first."""
    commands = [
        command
        for at, placed in enumerate(labels)
        for command in _label(layout, layout.corner(at), placed)
    ]
    return zlib.compress("\n".join(commands).encode("ascii"), 6)


def write(file: BinaryIO, layout: Layout, about: About, pages: Iterable[bytes]) -> None:
    """Write the document: pages as `page` made them, taken one by one."""
    writer = _Writer(file)
    writer.raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    _write_font(writer)
    digest = hashlib.sha256(about.title.encode())
    numbers = []
    for number, content in enumerate(pages):
        digest.update(content)
        first = FIRST_PAGE + 2 * number
        numbers.append(first)
        writer.object(first, _page_dictionary(layout, first + 1))
        writer.stream(first + 1, content, "/Filter /FlateDecode")
    kids = " ".join(f"{number} 0 R" for number in numbers)
    writer.object(PAGES, f"<< /Type /Pages /Count {len(numbers)} /Kids [{kids}] >>")
    writer.object(CATALOG, _catalog(about))
    writer.object(INFO, _info(about))
    writer.finish(digest.hexdigest()[:32])


def _label(layout: Layout, corner: tuple[float, float], placed: Placed) -> list[str]:
    height = layout.page[1]
    left, top = corner
    module = placed.module_mm
    down = placed.bar_height * MM_PER_DOT if placed.symbol.is_bars else module
    x = (left + placed.x * MM_PER_DOT) * POINTS_PER_MM
    y = (height - top - placed.y * MM_PER_DOT) * POINTS_PER_MM
    across, upwards = module * POINTS_PER_MM, -down * POINTS_PER_MM
    return [
        # In modules from here on, downwards; one path, so that no seam shows.
        f"q {across:.6f} 0 0 {upwards:.6f} {x:.4f} {y:.4f} cm",
        *(f"{a} {b} {w} {h} re" for a, b, w, h in rectangles(placed.symbol.matrix)),
        "f Q",
        *(_text(line, left, height - top) for line in placed.lines),
    ]


def _text(line: Line, left: float, bottom_of_top: float) -> str:
    glyphs = fonts.face().charToGlyph
    codes = "".join(f"{glyphs[ord(character)]:04X}" for character in line.text)
    x, y = (left + line.x) * POINTS_PER_MM, (bottom_of_top - line.y) * POINTS_PER_MM
    return f"BT /F {line.size:g} Tf {x:.3f} {y:.3f} Td <{codes}> Tj ET"


class _Writer:
    """Writes numbered objects and remembers where each begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._begins: dict[int, int] = {}

    def raw(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)

    def object(self, number: int, content: str) -> None:
        self._begins[number] = self._at
        self.raw(f"{number} 0 obj\n{content}\nendobj\n".encode("ascii"))

    def stream(self, number: int, data: bytes, entries: str) -> None:
        self._begins[number] = self._at
        self.raw(
            f"{number} 0 obj\n<< /Length {len(data)} {entries} >>\nstream\n".encode()
        )
        self.raw(data)
        self.raw(b"\nendstream\nendobj\n")

    def finish(self, identifier: str) -> None:
        """Write the table of objects and the trailer."""
        table, size = self._at, len(self._begins) + 1
        self.raw(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            self.raw(f"{self._begins[number]:010} 00000 n \n".encode())
        self.raw(
            f"trailer\n<< /Size {size} /Root {CATALOG} 0 R /Info {INFO} 0 R "
            f"/ID [<{identifier}> <{identifier}>] >>\n"
            f"startxref\n{table}\n%%EOF\n".encode()
        )


def _page_dictionary(layout: Layout, content: int) -> str:
    width, height = (length * POINTS_PER_MM for length in layout.page)
    return (
        f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] "
        f"/Resources << /Font << /F {FONT} 0 R >> >> /Contents {content} 0 R >>"
    )


def _catalog(about: About) -> str:
    # No scaling: a printer that fits a page to its margins shrinks every module.
    return (
        f"<< /Type /Catalog /Pages {PAGES} 0 R /Lang ({about.language}) "
        "/ViewerPreferences << /DisplayDocTitle true /PrintScaling /None >> >>"
    )


def _info(about: About) -> str:
    moment = about.made_at.strftime("D:%Y%m%d%H%M%SZ")
    return (
        f"<< /Title <{_utf16(about.title)}> /Producer <{_utf16('Flashsésame')}> "
        f"/CreationDate ({moment}) >>"
    )


def _utf16(text: str) -> str:
    return (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper()


def _write_font(writer: _Writer) -> None:
    """Write the whole font, as its licence asks: embedded, and not changed."""
    face = fonts.face()
    data = fonts.font_file().read_bytes()
    name = face.name.decode()
    box = " ".join(f"{number:.0f}" for number in face.bbox)
    writer.stream(
        FONT_FILE,
        zlib.compress(data, 9),
        f"/Length1 {len(data)} /Filter /FlateDecode",
    )
    writer.object(
        DESCRIPTOR,
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{box}] "
        f"/ItalicAngle 0 /Ascent {face.ascent:.0f} /Descent {face.descent:.0f} "
        f"/CapHeight {face.capHeight:.0f} /StemV {face.stemV} "
        f"/FontFile2 {FONT_FILE} 0 R >>",
    )
    widths = " ".join(
        f"{glyph} [{face.charWidths[code]:.0f}]"
        for glyph, code in sorted(_codes_by_glyph().items())
    )
    writer.object(
        CID_FONT,
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {DESCRIPTOR} 0 R /CIDToGIDMap /Identity "
        f"/DW {face.defaultWidth:.0f} /W [{widths}] >>",
    )
    writer.object(
        FONT,
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{CID_FONT} 0 R] /ToUnicode {UNICODE} 0 R >>",
    )
    writer.stream(UNICODE, zlib.compress(_unicode_map(), 9), "/Filter /FlateDecode")


def _codes_by_glyph() -> dict[int, int]:
    """Return one character for each glyph, so that text can be copied and searched."""
    by_glyph: dict[int, int] = {}
    for code, glyph in sorted(fonts.face().charToGlyph.items()):
        by_glyph.setdefault(glyph, code)
    return by_glyph


def _unicode_map() -> bytes:
    lines = [
        f"<{glyph:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for glyph, code in sorted(_codes_by_glyph().items())
    ]
    blocks = [lines[at : at + MAP_BLOCK] for at in range(0, len(lines), MAP_BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *(
                "\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"])
                for block in blocks
            ),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")
