"""
What the first digits of a number tell: restricted, coupon, book, who issued it. Pure.

Source: GS1 General Specifications, 1.4 (GS1 Prefixes), 2.1.11 to 2.1.13 (restricted
circulation), 2.6 (coupons, refund receipts); ISO 2108 and ISO 3297 for books and
serials. A prefix names the organisation that gave the number out, not an origin.
"""

import json
from bisect import bisect_right
from pathlib import Path

from products.gtin import check_digit, is_restricted

NEVER_GLOBAL = "never_resolve_globally"
COUPONS = ("05", "981", "982", "983", "984", "99")
REFUND = "980"
DEMONSTRATION = "952"
SHORT = "000000"  # a GTIN-14 that begins like this follows the rules of GTIN-8

_RANGES: list[tuple[str, str, str]] = [
    tuple(row)
    for row in json.loads(
        (Path(__file__).parent / "data" / "issuers.json").read_text()
    )["ranges"]
]
_STARTS = [start for start, _end, _name in _RANGES]


def issuer(gtin14: str) -> str | None:
    """Return the GS1 organisation that gives out numbers like this one, if known."""
    prefix = gtin14[6:9] if gtin14.startswith(SHORT) else gtin14[1:4]
    at = bisect_right(_STARTS, prefix) - 1
    if at < 0 or not _RANGES[at][0] <= prefix <= _RANGES[at][1]:
        return None
    return _RANGES[at][2]


def restricted_scope(gtin14: str) -> str | None:
    """Return `region` or `company` for a number of restricted circulation, or none."""
    if not is_restricted(gtin14):
        return None
    if gtin14.startswith(SHORT) or gtin14[1:3] == "04":
        return "company"
    return "region"


def other_kind(gtin14: str) -> str | None:
    """Return `coupon` or `refund_receipt`, or none for the number of a product."""
    if gtin14.startswith(SHORT):
        return None
    if gtin14[1:].startswith(COUPONS):
        return "coupon"
    return "refund_receipt" if gtin14[1:].startswith(REFUND) else None


def names_a_product(gtin14: str) -> bool:
    """Say whether a catalogue may know it: no shop’s number, no coupon, no receipt."""
    return restricted_scope(gtin14) is None and other_kind(gtin14) is None


def details(gtin14: str) -> dict[str, str | bool]:
    """Return what a product's number says of itself: a case, a book, an example."""
    said = as_case(gtin14) if gtin14[0] != "0" else {}
    if gtin14[0] == "9":
        said["variable_measure_trade_item"] = True
    return said if gtin14.startswith(SHORT) else said | _publication(gtin14[1:])


def as_case(gtin14: str) -> dict[str, str | bool]:
    """Return the indicator digit of a case, and the unit that is inside as a rule."""
    body = "0" + gtin14[1:13]
    return {"indicator": gtin14[0], "base_gtin": f"{body}{check_digit(body)}"}


def _publication(number: str) -> dict[str, str | bool]:
    if number.startswith("9790"):
        return {"ismn": number}
    if number.startswith("979"):
        return {"isbn13": number}
    if number.startswith("978"):
        isbn10 = number[3:12] + _mod_11(number[3:12])
        return {"isbn13": number, "isbn10": isbn10}
    if number.startswith("977"):
        body = number[3:10]
        return {"issn": f"{body[:4]}-{body[4:]}{_mod_11(body)}"}
    return {"demo": True} if number.startswith(DEMONSTRATION) else {}


def _mod_11(body: str) -> str:
    """Return the check character of an ISBN-10 or ISSN without it: a digit or `X`."""
    weights = range(len(body) + 1, 1, -1)
    rest = -sum(int(one) * weight for one, weight in zip(body, weights, strict=True))
    return "X" if rest % 11 == 10 else str(rest % 11)
