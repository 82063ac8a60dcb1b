"""Refusals of this room."""

from common.errors import DomainError


class SignatureInvalid(DomainError):
    """The request is not proven to come from this terminal, whatever the cause."""

    code = "invalid_signature"
    status = 401
    # Whoever probes compares: nothing tells a wrong key from an unknown terminal.
    is_uniform = True


class KeyReused(DomainError):
    """The same `webhook-id` or `Idempotency-Key` came with another body."""

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


class SlowDown(DomainError):
    """Still pending, and read more often than the interval allows, as CIBA has it."""

    code = "slow_down"
    status = 429


class PromptExpired(DomainError):
    """The time to answer is over."""

    code = "prompt_expired"


class PromptCanceled(DomainError):
    """The till took its question back."""

    code = "prompt_canceled"


class ClaimCodeInvalid(DomainError):
    """The code that the phone read is of no prompt."""

    code = "invalid_claim_code"
    status = 404


class AlreadyClaimed(DomainError):
    """Another phone was faster, or the till asked somebody else."""

    code = "already_claimed"


class ShopperQuiet(DomainError):
    """The shopper wishes that nobody asks now."""

    code = "quiet"


class CompanyBlocked(DomainError):
    """The shopper blocked the company of this till."""

    code = "company_blocked"


class ShopperBusy(DomainError):
    """The shopper has another question to answer first."""

    code = "busy"


class AlreadyApproved(DomainError):
    """The prompt was approved before."""

    code = "already_approved"


class AlreadyDeclined(DomainError):
    """The prompt was declined before."""

    code = "already_declined"


class PromptEnded(DomainError):
    """The prompt ended otherwise: it was rejected, or no phone could be reached."""

    code = "prompt_ended"


class RetryKeyMalformed(DomainError):
    """The `Idempotency-Key` is empty, too long, or has characters no key has."""

    code = "invalid_idempotency_key"
    status = 400


class PublicKeyRefused(DomainError):
    """What was given is no public key of Ed25519 that proves anything."""

    code = "invalid_public_key"
    status = 400


class TooManyTerminalKeys(DomainError):
    """As many keys of this kind as are tried count already."""

    code = "too_many_terminal_keys"


class DigestMismatch(DomainError):
    """The phone shows something else than what the till asked."""

    code = "digest_mismatch"


class WebhookAddressRefused(DomainError):
    """Nothing can be told at this address; `reason` says why, in one word."""

    code = "webhook_address_refused"
    status = 400


class TooManyEndpoints(DomainError):
    """The company has as many webhook addresses as it may."""

    code = "too_many_webhook_addresses"


class EndpointDisabled(DomainError):
    """Nothing is told at this address: it is disabled, or gone."""

    code = "webhook_address_disabled"


class TerminalOfAnother(DomainError):
    """A terminal does not belong to the company of the address."""

    code = "terminal_of_another_company"


class PingTooSoon(DomainError):
    """The address was tested a moment ago."""

    code = "test_too_soon"
    status = 429


class TerminalUnknown(DomainError):
    """The company has no such terminal."""

    code = "unknown_terminal"
    status = 404
