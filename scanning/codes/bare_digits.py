"""
Digits alone, as bars carry them: which GTIN they are, or what else. Pure.

Source: GS1 General Specifications, 1.4 and 7.9; UPC-E by 5.2.2.4.
"""

from products import gtin
from scanning.codes import digital_links, prefixes
from scanning.codes.parsed import Parsed
from scanning.codes.refusals import InvalidCode
from scanning.codes.stores import Store

RETAIL = {"ean13": "EAN-13", "upca": "UPC-A", "ean8": "EAN-8", "itf": "ITF-14"}
BY_LENGTH = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13", 14: "ITF-14"}


def from_digits(digits: str, raw: str, code_format: str, store: Store | None) -> Parsed:
    """
    Say what 8, 12, 13 or 14 ASCII digits are; `code_format` is folded, such as `upce`.

    Raise `InvalidCode` for a wrong check digit, which is never repaired.
    """
    symbology = RETAIL.get(code_format, BY_LENGTH[len(digits)])
    details: dict[str, str | bool] = {}
    warnings: tuple[str, ...] = ()
    if len(digits) == 8 and _is_upc_e(digits, code_format, store):
        symbology = "UPC-E"
        warnings = () if code_format == "upce" else ("ambiguous_symbology",)
        digits = _expanded(digits)
        details["upc_a"] = digits
    elif code_format and code_format not in {*RETAIL, "upce"}:
        warnings = ("unusual_symbology",)
    _check_digit(digits)
    gtin14 = digits.zfill(14)
    # Zeros that a UPC-E stands for are its own; in front of anything else, a GTIN-8's.
    is_short_upc = symbology == "UPC-E" and gtin14.startswith(prefixes.SHORT)
    parsed = Parsed("gtin", raw, symbology=symbology, warnings=warnings)
    if not is_short_upc and (other := other_than_product(parsed, gtin14)):
        return other
    if len(digits) == 14:
        details |= prefixes.as_case(gtin14)
    return parsed._replace(
        gtin14=gtin14,
        key=f"/01/{gtin14}",
        digital_link=f"{digital_links.CANONICAL_STEM}/01/{gtin14}",
        details=details | prefixes.details(gtin14),
    )


def _is_upc_e(digits: str, code_format: str, store: Store | None) -> bool:
    """
    Say whether 8 digits are a UPC-E.

    Many are a valid EAN-8 as well. Outside a shop no EAN-8 begins with 0, so without a
    format that says otherwise a leading 0 means UPC-E.
    """
    if code_format in {"upce", "ean8"}:
        return code_format == "upce"
    return digits[0] == "0" and store is None


def _expanded(digits: str) -> str:
    try:
        return gtin.expand_upc_e(digits)
    except ValueError as error:
        raise InvalidCode("value", "a UPC-E begins with 0 or 1") from error


def _check_digit(digits: str) -> None:
    expected = str(gtin.check_digit(digits[:-1]))
    if expected != digits[-1]:
        raise InvalidCode("check_digit", digits, expected_check=expected)


def other_than_product(parsed: Parsed, gtin14: str) -> Parsed | None:
    """Return what a number is that no catalogue may know, or none for a product's."""
    never = {prefixes.NEVER_GLOBAL: True}
    if scope := prefixes.restricted_scope(gtin14):
        details: dict[str, str | bool] = {"scope": scope, "number": gtin14, **never}
        return parsed._replace(kind="rcn", details=details)
    if kind := prefixes.other_kind(gtin14):
        return parsed._replace(kind=kind, details=never)
    return None
