"""What is stated of a product."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from companies import wording
from companies.acts import note_act
from companies.catalogue import ValueRefused
from companies.levels import Status
from companies.services import Source, require_reason
from products import entering, vocabulary
from products.errors import FieldValueRefused, UnknownField
from products.models import Product, Statement


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
    if unit and known.unit and unit != known.unit:
        raise _unit_unfit(field, known.unit)
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
    statement = Statement(
        product=product,
        field=field,
        value=_cleaned(field, value) if status == Status.KNOWN else None,
        status=status,
        unit=known.unit or "" if unit is None else unit,
        author=author,
        supersedes=previous,
        **source.columns(),
    )
    entering.record(entering.FIELD_STATEMENTS, [statement])
    return statement


def _unit_unfit(field: str, unit: str) -> FieldValueRefused:
    """Refuse another unit: whatever is computed reads the number in the field's own."""
    detail = _(
        "“%(field)s” is stated in %(unit)s: leave the unit empty, or say %(code)s."
    )
    said = {"field": field, "unit": wording.unit_text(unit), "code": unit}
    return FieldValueRefused(detail % said, field=field, reason="unit_unfit")


def _cleaned(field: str, value: Any) -> Any:
    try:
        return vocabulary.clean(field, value)
    except ValueRefused as error:
        detail = _("This value does not fit the field “%s”.") % field
        raise FieldValueRefused(detail, field=field, reason=error.code) from error
