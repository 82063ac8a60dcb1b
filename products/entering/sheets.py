"""How published sheets are logged: a subject for each product and language."""

from collections.abc import Sequence

from companies.entering import Book
from ledger.leaves import Kind
from products.entering.statements import lock_products
from products.models import Sheet


def _revisions_before(rows: Sequence[Sheet]) -> list[Sheet | None]:
    earlier = Sheet.objects.filter(
        product__in={row.product_id for row in rows},
        revision__in={row.revision - 1 for row in rows},
    ).only("product", "language", "revision", "entry")
    known = {(one.product_id, one.language, one.revision): one for one in earlier}
    return [known.get((row.product_id, row.language, row.revision - 1)) for row in rows]


SHEETS = Book(
    name="products.sheets",
    model=Sheet,
    kinds=frozenset({Kind.SHEET_REVISION}),
    kind=lambda _row: Kind.SHEET_REVISION,
    # The very bytes that readers get of a past revision.
    content=lambda row: bytes(row.body),
    actor=lambda row: row.product.company_id,
    before=_revisions_before,
    lock=lambda rows: lock_products(row.product_id for row in rows),
    related=("product",),
    deferred=("brotli", "gzip"),
)
