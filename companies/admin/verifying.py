"""What verifiers do: look at what is in their scope, verify or refuse it, say why."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies import catalogue, scoping, services, wording
from companies.access import OnlyRead, RowLevelAdmin, is_operator
from companies.admin import readings
from companies.errors import ResultMissing, SecondFactorMissing, VerificationChanged
from companies.forms import VerificationForm
from companies.models import Evidence, StatementToVerify, Verification, Verifier
from companies.second_factor import require_second_factor
from companies.verifier_access import verifier as verifier_of_request

Result = Verification.Result


class WhatIsLeft(admin.SimpleListFilter):
    """By what the verifier has said; at first, what it has still to say."""

    title = gettext_lazy("verdict")
    parameter_name = "said"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: admin.ModelAdmin[Any],  # noqa: ARG002 - Django's signature
    ) -> Iterable[tuple[str, Any]]:
        """Return the results, and everything."""
        return [("all", gettext_lazy("all")), *Result.choices]

    def choices(self, changelist: Any) -> Any:
        """Name the first choice after what it shows."""
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext_lazy("to verify")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the statements of the chosen verdict."""
        said = Verification.objects.current().filter(
            statement=OuterRef("pk"), verifier=verifier_of_request(request)
        )
        match self.value():
            case "all":
                return queryset
            case None:
                standing = said.exclude(result=Result.WITHDRAWN)
                return queryset.filter(~Exists(standing), superseded_by=None)
            case result:
                return queryset.filter(Exists(said.filter(result=result)))


@admin.register(StatementToVerify)
class StatementToVerifyAdmin(
    OnlyRead[StatementToVerify], RowLevelAdmin[StatementToVerify]
):
    """What a verifier may verify, and has verified. For verifiers alone."""

    member_actions = ()
    list_display = ("what", "shown", "company", "level", "observed_at", "verdict")
    list_display_links = ("what",)
    list_filter = (WhatIsLeft, "level")
    list_select_related = ("company",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("fact", "company__name")
    ordering = ("-pk",)
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nothing in your scope waits for you. Your scope is the operator’s to change."
    )
    page_template: ClassVar[str] = "admin/companies/statementtoverify/verify.html"

    def has_view_permission(
        self, request: HttpRequest, obj: StatementToVerify | None = None
    ) -> bool:
        """Let active verifiers only; operators have the statements themselves."""
        return (
            super().has_view_permission(request, obj)
            and verifier_of_request(request) is not None
        )

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Show no entry to whoever is no verifier."""
        may_view = self.has_view_permission(request)
        return {"add": False, "change": False, "delete": False, "view": may_view}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep what is in scope, and what this verifier has verified."""
        found = verifier_of_request(request)
        rows = StatementToVerify.objects.all()
        if found is None:
            return rows.none()
        said = Verification.objects.current().order_by("pk")
        return rows.filter(pk__in=scoping.shown(found).values("pk")).prefetch_related(
            Prefetch("verifications", said, to_attr="said")
        )

    @admin.display(description=gettext_lazy("What"), ordering="fact")
    def what(self, statement: StatementToVerify) -> str:
        """Return the label of the fact."""
        return _label(statement)

    @admin.display(description=gettext_lazy("Value"))
    def shown(self, statement: StatementToVerify) -> str:
        """Return the value in words."""
        return _words(statement)

    @admin.display(description=gettext_lazy("verdicts"))
    def verdict(self, statement: StatementToVerify) -> str:
        """Return what verifiers said of it, in a word each."""
        said: list[Verification] = getattr(statement, "said", [])
        return ", ".join(one.get_result_display() for one in said) or "—"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show a statement with its evidence, and take what the verifier found."""
        statement = self.get_object(request, object_id)
        verifier = verifier_of_request(request)
        if statement is None or verifier is None:
            raise Http404
        require_second_factor(request)
        own = services.own_verification(statement, verifier)
        form = _form(request, statement, verifier, own)
        if request.method == "POST" and form.is_valid():
            try:
                self._record(request, statement, verifier, form)
            except SecondFactorMissing:
                raise
            except DomainError as refused:
                form.add_error(None, refused.detail)
                if isinstance(refused, VerificationChanged):
                    _show_anew(form, services.own_verification(statement, verifier))
            else:
                text = _("“%(what)s” of %(company)s: your verdict is recorded.")
                text %= {"what": _label(statement), "company": statement.company}
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(_list_address())
        return self._page(request, statement, form, own)

    def _record(
        self,
        request: HttpRequest,
        statement: StatementToVerify,
        verifier: Verifier,
        form: VerificationForm,
    ) -> None:
        given = form.cleaned_data
        result = request.POST.get("result", "")
        if result not in Result.values:
            raise ResultMissing(_("Press the button that says what you found."))
        report = given.get("report")
        if given["new_report"]:
            # Before the verdict: refused, it leaves the report to be chosen.
            services.require_verifiable(statement=statement, user=verifier.user)
            report = services.file_report(
                company=statement.company,
                blocks=given["new_report"].chunks(),
                name=given["new_report"].name,
                verifier=verifier,
            )
            _choose(form, statement, verifier, report)
        services.verify_statement(
            statement=statement,
            user=verifier.user,
            result=result,
            reason=given["reason"],
            assessed_on=given["assessed_on"],
            valid_until=given["valid_until"],
            evidence=report,
            seen=given["seen"],
        )

    def _page(
        self,
        request: HttpRequest,
        statement: StatementToVerify,
        form: VerificationForm,
        own: Verification | None,
    ) -> HttpResponse:
        refusal = ""
        try:
            services.require_verifiable(statement=statement, user=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            refusal = refused.detail
        may_withdraw = own is not None and own.result != Result.WITHDRAWN
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Verify a statement"),
            "statement": statement,
            "label": _label(statement),
            "value": _words(statement),
            "details": readings.details_text(statement),
            "documents": readings.links(
                scoping.readable(request.user).filter(statements=statement)
            ),
            "findings": readings.findings_text(statement),
            "refusal": refusal,
            "may_withdraw": may_withdraw,
            "form": form if may_withdraw or not refusal else None,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, self.page_template, context)


@admin.register(Verification)
class VerificationAdmin(OnlyRead[Verification], RowLevelAdmin[Verification]):
    """Who verified or refused what, and why. To be read by company and verifier."""

    company_path = "statement__company"
    list_display = ("fact", "company", "result", "verifier", "reason", "assessed_on")
    list_filter = ("result",)
    list_select_related = ("statement__company", "verifier")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("verifier__organisation", "statement__company__name", "reason")
    date_hierarchy = "created_at"
    fields = (
        "fact",
        "company",
        "value",
        "result",
        "reason",
        "verifier",
        "kind",
        "assessment_level",
        "assessed_on",
        "valid_until",
        "report",
        "created_at",
        "revised",
    )
    readonly_fields = fields
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No verifier has said anything yet. Whom to ask depends on the fact: its line "
        "in the catalogue says who may verify it."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verification]:
        """Keep what was said of one's own companies, and what one said oneself."""
        rows = Verification.objects.order_by("-pk")
        if is_operator(request):
            return rows
        own = super().get_queryset(request).order_by()
        if (found := verifier_of_request(request)) is None:
            return own.order_by("-pk")
        said = Verification.objects.filter(verifier=found)
        return rows.filter(pk__in=own.values("pk")) | rows.filter(
            pk__in=said.values("pk")
        )

    @admin.display(description=gettext_lazy("What"), ordering="statement__fact")
    def fact(self, verification: Verification) -> str:
        """Return the label of the fact."""
        return _label(verification.statement)

    @admin.display(description=gettext_lazy("company"))
    def company(self, verification: Verification) -> str:
        """Return whose statement it is."""
        return str(verification.statement.company)

    @admin.display(description=gettext_lazy("Value"))
    def value(self, verification: Verification) -> str:
        """Return what was verified, in words."""
        return _words(verification.statement)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, verification: Verification) -> str:
        """Return what the verifier is."""
        return verification.verifier.get_kind_display()

    @admin.display(description=gettext_lazy("Report"))
    def report(self, verification: Verification) -> str:
        """Lead to the report."""
        return readings.links([verification.evidence] if verification.evidence else [])

    @admin.display(description=gettext_lazy("Revised by"))
    def revised(self, verification: Verification) -> str:
        """Lead to what the verifier said later."""
        later = Verification.objects.filter(supersedes=verification.pk).first()
        if later is None:
            return "—"
        address = reverse("admin:companies_verification_change", args=[later.pk])
        text = later.get_result_display()
        return format_html('<a href="{}">{}</a>', address, text)


