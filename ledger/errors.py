"""Refusals of this room."""

from common.errors import DomainError


class LogEmpty(DomainError):
    """Nothing is published yet: there is no head of the log."""

    code = "log_is_empty"
    status = 404


class TileUnknown(DomainError):
    """There is no such tile or bundle, or its address is written otherwise."""

    code = "unknown_tile"
    status = 404


class LogNumberInvalid(DomainError):
    """What should be an index or a size is none, or it does not fit the other one."""

    code = "invalid_log_number"
    status = 400


class LogEntryUnknown(DomainError):
    """The published log has no entry at this index."""

    code = "unknown_log_entry"
    status = 404


class LogSizeUnknown(DomainError):
    """The published log has not so many entries."""

    code = "unknown_log_size"
    status = 404


class CheckpointMalformed(DomainError):
    """What was sent to be witnessed is not written as it must be."""

    code = "malformed_checkpoint"
    status = 400


class LogNotWitnessed(DomainError):
    """Checkpoints of that log are not signed here."""

    code = "log_not_witnessed"
    status = 404


class CheckpointNotSigned(DomainError):
    """No key that is known of the log signed the checkpoint."""

    code = "checkpoint_not_signed"
    status = 403


class CheckpointStale(DomainError):
    """Another size was signed here last; `size` says which."""

    code = "checkpoint_stale"
    status = 409


class CheckpointInconsistent(DomainError):
    """The checkpoint is not proven to extend the one that was signed here last."""

    code = "checkpoint_inconsistent"
    status = 422


class WitnessKeyRefused(DomainError):
    """What was given is no verifier key of a witness, or one that is known already."""

    code = "invalid_witness_key"
    status = 400


class WitnessAddressRefused(DomainError):
    """No witness can be asked at this address; `reason` says why, in one word."""

    code = "witness_address_refused"
    status = 400


class LogKeysRefused(DomainError):
    """What was given are no verifier keys of the log that is to be witnessed."""

    code = "invalid_log_keys"
    status = 400
