"""Refusals of this room."""

from common.errors import DomainError


class UnknownFact(DomainError):
    """No entry of the catalogue has this key."""

    code = "unknown_fact"
    status = 400


class FactValueRefused(DomainError):
    """The value does not have the form of its fact."""

    code = "fact_value_refused"
    status = 400


class FactIsComputed(DomainError):
    """The fact is made of others and never stated."""

    code = "fact_is_computed"
    status = 400


class NotAnEditor(DomainError):
    """The person may not change what this company states."""

    code = "not_an_editor"
    status = 403


class CompanyUnknown(DomainError):
    """No company has this identifier."""

    code = "unknown_company"
    status = 404


class AlreadyCorrected(DomainError):
    """Somebody corrected this statement in the meantime."""

    code = "already_corrected"


class ReasonMissing(DomainError):
    """A value is withheld without a reason."""

    code = "reason_missing"
    status = 400


class SecondFactorMissing(DomainError):
    """The act is done in a company's name, and the session has no second factor."""

    code = "second_factor_required"
    status = 403
