"""Pictures on the sheet: which ones, at which addresses, and who may load them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import Level, Status
from products.drafts import Draft
from products.models import Picture, PictureRole, PictureState, Product, Rendition


def address(sha256: str) -> str:
    """Return where one size of a published picture is, for ever."""
    return f"{settings.BASE_URL}/api/v1/pictures/{sha256}.webp"


def add_all(products: Sequence[Product], drafts: Sequence[Draft]) -> None:
    """Add the pictures of each product to its draft; two queries for all of them."""
    found: dict[str, list[Picture]] = {}
    rows = (
        Picture.objects.filter(
            product__in=[product.pk for product in products],
            state=PictureState.READY,
            removed_at=None,
        )
        .order_by("position", "uploaded_at", "pk")
        .prefetch_related("renditions")
    )
    for one in rows:
        found.setdefault(one.product_id, []).append(one)
    for draft in drafts:
        if pictures := found.get(draft.gtin):
            _add(draft, pictures)


def _add(draft: Draft, pictures: Sequence[Picture]) -> None:
    latest = max(one.changed_at for one in pictures)
    draft.documents["identity.pictures"] = _document(
        [_shown(one) for one in pictures], rfc3339(latest)
    )
    front = next((one for one in pictures if one.role == PictureRole.FRONT), None)
    if front is None:
        return
    image = _document(_shown(front)["url"], rfc3339(front.changed_at))
    stated = draft.documents["identity.image"]
    if stated["status"] == Status.KNOWN:
        # An address that somebody stated is not replaced in silence.
        image["discrepancy"] = [stated, *stated.pop("discrepancy", [])]
    draft.documents["identity.image"] = image


def _document(value: Any, observed_at: str) -> dict[str, Any]:
    return computed(Level.DECLARED, value=value, observed_at=observed_at)


def _shown(picture: Picture) -> dict[str, Any]:
    sizes = sorted(picture.renditions.all(), key=lambda one: one.width)
    largest = sizes[-1]
    alt = {
        language: text
        for language, text in (("fr", picture.alt_fr), ("en", picture.alt_en))
        if text
    }
    shown = {
        "url": address(largest.sha256),
        "width": largest.width,
        "height": largest.height,
        "role": picture.role,
        "sizes": [{"url": address(one.sha256), "width": one.width} for one in sizes],
    }
    return {**shown, "alt": alt} if alt else shown


def note_shown(drafts: Sequence[Draft]) -> None:
    """
    Let anyone load the pictures of sheets that are being published.

    In the transaction of the publication. Nothing takes that back: a revision is
    readable for ever, and so is what it shows.
    """
    digests = {
        entry["url"].rpartition("/")[2].removesuffix(".webp")
        for draft in drafts
        for entry in draft.known("identity.pictures") or ()
    }
    if digests:
        Picture.objects.filter(
            product__in=[draft.gtin for draft in drafts],
            shown_at=None,
            renditions__sha256__in=digests,
        ).update(shown_at=timezone.now())


def is_public(sha256: str) -> bool:
    """Say whether a revision shows these bytes."""
    # PostgreSQL refuses a NUL, which no digest has.
    return (
        "\0" not in sha256
        and Rendition.objects.filter(
            sha256=sha256, picture__shown_at__isnull=False
        ).exists()
    )
