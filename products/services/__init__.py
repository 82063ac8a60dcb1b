"""What may change of a product: its statements, its stock, its published sheet."""

from products.services.publishing import AT_ONCE, publish_company, publish_sheet
from products.services.stating import state_field
from products.services.stocking import set_stock

__all__ = ["AT_ONCE", "publish_company", "publish_sheet", "set_stock", "state_field"]
