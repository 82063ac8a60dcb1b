"""The products of the demonstration, put into the database and published."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from config.demonstration.data import Item, Wanted
from products import entering, services, vocabulary
from products.errors import StockConflict
from products.models import Family, Product, Sheet, Statement, Stock
from products.publishing import publish_products

# One transaction each: an interruption loses at most one of them.
BATCH = 40
# A stock of yesterday is shown as unknown; this is well before.
FRESH_FOR = timedelta(hours=12)

Tell = Callable[[str], None]
T = TypeVar("T")


def load(items: Sequence[Item], tell: Tell) -> int:
    """
    Make the products say what their files say, and return how many statements it took.

    What is there already is left alone, and so is what a person stated since.
    """
    count = 0
    for done, batch in _batches(items):
        count += _load_batch(batch)
        tell(f"Products: {done}/{len(items)}")
    return count


def publish(items: Sequence[Item], tell: Tell) -> int:
    """Publish what is due or never was; return how many products that was."""
    due = (
        Product.objects.filter(pk__in=[item.gtin for item in items])
        .filter(
            Q(publication_due_at__isnull=False)
            | ~Exists(Sheet.objects.filter(product=OuterRef("pk")))
        )
        .order_by("pk")
    )
    gtins = list(due.values_list("pk", flat=True))
    for done, batch in _batches(gtins):
        publish_products(batch)
        tell(f"Sheets published: {done}/{len(gtins)}")
    return len(gtins)


def stock(items: Sequence[Item]) -> int:
    """Set the stock where there is none or an old one; return how many were written."""
    limit = timezone.now() - FRESH_FOR
    rows = {
        (row.product_id, row.store): row
        for row in Stock.objects.filter(product__in=[item.gtin for item in items])
    }
    count = 0
    for item in items:
        for store, quantity in item.stock.items():
            row = rows.get((item.gtin, store))
            if row is None or row.as_of < limit:
                count += _set_stock(item, store, quantity, row)
    return count


def is_stock_fresh(company_ids: Iterable[str]) -> bool:
    """Say whether the shops of these companies' products told their stock lately."""
    known = Stock.objects.filter(product__company__in=list(company_ids))
    oldest: datetime | None = (
        known.order_by("as_of").values_list("as_of", flat=True).first()
    )
    return oldest is not None and oldest >= timezone.now() - FRESH_FOR


def _set_stock(item: Item, store: str, quantity: int, row: Stock | None) -> bool:
    try:
        services.set_stock(
            product=Product(pk=item.gtin),
            store=store,
            # Somebody may have sold or counted some: only the moment is ours.
            quantity=row.quantity if row else quantity,
            expected_version=row.version if row else 0,
        )
    except StockConflict:
        return False  # told by somebody else a moment ago
    return True


@transaction.atomic
def _load_batch(items: Sequence[Item]) -> int:
    gtins = [item.gtin for item in items]
    families = _families(items)
    known = set(Product.objects.filter(pk__in=gtins).values_list("pk", flat=True))
    Product.objects.bulk_create(
        [
            Product(
                gtin=item.gtin,
                name=item.name,
                company_id=item.company_id,
                family=families.get((item.company_id, item.family)),
                variant=item.variant,
                # About to be published: its siblings may name it.
                publication_due_at=timezone.now(),
                attribution=item.attribution,
                attribution_url=item.attribution_url,
            )
            for item in items
            if item.gtin not in known
        ],
        ignore_conflicts=True,
    )
    # Locked in the order of their keys, as two loaders would.
    locked = Product.objects.select_for_update().filter(pk__in=gtins).order_by("pk")
    products = {product.pk: product for product in locked}
    current = {
        (statement.product_id, statement.field, str(statement.source_kind)): statement
        for statement in Statement.objects.current()
        .filter(product__in=gtins)
        .order_by("pk")
    }
    missing = [
        _row(products[item.gtin], wanted, before)
        for item in items
        for wanted in item.statements
        for before in [current.get((item.gtin, wanted.field, str(wanted.source.kind)))]
        if before is None or _differs(before, wanted)
    ]
    entering.record(entering.FIELD_STATEMENTS, missing)
    changed = {row.product_id for row in missing}
    Product.objects.filter(pk__in=changed).update(publication_due_at=timezone.now())
    return len(missing)


def _families(items: Sequence[Item]) -> dict[tuple[str | None, str | None], Family]:
    keys = {
        (item.company_id, item.family)
        for item in items
        if item.company_id and item.family
    }
    return {
        (company_id, name): Family.objects.get_or_create(
            name=name, company_id=company_id
        )[0]
        for company_id, name in sorted(keys)
    }


def _row(product: Product, wanted: Wanted, before: Statement | None) -> Statement:
    unit = wanted.unit
    if unit is None:
        unit = vocabulary.fields()[wanted.field].unit or ""
    return Statement(
        product=product,
        field=wanted.field,
        value=wanted.value,
        status=wanted.status,
        unit=unit,
        supersedes=before,
        **wanted.source.columns(),
    )


def _differs(before: Statement, wanted: Wanted) -> bool:
    """Say whether a newer file changed what only the demonstration has said so far."""
    said = (before.value, before.status, before.level, before.is_disputed)
    source = wanted.source
    return (
        said != (wanted.value, wanted.status, source.level, source.is_disputed)
        and before.author_id is None
    )


def _batches(items: Sequence[T]) -> Iterator[tuple[int, Sequence[T]]]:
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        yield start + len(batch), batch
