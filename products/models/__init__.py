"""Products, what is stated of them, their stock, and the sheets that were published."""

from products.models.products import Family, Following, Product, ProductQuerySet
from products.models.sheets import LANGUAGES, Sheet, SheetQuerySet
from products.models.statements import FieldStatementQuerySet, Statement
from products.models.stock import Stock, StockDocument

__all__ = [
    "LANGUAGES",
    "Family",
    "FieldStatementQuerySet",
    "Following",
    "Product",
    "ProductQuerySet",
    "Sheet",
    "SheetQuerySet",
    "Statement",
    "Stock",
    "StockDocument",
]
