"""
What a company's table states, against what it states already: in bounded queries.

The rules are those of `services.state_field`: a statement supersedes the latest of the
same kind of source, and others stay beside. The product's row is locked meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from companies.levels import Level, SourceKind, Status
from products import entering
from products.importing.holding import Outcome
from products.importing.refusals import LineRefused, Trouble
from products.models import Product, ProductImport, Statement
from products.vocabulary import fields

if TYPE_CHECKING:
    from products.importing.tables import Batch, Line

_ROWS = 500
MAX_NAME = 300

Latest = dict[tuple[str, str], Statement]


def weigh(run: ProductImport, batch: Batch, *, is_recording: bool) -> Outcome:
    """Return what a batch comes to, and write it if it is recorded."""
    # Of its own: a batch that met another is weighed anew.
    outcome = replace(batch.outcome, troubles=list(batch.outcome.troubles))
    products = _products(batch, is_locked=is_recording)
    latest = _latest(batch)
    new: list[Product] = []
    made: list[Statement] = []
    for gtin, line in batch.lines.items():
        try:
            product, is_new = _product(run, line, products.get(gtin))
        except LineRefused as refused:
            outcome.failed += 1
            outcome.troubles.append(
                Trouble(line.number, refused.code, gtin, refused.field)
            )
            continue
        statements = list(_news(run, line, product, latest))
        if is_new:
            new.append(product)
            outcome.added += 1
        elif statements:
            outcome.changed += 1
        else:
            outcome.unchanged += 1
        made += statements
    if is_recording:
        _write(run, new, made)
    return outcome


def _products(batch: Batch, *, is_locked: bool) -> dict[str, Product]:
    rows = Product.objects.filter(pk__in=batch.lines).order_by("pk")
    if is_locked:
        rows = rows.select_for_update()
    return {product.pk: product for product in rows}


def _latest(batch: Batch) -> Latest:
    """Return what the company states at present of these products and fields."""
    paths = {path for line in batch.lines.values() for path in line.answers}
    rows = Statement.objects.current().filter(
        product__in=batch.lines, field__in=paths, source_kind=SourceKind.PRODUCER
    )
    # Of several that nobody superseded, the latest is the one that is corrected.
    return {(one.product_id, one.field): one for one in rows.order_by("pk")}


def _product(
    run: ProductImport, line: Line, known: Product | None
) -> tuple[Product, bool]:
    """Return the product that a line may speak of, and whether it is new."""
    if known is not None:
        is_free = known.company_id is None and run.takes_over
        if known.company_id != run.company_id and not is_free:
            code = "other_company" if known.company_id else "not_handed_over"
            raise LineRefused(code)
        return known, False
    name = line.answers.get("identity.name")
    if name is None or not name.value:
        raise LineRefused("name_missing", field="identity.name")
    shown = name.value.get("fr") or next(iter(name.value.values()))
    due = timezone.now() if run.publishes else None
    return (
        Product(
            gtin=line.gtin,
            name=shown[:MAX_NAME],
            company_id=run.company_id,
            publication_due_at=due,
        ),
        True,
    )


def _news(
    run: ProductImport, line: Line, product: Product, latest: Latest
) -> list[Statement]:
    """Return the statements of a line that say something new."""
    assert run.company is not None
    made = []
    for path, answer in line.answers.items():
        before = latest.get((line.gtin, path))
        statement = Statement(
            product=product,
            field=path,
            status=answer.status,
            value=answer.value if answer.status == Status.KNOWN else None,
            unit=fields()[path].unit or "",
            source_kind=SourceKind.PRODUCER,
            source_name=run.company.name[:200],
            source_url=line.url,
            level=Level.DECLARED,
            observed_at=line.observed_at or timezone.now(),
            supersedes=before,
            author=run.confirmed_by,
        )
        if before is None or not _is_same(before, statement, line):
            made.append(statement)
    return made


def _is_same(before: Statement, now: Statement, line: Line) -> bool:
    """Say whether nothing is new; a line without date or address says nothing of it."""
    names = ["status", "value", "unit"]
    names += ["source_url"] if line.url else []
    names += ["observed_at"] if line.observed_at else []
    return all(getattr(before, name) == getattr(now, name) for name in names)


def _write(run: ProductImport, new: list[Product], made: list[Statement]) -> None:
    Product.objects.bulk_create(new, batch_size=_ROWS)
    entering.record(entering.FIELD_STATEMENTS, made)
    touched = Product.objects.filter(pk__in={one.product_id for one in made})
    touched.filter(company=None).update(company=run.company)
    if run.publishes:
        touched.update(publication_due_at=timezone.now())
