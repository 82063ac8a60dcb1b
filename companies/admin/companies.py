"""A company's own page: its civil status as a list of things to do."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import civil_status, wording
from companies.access import RowLevelAdmin, is_operator, may_edit
from companies.catalogue import MEASURED
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Statement


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
