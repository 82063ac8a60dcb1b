"""Signed credentials: brought, listed, handed out, looked up in a newer list."""

from typing import Any, ClassVar, NamedTuple

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from companies import catalogue, wording
from companies.access import RowLevelAdmin, edited_companies, is_operator
from companies.credentials import fetching
from companies.credentials.naming import named_statements
from companies.forms.crediting import CredentialForm, StatusForm
from companies.models import Company, Credential, Statement
from companies.second_factor import require_second_factor
from companies.services.crediting import (
    receive_credential,
    recheck_credential,
    vocabulary,
)
from companies.services.pinning import told
from companies.verifier_access import verifier
from ledger.credentials import jws
from ledger.credentials.refusals import Refused

MEDIA_TYPE = "application/vc+jwt"


class Outcome(NamedTuple):
    """What became of one statement that a credential speaks of."""

    statement: Statement
    refusal: str


@admin.register(Credential)
class CredentialAdmin(RowLevelAdmin[Credential]):
    """Credentials about a member's own companies, and those that a verifier signed."""

    company_path = "statement__company"
    list_display = ("what", "company", "issuer", "standing", "assessed", "received_at")
    list_display_links = ("what",)
    list_select_related = ("statement__company", "verification__verifier")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("issuer", "sha256", "statement__company__name")
    date_hierarchy = "received_at"
    empty_hint = gettext_lazy(
        "No credential yet. If your auditor signs its findings (UNTP conformity "
        "credential), bring the file here: what it confirms counts as verified."
    )
    add_template: ClassVar[str] = "admin/companies/credential/add.html"
    page_template: ClassVar[str] = "admin/companies/credential/page.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        """Keep those of the person's companies, and those that it signed itself."""
        rows = Credential.objects.order_by("-pk")
        if is_operator(request):
            return rows
        own = Company.objects.visible_to(request.user)
        mine = Q(statement__company__in=own.values("pk"))
        if (found := verifier(request)) is not None:
            mine |= Q(verification__verifier=found)
        return rows.filter(mine)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the list to members and verifiers."""
        return super().has_module_permission(request) or verifier(request) is not None

    def has_view_permission(
        self, request: HttpRequest, obj: Credential | None = None
    ) -> bool:
        """Let members and verifiers look at the rows that they see."""
        if super().has_view_permission(request, obj):
            return True
        return verifier(request) is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let editors and verifiers bring credentials."""
        return (
            is_operator(request)
            or verifier(request) is not None
            or (
                super().has_view_permission(request)
                and edited_companies(request).exists()
            )
        )

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Credential | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: it is kept as it was received."""
        return False

    @admin.display(description=gettext_lazy("Fact"), ordering="statement__fact")
    def what(self, credential: Credential) -> str:
        """Return the fact and its year."""
        return fact_and_year(credential.statement)

    @admin.display(
        description=gettext_lazy("company"), ordering="statement__company__name"
    )
    def company(self, credential: Credential) -> str:
        """Return whose statement it verifies."""
        return credential.statement.company.name

    @admin.display(description=gettext_lazy("Where it stands"))
    def standing(self, credential: Credential) -> str:
        """Return whether it still counts, and until when."""
        if credential.revoked_at is not None:
            moment = timezone.localtime(credential.revoked_at)
            return _("revoked, seen on %(day)s") % {"day": wording.day(moment.date())}
        until = credential.verification.valid_until
        if until is None:
            return _("in force")
        if until < timezone.localdate():
            return _("expired on %(day)s") % {"day": wording.day(until)}
        return _("in force until %(day)s") % {"day": wording.day(until)}

    @admin.display(
        description=gettext_lazy("assessment"),
        ordering="verification__assessment_level",
    )
    def assessed(self, credential: Credential) -> str:
        """Return how it was assessed, in UNTP's own word."""
        return credential.verification.assessment_level

    def get_urls(self) -> list[URLPattern]:
        """Add where the token is handed out."""
        own: URLPattern = path(
            "<int:credential_id>/token/",
            self.admin_site.admin_view(self.download),
            name="companies_credential_token",
        )
        return [own, *super().get_urls()]

    def download(self, request: HttpRequest, credential_id: int) -> HttpResponse:
        """Hand out the token as it was received."""
        credential = self.get_queryset(request).filter(pk=credential_id).first()
        if credential is None or not self.has_view_permission(request, credential):
            raise Http404
        name = f"{credential.sha256[:16]}.vc.jwt"
        return HttpResponse(
            credential.token,
            content_type=MEDIA_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """
        Take a credential, and verify every statement that it names.

        Not Django's own page, which is one transaction: another domain may be asked.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        # Before anything is typed: a file cannot be kept while one is set up.
        require_second_factor(request)
        form = CredentialForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            outcomes = self._outcomes(request, form)
            if any(not one.refusal for one in outcomes):
                self._say(request, outcomes)
                address = reverse("admin:companies_credential_changelist")
                return HttpResponseRedirect(address)
            for one in outcomes:
                form.add_error(None, _named(one))
        context = {"title": _("Bring a signed credential"), "form": form}
        return self._page(request, self.add_template, context, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a credential, and take a newer status list for it."""
        credential = self.get_object(request, object_id)
        if credential is None or not self.has_view_permission(request, credential):
            raise Http404
        form = StatusForm(request.POST or None, request.FILES or None)
        may_check = credential.status_url and self.has_add_permission(request)
        if request.method == "POST":
            if not may_check:
                raise PermissionDenied
            require_second_factor(request)
            if form.is_valid() and self._is_rechecked(request, credential, form):
                return HttpResponseRedirect(request.path)
        context = {
            "title": fact_and_year(credential.statement),
            "credential": credential,
            "standing": self.standing(credential),
            "value": _worded(credential.statement),
            "form": form if may_check and credential.revoked_at is None else None,
        }
        return self._page(request, self.page_template, context, extra_context)

    def _outcomes(self, request: HttpRequest, form: CredentialForm) -> list[Outcome]:
        """Return what became of each statement; refuse a token that names none."""
        token = form.cleaned_data["token"]
        try:
            named = named_statements(token, vocabulary=vocabulary())
            allowed = _allowed(request, named, jws.read(token).issuer)
        except Refused as refused:
            form.add_error(None, told(refused).detail)
            return []
        if not allowed:
            text = _(
                "It names no current statement that is yours to have verified. It must "
                "name the fact and the year as %(address)s, and the company by its "
                "SIREN, VAT number or LEI."
            )
            form.add_error(None, text % {"address": f"{vocabulary()}employees/2025"})
        return [_outcome(request, one, form.cleaned_data) for one in allowed]

    def _say(self, request: HttpRequest, outcomes: list[Outcome]) -> None:
        """Tell what was verified, and of the rest why it was not."""
        done = [one for one in outcomes if not one.refusal]
        text = ngettext(
            "%(count)s statement is verified: %(names)s.",
            "%(count)s statements are verified: %(names)s.",
            len(done),
        ) % {
            "count": len(done),
            "names": ", ".join(fact_and_year(one.statement) for one in done),
        }
        self.message_user(request, text, messages.SUCCESS)
        for one in outcomes:
            if one.refusal:
                self.message_user(request, _named(one), messages.WARNING)

    def _is_rechecked(
        self, request: HttpRequest, credential: Credential, form: StatusForm
    ) -> bool:
        try:
            count = recheck_credential(
                credential=credential,
                status_list=form.cleaned_data["status_list_file"],
                user=_person(request),
            )
        except DomainError as refused:
            form.add_error(None, refused.detail)
            return False
        if not count:
            text = _("Its issuer has not revoked it.")
            self.message_user(request, text, messages.SUCCESS)
            return True
        text = ngettext(
            "%(count)s verification was revoked by its issuer, and is withdrawn.",
            "%(count)s verifications were revoked by their issuer, and are withdrawn.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.WARNING)
        return True

    def _page(
        self,
        request: HttpRequest,
        template: str,
        context: dict[str, Any],
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "is_fetched": fetching.is_on(),
            **context,
            **(extra_context or {}),
        }
        return TemplateResponse(request, template, whole)


def fact_and_year(statement: Statement) -> str:
    """Return what a statement is about: `Headcount 2025`."""
    fact = catalogue.facts().get(statement.fact)
    label = fact.label(wording.language()) if fact else statement.fact
    return f"{label} {statement.covered_year}"


def _allowed(
    request: HttpRequest, named: list[Statement], issuer: str
) -> list[Statement]:
    """Keep the statements for which this person may bring what `issuer` signed."""
    found = verifier(request)
    if is_operator(request) or (found is not None and found.did == issuer):
        return named
    own = set(edited_companies(request).values_list("pk", flat=True))
    return [one for one in named if one.company_id in own]


def _outcome(
    request: HttpRequest, statement: Statement, given: dict[str, Any]
) -> Outcome:
    try:
        receive_credential(
            token=given["token"],
            did_document=given["did_document_file"] or None,
            status_list=given["status_list_file"] or None,
            statement=statement,
            user=_person(request),
        )
    except DomainError as refused:
        return Outcome(statement, refused.detail)
    return Outcome(statement, "")


def _named(outcome: Outcome) -> str:
    return f"{fact_and_year(outcome.statement)}: {outcome.refusal}"


def _worded(statement: Statement) -> str:
    fact = catalogue.facts().get(statement.fact)
    document = statement.as_document(timezone.localdate())
    return wording.value_text(fact.type if fact else "text", document)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
