"""Refusals of this room, one module per subject."""

from products.errors.products import (
    InvalidGtin,
    ProductUnknown,
    product_unknown,
    wrong_check_digit,
)
from products.errors.statements import FieldValueRefused, UnknownField
from products.errors.stock import StockConflict

__all__ = [
    "FieldValueRefused",
    "InvalidGtin",
    "ProductUnknown",
    "StockConflict",
    "UnknownField",
    "product_unknown",
    "wrong_check_digit",
]
