"""What companies state about themselves."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from companies import catalogue, services, wording
from companies.access import is_operator
from companies.catalogue import MEASURED
from companies.correcting import CatalogueFilter, Choice, CorrectionAdmin
from companies.models import Statement


@admin.register(Statement)
class StatementAdmin(CorrectionAdmin[Statement]):
    """What companies state about themselves."""

    class FactFilter(CatalogueFilter):
        """By fact."""

        title = gettext_lazy("fact")
        parameter_name = "fact"

    subject: ClassVar[str] = "company"
    key: ClassVar[str] = "fact"
    list_display = (*CorrectionAdmin.list_display, "company")
    list_filter = (FactFilter, "level", "status")
    list_select_related = ("company",)
    search_fields = ("fact", "company__name")

    def choices(self) -> list[Choice]:
        """Return the facts of the catalogue; the satisfaction is measured, not said."""
        return [
            Choice(fact.key, fact.label(wording.language()))
            for fact in catalogue.facts().values()
            if fact.key != MEASURED
        ]

    def words(self, statement: Statement) -> str:
        """Return the value in words."""
        fact = catalogue.facts().get(statement.fact)
        document = statement.as_document(timezone.localdate())
        return wording.value_text(fact.type if fact else "text", document)

    def record(
        self, request: HttpRequest, given: dict[str, Any], seen: Statement | None
    ) -> Statement:
        """State the fact for the company; a correction replaces what was seen."""
        company = seen.company if seen else given["company"]
        fact = seen.fact if seen else given["fact"]
        services.require_editor(request.user, company)
        source = self.source(given, company)
        if not is_operator(request):
            said = Statement.objects.filter(company=company, fact=fact)
            source = source._replace(is_disputed=self.is_disputed_already(said))
        return services.state_fact(
            company=company,
            fact=fact,
            value=given["value"],
            status=given["status"],
            unit=given.get("unit") or None,
            source=source,
            author=request.user,  # type: ignore[arg-type]
            corrects=seen,
        )
