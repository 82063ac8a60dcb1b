"""
Destroying what was published or stated of a product, where the law asks for it.

The entry in the log stays and proves no more than that something was published.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.errors import ContentIsCurrent
from companies.services.erasing import NOTHING, require_superseded
from ledger.services import note_erasure
from products import entering, live, publishing
from products.errors import RevisionUnknown
from products.models import Product, Sheet, Statement


@transaction.atomic
def erase_revision(*, product: Product, revision: int, reason: str) -> int:
    """
    Destroy a revision's documents in every language; return how many were erased.

    For the operator. What readers have now never disappears: the next revision is
    published first, without what is to be erased. Raise `ContentIsCurrent` when the
    next one would say the same, and `RevisionUnknown`. A repeat does nothing.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    rows = Sheet.objects.filter(product=product, revision=revision)
    if not rows.exists():
        detail = _("This sheet has no revision %(n)s.") % {"n": revision}
        raise RevisionUnknown(detail, revision=revision, gtin=product.pk)
    _require_another(product, revision)
    entering.catch_up(entering.SHEETS, rows.values_list("pk", flat=True))
    stored = rows.select_related("entry").only("salt", "entry")
    kept = [row for row in stored if not row.is_erased]
    for row in kept:
        assert row.entry is not None
        note_erasure(entry=row.entry, reason=reason)
    # Unsalted digests tell whoever guesses a document that it was this one.
    rows.update(body=b"", brotli=None, gzip=None, salt=b"", content_digest=b"", etag="")
    live.note_changes({product.pk})
    if kept:
        note_act(
            company=product.company,
            actor=None,
            kind="sheet.erased",
            subject=f"{product.name} · {revision}",
            subject_id=product.pk,
        )
    return len(kept)


@transaction.atomic
def erase_field_statement(*, statement: Statement, reason: str) -> None:
    """
    Destroy what a statement of a product's field said.

    For the operator. Raise `ContentIsCurrent` for what sheets still show, which is
    corrected first. A repeat does nothing.
    """
    Product.objects.select_for_update().get(pk=statement.product_id)
    require_superseded(statement)
    entering.catch_up(entering.FIELD_STATEMENTS, [statement.pk])
    row = Statement.objects.select_related("entry").get(pk=statement.pk)
    if row.salt is None:
        return
    assert row.entry is not None
    note_erasure(entry=row.entry, reason=reason)
    Statement.objects.filter(pk=row.pk).update(**NOTHING)
    note_act(
        company=row.product.company,
        actor=None,
        kind="statement.erased",
        subject=f"{row.product.name} · {row.field}",
        subject_id=row.product_id,
    )


def _require_another(product: Product, revision: int) -> None:
    """Publish the next revision, if the one to be erased is what readers have."""
    newest = product.sheets.aggregate(newest=Max("revision"))["newest"]
    if newest == revision and not publishing.publish_product(product.pk).is_new:
        raise ContentIsCurrent(
            _("Readers are still shown this: correct it first, then erase it.")
        )
