"""
From what a scanner read to a product's key. Pure.

Sources: GS1 General Specifications (GTIN, UPC-E, restricted circulation) and the GS1
Digital Link URI syntax. A wrong check digit is never repaired and never looked up.
"""

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes, urlsplit

from products import gtin
from scanning.codes.parsed import Parsed

MAX_CHARACTERS = 2_048
SEPARATORS = str.maketrans("", "", " -\u00a0\u2009\u202f")
SCHEME = re.compile(r"(https?|HTTPS?)://")
QUALIFIER_VALUE = re.compile(r"[!-~]{1,20}")
# Prefixes of GTIN-13 that name no product: coupons and refund receipts.
COUPON_PREFIXES = ("05", "981", "982", "983", "984", "99")
REFUND_PREFIX = "980"


def parse(
    raw: str,
    code_format: str | None = None,
    symbology_identifier: str | None = None,  # noqa: ARG001
) -> Parsed:
    """
    Parse `raw` text; `code_format` is the decoder's symbology, such as `ean_13`.

    Never raises: what cannot be used comes back as `text`, `empty` or `invalid`.
    """
    text = raw[:MAX_CHARACTERS].strip("\ufeff \t\r\n")
    if not text:
        return Parsed("empty", raw)
    if SCHEME.match(text):
        return _parse_link(text, raw)
    digits = text.translate(SEPARATORS)
    if digits.isdecimal():
        # Full-width digits come from some keyboards; other scripts' do no harm.
        ascii_digits = "".join(str(unicodedata.decimal(one)) for one in digits)
        return _parse_digits(ascii_digits, raw, _folded(code_format))
    return Parsed("text", raw)


def _folded(code_format: str | None) -> str:
    return re.sub("[^a-z0-9]", "", (code_format or "").lower())


def _parse_digits(digits: str, raw: str, code_format: str) -> Parsed:
    if len(digits) not in gtin.LENGTHS:
        return Parsed("text", raw)
    if len(digits) == 8 and _is_upc_e(digits, code_format):
        try:
            digits = gtin.expand_upc_e(digits)
        except ValueError:
            return Parsed("invalid", raw, reason="length")
    return _classify(digits, raw)


def _is_upc_e(digits: str, code_format: str) -> bool:
    """
    Say whether 8 digits are a UPC-E.

    Many are a valid EAN-8 as well. Outside a shop no EAN-8 begins with 0, so without a
    format that says otherwise a leading 0 means UPC-E.
    """
    if code_format:
        return code_format == "upce"
    return digits[0] == "0"


def _classify(digits: str, raw: str) -> Parsed:
    expected = gtin.check_digit(digits[:-1])
    if expected != int(digits[-1]):
        return Parsed(
            "invalid", raw, reason="check_digit", expected_check=str(expected)
        )
    gtin14 = digits.zfill(14)
    # Zeros in front of a UPC-A are its own; in front of anything else, of a GTIN-8.
    is_short_upc = len(digits) == 12 and gtin14.startswith("000000")
    if not is_short_upc and gtin.is_restricted(gtin14):
        return Parsed("rcn", raw)
    if not gtin14.startswith("000000"):
        if gtin14[1:].startswith(COUPON_PREFIXES):
            return Parsed("coupon", raw)
        if gtin14[1:].startswith(REFUND_PREFIX):
            return Parsed("refund_receipt", raw)
    return Parsed("gtin", raw, gtin14=gtin14, key=f"/01/{gtin14}")


def _parse_link(text: str, raw: str) -> Parsed:
    """Read a GS1 Digital Link: `…/01/{gtin}[/22/…][/10/{lot}][/21/{serial}]`."""
    # Split first, decode once: an encoded slash belongs to a lot.
    segments = urlsplit(text).path.rstrip("/").split("/")
    keys = [at for at, segment in enumerate(segments[:-1]) if segment == "01"]
    if not keys:
        return Parsed("text", raw)
    try:
        values = [unquote_to_bytes(one).decode() for one in segments[keys[-1] + 1 :]]
    except UnicodeDecodeError:
        return Parsed("invalid", raw, reason="charset")
    number, rest = values[0], values[1:]
    if not re.fullmatch("[0-9]+", number):
        return Parsed("invalid", raw, reason="not_numeric")
    if len(number) not in gtin.LENGTHS:
        return Parsed("invalid", raw, reason="length")
    qualifiers = _qualifiers(rest)
    if qualifiers is None:
        return Parsed("invalid", raw, reason="order")
    parsed = _classify(number, raw)
    if parsed.gtin14 is None:
        return parsed
    return parsed._replace(
        kind="dl",
        ais=(("01", parsed.gtin14), *qualifiers),
        key="".join(
            f"/{ai}/{quote(value, safe='')}"
            for ai, value in (("01", parsed.gtin14), *qualifiers)
        ),
    )


def _qualifiers(segments: list[str]) -> list[tuple[str, str]] | None:
    """Return lot, serial and variant from the rest of a path; none when malformed."""
    if len(segments) % 2:
        return None
    keys = segments[::2]
    order = [key for key in ("22", "10", "21") if key in keys]
    if keys != order or not all(map(QUALIFIER_VALUE.fullmatch, segments[1::2])):
        return None
    return list(zip(keys, segments[1::2], strict=True))
