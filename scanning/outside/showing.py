"""What is shown of an outside catalogue's answer."""

from typing import Any

from django.conf import settings

from common.times import rfc3339
from scanning.models import OutsideProduct
from scanning.outside import open_food_facts


def for_code(gtin: str) -> dict[str, Any] | None:
    """Return what is known of a code from outside, in one query, or none."""
    if not settings.OUTSIDE_CATALOGUE:
        return None
    # What was found once is shown while it is asked for again.
    product = OutsideProduct.objects.filter(
        pk=gtin, source=settings.OUTSIDE_CATALOGUE, fetched_at__isnull=False
    ).first()
    if product is None or product.fetched_at is None:
        return None
    return {
        "source": open_food_facts.SOURCE,
        "source_url": product.source_url,
        "licence": open_food_facts.LICENCE,
        "licence_url": open_food_facts.LICENCE_URL,
        "fetched_at": rfc3339(product.fetched_at),
        "name": product.name or None,
        "brands": product.brands or None,
        "quantity": product.quantity or None,
        "image_url": product.image_url or None,
    }
