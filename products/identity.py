"""
Who a product is, on the sheet: whose it is, how it looks, its family, its successor.

A leaf module: one door to what several leaves know, for whoever composes and publishes
many sheets at once.
"""

from collections.abc import Sequence

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import Level, Status
from products import families, replacements
from products.drafts import Draft
from products.models import Product, Sheet
from products.pictures import showing


def add_all(products: Sequence[Product], drafts: Sequence[Draft]) -> None:
    """
    Add to each draft who its product is, after everything that is computed.

    The number of queries does not grow with the number of products.
    """
    for product, draft in zip(products, drafts, strict=True):
        _add_brand_owner(product, draft)
    for part in (showing, families, replacements):
        part.add_all(products, drafts)


def note_published(
    products: Sequence[Product], drafts: Sequence[Draft], sheets: Sequence[Sheet]
) -> None:
    """
    Note what follows from new revisions, in their transaction, before they are written.

    Anyone may load the pictures that they show; siblings hear of new grades.
    """
    new = {sheet.product_id for sheet in sheets}
    showing.note_shown([draft for draft in drafts if draft.gtin in new])
    families.note_published(products, sheets)


def _add_brand_owner(product: Product, draft: Draft) -> None:
    """Name the company that declared the product, unless another owner is stated."""
    if product.company is None:
        return
    if draft.documents["identity.brand_owner"]["status"] == Status.UNKNOWN:
        draft.documents["identity.brand_owner"] = computed(
            Level.DECLARED,
            value=product.company.name,
            observed_at=rfc3339(product.created_at),
        )
