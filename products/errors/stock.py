"""What cannot be said of a stock."""

from common.errors import DomainError


class StockConflict(DomainError):
    """The stock changed since it was read."""

    code = "stock_conflict"