def _form(
    request: HttpRequest,
    statement: StatementToVerify,
    verifier: Verifier,
    own: Verification | None,
) -> VerificationForm:
    posted = request.method == "POST"
    return VerificationForm(
        request.POST.copy() if posted else None,
        request.FILES if posted else None,
        initial={"seen": own},
        reports=_reports(statement, verifier),
        own=Verification.objects.filter(statement=statement, verifier=verifier),
    )


def _reports(statement: StatementToVerify, verifier: Verifier) -> QuerySet[Evidence]:
    return Evidence.objects.filter(
        company=statement.company_id,
        uploaded_by=verifier.user_id,
        is_from_outside=True,
    )


def _choose(
    form: VerificationForm,
    statement: StatementToVerify,
    verifier: Verifier,
    report: Evidence,
) -> None:
    """Let the form, should it be shown again, have the report chosen."""
    field: Any = VerificationForm.base_fields["report"]
    form.fields["report"] = field.__deepcopy__({})
    shown: Any = form.fields["report"]
    shown.queryset = _reports(statement, verifier)
    data: Any = form.data
    data["report"] = str(report.pk)


def _show_anew(form: VerificationForm, own: Verification | None) -> None:
    """Let the form, shown again, be about what the verifier last said."""
    data: Any = form.data
    data["seen"] = str(own.pk) if own else ""


def _label(statement: Any) -> str:
    fact = catalogue.facts().get(statement.fact)
    return fact.label(wording.language()) if fact else statement.fact


def _words(statement: Any) -> str:
    fact = catalogue.facts().get(statement.fact)
    document = statement.as_document(timezone.localdate())
    return wording.value_text(fact.type if fact else "text", document)


def _list_address() -> str:
    return reverse("admin:companies_statementtoverify_changelist")
