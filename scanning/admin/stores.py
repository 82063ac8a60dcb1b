"""The admin of a chain of shops: its shops, its layouts, its in-store numbers."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from common.theme import TabularInline
from companies.access import CompanyInline, RowLevelAdmin
from companies.forms import RefusableForm
from companies.second_factor import AsksWhenSaving
from products import gtin
from products.models import Product
from scanning.models import Chain, InStoreNumber, NumberLayout, Store


class _ChainInline(CompanyInline[Any], TabularInline[Any, Chain]):
    """Rows of a chain, for the editors of its company."""

    company_path = "chain__company"
    member_actions = ("view", "add", "change")
    extra = 1
    can_delete = False


class StoreInline(_ChainInline):
    """The chain's shops."""

    model = Store
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}
    fields = ("name", "slug")


class NumberLayoutInline(_ChainInline):
    """Where the chain's numbers hold price or weight."""

    model = NumberLayout


@admin.register(Chain)
class ChainAdmin(AsksWhenSaving[Chain], RowLevelAdmin[Chain]):
    """A chain of shops, with its shops and the layouts of its in-store numbers."""

    member_actions = ("view", "add", "change")
    list_display = ("name", "company")
    list_select_related = ("company",)
    search_fields = ("name", "stores__name", "stores__slug")
    inlines = (StoreInline, NumberLayoutInline)


class InStoreNumberForm(RefusableForm):
    """An article number and what the chain sells under it, whoever makes it."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=14,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("GTIN of the product whose sheet is to be shown."),
    )

    def clean_product(self) -> Product:
        """Return the product of a GTIN of any length, or say that there is none."""
        code = str(self.cleaned_data["product"]).replace(" ", "")
        if not gtin.is_gtin(code):
            raise forms.ValidationError(
                _("A GTIN has 8, 12, 13 or 14 digits, the last one a check digit.")
            )
        product = Product.objects.filter(pk=gtin.normalize(code)).first()
        if product is None:
            raise forms.ValidationError(_("No product with this GTIN is known here."))
        return product


@admin.register(InStoreNumber)
class InStoreNumberAdmin(AsksWhenSaving[InStoreNumber], RowLevelAdmin[InStoreNumber]):
    """What a chain sells under numbers of its own."""

    form = InStoreNumberForm
    company_path = "chain__company"
    member_actions = ("view", "add", "change")
    list_display = ("item", "product", "chain")
    list_select_related = ("chain__company", "product")
    list_filter = (("chain", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("item", "product__name", "product__gtin")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[InStoreNumber]:
        """Load the chain, its company and the product with each number."""
        return super().get_queryset(request).select_related("chain__company", "product")
