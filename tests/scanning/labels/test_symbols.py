"""Each kind of symbol, drawn, printed and read back."""

import io
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image

from scanning import codes
from scanning.labels import contents, pictures, reading_back, symbols
from scanning.labels.contents import Identity
from scanning.labels.drawing import Placed, place, texts_of
from scanning.labels.layouts import LAYOUTS
from scanning.labels.reading_back import MisreadLabel, pixels_of, require_readable
from scanning.labels.symbols import Symbol, symbol_for

GTIN = "09520123456788"
ITEM = Identity(GTIN, "LOT1", "AB12")
STEM = "HTTPS://ID.FILATURE.EXAMPLE"
# All of GS1's 82 characters, in pieces of twenty.
CSET_82 = (
    "!\"%&'()*+,-./:;<=>?_"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz"
    "0123456789"
)
PIECES = [CSET_82[at : at + 20] for at in range(0, 82, 20)]
ALL_SHOWN = frozenset(contents.LINES)


def label(kind: str, identity: Identity, layout: str = "a4-70x37") -> Placed:
    """Return a placed label with everything written beside it."""
    link = contents.printed(STEM, identity)
    symbol = symbol_for(kind, "M", identity, link)
    digits = symbol.text if kind == "bars" else ""
    texts = texts_of(identity, "Pull marin rayé", ALL_SHOWN, digits)
    return place(LAYOUTS[layout], symbol, texts)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["qr", "data_matrix"])
@pytest.mark.parametrize("piece", PIECES)
def test_every_character_of_gs1_survives_the_round_trip(
    kind: str, layout: str, piece: str
) -> None:
    identity = Identity(GTIN, lot=piece, serial=piece[::-1])
    assert contents.refusal(identity) is None

    placed = label(kind, identity, layout)
    (read,) = zxingcpp.read_barcodes(pixels_of(placed))

    # Read by the parser that phones use, with what the decoder said of it.
    raw = read.text if kind == "qr" else f"]d2{read.bytes.decode()}"
    parsed = codes.parse(raw)
    assert (parsed.gtin14, parsed.lot, parsed.serial) == identity
    require_readable(placed.symbol, pixels_of(placed))


@pytest.mark.parametrize(
    ("gtin", "digits"),
    [
        (GTIN, "9520123456788"),
        ("00036000291452", "036000291452"),
        ("00000096385074", "96385074"),
    ],
    ids=["ean-13", "upc-a", "ean-8"],
)
def test_bars_hold_the_number_that_shops_sell(gtin: str, digits: str) -> None:
    placed = label("bars", Identity(gtin), "a4-38x21")

    (read,) = zxingcpp.read_barcodes(pixels_of(placed))

    assert placed.symbol.text == digits
    assert codes.parse(read.text, read.format.name).gtin14 == gtin
    require_readable(placed.symbol, pixels_of(placed))


@pytest.mark.parametrize(
    "identity",
    [Identity("19520123456785"), Identity(GTIN, lot="L1"), Identity(GTIN, serial="1")],
    ids=["a-case", "a-lot", "a-serial"],
)
def test_bars_hold_nothing_else(identity: Identity) -> None:
    with pytest.raises(ValueError, match="bars hold"):
        symbol_for("bars", "", identity, "")


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (Identity("02012345678903"), "rcn"),
        (Identity("09520123456789"), "check_digit"),
        (Identity(GTIN, lot="é"), "charset"),
        (Identity(GTIN, lot="A B"), "charset"),
        (Identity(GTIN, serial="x" * 21), "length"),
    ],
    ids=["in-store", "check-digit", "accent", "blank", "long"],
)
def test_no_label_says_what_the_parser_would_not_read(
    identity: Identity, reason: str
) -> None:
    assert contents.refusal(identity) == reason


def test_capitals_make_a_smaller_code() -> None:
    link = contents.printed(
        "HTTPS://ID.FILATURE.EXAMPLE", Identity(GTIN, "LOT1", "AB12")
    )

    assert contents.fits_alphanumeric(link)
    assert len(symbols.qr_modules(link, "M")) < len(
        symbols.qr_modules(link.lower(), "M")
    )


@pytest.mark.parametrize(("level", "share"), [("L", 0.02), ("M", 0.06), ("Q", 0.12)])
def test_a_scratched_code_is_read_by_its_correction(level: str, share: float) -> None:
    link = contents.printed(
        "HTTPS://ID.FILATURE.EXAMPLE", Identity(GTIN, "LOT1", "AB12")
    )
    symbol = symbol_for("qr", level, ITEM, link)
    side = len(symbol.matrix)
    scratched = symbol.matrix.copy()
    # A square of paper over the middle, where no finder pattern is.
    width = round(side * share**0.5)
    corner = (side - width) // 2
    scratched[corner : corner + width, corner : corner + width] = False

    pixels = reading_back.modules_as_pixels(symbol._replace(matrix=scratched))

    require_readable(symbol, pixels)


def _another(symbol: Symbol) -> Symbol:
    other = symbol_for(symbol.kind, "M", Identity(GTIN, "L", "2"), symbol.text + "2")
    return symbol._replace(matrix=other.matrix)


def _mirrored(symbol: Symbol) -> Symbol:
    return symbol._replace(matrix=symbol.matrix[:, ::-1])


def _blank(symbol: Symbol) -> Symbol:
    return symbol._replace(matrix=symbol.matrix & False)


@pytest.mark.parametrize("fault", [_another, _blank], ids=["another", "blank"])
@pytest.mark.parametrize("kind", ["qr", "data_matrix"])
def test_a_wrong_drawing_is_caught(
    kind: str, fault: Callable[[Symbol], Symbol]
) -> None:
    placed = label(kind, Identity(GTIN, "L", "1"))
    wrong = placed._replace(symbol=fault(placed.symbol))

    with pytest.raises(MisreadLabel, match=r"\(21\)1|/21/1"):
        require_readable(placed.symbol, pixels_of(wrong))


def test_the_second_engine_catches_it_too() -> None:
    placed = label("qr", Identity(GTIN, "L", "1"))
    reading_back.require_readable_twice(placed.symbol, pixels_of(placed))

    with pytest.raises(MisreadLabel):
        reading_back.require_readable_twice(
            placed.symbol, pixels_of(placed._replace(symbol=_another(placed.symbol)))
        )


@pytest.mark.parametrize("kind", ["qr", "data_matrix"])
def test_the_picture_itself_is_read_and_has_its_real_size(kind: str) -> None:
    layout = LAYOUTS["png-50x30"]
    placed = label(kind, Identity(GTIN, 'A/B+%"', "ab'1"), layout.key)

    image = Image.open(io.BytesIO(pictures.png(layout, placed)))

    width, height = (
        size / dots * 25.4
        for size, dots in zip(image.size, image.info["dpi"], strict=True)
    )
    assert (width, height) == pytest.approx((50, 30), abs=0.1)
    (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert (read.symbology_identifier, read.bytes) == reading_back.expected(
        placed.symbol
    )
