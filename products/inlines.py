"""What the admin shows inside a product's page: its statements and its stock."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.theme import TabularInline
from companies.access import CompanyRows, may_edit
from companies.wording import language
from products import vocabulary, wording
from products.forms import OfferingForm, StockForm
from products.models import Offering, Product, Statement, Stock


def label(path_of_field: str) -> str:
    """Return the label of a field, `section.key`, after its section's title."""
    field = vocabulary.fields().get(path_of_field)
    if field is None:
        return path_of_field
    titles = {one.key: one.label(language()) for one in vocabulary.sections()}
    return f"{titles[field.section]} · {field.label(language())}"


def words(statement: Statement) -> str:
    """Return the value of a statement in words, its lines one after the other."""
    field = vocabulary.fields().get(statement.field)
    document = statement.as_document(timezone.localdate())
    if field is None:
        return str(document["value"])
    described = wording.describe(field, document)
    return " ; ".join(described.get("lines") or [str(described["text"])])


class StockInline(CompanyRows[Stock], TabularInline[Stock, Product]):
    """The stock by shop, changed through the service."""

    model = Stock
    form = StockForm
    company_path = "product__company"
    member_actions = ("view", "add", "change")
    fields = ("store", "quantity", "as_of", "seen_version")
    readonly_fields = ("as_of",)
    extra = 1
    can_delete = False

    def has_add_permission(
        self, request: HttpRequest, obj: Product | None = None
    ) -> bool:
        """Let the product's own editors add a shop."""
        return super().has_add_permission(request, obj) and _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the product's own editors change the stock."""
        return super().has_change_permission(request, obj) and _may_edit(request, obj)


class OfferingInline(CompanyRows[Offering], TabularInline[Offering, Product]):
    """Whether the product is sold, changed through the service."""

    model = Offering
    form = OfferingForm
    company_path = "product__company"
    member_actions = ("view", "add", "change")
    fields = ("state", "since")
    readonly_fields = ("since",)
    can_delete = False

    def has_add_permission(
        self, request: HttpRequest, obj: Product | None = None
    ) -> bool:
        """Let the product's own editors say it for the first time."""
        return super().has_add_permission(request, obj) and _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the product's own editors change it."""
        return super().has_change_permission(request, obj) and _may_edit(request, obj)


class StatementInline(CompanyRows[Statement], TabularInline[Statement, Product]):
    """What is stated, to be read; each line leads to its correction."""

    model = Statement
    company_path = "product__company"
    fields = ("what", "shown", "level", "source_kind", "observed_at")
    readonly_fields = fields
    ordering = ("field",)
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """Keep what is current."""
        return super().get_queryset(request).filter(superseded_by=None)

    def has_add_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Product | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: statements have a form of their own."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Any = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: a correction is a new statement."""
        return False

    @admin.display(description=gettext_lazy("What"))
    def what(self, statement: Statement) -> str:
        """Return the label of the field."""
        return label(statement.field)

    @admin.display(description=gettext_lazy("Value"))
    def shown(self, statement: Statement) -> str:
        """Return the value in words."""
        return words(statement)


def _may_edit(request: HttpRequest, product: Product | None) -> bool:
    return product is not None and may_edit(request, product.company)
