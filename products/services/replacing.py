"""One product takes the place of another, so that a printed code never dies."""

from datetime import date

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.services import require_editor
from products import families, pending, replacements
from products.errors import NothingReplaced, ReplacementRefused
from products.models import Product, Replacement, ReplacementReason, Sheet


@transaction.atomic
def replace_product(
    *,
    old: Product,
    new: Product,
    since: date,
    reason: str = ReplacementReason.OTHER,
    author: User,
) -> Replacement:
    """
    Record that `new` took the place of `old`; said again otherwise, it is a correction.

    The old sheet stays readable and says so. Only an operator replaces across
    companies, which happens when a brand is sold.
    """
    _require_rights(old, new, author)
    _lock()
    _require_sense(old, new, since)
    row = Replacement.objects.create(
        old=old, new=new, since=since, reason=reason, author=author
    )
    _note(old, author, "product.replaced", f"{old.name} → {new.name}")
    _tell(old, new)
    return row


@transaction.atomic
def take_replacement_back(*, old: Product, author: User) -> Replacement:
    """Record that a product is not replaced after all; the history keeps both lines."""
    require_editor(author, old.company)
    _lock()
    row = Replacement.objects.filter(old=old).order_by("-pk").first()
    if row is None or row.new is None:
        raise NothingReplaced(_("This product is not replaced by another one."))
    undone = Replacement.objects.create(
        old=old,
        new=None,
        since=timezone.localdate(),
        reason=ReplacementReason.OTHER,
        author=author,
    )
    _note(old, author, "product.replacement_undone", old.name)
    _tell(old, row.new)
    return undone


def _require_rights(old: Product, new: Product, author: User) -> None:
    require_editor(author, old.company)
    if old.company_id != new.company_id and not author.is_superuser:
        raise _refused(
            "other_company", _("A product is replaced by one of the same company.")
        )


def _lock() -> None:
    """
    Let nobody else change the history until this transaction ends.

    A cycle may close through products that neither of two writers names, so no row
    would do; on SQLite the transaction itself keeps others out.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(Replacement._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _require_sense(old: Product, new: Product, since: date) -> None:
    if old == new:
        raise _refused("itself", _("A product does not replace itself."))
    if since > timezone.localdate():
        raise _refused(
            "in_future", _("Record it on the day itself: it cannot be in the future.")
        )
    if replacements.successor(old.pk) == new.pk:
        raise _refused("known", _("This replacement is recorded already."))
    after = replacements.chain(new.pk)
    if old.pk in after:
        text = _(
            "“%(new)s” was itself replaced by “%(old)s”, directly or through others. "
            "Take that back first."
        )
        raise _refused("cycle", text % {"new": new.name, "old": old.name})
    if len(after) + 1 + _longest_before(old.pk) > replacements.LONGEST_CHAIN:
        raise _refused("too_long", _("This chain of replacements is too long."))
    if not Sheet.objects.filter(product=new.pk).exists():
        text = _("Publish the sheet of “%(new)s” first: readers are led to it.")
        raise _refused("not_published", text % {"new": new.name})


def _longest_before(gtin: str) -> int:
    """Return how long the longest chain is that leads to a product."""
    length, level = 0, {gtin}
    while level and length <= replacements.LONGEST_CHAIN:
        rows = Replacement.objects.current().filter(new__in=level)
        level = set(rows.values_list("old", flat=True))
        length += bool(level)
    return length


def _refused(reason: str, text: str) -> ReplacementRefused:
    return ReplacementRefused(text, reason=reason)


def _tell(*products: Product) -> None:
    """Let the sheets of both, and of their siblings, be published again."""
    keys = [one.pk for one in products]
    pending.mark_due(Product.objects.filter(pk__in=keys))
    families.note_news(one.family_id for one in products)


def _note(old: Product, author: User, kind: str, subject: str) -> None:
    note_act(
        company=old.company,
        actor=author,
        kind=kind,
        subject=subject,
        subject_id=old.pk,
    )
