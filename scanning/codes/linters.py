"""
What the GS1 Barcode Syntax Dictionary asks of a value beyond length and characters.

Each linter takes one component's text and returns the reason for which it is refused,
or none. Source: the linter descriptions of gs1/gs1-syntax-dictionary and the GS1
General Specifications, section 3 (Application Identifiers) and 7.9 (check digits).
"""

import json
import re
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from products.gtin import check_digit
from scanning.codes import coupons

Linter = Callable[[str], str | None]

CSET_82 = (
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
    "abcdefghijklmnopqrstuvwxyz"
)
CSET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SHORTEST_COMPANY_PREFIX = 4
LATEST_LATITUDE = 1_800_000_000
LATEST_LONGITUDE = 3_600_000_000

_LISTS = json.loads((Path(__file__).parent / "data" / "lists.json").read_text())


def _listed(name: str) -> frozenset[str]:
    return frozenset(" ".join(_LISTS[name]).split())


COUNTRIES = _listed("countries")
ALPHA2 = _listed("countries_alpha2")
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _matches(pattern: str) -> Linter:
    matcher = re.compile(pattern)
    return lambda value: None if matcher.fullmatch(value) else "value"


def _in(values: frozenset[str]) -> Linter:
    return lambda value: None if value in values else "value"


def _at_most(limit: int) -> Linter:
    return lambda value: None if int(value) <= limit else "value"


def _checked(value: str) -> str | None:
    right = check_digit(value[:-1]) == int(value[-1])
    return None if right else "check_digit"


def alpha_check_pair(body: str) -> str:
    """
    Return the two check characters of a Global Model Number without them.

    Source: GS1 General Specifications, 7.9.5. `body` has characters of CSET 82.
    """
    weights = _primes(len(body))
    total = sum(
        CSET_82.index(character) * weight
        for character, weight in zip(reversed(body), weights, strict=True)
    )
    total %= 1021
    return CSET_32[total >> 5] + CSET_32[total & 31]


def _primes(how_many: int) -> list[int]:
    found: list[int] = []
    for number in count(2):
        if len(found) == how_many:
            break
        if all(number % prime for prime in found):
            found.append(number)
    return found


def _alpha_checked(value: str) -> str | None:
    if len(value) < 3:
        return "length"
    return None if alpha_check_pair(value[:-2]) == value[-2:] else "check_digit"


def _starts_with_prefix(value: str, at: int) -> str | None:
    """Say whether a GS1 Company Prefix, at least four digits, can begin at `at`."""
    start = value[at : at + SHORTEST_COMPANY_PREFIX]
    return None if re.fullmatch("[0-9]{4}", start) else "value"


def _is_day(year: str, month: str, day: str, *, zero_allowed: bool) -> str | None:
    if not 1 <= int(month) <= 12:
        return "date"
    days = MONTH_DAYS[int(month) - 1]
    # Among the years that two digits can mean, 49 back to 50 on, each fourth is leap.
    if month == "02" and int(year) % 4:
        days = 28
    return None if (0 if zero_allowed else 1) <= int(day) <= days else "date"


def _yymmdd(value: str) -> str | None:
    return _is_day(value[:2], value[2:4], value[4:], zero_allowed=False)


def _yymmd0(value: str) -> str | None:
    return _is_day(value[:2], value[2:4], value[4:], zero_allowed=True)


def _yyyymmdd(value: str) -> str | None:
    year = int(value[:4])
    is_common_century = year % 100 == 0 and year % 400 != 0
    if is_common_century and value[4:] == "0229":
        return "date"
    return _is_day(value[2:4], value[4:6], value[6:], zero_allowed=False)


def _piece_of_total(value: str) -> str | None:
    half = len(value) // 2
    piece, total = int(value[:half]), int(value[half:])
    return None if len(value) % 2 == 0 and 0 < piece <= total else "value"


def _position_in_sequence(value: str) -> str | None:
    match = re.fullmatch("([1-9][0-9]*)/([1-9][0-9]*)", value)
    return None if match and int(match[1]) <= int(match[2]) else "value"


def _iban(value: str) -> str | None:
    """Check an IBAN's letters, country and check digits (ISO 13616, MOD 97-10)."""
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}", value):
        return "value"
    if value[:2] not in ALPHA2:
        return "value"
    number = "".join(str(int(one, 36)) for one in value[4:] + value[:4])
    return None if int(number) % 97 == 1 else "check_digit"


LINTERS: dict[str, Linter] = {
    "csum": _checked,
    "csumalpha": _alpha_checked,
    "gcppos1": partial(_starts_with_prefix, at=0),
    "gcppos2": partial(_starts_with_prefix, at=1),
    "yymmdd": _yymmdd,
    "yymmd0": _yymmd0,
    "yyyymmdd": _yyyymmdd,
    "hh": _matches("[01][0-9]|2[0-3]"),
    "mi": _matches("[0-5][0-9]"),
    "ss": _matches("[0-5][0-9]"),
    "hhmi": _matches("([01][0-9]|2[0-3])[0-5][0-9]"),
    "iso3166": _in(COUNTRIES),
    "iso3166999": _in(COUNTRIES | {"999"}),
    "iso3166alpha2": _in(ALPHA2),
    "iso4217": _in(_listed("currencies")),
    "iso5218": _matches("[0129]"),
    "packagetype": _in(_listed("package_types")),
    "mediatype": _matches("0[1-9]|10|[89][0-9]"),
    "winding": _matches("[019]"),
    "yesno": _matches("[01]"),
    "hyphen": _matches("-*"),
    "zero": _matches("0*"),
    "nonzero": _matches("0*[1-9][0-9]*"),
    "nozeroprefix": _matches("0|[1-9][0-9]*"),
    "hasnondigit": _matches(".*[^0-9].*"),
    "importeridx": _matches("[-0-9A-Z_a-z]"),
    "pcenc": _matches("([^%]|%[0-9A-Fa-f]{2})*"),
    "latitude": _at_most(LATEST_LATITUDE),
    "longitude": _at_most(LATEST_LONGITUDE),
    "pieceoftotal": _piece_of_total,
    "posinseqslash": _position_in_sequence,
    "iban": _iban,
    "couponcode": coupons.check_coupon_code,
    "couponposoffer": coupons.check_offer_code,
}
