"""Why an address leads to nothing, in words, and what its page shows."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from products.errors import (
    InvalidGtin,
    ProductUnknown,
    product_unknown,
    wrong_check_digit,
)
from products.gtin import DIGITS, LENGTHS
from scanning.codes import InvalidCode, ResolverKey
from scanning.codes.prefixes import issuer, other_kind, restricted_scope
from scanning.errors import (
    InStoreNumber,
    InvalidKey,
    KeyUnknown,
    LinkTypeUnavailable,
    NotAProduct,
    in_store_number,
    not_a_product,
)
from scanning.services.reporting import unknown_details

SHOWN_CHARACTERS = 200
GTIN_NAMES = frozenset({"01", "gtin"})
SENTENCES = {
    "no key": gettext_lazy("This address is no GS1 Digital Link: it names nothing."),
    "odd segments": gettext_lazy(
        "This address is not complete: each number needs its name before it."
    ),
    "ai": gettext_lazy("This address has a part that GS1 does not know."),
    "order": gettext_lazy(
        "After the product’s number, this address is not understood: variant, lot and "
        "serial number stand in this order."
    ),
    "charset": gettext_lazy(
        "A part of this address has a character that is not legal."
    ),
    "length": gettext_lazy("A part of this address is too long or too short."),
    "date": gettext_lazy("This address has a date that does not exist."),
    "duplicate": gettext_lazy("This address says the same thing twice."),
    "235 mixed": gettext_lazy(
        "A third party’s number (235) stands alone, without lot or serial number."
    ),
}
NOT_UNDERSTOOD = gettext_lazy(
    "After the product’s number, this address is not understood."
)
# A known number that we have nothing about is not found, whatever kind it is of.
NOT_FOUND = (InStoreNumber, NotAProduct)


def of_invalid(invalid: InvalidCode, raw_path: str) -> DomainError:
    """Return the refusal of an address that breaks GS1's rules."""
    read = _read(raw_path)
    name, _slash, rest = read.lstrip("/").partition("/")
    number = rest.partition("/")[0]
    if name in GTIN_NAMES:
        if len(number) not in LENGTHS or not DIGITS.fullmatch(number):
            return InvalidGtin(_("A GTIN has 8, 12, 13 or 14 digits."), gtin=number)
        if invalid.reason == "check_digit":
            return wrong_check_digit(number, invalid.expected_check)
    if invalid.reason == "check_digit":
        detail = _(
            "The check digit of this number is wrong; %(expected)s would be right."
        )
        return InvalidKey(
            detail % {"expected": invalid.expected_check},
            reason=invalid.reason,
            read=read,
            expected_check_digit=invalid.expected_check,
        )
    detail = str(SENTENCES.get(invalid.reason, NOT_UNDERSTOOD))
    return InvalidKey(detail, reason=invalid.reason, read=read)


def of_unknown(key: ResolverKey) -> DomainError:
    """Return the refusal of a right key of which nothing is known here."""
    if key.primary[0] == "00":
        detail = _("%(key)s numbers a pallet or a parcel, not a product.")
        return KeyUnknown(detail % {"key": key.primary[1]}, key=key.key)
    if key.gtin14 is None:
        detail = _("Nobody has told us about %(key)s yet.")
        return KeyUnknown(detail % {"key": key.key}, key=key.key)
    said = {"gtin": key.gtin14, "key": key.key}
    if restricted_scope(key.gtin14):
        return in_store_number(key.gtin14, **said)
    if other_kind(key.gtin14):
        return not_a_product(key.gtin14, **said)
    told = {**unknown_details(key.gtin14), "issuer": issuer(key.gtin14)}
    return product_unknown(key.gtin14, key=key.key, **told)


def status_of(refused: DomainError) -> int:
    """Return the status of a refusal at the resolver: 400 or 404, and nothing else."""
    return 404 if isinstance(refused, NOT_FOUND) else refused.status


def shown(refused: DomainError, raw_path: str) -> dict[str, Any]:
    """Return what the page of a refusal shows."""
    read = refused.extra.get("gtin") or _read(raw_path)
    return {
        "refused": refused,
        "status": status_of(refused),
        "read": read,
        "code": refused.extra.get("gtin", ""),
        "issuer": refused.extra.get("issuer") or "",
        "outside": refused.extra.get("outside"),
        "gtin": refused.extra.get("gtin", ""),
        "title": _title(refused),
        "is_unknown": isinstance(refused, ProductUnknown),
    }


def _title(refused: DomainError) -> str:
    titles: dict[type[DomainError], Callable[[], str]] = {
        ProductUnknown: lambda: _("No sheet yet"),
        KeyUnknown: lambda: _("Nothing known yet"),
        LinkTypeUnavailable: lambda: _("Nothing of this kind"),
        InvalidKey: lambda: _("This address cannot be read"),
    }
    titled = titles.get(type(refused))
    return titled() if titled else _("This is not a product’s number")


def _read(raw_path: str) -> str:
    return unquote(raw_path)[:SHOWN_CHARACTERS].replace("\x00", "\ufffd")
