"""The doors of this room to phones and programs."""

from products.views.sheets import CACHE_SECONDS, GTIN, ProductDetail, normalized

__all__ = ["CACHE_SECONDS", "GTIN", "ProductDetail", "normalized"]
