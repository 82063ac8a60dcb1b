"""A company's own page: its civil status as a list of things to do."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from companies import assessing, civil_status, wording
from companies.access import RowLevelAdmin, is_operator, may_edit
from companies.acts import note_act
from companies.admin.exports import export_csv, export_workbook
from companies.assessing import Portrait, portray
from companies.dashboard import fact_rows
from companies.models import Company
from companies.second_factor import AsksWhenSaving


class CompanyList(ChangeList):
    """The list, each company of the page with its portrait: a few queries for all."""

    def get_results(self, request: HttpRequest) -> None:
        """Put on each row what is recorded of the company."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        portraits = portray([row.pk for row in rows], on=timezone.localdate())
        for row in rows:
            row.portrait = portraits[row.pk]
        self.result_list = rows


@admin.register(Company)
class CompanyAdmin(AsksWhenSaving[Company], RowLevelAdmin[Company]):
    """A company: its name, and what it still has to say about itself."""

    company_path = "pk"
    list_display = ("name", "completeness", "satisfaction", "is_fictitious")
    list_per_page = 50
    search_fields = ("name",)
    actions = (export_csv, export_workbook)
    reading_actions = frozenset({"export_csv", "export_workbook"})
    readonly_fields = ("satisfaction",)
    change_form_template = "admin/companies/company/change_form.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's signature
        """List with portraits."""
        return CompanyList

    def get_fields(self, request: HttpRequest, obj: Company | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Name the parent to operators alone: it may be another's row."""
        own = ["name", "is_fictitious", "satisfaction"]
        return [*own[:2], "parent", own[2]] if is_operator(request) else own

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search the parent among many companies."""
        return ("parent",) if is_operator(request) else ()

    @admin.display(description=gettext_lazy("Civil status"))
    def completeness(self, company: Company) -> str:
        """Return how complete the civil status is, in words."""
        found = assessing.standings(_portrait(company))
        whole = civil_status.completeness_document(found, wording.language())
        return str(whole["text"])

    @admin.display(description=gettext_lazy("Employee satisfaction"))
    def satisfaction(self, company: Company) -> str:
        """Return the rate that may be shown today, in words."""
        portrait = _portrait(company)
        document = civil_status.satisfaction_document(portrait.rate, on=portrait.on)
        return str(document["text"])

    def save_model(
        self,
        request: HttpRequest,
        obj: Company,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Let readers and checks see the new name or parent, and log who gave it."""
        super().save_model(request, obj, form, change)
        Company.objects.filter(pk=obj.pk).note_change()
        note_act(
            company=obj,
            actor=request.user,
            kind="company.changed" if change else "company.created",
            subject=obj.name,
            subject_id=obj.pk,
        )

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


def _portrait(company: Company) -> Portrait:
    """Return the portrait that the list put on the row, or draw it."""
    portrait: Portrait | None = getattr(company, "portrait", None)
    return portrait or portray([company.pk], on=timezone.localdate())[company.pk]


def _civil_status_context(request: HttpRequest, company: Company) -> dict[str, Any]:
    portrait = _portrait(company)
    whole = civil_status.compose(
        company, language=wording.language(), portrait=portrait
    )
    rows = fact_rows(request, company, whole, portrait)
    index = whole.get("transparency") or {}
    return {
        "fact_rows": rows,
        "missing_rows": [row for row in rows if row.is_missing and row.is_mandatory],
        "completeness": whole["completeness"]["text"],
        "index": index,
        "losses": [loss["text"] for loss in index.get("lost", [])],
        "may_edit": may_edit(request, company),
    }
