"""Refusals of this room: what was wrong with the code or the photo."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError


class EmptyScan(DomainError):
    """Neither a code nor a photo was sent."""

    code = "empty_scan"
    status = 400


class NotAnImage(DomainError):
    """The file is no picture of a kind that we read."""

    code = "not_an_image"
    status = 415


class TruncatedImage(DomainError):
    """The picture's data end too early or are broken."""

    code = "image_truncated"
    status = 422


class ImageTooLarge(DomainError):
    """The file has more bytes than the limit."""

    code = "image_too_large"
    status = 413


class TooManyPixels(DomainError):
    """The picture has more pixels than the limit."""

    code = "image_too_many_pixels"
    status = 413


class NoCodeFound(DomainError):
    """No code can be seen in the photo."""

    code = "no_code_found"
    status = 422


class UnreadableCode(DomainError):
    """What was read is no product code."""

    code = "unreadable_code"
    status = 422


class WrongCheckDigit(DomainError):
    """The check digit does not fit: a misread or mistyped code."""

    code = "wrong_check_digit"
    status = 422


class InStoreNumber(DomainError):
    """The number means something inside one shop only."""

    code = "in_store_number"
    status = 422


def in_store_number(shown: str, /, **extra: Any) -> InStoreNumber:
    """Return the refusal for an in-store number, `shown` as it was read."""
    return InStoreNumber(
        _("%(read)s is a number that one shop gave; elsewhere it means nothing.")
        % {"read": shown},
        **extra,
    )


class NotAProduct(DomainError):
    """A valid code of something else: a coupon, a refund receipt."""

    code = "not_a_product_code"
    status = 422


def not_a_product(shown: str, /, **extra: Any) -> NotAProduct:
    """Return the refusal for a coupon or a receipt, `shown` as it was read."""
    return NotAProduct(
        _("%(read)s is a coupon or a receipt, not a product.") % {"read": shown},
        **extra,
    )


class UncertainRead(DomainError):
    """The two reading engines disagree, and none is known."""

    code = "uncertain_read"
    status = 422
