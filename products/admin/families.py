"""Families of variants: in what they differ, and how each of them does."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from common.theme import TabularInline
from companies.access import CompanyRows, RowLevelAdmin, may_edit
from companies.forms import RefusableForm
from companies.second_factor import AsksWhenSaving
from products import services, wording
from products.models import Family, Product
from products.services.grouping import LONGEST_ATTRIBUTE

PREFIX = "attribute_"


class FamilyForm(RefusableForm):
    """A family, and in what its variants differ."""

    varies_by = forms.MultipleChoiceField(
        label=gettext_lazy("Differ by"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Save, then say of each variant below which one it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "varies_by" in self.fields:
            field: Any = self.fields["varies_by"]
            field.choices = [(key, wording.code(key)) for key in wording.ATTRIBUTES]

    class Meta:
        model = Family
        fields = ("name", "company", "reference", "varies_by")


class VariantForm(forms.ModelForm[Product]):
    """What sets one variant apart: a field for each attribute of its family."""

    attributes: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Product
        fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in self.attributes:
            if PREFIX + key in self.fields:
                self.initial[PREFIX + key] = self.instance.variant.get(key, "")


def variant_form(attributes: tuple[str, ...]) -> type[VariantForm]:
    """Return the form of a variant with these attributes."""
    fields: dict[str, Any] = {
        PREFIX + key: forms.CharField(
            label=wording.code(key),
            required=False,
            max_length=LONGEST_ATTRIBUTE,
            widget=UnfoldAdminTextInputWidget,
        )
        for key in attributes
    }
    return type("VariantForm", (VariantForm,), {**fields, "attributes": attributes})


class VariantInline(CompanyRows[Product], TabularInline[Product, Family]):
    """The variants of a family, each a row, with a column for each attribute."""

    model = Product
    form = VariantForm
    member_actions = ("view", "add", "change")
    extra = max_num = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("Variants (choose the family on their pages)")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Return the product and what sets it apart."""
        return ["product", *(PREFIX + key for key in attributes_of(obj))]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Fix which product it is."""
        return ("product",)

    def get_formset(
        self, request: HttpRequest, obj: Family | None = None, **kwargs: Any
    ) -> Any:
        """Ask for the attributes of this family."""
        form = variant_form(attributes_of(obj))
        return super().get_formset(request, obj, **{**kwargs, "form": form})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Sort as the sheet does."""
        return super().get_queryset(request).order_by("gtin")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: products have a form of their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the family's own editors describe its variants."""
        is_own = obj is None or may_edit(request, obj.company)
        return super().has_change_permission(request, obj) and is_own

    @admin.display(description=gettext_lazy("Product"))
    def product(self, product: Product) -> str:
        """Lead to the product."""
        address = reverse("admin:products_product_change", args=[product.pk])
        return format_html('<a href="{}">{}</a>', address, product)


@admin.register(Family)
class FamilyAdmin(AsksWhenSaving[Family], RowLevelAdmin[Family]):
    """Variants of one product. What changes is published, so it asks who does it."""

    form = FamilyForm
    member_actions = ("view", "add", "change")
    list_display = ("name", "reference", "company")
    list_select_related = ("company",)
    ordering = ("name", "pk")
    search_fields = ("name", "reference")
    fields = ("name", "company", "reference", "varies_by")
    inlines = (VariantInline,)
    empty_hint: ClassVar[Any] = gettext_lazy(
        "A family holds the variants of one product: its sizes, its colours."
    )

    def get_inlines(self, request: HttpRequest, obj: Family | None) -> Any:  # noqa: ARG002 - Django's signature
        """Show variants once there may be some."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Fix whose family it is: its variants would be somebody else's."""
        return ("company",) if obj else ()

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Family,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Keep it by the service, which tells the siblings."""
        services.change_family(family=obj)

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ARG002 - Django's signature
        formset: Any,
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Describe the variants whose row was changed."""
        formset.new_objects, formset.changed_objects = [], []
        formset.deleted_objects = []
        for one in formset.forms:
            given = {
                name.removeprefix(PREFIX): one.cleaned_data[name]
                for name in one.changed_data
                if name.startswith(PREFIX)
            }
            if given:
                author: Any = request.user
                services.describe_variant(
                    product=one.instance, attributes=given, author=author
                )
                formset.changed_objects.append((one.instance, one.changed_data))


def attributes_of(family: Family | None) -> tuple[str, ...]:
    """Return what the variants of a family are asked for."""
    return tuple(family.varies_by or wording.ATTRIBUTES[:4]) if family else ()
