"""The GS1 Digital Link of a product, as printed in its QR code."""

from django.conf import settings


def digital_link(gtin: str) -> str:
    """Return the canonical address of a 14-digit GTIN."""
    return f"{settings.BASE_URL}/01/{gtin}"
