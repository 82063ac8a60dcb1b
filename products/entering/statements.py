"""How what is stated of products is logged."""

import uuid
from collections.abc import Iterable

from companies.entering import (
    Book,
    statement_kind,
    statement_members,
    superseded,
    written,
)
from companies.levels import SourceKind
from ledger.leaves import Kind
from products.models import Product, Statement


def lock_products(keys: Iterable[str]) -> None:
    """Hold up whoever states or publishes anything of these products."""
    rows = Product.objects.select_for_update().filter(pk__in=set(keys))
    list(rows.order_by("pk").values_list("pk"))


def _statement(statement: Statement) -> bytes:
    return written(
        {
            **statement_members(statement),
            "gtin": statement.product_id,
            "field": statement.field,
        }
    )


def _says(statement: Statement) -> uuid.UUID | None:
    """Return the company where it speaks itself of its product."""
    is_own = statement.source_kind == SourceKind.PRODUCER
    return statement.product.company_id if is_own else None


FIELD_STATEMENTS = Book(
    name="products.statements",
    model=Statement,
    kinds=frozenset({Kind.FACT_ASSERTED, Kind.FACT_RETRACTED}),
    kind=statement_kind,
    content=_statement,
    actor=_says,
    before=superseded,
    lock=lambda rows: lock_products(row.product_id for row in rows),
    related=("supersedes", "product"),
)
