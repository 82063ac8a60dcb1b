"""Numbers that are none, products that nobody told us about."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError


class InvalidGtin(DomainError):
    """The address does not hold a GTIN with a right check digit."""

    code = "invalid_gtin"
    status = 400


def wrong_check_digit(gtin: str, expected: str | None) -> InvalidGtin:
    """Return the refusal for a number whose last digit should be `expected`."""
    return InvalidGtin(
        _("The check digit of %(gtin)s is wrong; %(expected)s would be right.")
        % {"gtin": gtin, "expected": expected},
        gtin=gtin,
        expected_check_digit=expected,
    )


class ProductUnknown(DomainError):
    """Nobody published a sheet for this product."""

    code = "unknown_product"
    status = 404


def product_unknown(gtin: str, **extra: Any) -> ProductUnknown:
    """Return the refusal for a 14-digit GTIN without sheet."""
    detail = _("Nobody has told us about the product %(gtin)s yet.") % {"gtin": gtin}
    return ProductUnknown(detail, gtin=gtin, **extra)


class RevisionUnknown(DomainError):
    """The sheet has no such revision."""

    code = "unknown_revision"
    status = 404


class RevisionErased(DomainError):
    """The revision's document was destroyed, as the law may ask."""

    code = "revision_erased"
    status = 410


def revision_erased(number: int) -> RevisionErased:
    """Return the refusal for a revision that is no longer kept."""
    return RevisionErased(
        _("The document of revision %(n)s was erased; what the log says of it stays.")
        % {"n": number},
        revision=number,
    )


class RevisionNotLogged(DomainError):
    """The revision is older than the public log, which does not have it yet."""

    code = "revision_not_logged"
    status = 404


class ProofPending(DomainError):
    """The revision's entry waits for the next published head of the log."""

    code = "proof_pending"
    status = 404


class ProfileUnknown(DomainError):
    """A sheet has no such form."""

    code = "unknown_profile"
    status = 400
