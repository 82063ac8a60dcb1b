"""Refusals of the keys by which a company's programs come in."""

from common.errors import DomainError


class ScopeRefused(DomainError):
    """A key is good for something, and only for what there is."""

    code = "scope_refused"
    status = 400


class KeyNameMissing(DomainError):
    """Nobody would know which program a key without a name belongs to."""

    code = "key_name_missing"
    status = 400


class KeyExpiryRefused(DomainError):
    """The key would have expired before it is issued."""

    code = "key_expiry_refused"
    status = 400


class TooManyKeys(DomainError):
    """The company has as many keys in use as it may have."""

    code = "too_many_keys"


class KeyIsOver(DomainError):
    """The key is revoked or expired, so there is nothing to replace."""

    code = "key_is_over"


class KeyReplaced(DomainError):
    """Another key replaces this one already."""

    code = "key_already_replaced"
