"""What may change of a product: its statements, its stock, its published sheet."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.catalogue import ValueRefused
from companies.levels import Status
from companies.models import Company
from companies.services import Source, require_reason
from products import publishing, stock, tasks, vocabulary
from products.errors import FieldValueRefused, StockConflict, UnknownField
from products.models import Product, Statement, Stock
from products.publishing import Published

# A company with few products sees its new sheets at once; the rest follows in batches.
AT_ONCE = 50


@transaction.atomic
def state_field(  # noqa: PLR0913 - one statement has that many sides
    *,
    product: Product,
    field: str,
    value: Any = None,
    status: str = Status.KNOWN,
    unit: str | None = None,
    source: Source,
    author: User | None = None,
) -> Statement:
    """
    Record what is stated of one field, `section.key`, and return the statement.

    It supersedes the latest statement of the same kind of source; others stay beside.
    """
    known = vocabulary.fields().get(field)
    if known is None or known.is_computed:
        raise UnknownField(_("The sheet has no field “%s” to state.") % field)
    require_reason(status, source)
    Product.objects.select_for_update().get(pk=product.pk)
    previous = (
        Statement.objects.current()
        .filter(product=product, field=field, source_kind=source.kind)
        .order_by("-id")
        .first()
    )
    if author is not None:
        kind = "field.corrected" if previous else "field.recorded"
        subject = f"{product.name} · {field}"
        note_act(
            company=product.company,
            actor=author,
            kind=kind,
            subject=subject,
            subject_id=product.pk,
        )
    return Statement.objects.create(
        product=product,
        field=field,
        value=_cleaned(field, value) if status == Status.KNOWN else None,
        status=status,
        unit=known.unit or "" if unit is None else unit,
        author=author,
        supersedes=previous,
        **source.columns(),
    )


@transaction.atomic
def publish_sheet(*, product: Product, author: User | None = None) -> Published:
    """Publish the current state of a product as its next revision."""
    published = publishing.publish_product(product.pk, author=author)
    if published.is_new and author is not None:
        note_act(
            company=product.company,
            actor=author,
            kind="sheet.published",
            subject=f"{product.name} · {published.revision}",
            subject_id=product.pk,
        )
    return published


def publish_company(*, company: Company, author: User | None = None) -> int:
    """
    Publish every product of a company, and return how many there are.

    All are marked due in one statement, so that none is lost; the first ones follow at
    once, the others by the task, which a sweep repeats.
    """
    products = Product.objects.filter(company=company)
    if author is not None:
        note_act(
            company=company,
            actor=author,
            kind="sheet.published",
            subject=str(products.count()),
        )
    count = products.update(publication_due_at=timezone.now())
    for gtin in list(products.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        publishing.publish_product(gtin, author=author)
    if count > AT_ONCE:
        transaction.on_commit(lambda: tasks.publish_due_products.delay(), robust=True)
    return count


@transaction.atomic
def set_stock(
    *,
    product: Product,
    store: str,
    quantity: int,
    as_of: datetime | None = None,
    expected_version: int | None = None,
) -> Stock:
    """
    Record how many units one shop has; the sheet is not published again.

    With `expected_version`, raise `StockConflict` when the stock changed since.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    row = Stock.objects.filter(product=product, store=store).first()
    if expected_version is not None and expected_version != (row.version if row else 0):
        raise StockConflict(
            _("The stock changed meanwhile."), version=row.version if row else 0
        )
    moment = as_of or timezone.now()
    if row is not None and moment < row.as_of:
        raise StockConflict(_("A later count is known."), version=row.version)
    if row is None:
        row = Stock(product=product, store=store, version=0)
    row.quantity, row.as_of, row.version = quantity, moment, row.version + 1
    row.save()
    stock.rewrite_documents(product)
    return row


def _cleaned(field: str, value: Any) -> Any:
    try:
        return vocabulary.clean(field, value)
    except ValueRefused as error:
        detail = _("This value does not fit the field “%s”.") % field
        raise FieldValueRefused(detail, field=field, reason=error.code) from error
