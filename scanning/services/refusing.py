"""Why a code leads to no product, in a sentence for people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from scanning.codes import Parsed
from scanning.errors import (
    EmptyScan,
    LogisticUnit,
    NotAProduct,
    UnreadableCode,
    WrongCheckDigit,
    in_store_number,
    not_a_product,
)

# By the first word of `Parsed.reason`; what is not here is told in general words.
REASONS = {
    "length": gettext_lazy("A part of this code is too long or too short."),
    "charset": gettext_lazy("This code has a character that GS1 does not allow there."),
    "date": gettext_lazy("This code has a date that does not exist."),
    "ai": gettext_lazy("This code has a part that GS1 does not know."),
    "mutex": gettext_lazy("Two parts of this code contradict each other."),
    "requires": gettext_lazy("This code lacks a part that must go with another."),
    "duplicate": gettext_lazy("This code says the same thing twice, differently."),
    "order": gettext_lazy("The parts of this code are in the wrong order."),
    "odd": gettext_lazy("This link is not complete: a number lacks its name."),
    "not": gettext_lazy("This code has letters where digits belong."),
}


def refusal_of(parsed: Parsed, *, read: str, **said: Any) -> DomainError:
    """Return the refusal of a code without product; `read` is what is shown of it."""
    said["read"] = read
    # Also when a Digital Link names it.
    if "sscc" in parsed.details:
        return _logistic_unit(parsed, said)
    match parsed.kind:
        case "empty":
            return EmptyScan(_("There is no code to look up."))
        case "rcn":
            return in_store_number(read, **said)
        case "coupon" | "refund_receipt":
            return not_a_product(read, **said)
        case "dl" | "gs1":
            return NotAProduct(
                _("This code names something, but no product: %(key)s.")
                % {"key": parsed.key or read},
                **said,
            )
        case "invalid":
            return _invalid(parsed, read, said)
    return UnreadableCode(
        _("“%(read)s” is no product code that we know how to read.") % {"read": read},
        reason="not_a_code",
        **said,
    )


def _logistic_unit(parsed: Parsed, said: dict[str, Any]) -> DomainError:
    return LogisticUnit(
        _("This code numbers a pallet or a parcel. Scan the product inside, please."),
        content_gtin=parsed.details.get("content_gtin"),
        **said,
    )


def _invalid(parsed: Parsed, read: str, said: dict[str, Any]) -> DomainError:
    if parsed.reason == "check_digit" and parsed.expected_check:
        return WrongCheckDigit(
            _("The check digit of %(read)s is wrong; %(expected)s would be right.")
            % {"read": read, "expected": parsed.expected_check},
            expected_check_digit=parsed.expected_check,
            **said,
        )
    word = (parsed.reason or "").partition(" ")[0]
    detail = REASONS.get(word) or _("This code cannot be read.")
    return UnreadableCode(str(detail), reason=parsed.reason, **said)
