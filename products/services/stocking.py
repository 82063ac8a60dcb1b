"""How many units the shops have, and whether a product is sold at all."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from products import live, stock
from products.errors import StockConflict
from products.models import Offering, Product, Stock


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

    With `expected_version`, raise `StockConflict` when the stock changed since. Many
    counts at once: `stock_bulk`.
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
    stock.rewrite_documents([product.pk])
    live.note_change(product.pk)
    return row


@transaction.atomic
def set_offering(
    *, product: Product, state: str, author: User | None = None
) -> Offering:
    """
    Say whether a product is sold, on preorder or discontinued; told with the stock.

    Neither the counts nor the sheet change. The same state again changes nothing.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    row = Offering.objects.filter(product=product).first()
    if (row.state if row else Offering.State.ON_SALE) == state:
        return row or Offering(product=product, state=state)
    row, _is_new = Offering.objects.update_or_create(
        product=product, defaults={"state": state, "since": timezone.now()}
    )
    stock.rewrite_documents([product.pk])
    live.note_change(product.pk)
    note_act(
        company=product.company,
        actor=author,
        kind="product.offered",
        subject=f"{product.gtin} · {state}",
        subject_id=product.gtin,
    )
    return row
