"""Pictures on a product's page: added, put in order by hand, described, taken off."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from common.theme import TabularInline
from companies.access import CompanyRows, may_edit
from products import services
from products.models import Picture, PictureState, Product
from products.pictures import store
from products.pictures.wording import why

THUMBNAIL = "products_product_picture"


class PictureForm(forms.ModelForm[Picture]):
    """One picture: a file for a new one, and what it shows."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        # What is wrong with a file, an empty one too, is the service's to say.
        allow_empty_file=True,
        help_text=gettext_lazy(
            "JPEG, PNG, WebP, HEIC or AVIF. Place, time and camera are taken out."
        ),
    )

    class Meta:
        model = Picture
        fields = ("role", "alt_fr", "alt_en", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if not self.instance._state.adding:
            # Another file is another picture.
            self.fields["file"].disabled = True
            self.fields["file"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask for the file of a new picture."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance._state.adding and not cleaned.get("file"):
            raise ValidationError({"file": _("Choose the file of this picture.")})
        return cleaned


class PictureInline(CompanyRows[Picture], TabularInline[Picture, Product]):
    """The pictures of a product, in the order of the sheet."""

    model = Picture
    form = PictureForm
    company_path = "product__company"
    member_actions = ("view", "add", "change", "delete")
    fields = ("shown", "file", "role", "alt_fr", "alt_en", "state_text", "position")
    readonly_fields = ("shown", "state_text")
    ordering = ("position", "uploaded_at")
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0
    verbose_name_plural = gettext_lazy(
        "Pictures (readers see changes with the next publication)"
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what was taken off the sheet."""
        rows = super().get_queryset(request).filter(removed_at=None)
        return rows.prefetch_related("renditions")

    def has_add_permission(
        self, request: HttpRequest, obj: Product | None = None
    ) -> bool:
        """Let the product's own editors add pictures."""
        return super().has_add_permission(request, obj) and _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the product's own editors describe pictures."""
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the product's own editors take pictures off the next sheet."""
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    @admin.display(description=gettext_lazy("Picture"))
    def shown(self, picture: Picture) -> str:
        """Return the smallest size, as readers will see it."""
        if picture.state != PictureState.READY:
            return "—"
        return format_html(
            '<img src="{}" alt="{}" width="80" loading="lazy">',
            reverse(f"admin:{THUMBNAIL}", args=[picture.pk]),
            picture.get_role_display(),
        )

    @admin.display(description=gettext_lazy("State"))
    def state_text(self, picture: Picture) -> str:
        """Say how far it is, why it is refused, and whether readers see it."""
        if picture.state == PictureState.REFUSED:
            return why(picture.problem)
        if picture.state == PictureState.READY:
            return _("published") if picture.shown_at else _("ready, not published")
        return str(picture.get_state_display())


def save_pictures(request: HttpRequest, product: Product, formset: Any) -> None:
    """Do through the services what the rows of the form ask for."""
    formset.new_objects, formset.changed_objects = [], []
    formset.deleted_objects = []
    author: Any = request.user
    deleted = set(map(id, formset.deleted_forms))
    for one in formset.forms:
        given = one.cleaned_data
        if id(one) in deleted:
            if not one.instance._state.adding:
                services.remove_picture(picture=one.instance, author=author)
                formset.deleted_objects.append(one.instance)
        elif not one.has_changed():
            continue
        elif not one.instance._state.adding:
            row = services.describe_picture(
                picture=one.instance, said=_said(given), author=author
            )
            formset.changed_objects.append((row, one.changed_data))
        else:
            row = services.add_picture(
                product=product,
                blocks=given["file"].chunks(),
                said=_said(given)._replace(position=None),
                author=author,
            )
            formset.new_objects.append(row)


def _said(given: dict[str, Any]) -> services.Said:
    return services.Said(
        given["role"], given["alt_fr"], given["alt_en"], given["position"]
    )


def address(admin_site: admin.AdminSite) -> URLPattern:
    """Return the address under which the back office shows a picture."""
    return path(
        "pictures/<uuid:picture_id>/", admin_site.admin_view(thumbnail), name=THUMBNAIL
    )


def thumbnail(request: HttpRequest, picture_id: uuid.UUID) -> HttpResponse:
    """Hand out the smallest size to its company, published or not."""
    picture = Picture.objects.visible_to(request.user).filter(pk=picture_id).first()
    smallest = picture and picture.renditions.order_by("width").first()
    if not smallest:
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600"}
    data = store.bytes_of(smallest.sha256)
    return HttpResponse(data, content_type="image/webp", headers=headers)


def _may_edit(request: HttpRequest, product: Product | None) -> bool:
    return product is not None and may_edit(request, product.company)
