"""Refusals of what this service signs itself."""

from common.errors import DomainError


class CredentialNotDue(DomainError):
    """What the credential would say is not so, or not known; `reason` says what."""

    code = "credential_not_due"


class IssuedRecently(DomainError):
    """The same was issued within a day, and nothing that it says has changed."""

    code = "issued_recently"


class RevocationReasonUnknown(DomainError):
    """There is no such reason, or it is not the company’s to give."""

    code = "unknown_revocation_reason"
    status = 400


class IssuingKeyLost(DomainError):
    """The key that signs was sealed under a secret that is not known here."""

    code = "issuing_key_lost"
    status = 503


class NoSuchCredential(DomainError):
    """The company has no such credential in force, or there is none of that number."""

    code = "no_such_credential"
    status = 404


class UnknownStatusList(DomainError):
    """There is no status list of this number."""

    code = "unknown_status_list"
    status = 404


class UnknownScheme(DomainError):
    """There is no conformity scheme of this version."""

    code = "unknown_scheme"
    status = 404


class IdentityRequired(DomainError):
    """The company has no identity credential in force, and this asks for one."""

    code = "identity_credential_required"


class DomainRefused(DomainError):
    """What was given is no public domain name."""

    code = "domain_refused"
    status = 400


class TooManyDomains(DomainError):
    """The company has claimed as many domains as it may."""

    code = "too_many_domains"


class DomainNotProven(DomainError):
    """The domain does not serve what was asked for; `reason` says what it did."""

    code = "domain_not_proven"


class DomainsNotAsked(DomainError):
    """Other domains may not be asked for anything from here."""

    code = "domains_not_asked"


class DomainAskedRecently(DomainError):
    """The domain was asked within the last seconds."""

    code = "domain_asked_recently"
    status = 429
