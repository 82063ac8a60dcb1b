"""Products and their families: declared, published, and counted."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from companies.access import RowLevelAdmin, edited_companies, is_operator
from companies.dashboard import register_card
from companies.second_factor import require_second_factor
from companies.wording import language
from products import families, services, wording
from products.admin import pictures
from products.admin.pictures import PictureInline
from products.forms import ProductForm
from products.inlines import OfferingInline, StatementInline, StockInline
from products.models import Family, Offering, Picture, Product, Sheet, Stock
from products.pending import picture_news
from products.sheets_due import company_news, product_news, rate_news, sheets_card

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
    inlines = (StatementInline, PictureInline, OfferingInline, StockInline)
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
                | Exists(picture_news())
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

    @admin.display(description=gettext_lazy("What sets it apart"))
    def sets_it_apart(self, product: Product) -> str:
        """Say in what it differs from its siblings, and lead to where that is said."""
        if product.family is None:
            return _("Choose a family first.")
        said = ", ".join(
            f"{wording.code(key)} {value}" for key, value in product.variant.items()
        )
        address = reverse("admin:products_family_change", args=[product.family.pk])
        return format_html('<a href="{}">{}</a>', address, said or _("to be said"))

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
            services.publish_sheet(product=product, author=author(request))
            count += 1
        _tell(self, request, count)

    def publish_all(self, request: HttpRequest) -> HttpResponse:
        """Publish every product of the companies that this person may change."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        require_second_factor(request)
        count = sum(
            services.publish_company(company=company, author=author(request))
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
        return [own, pictures.address(self.admin_site), *super().get_urls()]

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
        fields = ["gtin", "name", "company", "family"]
        if is_operator(request):
            fields += ["attribution", "attribution_url"]
        shown = ["sets_it_apart", "revision", "to_publish", "links"]
        return [*fields, *shown] if obj else fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Product | None = None
    ) -> Any:
        """Fix the key, and for members the company."""
        if obj is None:
            return ()
        fixed = ("gtin", "sets_it_apart", "revision", "to_publish", "links")
        return fixed if is_operator(request) else ("company", *fixed)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies; a member has few."""
        return ("company", "family") if is_operator(request) else ()

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> Any:  # noqa: ARG002 - Django's signature
        """Show rows of a product once it exists."""
        return self.inlines if obj else ()

    def save_model(
        self,
        request: HttpRequest,
        obj: Product,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Move it between families by the service: its siblings are told."""
        family: Family | None = obj.family
        before = form.initial.get("family") if change else None
        is_moved = (family.pk if family else None) != before
        if is_moved and change:
            # Published by itself, with the sheets of its siblings.
            require_second_factor(request)
        obj.family_id = before
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data:
            families.note_news([before])
        if is_moved:
            services.place_product(product=obj, family=family, author=author(request))

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Change the stock through the service; nothing else is edited inline."""
        if formset.model is Picture:
            pictures.save_pictures(request, form.instance, formset)
            return
        if formset.model is Offering:
            _save_offering(request, formset)
            return
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


def _save_offering(request: HttpRequest, formset: Any) -> None:
    """Say whether a product is sold by the service, which tells readers of it."""
    formset.new_objects, formset.changed_objects = [], []
    formset.deleted_objects = []
    for one in formset.forms:
        if "state" in one.changed_data:
            row = services.set_offering(
                product=formset.instance,
                state=one.cleaned_data["state"],
                author=author(request),
            )
            formset.changed_objects.append((row, ["state"]))


def author(request: HttpRequest) -> Any:
    """Return who does it."""
    return request.user


def _tell(model_admin: ProductAdmin, request: HttpRequest, count: int) -> None:
    text = ngettext("%(n)s sheet is published.", "%(n)s sheets are published.", count)
    model_admin.message_user(request, text % {"n": count}, messages.SUCCESS)
