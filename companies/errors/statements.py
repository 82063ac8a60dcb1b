"""Refusals of what is stated, and of who looks for it."""

from common.errors import DomainError


class UnknownFact(DomainError):
    """No entry of the catalogue has this key."""

    code = "unknown_fact"
    status = 400


class FactUnknown(DomainError):
    """Somebody asks for a fact that the catalogue does not have."""

    code = "unknown_fact"
    status = 404


class FactValueRefused(DomainError):
    """The value does not have the form of its fact."""

    code = "fact_value_refused"
    status = 400


class UnitRefused(DomainError):
    """The fact is not stated in this unit. `units` are those that fit."""

    code = "unit_refused"
    status = 400


class FactIsComputed(DomainError):
    """The fact is made of others and never stated."""

    code = "fact_is_computed"
    status = 400


class CompanyUnknown(DomainError):
    """No company has this identifier."""

    code = "unknown_company"
    status = 404


class InvalidCompanyIdentifier(DomainError):
    """No kind of identifier: neither ours nor a SIREN, a LEI or a VAT number."""

    code = "invalid_company_identifier"
    status = 400


class AmbiguousIdentifier(DomainError):
    """Several companies state this number, and none is verified better than another."""

    code = "ambiguous_identifier"


class InvalidInstant(DomainError):
    """`at` is no date or instant of the past."""

    code = "invalid_instant"
    status = 400


class FactAlwaysApplies(DomainError):
    """A mandatory fact that every company has is said not to be."""

    code = "fact_always_applies"
    status = 400


class AlreadyCorrected(DomainError):
    """Somebody corrected this statement in the meantime."""

    code = "already_corrected"


class ReasonMissing(DomainError):
    """A value is withheld without a reason."""

    code = "reason_missing"
    status = 400


class CivilStatusIncomplete(DomainError):
    """Mandatory facts are missing, so the company has no door to shoppers."""

    code = "civil_status_incomplete"


class EvidenceMissing(DomainError):
    """A value is said to be evidenced, and no document is attached."""

    code = "evidence_missing"
    status = 400


class EvidenceUnknown(DomainError):
    """There is no such document, or not for this reader."""

    code = "unknown_evidence"
    status = 404


class NoRegisterToAsk(DomainError):
    """No register knows the company by what it states, or none may be asked here."""

    code = "no_register_to_ask"


class RegistersAskedRecently(DomainError):
    """The registers' answers are not a day old."""

    code = "registers_asked_recently"


class ContentIsCurrent(DomainError):
    """What is to be erased is still what readers are shown."""

    code = "content_is_current"
