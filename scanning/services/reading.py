"""Resolving what was scanned to a product's sheet."""

from typing import NamedTuple, NoReturn

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from products import lookup
from products.errors import product_unknown
from products.lookup import ServedSheet
from scanning import codes, engines, pictures, tasks
from scanning.codes import Parsed
from scanning.engines import MATRIX_FORMATS, Read
from scanning.errors import (
    EmptyScan,
    NoCodeFound,
    UncertainRead,
    UnreadableCode,
    WrongCheckDigit,
    in_store_number,
    not_a_product,
)

SHOWN_CHARACTERS = 200

logger = structlog.get_logger(__name__)


class Found(NamedTuple):
    """One code of a scan: what was read, what it means, how sure the reading is."""

    parsed: Parsed
    format: str | None
    engines: tuple[str, ...]
    is_confirmed: bool

    def as_document(self) -> dict[str, object]:
        """Return what the answer says of this code."""
        return {
            "text": self.parsed.raw[:SHOWN_CHARACTERS],
            "format": self.format,
            "kind": self.parsed.kind,
            "gtin": self.parsed.gtin14,
            "lot": self.parsed.lot,
            "serial": self.parsed.serial,
            "engines": list(self.engines),
            "confirmed": self.is_confirmed,
        }


class Scanned(NamedTuple):
    """A resolved scan: the product's code first, all that was read, and the sheet."""

    gtin: str
    found: Found
    codes: list[Found]
    sheet: ServedSheet


def scan_text(
    code: str, *, code_format: str | None = None, language: str | None = None
) -> Scanned:
    """Resolve a typed or decoded code to its sheet."""
    found = Found(codes.parse(code, code_format), code_format, (), is_confirmed=True)
    if found.parsed.gtin14 is None:
        _refuse(found)
    return _resolve(found, [found], language)


def scan_image(data: bytes, *, language: str | None = None) -> Scanned:
    """Resolve a photo to the sheet of the product whose code it shows."""
    everything = read_codes(data)
    if not everything:
        raise NoCodeFound(
            _("No code can be seen. Come closer, with more light, and hold still.")
        )
    products = [found for found in everything if found.parsed.gtin14]
    if not products:
        _refuse(everything[0], codes=_documents(everything))
    return _resolve(_choose(products, everything), everything, language)


def read_codes(data: bytes) -> list[Found]:
    """Return every code in a photo, confirmed product codes first."""
    # In a large picture a pattern that looks like QR codes costs seconds; bars do not.
    wanted = engines.ALL_FORMATS
    for picture in pictures.grey_copies(data):
        if reads := engines.read(picture, wanted):
            return _grouped(reads)
        wanted = engines.LINEAR_FORMATS
    return []


def _grouped(reads: list[Read]) -> list[Found]:
    """
    Bring together what the engines read of the same code.

    A right check digit does not make a linear read right: it is confirmed only when
    both engines agree. A matrix code corrects its own errors.
    """
    groups: dict[str, list[tuple[Read, Parsed]]] = {}
    for read in reads:
        parsed = codes.parse(read.text, read.format)
        groups.setdefault(parsed.gtin14 or read.text, []).append((read, parsed))
    found = []
    for members in groups.values():
        # The read that says most (a lot, a serial) stands for the group.
        read, parsed = max(members, key=lambda one: bool(one[1].lot or one[1].serial))
        names = tuple(sorted({one.engine for one, _parsed in members}))
        is_matrix = any(one.format in MATRIX_FORMATS for one, _parsed in members)
        found.append(Found(parsed, read.format, names, is_matrix or len(names) > 1))
    return sorted(
        found, key=lambda one: (one.parsed.gtin14 is None, not one.is_confirmed)
    )


def _choose(products: list[Found], everything: list[Found]) -> Found:
    """Return the confirmed code, or the only candidate that the catalogue knows."""
    if products[0].is_confirmed:
        return products[0]
    known = [one for one in products if lookup.exists(one.parsed.gtin14 or "")]
    if len(known) > 1:
        raise UncertainRead(
            _("The code cannot be read with certainty. Please take another photo."),
            codes=_documents(everything),
        )
    return known[0] if known else products[0]


def _resolve(found: Found, everything: list[Found], language: str | None) -> Scanned:
    gtin = found.parsed.gtin14
    assert gtin is not None
    sheet = lookup.current_sheet(gtin, lookup.served_language(language))
    if sheet is None:
        raise product_unknown(gtin, codes=_documents(everything))
    _count(gtin)
    return Scanned(gtin, found, everything, sheet)


def _count(gtin: str) -> None:
    """Ask for the scan to be counted; a broker that is down costs one count."""
    try:
        tasks.count_scan.apply_async(
            (gtin, timezone.localdate().isoformat()), retry=False
        )
    except Exception as error:  # whatever the transport raises
        logger.warning("scan.not_counted", reason=type(error).__name__)


def _documents(everything: list[Found]) -> list[dict[str, object]]:
    return [found.as_document() for found in everything]


def _refuse(found: Found, **extra: object) -> NoReturn:
    """Say what was read and why it leads to no product."""
    parsed = found.parsed
    read = parsed.raw[:SHOWN_CHARACTERS]
    said = {"read": read, "format": found.format, **extra}
    if parsed.kind == "empty":
        raise EmptyScan(_("There is no code to look up."))
    if parsed.reason == "check_digit":
        raise WrongCheckDigit(
            _("The check digit of %(read)s is wrong; %(expected)s would be right.")
            % {"read": read, "expected": parsed.expected_check},
            expected_check_digit=parsed.expected_check,
            **said,
        )
    if parsed.kind == "rcn":
        raise in_store_number(read, **said)
    if parsed.kind in {"coupon", "refund_receipt"}:
        raise not_a_product(read, **said)
    raise UnreadableCode(
        _("“%(read)s” is no product code that we know how to read.") % {"read": read},
        reason=parsed.reason or "not_a_code",
        **said,
    )
