"""A company's documents: uploaded, handed out, shown to anyone or not."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from common.errors import DomainError
from common.http import CONTENT_SECURITY_POLICY
from common.middleware import request_id
from companies import scoping
from companies.access import RowLevelAdmin
from companies.admin import readings
from companies.attachments import document
from companies.errors import EvidenceUnknown
from companies.forms import RefusableForm
from companies.models import Evidence
from companies.second_factor import require_second_factor
from companies.services import file_evidence, show_evidence


class EvidenceForm(RefusableForm):
    """One document. Of a document that is there, only who may read it changes."""

    file = forms.FileField(
        label=gettext_lazy("Document"),
        widget=UnfoldAdminFileFieldWidget,
        # What is wrong with a file, an empty one too, is the service's to say.
        allow_empty_file=True,
        help_text=gettext_lazy(
            "PDF, JPEG, PNG, or text in UTF-8. What it is shows in its content, "
            "whatever its name."
        ),
    )

    class Meta:
        model = Evidence
        fields = ("company", "is_public")


class ShownForm(RefusableForm):
    """Who may read a document that is there."""

    class Meta:
        model = Evidence
        fields = ("is_public",)


@admin.register(Evidence)
class EvidenceAdmin(RowLevelAdmin[Evidence]):
    """The documents of companies. Bytes are never changed, so neither are the rows."""

    form = EvidenceForm
    member_actions = ("view", "add", "change")
    list_display = ("name", "kind", "bytes", "readers", "created_at", "company")
    list_filter = ("is_public", "media_type")
    list_select_related = ("company",)
    search_fields = ("name", "sha256", "company__name")
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No document yet. Add one here, or attach it where you state a fact."
    )

    @admin.display(description=gettext_lazy("type"), ordering="media_type")
    def kind(self, evidence: Evidence) -> str:
        """Return the kind in a word."""
        return evidence.media_type.partition("/")[2].upper().replace("PLAIN", "TXT")

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def bytes(self, evidence: Evidence) -> str:
        """Return the size as people read it."""
        return readings.size_text(evidence.size)

    @admin.display(description=gettext_lazy("readers"), ordering="is_public")
    def readers(self, evidence: Evidence) -> str:
        """Return who may read it."""
        if evidence.is_public:
            return _("anyone")
        return _("the company, verifiers in their scope")

    @admin.display(description=gettext_lazy("Document"))
    def link(self, evidence: Evidence) -> str:
        """Lead to the bytes."""
        return format_html(
            '<a href="{}">{}</a>', readings.download_address(evidence), evidence.name
        )

    @admin.display(description=gettext_lazy("Attached to"))
    def attached_to(self, evidence: Evidence) -> str:
        """Lead to the statements that stand on it."""
        address = "admin:companies_statement_change"
        rows = evidence.statements.order_by("-pk")[:20]
        return (
            format_html_join(
                " · ",
                '<a href="{}">{}</a>',
                ((reverse(address, args=[one.pk]), one.fact) for one in rows),
            )
            or "—"
        )

    def get_fields(self, request: HttpRequest, obj: Evidence | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for a file, or show what there is of one."""
        if obj is None:
            return ("company", "file", "is_public")
        shown = ["link", "kind", "bytes", "sha256", "company", "created_at"]
        return [*shown, "attached_to", "is_public"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Evidence | None = None
    ) -> Any:
        """Fix all but who may read it; what others filed is not the company's."""
        if obj is None:
            return ()
        return [one for one in self.get_fields(request, obj) if one != "is_public"]

    def get_form(
        self,
        request: HttpRequest,
        obj: Evidence | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Ask for a file once."""
        form = EvidenceForm if obj is None else ShownForm
        return super().get_form(request, obj, change=change, **{**kwargs, "form": form})

    def has_change_permission(
        self, request: HttpRequest, obj: Evidence | None = None
    ) -> bool:
        """Leave what a verifier or somebody who contests filed as it is."""
        return super().has_change_permission(request, obj) and not (
            obj is not None and obj.is_from_outside
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Evidence], search_term: str
    ) -> tuple[QuerySet[Evidence], bool]:
        """Offer to attach only what is the company's own."""
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.filter(is_from_outside=False)
        return super().get_search_results(request, queryset, search_term)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Evidence:  # noqa: FBT001 - Django's signature
        """File the document, or say who may read it: shown to anyone is published."""
        evidence: Evidence = form.instance
        is_public = form.cleaned_data["is_public"]
        if is_public and "is_public" in form.changed_data:
            require_second_factor(request)
        if not change:
            upload = form.cleaned_data["file"]
            evidence = file_evidence(
                company=form.cleaned_data["company"],
                blocks=upload.chunks(),
                name=upload.name,
                author=request.user,  # type: ignore[arg-type]
            )
        if change or is_public:
            show_evidence(evidence=evidence, is_public=is_public, author=request.user)  # type: ignore[arg-type]
        return evidence

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: a document has no rows of its own."""

    def get_urls(self) -> list[URLPattern]:
        """Add where a document is handed out."""
        own: URLPattern = path(
            "<uuid:evidence_id>/document/",
            self.admin_site.admin_view(self.download),
            name="companies_evidence_download",
        )
        return [own, *super().get_urls()]

    def download(self, request: HttpRequest, evidence_id: uuid.UUID) -> HttpResponse:
        """Hand out a document to who may read it; to others there is none."""
        evidence = scoping.readable(request.user).filter(pk=evidence_id).first()
        try:
            if evidence is None:
                raise EvidenceUnknown(_("There is no such document for you."))
            return document(request, evidence, is_for_anyone=False)
        except DomainError as refused:
            return _refusal(request, refused)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer one way to save; there is nothing to go on with."""
        context = {
            **(extra_context or {}),
            "show_save_and_continue": False,
            "show_save_and_add_another": object_id is None,
        }
        return super().changeform_view(request, object_id, form_url, context)

    def response_add(
        self,
        request: HttpRequest,
        obj: Evidence,
        post_url_continue: str | None = None,
    ) -> HttpResponse:
        """Say under which name it is kept, since that may be another one."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        text = _("“%(name)s” is kept. Attach it where you state a fact.")
        self.message_user(request, text % {"name": obj.name}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:companies_evidence_changelist"))


def _refusal(request: HttpRequest, refused: DomainError) -> HttpResponse:
    page = render_to_string(
        "error.html",
        {
            "status": refused.status,
            "detail": refused.detail,
            "request_id": request_id(request),
        },
    )
    response = HttpResponse(page, status=refused.status)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
