"""What is stated of products, and what a person types of it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import canonical
from companies.access import is_operator
from companies.correcting import CatalogueFilter, Choice, CorrectionAdmin
from companies.errors import AlreadyCorrected
from companies.services import require_editor
from companies.wording import language
from products import composing, services, vocabulary
from products.admin.products import author
from products.errors import FieldValueRefused
from products.inlines import label, words
from products.models import Statement

# What composing raises on a list whose items lack a part, or have it in a wrong type.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@admin.register(Statement)
class StatementAdmin(CorrectionAdmin[Statement]):
    """What is stated of products."""

    class FieldFilter(CatalogueFilter):
        """By field."""

        title = gettext_lazy("field")
        parameter_name = "field"

    company_path = "product__company"
    subject: ClassVar[str] = "product"
    key: ClassVar[str] = "field"
    list_display = (*CorrectionAdmin.list_display, "product")
    list_filter = (FieldFilter, "level", "status")
    list_select_related = ("product__company",)
    autocomplete_fields = ("product",)
    search_fields = ("field", "product__name", "product__gtin")

    def choices(self) -> list[Choice]:
        """Return the fields that are stated; the others are computed."""
        return [
            Choice(field.path, label(field.path))
            for field in vocabulary.fields().values()
            if not field.is_computed
        ]

    def words(self, statement: Statement) -> str:
        """Return the value in words."""
        return words(statement)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Statement | None = None
    ) -> list[str]:
        """Fix the source's kind as well: the service supersedes kind by kind."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "source_kind"] if obj and is_operator(request) else fixed

    def record(
        self, request: HttpRequest, given: dict[str, Any], seen: Statement | None
    ) -> Statement:
        """State the field of the product; a correction replaces what was seen."""
        product = seen.product if seen else given["product"]
        field = seen.field if seen else given["field"]
        if not is_operator(request):
            require_editor(request.user, product.company)
        if seen is not None:
            given = {**given, "source_kind": seen.source_kind}
            _refuse_if_superseded(seen)
        source = self.source(given, product.company)
        if not is_operator(request):
            said = Statement.objects.filter(product=product, field=field)
            source = source._replace(is_disputed=self.is_disputed_already(said))
        statement = services.state_field(
            product=product,
            field=field,
            value=_typed(field, given["value"]),
            status=given["status"],
            unit=given.get("unit") or None,
            source=source,
            author=author(request),
        )
        _refuse_if_unreadable(statement)
        return statement


def _typed(path_of_field: str, value: Any) -> Any:
    """Take the short ways of typing: `a, b` for codes, `500 GRM` for a quantity."""
    field = vocabulary.fields().get(path_of_field)
    if not isinstance(value, str) or field is None:
        return value
    if field.type == "codes":
        return [one.strip() for one in value.split(",") if one.strip()]
    if field.type == "quantity":
        amount, _space, unit = value.rpartition(" ")
        return {"value": amount, "unit": unit}
    return value


def _refuse_if_superseded(seen: Statement) -> None:
    if Statement.objects.filter(supersedes=seen.pk).exists():
        raise AlreadyCorrected(
            _("Somebody corrected this value meanwhile. Look at it again, please.")
        )


def _refuse_if_unreadable(statement: Statement) -> None:
    """
    Refuse what no sheet could show, such as a price component without its amount.

    Kept, it would stop the product's publication later, far from who typed it.
    """
    try:
        draft = composing.gather(statement.product, on=timezone.localdate())
        content = composing.compose(statement.product, draft, language=language())
        canonical.dumps(content)
    except UNREADABLE as error:
        field = label(statement.field)
        raise FieldValueRefused(
            _("This value does not fit the field “%s”.") % field, field=statement.field
        ) from error
