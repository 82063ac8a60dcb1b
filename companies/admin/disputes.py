"""The admin of disputes: to open one, to answer it, to decide it, to take it back."""

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Model, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies import catalogue, filing, scoping, wording
from companies.access import EDITING_ROLES, RowLevelAdmin, is_operator
from companies.admin.dispute_forms import CORRECT, AnswerForm, DecideForm, OpenForm
from companies.dispute_documents import fact_label, state_text
from companies.levels import SourceKind
from companies.models import Dispute, Statement
from companies.second_factor import require_second_factor
from companies.services import disputing

State = Dispute.State
# What waits for somebody comes first: the company's answer, then its correction.
URGENCY = Case(
    When(state=State.OPEN, then=0),
    When(state=State.UPHELD, then=1),
    When(state=State.MAINTAINED, then=2),
    default=3,
)


class Deed(NamedTuple):
    """Something that may be done to a dispute: its form, and what follows."""

    form: forms.Form | None
    said: str


@admin.register(Dispute)
class DisputeAdmin(RowLevelAdmin[Dispute]):
    """
    What is contested: by a person's own eyes, of its companies or by itself.

    Anyone who may enter the admin may contest what another company states, verifiers
    too. Who did is told to nobody but the operator.
    """

    member_actions = ("view", "add", "change")
    list_display = ("what", "standing", "company", "kind", "due_on", "opened_on")
    list_display_links = ("what",)
    list_select_related = ("company",)
    list_filter = ("state", "kind")
    search_fields = ("fact", "company__name")
    ordering = (URGENCY, "due_on", "-created_at")
    show_full_result_count = False
    empty_hint = gettext_lazy(
        "Nobody contests what your companies publish. What you contest yourself of "
        "other companies is listed here too."
    )
    open_template: ClassVar[str] = "admin/companies/dispute/open.html"
    page_template: ClassVar[str] = "admin/companies/dispute/page.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        """Keep what is contested of the person's companies, and what it contests."""
        return Dispute.objects.visible_to(request.user)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by company for who sees many."""
        found = super().get_list_filter(request)
        by_company = ("company", RelatedOnlyFieldListFilter)
        return (*found, by_company) if is_operator(request) else found

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the list to whoever may enter the admin: rows say what is in it."""
        return self.admin_site.has_permission(request)

    def has_view_permission(
        self,
        request: HttpRequest,
        obj: Dispute | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Let whoever may enter the admin look at the rows that they see."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let whoever may enter the admin contest something."""
        return self.admin_site.has_permission(request)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Leave no trace of who opened it: the company reads the history."""

    @admin.display(description=gettext_lazy("Fact"), ordering="fact")
    def what(self, dispute: Dispute) -> str:
        """Return the fact's label."""
        return fact_label(dispute)

    @admin.display(description=gettext_lazy("Where it stands"))
    def standing(self, dispute: Dispute) -> str:
        """Return where it stands, with the time that is left."""
        return state_text(dispute, on=timezone.localdate())

    @admin.display(description=gettext_lazy("Opened"), ordering="created_at")
    def opened_on(self, dispute: Dispute) -> str:
        """Return the day it was opened."""
        return wording.day(timezone.localtime(dispute.created_at).date())

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Contest what another company states."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            asked = {name: request.GET.get(name, "") for name in ("company", "fact")}
            return self._open_page(request, OpenForm(initial=asked), extra_context)
        form = OpenForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                dispute = _opened(_person(request), form.cleaned_data)
            except DomainError as refused:
                form.add_error(None, refused.detail)
            else:
                text = _("The company has until %(day)s to answer.") % {
                    "day": wording.day(dispute.due_on)
                }
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(_address(dispute))
        return self._open_page(request, form, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a dispute with what this person may do about it, or do it."""
        dispute = self.get_object(request, object_id)
        if dispute is None:
            raise Http404
        deeds = _deeds(request, dispute)
        if request.method == "POST":
            name = next((one for one in deeds if f"_{one}" in request.POST), None)
            if name is None or request.POST.get("seen") != dispute.state:
                # It moved since the page was shown, or was never this person's to do.
                self._say_refused(request, dispute)
                return HttpResponseRedirect(_address(dispute))
            if self._is_done(request, dispute, name, deeds[name]):
                return HttpResponseRedirect(_address(dispute))
        return self._page(request, dispute, deeds, extra_context)

    def _is_done(
        self, request: HttpRequest, dispute: Dispute, name: str, deed: Deed
    ) -> bool:
        if deed.form is not None and not deed.form.is_valid():
            return False
        given = deed.form.cleaned_data if deed.form is not None else {}
        if name in {"answer", "decide"}:
            require_second_factor(request)
        try:
            _do(_person(request), dispute, name, given)
        except DomainError as refused:
            if deed.form is None:
                self.message_user(request, refused.detail, messages.WARNING)
                return True
            deed.form.add_error(None, refused.detail)
            return False
        self.message_user(request, deed.said, messages.SUCCESS)
        return True

    def _say_refused(self, request: HttpRequest, dispute: Dispute) -> None:
        text = _("Nothing was done. The dispute stands so: %(state)s.") % {
            "state": state_text(dispute, on=timezone.localdate())
        }
        self.message_user(request, text, messages.WARNING)

    def _open_page(
        self,
        request: HttpRequest,
        form: OpenForm,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Contest a published fact"),
            "form": form,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.open_template, context)

    def _page(
        self,
        request: HttpRequest,
        dispute: Dispute,
        deeds: dict[str, Deed],
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        correction = disputing.correction_of(dispute)
        is_editor = _is_editor(request, dispute)
        statement = dispute.statement
        is_own = statement.source_kind == SourceKind.PRODUCER
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{dispute.company} · {fact_label(dispute)}",
            "dispute": dispute,
            "fact": fact_label(dispute),
            "standing": self.standing(dispute),
            "opened_on": self.opened_on(dispute),
            "due_on": wording.day(dispute.due_on),
            "contested": _worded(statement),
            "correction": _worded(correction) if correction else "",
            "correct_address": reverse(
                "admin:companies_statement_change", args=[statement.pk]
            )
            if is_editor and is_own and correction is None and dispute.is_unsettled
            else "",
            "documents": _documents(request, dispute),
            "deeds": deeds,
            "is_editor": is_editor,
            "is_author": dispute.opened_by_id == request.user.pk,
            "opened_by": dispute.opened_by if is_operator(request) else None,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.page_template, context)


def _opened(person: User, given: dict[str, Any]) -> Dispute:
    upload = given["evidence"]
    statement = disputing.statement_to_contest(given["company"], given["fact"])
    return disputing.open_dispute(
        statement=statement,
        kind=given["kind"],
        text=given["text"],
        document=filing.keep(upload.chunks(), is_bare=True) if upload else None,
        opened_by=person,
    )


def _deeds(request: HttpRequest, dispute: Dispute) -> dict[str, Deed]:
    """Return what this person may do to the dispute where it stands, by name."""
    sent = request.POST if request.method == "POST" else None
    found: dict[str, Deed] = {}
    if _is_editor(request, dispute):
        answer = AnswerForm(
            sent if sent and "_answer" in sent else None,
            dispute=dispute,
            correction=disputing.correction_of(dispute),
        )
        if dispute.is_unsettled and answer.fields["choice"].choices:  # type: ignore[attr-defined]
            found["answer"] = Deed(answer, _("The answer is published."))
    if dispute.state not in Dispute.WITHDRAWABLE:
        # Decided, settled, or taken back already.
        return found
    if disputing.may_decide(_person(request), dispute):
        decide = DecideForm(
            sent if sent and "_decide" in sent else None,
            may_uphold=disputing.may_be_upheld(dispute),
        )
        found["decide"] = Deed(decide, _("The decision is published."))
    if dispute.opened_by_id == request.user.pk:
        found["withdraw"] = Deed(None, _("The dispute is withdrawn."))
    return found


def _do(person: User, dispute: Dispute, name: str, given: dict[str, Any]) -> None:
    match name:
        case "answer":
            is_corrected = given["choice"] == CORRECT
            disputing.answer_dispute(
                dispute=dispute,
                author=person,
                answer=given["answer"],
                corrected_by=disputing.correction_of(dispute) if is_corrected else None,
            )
        case "decide":
            disputing.decide_dispute(
                dispute=dispute,
                operator=person,
                decision=given["verdict"],
                reason=given["reason"],
            )
        case "withdraw":
            disputing.withdraw_dispute(dispute=dispute, author=person)


def _is_editor(request: HttpRequest, dispute: Dispute) -> bool:
    """Say whether the person acts for the company; an operator does not answer."""
    return dispute.company.memberships.filter(
        user=request.user.pk, role__in=EDITING_ROLES
    ).exists()


def _documents(request: HttpRequest, dispute: Dispute) -> list[dict[str, Any]]:
    """Return the documents given with the dispute; their author cannot fetch them."""
    given = dispute.evidence.all()
    readable = set(
        scoping.readable(request.user).filter(pk__in=given).values_list("pk", flat=True)
    )
    address = "admin:companies_evidence_download"
    return [
        {
            "name": one.name,
            "media_type": one.media_type,
            "size": one.size,
            "sha256": one.sha256,
            "address": reverse(address, args=[one.pk]) if one.pk in readable else "",
        }
        for one in given
    ]


def _worded(statement: Statement) -> str:
    fact = catalogue.facts().get(statement.fact)
    document = statement.as_document(timezone.localdate())
    return wording.value_text(fact.type if fact else "text", document)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _address(dispute: Dispute) -> str:
    return reverse("admin:companies_dispute_change", args=[dispute.pk])
