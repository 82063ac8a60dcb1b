"""How many units the shops have."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from products import stock
from products.errors import StockConflict
from products.models import Product, Stock


@transaction.atomic
def set_stock(
    *,
    product: Product,
    store: str,
    quantity: int,
    as_of: datetime | None = None,
    expected_version: int | None = None,
) -> Stock:
    """
    Record how many units one shop has; the sheet is not published again.

    With `expected_version`, raise `StockConflict` when the stock changed since.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    row = Stock.objects.filter(product=product, store=store).first()
    if expected_version is not None and expected_version != (row.version if row else 0):
        raise StockConflict(
            _("The stock changed meanwhile."), version=row.version if row else 0
        )
    moment = as_of or timezone.now()
    if row is not None and moment < row.as_of:
        raise StockConflict(_("A later count is known."), version=row.version)
    if row is None:
        row = Stock(product=product, store=store, version=0)
    row.quantity, row.as_of, row.version = quantity, moment, row.version + 1
    row.save()
    stock.rewrite_documents(product)
    return row
