"""What names a product elsewhere: in its QR code, and in caches in front of us."""

from django.conf import settings


def digital_link(gtin: str) -> str:
    """Return the canonical address of a 14-digit GTIN."""
    return f"{settings.BASE_URL}/01/{gtin}"


def proof(gtin: str, revision: int, language: str) -> str:
    """Return where a revision's place in the public log is proven, once it is there."""
    return f"{settings.BASE_URL}{proof_path(gtin, revision, language)}"


def proof_path(gtin: str, revision: int, language: str) -> str:
    """Return the same on this very site."""
    return f"/api/v1/sheets/{gtin}/revisions/{revision}/proof?lang={language}"


def surrogate_keys(gtin: str, company_id: object | None) -> str:
    """Return the words by which a cache is told to forget a sheet."""
    return f"gtin-{gtin}" + (f" company-{company_id}" if company_id else "")
