"""What companies state about themselves."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies import catalogue, services, wording
from companies.access import edited_companies, is_operator
from companies.admin import readings
from companies.catalogue import COMPUTED_ONLY, MEASURED
from companies.correcting import CatalogueFilter, Choice, CorrectionAdmin
from companies.errors import AlreadyCorrected
from companies.forms import fact_form, uploads_of
from companies.forms.facts import MOST_UPLOADS, PREFIX
from companies.models import Company, Evidence, Statement
from companies.second_factor import require_second_factor

# Kept with the request, under `META`.
REFUSED_UPLOADS = "flashsesame.refused_uploads"
NOT_STATED = {MEASURED, COMPUTED_ONLY}


@admin.register(Statement)
class StatementAdmin(CorrectionAdmin[Statement]):
    """What companies state about themselves."""

    class FactFilter(CatalogueFilter):
        """By fact."""

        title = gettext_lazy("fact")
        parameter_name = "fact"

    subject: ClassVar[str] = "company"
    key: ClassVar[str] = "fact"
    recorded_text: ClassVar[Any] = gettext_lazy(
        "“%(what)s” is recorded. It is public on the company’s page at once, and on "
        "product sheets once they are published."
    )
    list_display = (*CorrectionAdmin.list_display, "company")
    list_filter = (FactFilter, "level", "status")
    list_select_related = ("company",)
    search_fields = ("fact", "company__name")
    choose_template: ClassVar[str] = "admin/companies/statement/choose.html"

    def choices(self) -> list[Choice]:
        """Return the facts that are said; others are measured or computed."""
        return [
            Choice(fact.key, fact.label(wording.language()))
            for fact in catalogue.facts().values()
            if fact.key not in NOT_STATED
        ]

    def words(self, statement: Statement) -> str:
        """Return the value in words."""
        fact = catalogue.facts().get(statement.fact)
        document = statement.as_document(timezone.localdate())
        return wording.value_text(fact.type if fact else "text", document)

    @admin.display(description=gettext_lazy("Details"))
    def said_details(self, statement: Statement) -> str:
        """Return the parts of the fact, each under its label."""
        return readings.details_text(statement)

    @admin.display(description=gettext_lazy("Documents"))
    def said_documents(self, statement: Statement) -> str:
        """Lead to the documents that are attached."""
        return readings.links(statement.evidence.order_by("name"))

    @admin.display(description=gettext_lazy("Verifications"))
    def findings(self, statement: Statement) -> str:
        """Return who verified or refused it, and why."""
        return readings.findings_text(statement)

    def get_fields(self, request: HttpRequest, obj: Statement | None = None) -> Any:
        """Return the columns of the form, with the parts of the chosen fact."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self._shown_fields()
        names = list(super().get_fields(request, obj))
        fact = self._fact(request, obj)
        parts = [PREFIX + detail.key for detail in (fact.details if fact else ())]
        at = names.index("level")
        names[at:at] = ["year", *parts]
        at = names.index("level") + 1
        names[at:at] = ["documents", "upload"]
        names.insert(names.index("valid_until"), "valid_from")
        return [*names, "seen", "findings"] if obj else names

    def get_readonly_fields(
        self, request: HttpRequest, obj: Statement | None = None
    ) -> list[str]:
        """Fix of whom and of what a correction is."""
        if obj is not None and not self.has_change_permission(request, obj):
            return self._shown_fields()
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "findings"] if obj else fixed

    def _shown_fields(self) -> list[str]:
        about = ["company", "what", "shown", "status", "year", "said_details", "level"]
        source = ["source_kind", "source_name", "source_url", "note", "observed_at"]
        dates = ["valid_from", "valid_until", "said_documents", "findings"]
        return [*about, *source, *dates]

    def get_form(
        self,
        request: HttpRequest,
        obj: Statement | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Return the form of the chosen fact."""
        documents = Evidence.objects.filter(
            company__in=edited_companies(request), is_from_outside=False
        )
        if obj is not None:
            documents = documents.filter(company=obj.company_id)
        kwargs["form"] = fact_form(self._fact(request, obj), documents)
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused_uploads = request.META.get(REFUSED_UPLOADS, ())
        return form

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer the one fact that was chosen: its parts are on the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == self.key and (fact := self._fact(request, None)):
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(fact.key, fact.label(wording.language()))]
        return field

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Let the fact be chosen first."""
        if request.method == "GET" and self._fact(request, None) is None:
            return self._choose(request)
        return super().add_view(request, form_url, extra_context)

    def _choose(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        company = request.GET.get(self.subject)
        given = {self.subject: company} if company else {}
        mandatory = set(catalogue.mandatory_keys())
        rows = [
            (choice.label, urlencode({**given, self.key: choice.key}), choice.key)
            for choice in self.choices()
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Which fact?"),
            "mandatory": [row for row in rows if row[2] in mandatory],
            "optional": [row for row in rows if row[2] not in mandatory],
        }
        return TemplateResponse(request, self.choose_template, context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """
        Ask for the second factor, then file what was uploaded, so that nothing is lost.

        What is stated here is public at once, and asked for before it is typed.
        """
        if self._may_state(request, object_id):
            require_second_factor(request)
        if request.method == "POST" and uploads_of(request):
            self._file_uploads(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _may_state(self, request: HttpRequest, object_id: str | None) -> bool:
        if object_id is None:
            return self.has_add_permission(request)
        seen = self.get_object(request, object_id)
        return seen is not None and self.has_change_permission(request, seen)

    def _file_uploads(self, request: HttpRequest, object_id: str | None) -> None:
        company = self._company_of_form(request, object_id)
        if company is None:
            request.META[REFUSED_UPLOADS] = [
                _("Choose the company first, then the documents once more.")
            ]
            return
        kept, refused = [], []
        for place, upload in enumerate(uploads_of(request)):
            if place == MOST_UPLOADS:
                text = _("At most %(most)s documents at a time; these were kept.")
                refused.append(text % {"most": MOST_UPLOADS})
                break
            try:
                filed = services.file_evidence(
                    company=company,
                    blocks=upload.chunks(),
                    name=upload.name or "",
                    author=request.user,  # type: ignore[arg-type]
                )
                kept.append(str(filed.pk))
            except DomainError as error:
                refused.append(
                    _("%(name)s: %(why)s") % {"name": upload.name, "why": error.detail}
                )
        given = request.POST.copy()
        given.setlist("documents", [*given.getlist("documents"), *kept])
        request.POST = given  # type: ignore[assignment]
        request.META[REFUSED_UPLOADS] = refused

    def _company_of_form(
        self, request: HttpRequest, object_id: str | None
    ) -> Company | None:
        """Return the company that the form is about, if the person may edit it."""
        if object_id is not None:
            seen = self.get_object(request, object_id)
            may = seen is not None and self.has_change_permission(request, seen)
            return seen.company if seen is not None and may else None
        if not self.has_add_permission(request):
            return None
        try:
            chosen = request.POST.get("company", "")
            return edited_companies(request).filter(pk=chosen).first()
        except ValidationError:
            return None

    def _fact(
        self, request: HttpRequest, obj: Statement | None
    ) -> catalogue.Fact | None:
        """Return the fact that the form is about, once it is known."""
        key = obj.fact if obj else request.POST.get("fact") or request.GET.get("fact")
        fact = catalogue.facts().get(key or "")
        return fact if fact is not None and (obj or key not in NOT_STATED) else None

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
        try:
            return services.state_fact(
                company=company,
                fact=fact,
                value=given["value"],
                status=given["status"],
                unit=given.get("unit") or None,
                year=given.get("year"),
                details=given["details"],
                valid_from=given.get("valid_from"),
                evidence=given.get("documents") or (),
                source=source,
                author=request.user,  # type: ignore[arg-type]
                corrects=_seen_since(seen, given.get("seen")),
            )
        except AlreadyCorrected as refused:
            raise self._told(request, refused, seen) from refused

    def _told(
        self, request: HttpRequest, refused: AlreadyCorrected, seen: Statement | None
    ) -> AlreadyCorrected:
        """Say what it was corrected to; saving the same form again replaces that."""
        newer = _current_after(seen)
        if newer is None:
            return refused
        given = request.POST.copy()
        given["seen"] = str(newer.pk)
        request.POST = given  # type: ignore[assignment]
        text = _(
            "Somebody corrected this fact meanwhile. It now reads “%(value)s”. What "
            "you typed is still here: save again to replace it, or leave the page."
        )
        return AlreadyCorrected(text % {"value": self.words(newer)})


def _seen_since(seen: Statement | None, later: int | None) -> Statement | None:
    """Return what the author saw last: the page's own statement, or a newer one."""
    if seen is None or not later:
        return seen
    same = Statement.objects.filter(
        company=seen.company_id, fact=seen.fact, source_kind=seen.source_kind
    )
    return same.filter(pk=later, pk__gt=seen.pk).first() or seen


def _current_after(seen: Statement | None) -> Statement | None:
    """Return the statement at the end of what superseded `seen`."""
    newer = None
    while seen is not None:
        seen = Statement.objects.filter(supersedes=seen.pk).first()
        newer = seen or newer
    return newer
