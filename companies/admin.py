"""The admin of companies: their civil status as a list of things to do."""

from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import catalogue, civil_status, services, wording
from companies.access import RowLevelAdmin, admit, is_operator, may_edit
from companies.correcting import CatalogueFilter, Choice, CorrectionAdmin
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Membership, SatisfactionRate, Statement

admin.site.site_header = "Flashsésame"
admin.site.site_title = "Flashsésame"
admin.site.index_title = gettext_lazy("Back office")

# The rate is not typed by the company: it comes from whoever asked the employees.
MEASURED = "employee_satisfaction"


class FactRow(NamedTuple):
    """One line of the civil status: what is stated, and where to correct it."""

    label: str
    is_mandatory: bool
    is_missing: bool
    text: str
    level: str
    states: list[str]
    source: str
    observed_on: str
    address: str
    is_correction: bool


@admin.register(Company)
class CompanyAdmin(RowLevelAdmin[Company]):
    """A company: its name, and what it still has to say about itself."""

    company_path = "pk"
    list_display = ("name", "completeness", "satisfaction", "is_fictitious")
    # Each row's civil status is composed, in three queries.
    list_per_page = 20
    search_fields = ("name",)
    fields = ("name", "is_fictitious", "satisfaction")
    readonly_fields = ("satisfaction",)
    change_form_template = "admin/companies/company/change_form.html"

    @admin.display(description=gettext_lazy("Civil status"))
    def completeness(self, company: Company) -> str:
        """Return how complete the civil status is, in words."""
        whole = civil_status.compose(company, language=wording.language())
        return str(whole["completeness"]["text"])

    @admin.display(description=gettext_lazy("Employee satisfaction"))
    def satisfaction(self, company: Company) -> str:
        """Return the rate that may be shown today, in words."""
        today = timezone.localdate()
        rate = civil_status.latest_rate(company.pk, on=today)
        document = civil_status.satisfaction_document(rate, on=today)
        return str(document["text"])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add the civil status to the page."""
        context = dict(extra_context or {})
        company = self.get_object(request, object_id)
        if company is not None:
            context |= _civil_status_context(request, company)
        return super().change_view(request, object_id, form_url, context)


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


@admin.register(SatisfactionRate)
class SatisfactionRateAdmin(RowLevelAdmin[SatisfactionRate]):
    """What employees said. Entered by the operator, never edited."""

    list_display = ("company", "percent", "answers", "invited", "measured_on", "level")
    list_filter = (("company", RelatedOnlyFieldListFilter),)
    list_select_related = ("company",)
    autocomplete_fields = ("company",)
    date_hierarchy = "measured_on"

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: SatisfactionRate | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: a measure of another day is another row."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Who acts for which company. For the operator alone."""

    list_display = ("user", "company", "role")
    list_filter = ("role",)
    list_select_related = ("user", "company")
    search_fields = ("user__username", "company__name")
    autocomplete_fields = ("user", "company")

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Open the admin to the person together with the membership."""
        super().save_model(request, obj, form, change)
        admit(user=obj.user, company=obj.company, role=obj.role)


def _civil_status_context(request: HttpRequest, company: Company) -> dict[str, Any]:
    whole = civil_status.compose(company, language=wording.language())
    by_fact: dict[str, list[Statement]] = {}
    for statement in Statement.objects.current().filter(company=company):
        by_fact.setdefault(statement.fact, []).append(statement)
    rows = [
        _row(request, company, key, document, by_fact.get(key, []))
        for key, document in whole["facts"].items()
    ]
    return {
        "fact_rows": rows,
        "missing_rows": [row for row in rows if row.is_missing and row.is_mandatory],
        "completeness": whole["completeness"]["text"],
        "may_edit": may_edit(request, company),
    }


def _row(
    request: HttpRequest,
    company: Company,
    key: str,
    document: dict[str, Any],
    statements: list[Statement],
) -> FactRow:
    retained = civil_status.retain(statements)
    # What a register said is not the company's to correct: it states its own beside.
    may_correct = retained is not None and (
        is_operator(request) or retained.source_kind == SourceKind.PRODUCER
    )
    if key == MEASURED:
        address = ""
    elif retained is not None and may_correct:
        address = reverse("admin:companies_statement_change", args=[retained.pk])
    else:
        query = urlencode({"company": company.pk, "fact": key})
        address = f"{reverse('admin:companies_statement_add')}?{query}"
    states = {"disputed": _("disputed"), "expired": _("expired")}
    moment = parse_datetime(document["observed_at"] or "")
    source, level = document["source"] or {}, document["level"]
    return FactRow(
        label=document["label"],
        is_mandatory=document["mandatory"],
        is_missing=(
            document["status"] == Status.UNKNOWN
            or "expired" in document.get("states", [])
        ),
        text=document["text"],
        level=str(Level(level).label) if level else "",
        states=[states[state] for state in document.get("states", [])],
        source=source.get("name") or str(SourceKind(source["kind"]).label)
        if source
        else "",
        observed_on=wording.day(timezone.localtime(moment).date()) if moment else "",
        address=address,
        is_correction=may_correct,
    )
