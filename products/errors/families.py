"""What a family of variants, or a replaced product, cannot be."""

from common.errors import DomainError


class FamilyOfAnother(DomainError):
    """Variants of one family have one company."""

    code = "family_of_another_company"


class UnknownAttribute(DomainError):
    """The family does not vary by this."""

    code = "unknown_attribute"
    status = 400


class ReplacementRefused(DomainError):
    """The products cannot stand one for the other. `reason` says why."""

    code = "replacement_refused"


class NothingReplaced(DomainError):
    """The product is not replaced: there is nothing to take back."""

    code = "not_replaced"
