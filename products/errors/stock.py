"""What cannot be said of a stock."""

from common.errors import DomainError


class StockConflict(DomainError):
    """The stock changed since it was read."""

    code = "stock_conflict"


class ProductNotYours(DomainError):
    """The company of the key has declared no such product."""

    code = "not_your_product"
    status = 404


class BulkRefused(DomainError):
    """One count of several that were to be recorded together was refused."""

    code = "bulk_refused"


class KeyReused(DomainError):
    """An `Idempotency-Key` came back with another content."""

    code = "idempotency_key_reused"
    status = 422


class KeyUnreadable(DomainError):
    """An `Idempotency-Key` is longer than it may be, or no plain text."""

    code = "idempotency_key_refused"
    status = 400
