"""How a stranger verifies and compares what we sign."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from companies.credentials import verifying
from companies.models import IssuedCredential, RevocationList
from tests.companies.issuing.world import BASE_URL, document

VECTORS = Path(__file__).parents[2] / "vectors"


def listed(credential: IssuedCredential) -> str:
    return RevocationList.objects.get(pk=credential.status_list_id).token


def verify(credential: IssuedCredential) -> verifying.Verified:
    """Verify a certificate as those of strangers are verified here."""
    return verifying.verify(
        credential.token,
        document(),
        listed(credential),
        vocabulary=f"{BASE_URL}/facts/",
        at=timezone.now(),
    )


def shape(value: Any) -> Any:
    """Return the names and kinds of what is in a document, without its values."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return float if isinstance(value, int | float | Decimal) else type(value)
