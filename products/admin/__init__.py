"""The admin of products: what is stated of them, their stock, their sheets."""

from products.admin import products, sheets, statements
from products.admin.products import ProductAdmin

__all__ = ["ProductAdmin", "products", "sheets", "statements"]
