"""Refusals of this room."""

from common.errors import DomainError


class SignatureInvalid(DomainError):
    """The request is not proven to come from this terminal, whatever the cause."""

    code = "invalid_signature"
    status = 401


class KeyReused(DomainError):
    """The same `webhook-id` came with another body."""

    code = "idempotency_key_reused"
    status = 422


class RequestInProgress(DomainError):
    """The same request is being worked on."""

    code = "request_in_progress"


class PromptUnknown(DomainError):
    """The shopper has no such prompt."""

    code = "unknown_prompt"
    status = 404


class PollRefused(DomainError):
    """The poll token does not belong to this prompt."""

    code = "invalid_poll_token"
    status = 401


class PromptExpired(DomainError):
    """The time to answer is over."""

    code = "prompt_expired"


class AlreadyApproved(DomainError):
    """The prompt was approved before."""

    code = "already_approved"


class AlreadyDeclined(DomainError):
    """The prompt was declined before."""

    code = "already_declined"


class DigestMismatch(DomainError):
    """The phone shows something else than what the till asked."""

    code = "digest_mismatch"
