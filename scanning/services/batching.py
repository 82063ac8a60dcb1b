"""Many codes at once, each understood exactly as it would be alone."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from products.models import Sheet
from scanning import counting
from scanning.codes import prefixes
from scanning.models import InStoreNumber, Store
from scanning.services.reading import Found, Origin, Told, parse_text, shops_named


class Item(NamedTuple):
    """One code of a batch."""

    code: str
    told: Told
    origin: Origin


def parse_batch(items: Sequence[Item]) -> list[dict[str, Any]]:
    """
    Return what each code is and where its sheet is, in the order given.

    The number of queries does not grow with that of the codes, but with that of the
    chains of shops named. A code is counted as a scan when the phone gave it a name:
    that is how scans made without signal arrive.
    """
    shops = shops_named({item.told.store for item in items if item.told.store})
    found = [
        parse_text(item.code, item.told, shops.get(item.told.store or ""))
        for item in items
    ]
    gtins = _gtins(found, [shops.get(item.told.store or "") for item in items])
    with_sheet = set(
        Sheet.objects.filter(product__in={gtin for gtin in gtins if gtin})
        .order_by()
        .values_list("product_id", flat=True)
        .distinct()
    )
    documents = []
    for item, one, gtin in zip(items, found, gtins, strict=True):
        is_known = gtin in with_sheet
        if gtin and item.origin.scan_id:
            counting.note(
                gtin=gtin,
                is_known=is_known,
                lot=one.parsed.lot or "",
                **item.origin._asdict(),
            )
        documents.append(_document(one, gtin, is_known=is_known))
    return documents


def _gtins(found: Sequence[Found], shops: Sequence[Store | None]) -> list[str | None]:
    """Return each code's product: one query for each chain whose numbers were read."""
    items: dict[int, set[str]] = {}
    chains = {shop.chain_id: shop.chain for shop in shops if shop}
    for one, shop in zip(found, shops, strict=True):
        if shop and one.item:
            items.setdefault(shop.chain_id, set()).add(one.item)
    sold = {
        chain: InStoreNumber.objects.products_of(chain=chains[chain], items=numbers)
        for chain, numbers in items.items()
    }
    return [
        sold[shop.chain_id].get(one.item) if shop and one.item else one.parsed.gtin14
        for one, shop in zip(found, shops, strict=True)
    ]


def _document(found: Found, gtin: str | None, *, is_known: bool) -> dict[str, Any]:
    return {
        **found.as_document(),
        "issuer": prefixes.issuer(gtin) if gtin else None,
        "sheet": f"/api/v1/products/{gtin}" if is_known else None,
    }
