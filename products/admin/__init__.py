"""The admin of products: what is stated of them, their stock, their sheets."""

from products.admin import (
    events,
    families,
    imports,
    notices,
    pictures,
    products,
    replacing,
    sheets,
    statements,
)
from products.admin.products import ProductAdmin

__all__ = [
    "ProductAdmin",
    "events",
    "families",
    "imports",
    "notices",
    "pictures",
    "products",
    "replacing",
    "sheets",
    "statements",
]
