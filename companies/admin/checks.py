"""What the checks found about what companies state. To be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import catalogue, wording
from companies.access import OnlyRead, RowLevelAdmin
from companies.models import CheckResult, Outcome


class CurrentFilter(admin.SimpleListFilter):
    """What stands today, unless every result is asked for."""

    title = gettext_lazy("results")
    parameter_name = "results"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return the other choice; what stands is what no choice means."""
        return [("all", _("Replaced ones too"))]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice by what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("The latest")}
        yield from others

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[CheckResult],
    ) -> QuerySet[CheckResult]:
        """Keep what no later result, and no later statement, replaced."""
        if self.value() == "all":
            return queryset
        return queryset.filter(superseded_by=None, statement__superseded_by=None)


@admin.register(CheckResult)
class CheckResultAdmin(OnlyRead[CheckResult], RowLevelAdmin[CheckResult]):
    """What each rule found about each fact, the latest result of each."""

    list_display = ("what", "outcome", "explanation", "independent", "created_at")
    list_display_links = ("what",)
    list_filter = ("outcome", CurrentFilter)
    list_select_related = ("company",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("fact", "rule", "text_fr", "text_en")
    ordering = ("-pk",)
    fields = (
        *("company", "what", "outcome", "explanation", "independent"),
        *("rule", "version", "inputs", "created_at", "remedy"),
    )
    readonly_fields = fields
    empty_hint = gettext_lazy(
        "State facts first: each is checked within a minute, and what was found comes "
        "here."
    )

    @admin.display(description=gettext_lazy("Fact"), ordering="fact")
    def what(self, result: CheckResult) -> str:
        """Return the label of the fact."""
        fact = catalogue.facts().get(result.fact)
        return fact.label(wording.language()) if fact else result.fact

    @admin.display(description=gettext_lazy("What was found"))
    def explanation(self, result: CheckResult) -> str:
        """Return the explanation in the person's language."""
        return result.text(wording.language())

    @admin.display(
        description=gettext_lazy("Independent source"), ordering="is_independent"
    )
    def independent(self, result: CheckResult) -> str:
        """Say whether another source than the company told it."""
        return _("yes") if result.is_independent else "–"

    @admin.display(description=gettext_lazy("What to do"))
    def remedy(self, result: CheckResult) -> SafeString | str:
        """Lead from what disagrees to the statement that may be wrong."""
        if result.outcome != Outcome.DISAGREE:
            return _("nothing")
        page = reverse("admin:companies_statement_change", args=[result.statement_id])
        return format_html('<a class="act" href="{}">{}</a>', page, _("Look at it"))
