"""
The admin of every version of every link, and of the prefixes of other resolvers.

Nothing is edited here: an older version is made current again as a new one.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from common.theme import ModelAdmin
from companies import wording
from companies.access import OnlyRead, RowLevelAdmin
from companies.second_factor import require_second_factor
from scanning.admin.link_forms import PrefixForm
from scanning.models import HandedOverPrefix, Link
from scanning.resolving import linktypes
from scanning.services import linking


class KindFilter(admin.SimpleListFilter):
    """By kind of link."""

    title = gettext_lazy("kind of link")
    parameter_name = "kind"

    def lookups(
        self,
        request: HttpRequest,
        model_admin: admin.ModelAdmin[Any],  # noqa: ARG002 - Django's signature
    ) -> list[tuple[str, str]]:
        """Return the kinds that the person's companies use."""
        own = Link.objects.visible_to(request.user).order_by("link_type")
        used = own.values_list("link_type", flat=True)
        return [
            (uri, linktypes.label(uri, wording.language())) for uri in used.distinct()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Keep what has a link of the chosen kind."""
        if not (kind := self.value()):
            return queryset
        if queryset.model is Link:
            return queryset.filter(link_type=kind)
        links = Link.objects.in_force().filter(link_type=kind)
        return queryset.filter(pk__in=links.values("anchor"))


class InForceFilter(admin.SimpleListFilter):
    """What is in force, or every version."""

    title = gettext_lazy("versions")
    parameter_name = "versions"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: admin.ModelAdmin[Any],  # noqa: ARG002 - Django's signature
    ) -> list[tuple[str, str]]:
        """Return the two halves."""
        return [("current", _("in force")), ("old", _("replaced or retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Keep the chosen half."""
        match self.value():
            case "current":
                return queryset.filter(retired_at=None)
            case "old":
                return queryset.exclude(retired_at=None)
        return queryset


@admin.register(Link)
class LinkAdmin(OnlyRead[Link], RowLevelAdmin[Link]):
    """Every version of every link. To be read, and made current again."""

    company_path = "anchor__company"
    list_display = ("title", "anchor", "kind", "href", "hreflang", "made_at", "until")
    list_filter = (InForceFilter, KindFilter)
    list_select_related = ("anchor__company",)
    list_per_page = 50
    ordering = ("-made_at", "-pk")
    search_fields = ("title", "href", "anchor__path")
    date_hierarchy = "made_at"
    actions = ("make_current",)
    fields = (
        *("anchor", "kind", "href", "title", "hreflang", "media_type", "context"),
        *("is_default", "is_default_multi", "position", "group", "encryption_method"),
        *("access_role", "made_at", "author", "until", "replaces"),
    )
    readonly_fields = fields

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the history of one entity to be linked to."""
        return lookup == "anchor__id__exact" or super().lookup_allowed(
            lookup, value, request
        )

    @admin.display(description=gettext_lazy("Kind of link"), ordering="link_type")
    def kind(self, link: Link) -> str:
        """Return the kind in GS1's words."""
        return linktypes.label(link.link_type, wording.language())

    @admin.display(description=gettext_lazy("In force until"), ordering="retired_at")
    def until(self, link: Link) -> Any:
        """Return when it was replaced or retired; a dash while it is in force."""
        return link.retired_at

    @admin.action(description=gettext_lazy("Make the chosen versions current again"))
    def make_current(self, request: HttpRequest, queryset: QuerySet[Link]) -> None:
        """Make older versions current again, where the person may."""
        require_second_factor(request)
        count = 0
        for link in queryset.select_related("anchor").order_by("pk"):
            try:
                linking.restore_link(link=link, author=request.user)
            except DomainError as refused:
                said = f"{link.title}: {refused.detail}"
                self.message_user(request, said, messages.ERROR)
            else:
                count += 1
        if count:
            text = ngettext("%(n)s link is current.", "%(n)s links are current.", count)
            self.message_user(request, text % {"n": count}, messages.SUCCESS)


@admin.register(HandedOverPrefix)
class HandedOverPrefixAdmin(ModelAdmin[HandedOverPrefix]):
    """Prefixes whose unknown keys another resolver answers. For operators."""

    form = PrefixForm
    list_display = ("prefix", "ai", "resolver_root", "title")
    search_fields = ("prefix", "resolver_root", "title")
