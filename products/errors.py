"""Refusals of this room."""

from common.errors import DomainError


class InvalidGtin(DomainError):
    """The address does not hold a GTIN with a right check digit."""

    code = "invalid_gtin"
    status = 400


class ProductUnknown(DomainError):
    """Nobody published a sheet for this product."""

    code = "unknown_product"
    status = 404


class UnknownField(DomainError):
    """The vocabulary of the sheet has no such field."""

    code = "unknown_field"
    status = 400


class FieldValueRefused(DomainError):
    """The value does not have the form of its field."""

    code = "field_value_refused"
    status = 400


class StockConflict(DomainError):
    """The stock changed since it was read."""

    code = "stock_conflict"
