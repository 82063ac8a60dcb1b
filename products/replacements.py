"""
Which product stands for another now, and what the sheets of both say about it.

A leaf module. A sheet that was published stays readable under its own number; a number
that never had one leads to the product that took its place.
"""

from collections.abc import Sequence

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import Level
from products.drafts import Draft
from products.models import Product, Replacement, Sheet

# A longer chain is somebody's mistake; the service lets none become so long.
LONGEST_CHAIN = 20
# Of what one product replaces: the latest ones are shown.
MOST_REPLACED = 20


def successor(gtin: str) -> str | None:
    """Return the product that took the place of this one, or none."""
    row = Replacement.objects.filter(old=gtin).order_by("-pk").first()
    return row.new_id if row else None


def chain(gtin: str) -> list[str]:
    """Return who comes after a product, one after the other, at most so many."""
    found: list[str] = []
    at: str | None = gtin
    while at is not None and len(found) < LONGEST_CHAIN:
        at = successor(at)
        found += [at] if at is not None else []
    return found


def current_of(gtin: str) -> str | None:
    """
    Return the 14-digit GTIN whose sheet answers for `gtin`, which has none, or none.

    The last of the chain that has a published sheet. A product with a sheet of its own
    answers for itself: none, too.
    """
    if Sheet.objects.filter(product=gtin).exists():
        return None
    after = chain(gtin)
    if not after:
        return None
    published = set(
        Sheet.objects.filter(product__in=after).values_list("product", flat=True)
    )
    return next((one for one in reversed(after) if one in published), None)


def hint(gtin: str) -> dict[str, dict[str, str]]:
    """Return what a refusal says of the product that took this one's place."""
    current = current_of(gtin)
    if current is None:
        return {}
    return {"replaced_by": {"gtin": current, "sheet": f"/api/v1/products/{current}"}}


def add_all(products: Sequence[Product], drafts: Sequence[Draft]) -> None:
    """Add to each draft what took its place, and whose place it took; two queries."""
    gtins = [product.pk for product in products]
    current = Replacement.objects.current().order_by("-pk")
    after = {
        one.old_id: one for one in current.filter(old__in=gtins).select_related("new")
    }
    before: dict[str | None, list[Replacement]] = {}
    for one in current.filter(new__in=gtins).select_related("old"):
        before.setdefault(one.new_id, []).append(one)
    for draft in drafts:
        if row := after.get(draft.gtin):
            _add_after(draft, row)
        if rows := before.get(draft.gtin):
            _add_before(draft, rows[:MOST_REPLACED])


def _add_after(draft: Draft, row: Replacement) -> None:
    assert row.new is not None
    draft.documents["identity.replaced_by"] = computed(
        Level.DECLARED,
        value={
            "gtin": row.new_id,
            "name": row.new.name,
            "since": row.since.isoformat(),
        },
        observed_at=rfc3339(row.created_at),
    )


def _add_before(draft: Draft, rows: Sequence[Replacement]) -> None:
    draft.documents["identity.replaces"] = computed(
        Level.DECLARED,
        value=[
            {"gtin": one.old_id, "name": one.old.name, "since": one.since.isoformat()}
            for one in rows
        ],
        observed_at=rfc3339(rows[0].created_at),
    )
