"""
The admin of links: where a scan of a product, a lot or an item leads.

What looks like editing makes a new version, through the services; what was there stays
in the history, and can be made current again.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.theme import StackedInline
from companies.access import (
    CompanyInline,
    RowLevelAdmin,
    is_operator,
)
from companies.second_factor import require_second_factor
from products.models import Product
from scanning.admin.link_forms import AnchorForm, LinkForm, LinkFormSet
from scanning.admin.link_versions import KindFilter
from scanning.models import Anchor, Link
from scanning.resolving import rules
from scanning.resolving.keys import canonical_path
from scanning.resolving.rules import Entry
from scanning.services import linking
from scanning.services.linking import Change, Line

SHOWN_LINKS = 4


class LinkInline(CompanyInline[Link], StackedInline[Link, Anchor]):
    """The links in force of one entity."""

    model = Link
    form = LinkForm
    formset = LinkFormSet
    fk_name = "anchor"
    company_path = "anchor__company"
    member_actions = ("view", "add", "change")
    extra = 0
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("link_type", "title"), "href")}),
        (
            gettext_lazy("For whom"),
            {
                "fields": (
                    ("hreflang", "media_type"),
                    ("is_default", "is_default_multi"),
                )
            },
        ),
        (
            gettext_lazy("More"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("context", "position", "group"),
                    ("encryption_method", "access_role"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        """Show what a scan can lead to; the rest is in the history."""
        return super().get_queryset(request).in_force().order_by("position", "pk")  # type: ignore[attr-defined, no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may replace a link retire it; its row stays."""
        return self.has_change_permission(request, obj)


@admin.register(Anchor)
class AnchorAdmin(RowLevelAdmin[Anchor]):
    """A product, a lot or an item, and where a scan of it leads."""

    form = AnchorForm
    member_actions = ("view", "add", "change")
    list_display = ("path", "item_description", "preview", "company")
    list_select_related = ("company",)
    list_per_page = 50
    search_fields = ("path", "item_description", "links__href", "links__title")
    inlines = (LinkInline,)
    empty_hint = gettext_lazy(
        "Without links a scan leads to the sheet. Add a product, a lot or an item here "
        "to lead it to a manual, a recall or a page of yours."
    )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by company for who sees many, and by kind of link."""
        by_company = (("company", RelatedOnlyFieldListFilter),)
        return (KindFilter, *(by_company if is_operator(request) else ()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Anchor]:
        """Load the links in force as `current_links`, in one more query."""
        links = Link.objects.in_force().order_by("position", "pk")
        current = Prefetch("links", links, to_attr="current_links")
        return super().get_queryset(request).prefetch_related(current)

    def get_fields(self, request: HttpRequest, obj: Anchor | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Show what a phone gets once there is something to get."""
        fields = ["path", "company", "item_description"]
        return [*fields, "preview", "try_it"] if obj else fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Anchor | None = None
    ) -> Any:
        """Fix the key, and for members the company."""
        if obj is None:
            return ()
        fixed = ("path", "preview", "try_it")
        return fixed if is_operator(request) else ("company", *fixed)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies; a member has few."""
        return ("company",) if is_operator(request) else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Anchor], search_term: str
    ) -> tuple[QuerySet[Anchor], bool]:
        """Find a key however it is typed: `/01/3017620422003` as well."""
        path = canonical_path(search_term)
        return super().get_search_results(request, queryset, path)

    @admin.display(description=gettext_lazy("What a phone gets"))
    def preview(self, anchor: Anchor) -> str:
        """Say where a scan leads, language by language."""
        links: list[Link] = getattr(anchor, "current_links", [])
        rows = [(", ".join(one.hreflang.split()), one) for one in links]
        lines = [(who, link) for who, link in rows if link.is_default_multi and who]
        default = next((link for link in links if link.is_default), None)
        if default is not None:
            lines.append((_("others") if lines else _("everybody"), default))
        said = format_html_join(
            "",
            "<div>{}: <bdi>{}</bdi></div>",
            ((who, link.href) for who, link in lines[:SHOWN_LINKS]),
        )
        if default is None:
            above = _("others: what the level above gives, or our sheet")
            said = format_html("{}<div>{}</div>", said, above)
        return said

    @admin.display(description=gettext_lazy("Try it"))
    def try_it(self, anchor: Anchor) -> str:
        """Link to what a phone gets, to all links, and to the versions."""
        return format_html(
            '<a href="{0}">{1}</a> · <a href="{0}?linkType=linkset">{2}</a> · '
            '<a href="../../../link/?anchor__id__exact={3}">{4}</a>',
            anchor.path,
            _("as a phone"),
            _("all links"),
            anchor.pk,
            _("history"),
        )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:  # noqa: FBT001 - Django's signature
        """Refuse a key that the company does not hold, before anything is kept."""
        # Where a code on a package leads is public at once.
        require_second_factor(request)
        anchor: Anchor = super().save_form(request, form, change)
        key = rules.anchor_key(anchor.path)
        # Only an operator assigns a key of which no product tells whose it is.
        if linking.declared_by(key) or not is_operator(request):
            anchor.company = linking.require_holder(key, request.user)
        if not anchor.item_description and key.gtin14:
            product = Product.objects.filter(pk=key.gtin14).first()
            anchor.item_description = product.name if product else ""
        return anchor

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: Any,
        change: bool,  # noqa: FBT001, ARG002 - Django's signature
    ) -> None:
        """Register, replace and retire through the service, in one step."""
        formset.new_objects, formset.changed_objects = [], []
        formset.deleted_objects = [one.instance for one in formset.deleted_forms]
        changed = [one for one in formset.forms if _is_to_save(one, formset)]
        new = [one for one in changed if not one.instance.pk]
        old = [one for one in changed if one.instance.pk]
        path = form.instance.path
        made = linking.change_links(
            lines=[Line(path, Entry(**one.members())) for one in new],
            changes=[Change(one.instance, one.members()) for one in old],
            retired=formset.deleted_objects,
            author=request.user,
        )
        formset.new_objects = made[: len(new)]
        formset.changed_objects = [
            (link, one.changed_data)
            for link, one in zip(made[len(new) :], old, strict=True)
        ]


def _is_to_save(form: Any, formset: Any) -> bool:
    return form.has_changed() and form not in formset.deleted_forms
