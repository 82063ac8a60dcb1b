"""The admin of products: what is stated of them, their stock, their sheets."""

import json
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import canonical
from companies.access import (
    OnlyRead,
    RowLevelAdmin,
    edited_companies,
    is_operator,
)
from companies.correcting import CatalogueFilter, Choice, CorrectionAdmin
from companies.dashboard import register_card
from companies.errors import AlreadyCorrected
from companies.second_factor import require_second_factor
from companies.services import require_editor
from companies.wording import language
from products import composing, services, vocabulary
from products.errors import FieldValueRefused
from products.forms import ProductForm
from products.inlines import StatementInline, StockInline, label, words
from products.models import Family, Product, Sheet, Statement, Stock
from products.sheets_due import company_news, product_news, rate_news, sheets_card

# What composing raises on a list whose items lack a part, or have it in a wrong type.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


register_card(10, sheets_card)


@admin.register(Product)
class ProductAdmin(RowLevelAdmin[Product]):
    """A product: its statements, its stock, and whether readers see the latest."""

    form = ProductForm
    member_actions = ("view", "add", "change")
    list_display = ("name", "to_publish", "revision", "published", "gtin", "company")
    list_select_related = ("company",)
    list_filter = (("company", RelatedOnlyFieldListFilter),)
    list_per_page = 50
    search_fields = ("gtin", "name")
    actions = ("publish",)
    inlines = (StatementInline, StockInline)
    change_list_template = "admin/products/product/change_list.html"
    empty_hint = gettext_lazy(
        "Declare your first product: its GTIN and its name are enough to begin."
    )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by company for who sees many."""
        return super().get_list_filter(request) if is_operator(request) else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Join the current revision, and whether something was stated since."""
        latest = Sheet.objects.filter(
            product=OuterRef("pk"), language=language()
        ).order_by("-revision")
        return (
            super()
            .get_queryset(request)
            .annotate(
                current_revision=Subquery(latest.values("revision")[:1]),
                current_since=Subquery(latest.values("published_at")[:1]),
            )
            .annotate(
                has_news=Exists(product_news())
                | Exists(company_news())
                | Exists(rate_news())
            )
        )

    @admin.display(description=gettext_lazy("Revision"), ordering="current_revision")
    def revision(self, product: Product) -> int | None:
        """Return the number of the revision that readers see."""
        return getattr(product, "current_revision", None)

    @admin.display(description=gettext_lazy("Published"), ordering="current_since")
    def published(self, product: Product) -> Any:
        """Return since when readers see it."""
        return getattr(product, "current_since", None)

    @admin.display(description=gettext_lazy("To publish"))
    def to_publish(self, product: Product) -> str:
        """Say whether readers lack something that was stated."""
        is_new = self.revision(product) is None
        return _("to publish") if is_new or getattr(product, "has_news", False) else ""

    @admin.display(description=gettext_lazy("For readers"))
    def links(self, product: Product) -> str:
        """Link to what readers see."""
        return format_html(
            '<a href="/01/{0}">{1}</a> · <a href="/api/v1/products/{0}/qr.svg">{2}</a>',
            product.pk,
            _("page"),
            _("QR code"),
        )

    @admin.action(
        description=gettext_lazy("Publish the chosen sheets"), permissions=["change"]
    )
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Publish the chosen products that this person may change."""
        require_second_factor(request)
        own = queryset.filter(company__in=edited_companies(request))
        chosen = queryset if is_operator(request) else own
        count = 0
        for product in chosen:
            services.publish_sheet(product=product, author=_author(request))
            count += 1
        _tell(self, request, count)

    def publish_all(self, request: HttpRequest) -> HttpResponse:
        """Publish every product of the companies that this person may change."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        require_second_factor(request)
        count = sum(
            services.publish_company(company=company, author=_author(request))
            for company in edited_companies(request)
        )
        _tell(self, request, count)
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:products_product_changelist")
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the address of “publish all”."""
        view = self.admin_site.admin_view(self.publish_all)
        own = path("publish-all/", view, name="products_product_publish_all")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the button to those who may use it."""
        context = {
            **(extra_context or {}),
            "may_publish": self.has_change_permission(request),
        }
        return super().changelist_view(request, context)

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Return the columns; whose data they are is the operator's to say."""
        fields = ["gtin", "name", "company", "family", "variant"]
        if is_operator(request):
            fields += ["attribution", "attribution_url"]
        return [*fields, "revision", "to_publish", "links"] if obj else fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Product | None = None
    ) -> Any:
        """Fix the key, and for members the company."""
        if obj is None:
            return ()
        fixed = ("gtin", "revision", "to_publish", "links")
        return fixed if is_operator(request) else ("company", *fixed)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies; a member has few."""
        return ("company", "family") if is_operator(request) else ()

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:  # noqa: ARG002 - Django's signature
        """Show rows of a product once it exists."""
        return self.inlines if obj else ()

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Change the stock through the service; nothing else is edited inline."""
        if formset.model is not Stock:
            super().save_formset(request, form, formset, change)
            return
        formset.new_objects, formset.changed_objects = [], []
        formset.deleted_objects = []
        for one in formset.forms:
            if "quantity" not in one.changed_data:
                continue
            given = one.cleaned_data
            row = services.set_stock(
                product=form.instance,
                store=given["store"],
                quantity=given["quantity"],
                expected_version=given["seen_version"] or 0,
            )
            if one.instance.pk:
                formset.changed_objects.append((row, ["quantity"]))
            else:
                formset.new_objects.append(row)


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
            author=_author(request),
        )
        _refuse_if_unreadable(statement)
        return statement


@admin.register(Sheet)
class SheetAdmin(OnlyRead[Sheet], RowLevelAdmin[Sheet]):
    """What was published, revision by revision. To be read."""

    company_path = "product__company"
    list_display = ("product", "language", "revision", "published_at")
    list_filter = ("language",)
    list_select_related = ("product",)
    search_fields = ("product__gtin", "product__name")
    date_hierarchy = "published_at"
    fields = ("product", "language", "revision", "published_at", "etag", "document")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sheet]:
        """Leave the documents where they are until one is opened."""
        return super().get_queryset(request).defer("body")

    @admin.display(description=gettext_lazy("Document"))
    def document(self, sheet: Sheet) -> str:
        """Return the published bytes, laid out."""
        text = json.dumps(json.loads(bytes(sheet.body)), ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)


@admin.register(Family)
class FamilyAdmin(RowLevelAdmin[Family]):
    """Variants of one product."""

    member_actions = ("view", "add", "change")
    list_display = ("name", "company")
    list_select_related = ("company",)
    ordering = ("name", "pk")
    search_fields = ("name",)
    empty_hint = gettext_lazy(
        "A family holds the variants of one product: its sizes, its colours."
    )


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
        content = composing.compose(
            statement.product, language=language(), on=timezone.localdate()
        )
        canonical.dumps(content)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        field = label(statement.field)
        raise FieldValueRefused(
            _("This value does not fit the field “%s”.") % field, field=statement.field
        ) from error


def _author(request: HttpRequest) -> Any:
    return request.user


def _tell(model_admin: ProductAdmin, request: HttpRequest, count: int) -> None:
    text = ngettext("%(n)s sheet is published.", "%(n)s sheets are published.", count)
    model_admin.message_user(request, text % {"n": count}, messages.SUCCESS)
