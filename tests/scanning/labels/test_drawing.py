"""Where things go on a label: whole dots, real sizes, nothing cut."""

import io
import itertools
import re
from datetime import UTC, datetime

import pytest

from scanning.labels import fonts, pdf, pictures
from scanning.labels.contents import LINES, Identity
from scanning.labels.drawing import Placed, Texts, place, texts_of
from scanning.labels.layouts import LAYOUTS, MM_PER_DOT
from scanning.labels.symbols import SIZES, symbol_for

LONGEST = Identity("09520123456788", "W" * 20, "M" * 20)
NAME = "Pull marin rayé à manches longues, taille élève — édition « cœur de Loire »"


def label(layout: str, kind: str = "qr", identity: Identity = LONGEST) -> Placed:
    """Return the fullest label there is."""
    link = f"HTTPS://ID.FILATURE.EXAMPLE{identity.path}"
    symbol = symbol_for(kind, "M", identity, link)
    texts = texts_of(identity, NAME, frozenset(LINES))
    return place(LAYOUTS[layout], symbol, texts)


@pytest.mark.parametrize("kind", ["qr", "data_matrix"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_everything_stays_inside_the_label(layout: str, kind: str) -> None:
    placed = label(layout, kind)
    width, height = LAYOUTS[layout].label
    across, down = LAYOUTS[layout].padding
    symbol = placed.symbol

    # With its quiet zone, to within one dot.
    left = (placed.x - symbol.quiet.left * placed.module) * MM_PER_DOT
    top = (placed.y - symbol.quiet.above * placed.module) * MM_PER_DOT
    side = symbol.width * placed.module_mm
    assert left >= across - MM_PER_DOT
    assert top >= down - MM_PER_DOT
    assert left + side <= width - across + MM_PER_DOT
    assert top + side <= height - down + MM_PER_DOT
    for line in placed.lines:
        assert down <= line.y <= height - down
        assert line.x + fonts.width_mm(line.text, line.size) <= width - across + 0.01
        # Beside the symbol, or under it.
        assert line.x >= left + side or line.y >= top + side


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_identifies_is_never_shortened(layout: str) -> None:
    written = "".join(line.text for line in label(layout).lines)

    for whole in ("(01)09520123456788", f"(10){'W' * 20}", f"(21){'M' * 20}"):
        assert whole in written


def test_lines_never_overlap() -> None:
    for layout in LAYOUTS:
        lines = label(layout).lines
        for above, below in itertools.pairwise(lines):
            assert below.y - above.y >= above.size * fonts.MM_PER_POINT


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_plain_code_is_large_enough_for_tills_on_every_sheet(layout: str) -> None:
    identity = Identity("09520123456788", "LOT1", "AB00001")

    for kind in ("qr", "data_matrix"):
        placed = label(layout, kind, identity)
        assert SIZES[kind].minimum <= placed.module_mm <= SIZES[kind].maximum


def test_french_is_written_as_it_is_and_the_rest_as_well_as_can_be() -> None:
    french = "àâäçéèêëîïôöùûüÿœŒæÆÀÉÇ€«»’–…°"

    assert fonts.printable(french) == french
    assert fonts.printable("Gő\tЖ") == "Go ?"


def test_a_label_without_text_has_its_code_in_the_middle() -> None:
    layout = LAYOUTS["roll-50x30"]
    symbol = label("roll-50x30").symbol

    placed = place(layout, symbol, Texts("", ()))

    assert placed.lines == ()
    centre = (placed.x + symbol.matrix.shape[1] * placed.module / 2) * MM_PER_DOT
    assert centre == pytest.approx(25, abs=MM_PER_DOT)


def test_the_svg_has_the_label_s_size_and_survives_hostile_names() -> None:
    layout = LAYOUTS["svg-30x30"]
    identity = Identity("09520123456788")
    texts = texts_of(identity, '<script>&"', frozenset({"name"}))
    symbol = symbol_for("qr", "M", identity, "HTTPS://X.EXAMPLE/01/09520123456788")

    drawing = pictures.svg(layout, place(layout, symbol, texts)).decode()

    assert 'width="30.0mm" height="30.0mm"' in drawing
    assert "<script>" not in drawing


def test_the_pdf_has_its_real_size_a_title_and_a_language() -> None:
    layout = LAYOUTS["a4-70x37"]
    about = pdf.About("Étiquettes", "fr", datetime(2026, 3, 1, tzinfo=UTC))
    file = io.BytesIO()

    pdf.write(file, layout, about, [pdf.page(layout, [label("a4-70x37")])] * 2)

    data = file.getvalue()
    assert b"/MediaBox [0 0 595.276 841.890]" in data
    assert b"/Lang (fr)" in data
    assert "Étiquettes".encode("utf-16-be").hex().upper().encode() in data
    assert b"/PrintScaling /None" in data
    assert data.count(b"/Type /Page ") == 2
    assert b"BitstreamVeraSans" in data


def test_the_table_of_the_pdf_points_at_its_objects() -> None:
    layout = LAYOUTS["roll-50x30"]
    about = pdf.About("T", "fr", datetime(2026, 3, 1, tzinfo=UTC))
    file = io.BytesIO()
    pdf.write(file, layout, about, [pdf.page(layout, [label("roll-50x30")])] * 3)
    data = file.getvalue()

    begins = re.findall(rb"^(\d{10}) 00000 n $", data, re.MULTILINE)

    assert len(begins) == 8 + 2 * 3
    for number, begin in enumerate(begins, 1):
        assert data[int(begin) :].startswith(f"{number} 0 obj\n".encode())
    (table,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n$", data)
    assert data[int(table) :].startswith(b"xref\n")
