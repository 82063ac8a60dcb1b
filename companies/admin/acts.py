"""The log of acts: who did what for a company, and when. To be read."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from companies.access import OnlyRead, RowLevelAdmin, is_operator
from companies.dashboard.act_words import about, act_words, who_did
from companies.models import Act, Company


class KindFilter(admin.SimpleListFilter):
    """By what was done, among what was ever done for the person's companies."""

    title = gettext_lazy("what was done")
    parameter_name = "kind"

    def lookups(
        self,
        request: HttpRequest,
        model_admin: admin.ModelAdmin[Any],
    ) -> Iterable[tuple[str, str]]:
        """Return the kinds in words, in their order."""
        kinds = model_admin.get_queryset(request).order_by("kind")
        found = kinds.values_list("kind", flat=True).distinct()
        named = ((kind, act_words(kind)) for kind in found)
        return sorted(named, key=lambda pair: pair[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:  # noqa: ARG002 - Django's signature
        """Keep the acts of the chosen kind."""
        return queryset.filter(kind=kind) if (kind := self.value()) else queryset


@admin.register(Act)
class ActAdmin(OnlyRead[Act], RowLevelAdmin[Act]):
    """Who did what for a company, and when."""

    list_display = ("at", "who", "done", "what_about", "company")
    list_display_links = ("done",)
    list_select_related = ("actor", "company")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("subject", "actor__username")
    search_help_text = gettext_lazy("What it was about, or who did it.")
    date_hierarchy = "at"
    fields = ("at", "who", "done", "what_about", "subject_id", "company")
    readonly_fields = fields
    empty_hint = gettext_lazy(
        "Every statement, answer and invitation will be here, with who and when."
    )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by company for who sees many."""
        by_company = (("company", admin.RelatedOnlyFieldListFilter),)
        several = is_operator(request) or (
            Company.objects.visible_to(request.user)[1:2].exists()
        )
        return (KindFilter, *(by_company if several else ()))

    @admin.display(description=gettext_lazy("Who"), ordering="actor__username")
    def who(self, act: Act) -> str:
        """Return who did it."""
        return who_did(act)

    @admin.display(description=gettext_lazy("What"), ordering="kind")
    def done(self, act: Act) -> str:
        """Return what was done, in words."""
        return act_words(act.kind)

    @admin.display(description=gettext_lazy("About"), ordering="subject")
    def what_about(self, act: Act) -> str:
        """Return what it was about, in words."""
        return about(act.subject)
