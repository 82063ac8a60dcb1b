"""Imports: a file on one page, then its progress, what it comes to, and yes or no."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from common.errors import DomainError
from companies.access import RowLevelAdmin, is_operator, may_edit
from companies.admin.exports import csv_answer, exported, workbook_answer
from companies.forms import RefusableForm
from companies.importing import checking, exporting, headers
from companies.models import Company, ImportRun
from companies.second_factor import require_second_factor
from companies.services.importing import ask_import, cancel_import, confirm_import
from companies.spreadsheets import Form
from companies.wording import language

SHOWN_LINES = 100


class ImportForm(RefusableForm):
    """A file of statements, and whose it is."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=UnfoldAdminFileFieldWidget,
        # What is wrong with a file, an empty one too, is the service's to say.
        allow_empty_file=True,
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), as the template. It is only checked at first: you "
            "see what would change, then say whether it is recorded."
        ),
    )

    class Meta:
        model = ImportRun
        fields = ("company",)


@admin.register(ImportRun)
class ImportRunAdmin(RowLevelAdmin[ImportRun]):
    """Files of statements. Uploaded on one page; afterwards looked at and confirmed."""

    form = ImportForm
    member_actions = ("view", "add")
    list_display = ("name", "progress", "news", "failed", "created_at", "company")
    list_filter = ("state",)
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    date_hierarchy = "created_at"
    list_per_page = 50
    fields = ("company", "file")
    add_form_template = "admin/companies/importrun/add_form.html"
    list_before_template = "admin/companies/importrun/files.html"
    run_template: ClassVar[str] = "admin/companies/importrun/run.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No import yet. Download the template, fill in what you know, and upload it."
    )

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: ImportRun | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: another file is another import."""
        return False

    def get_form(
        self,
        request: HttpRequest,
        obj: ImportRun | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Tell operators alone what is theirs alone."""
        if is_operator(request):
            kwargs["help_texts"] = {
                "company": _(
                    "Operators may leave it empty: each line then names its company."
                )
            }
        return super().get_form(request, obj, change=change, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies."""
        return ("company",) if is_operator(request) else ()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def progress(self, run: ImportRun) -> str:
        """Return the state, with how far it is."""
        state = run.get_state_display()
        return f"{state} ({run.done} / {run.total})" if run.is_worked_on else state

    @admin.display(description=gettext_lazy("new or corrected"))
    def news(self, run: ImportRun) -> int:
        """Return how many lines state something new."""
        return run.news

    def get_urls(self) -> list[URLPattern]:
        """Add the files that are handed out, and what may be done with a run."""

        def own(address: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            pattern: URLPattern = path(
                address, guarded, name=f"companies_importrun_{name}"
            )
            return pattern

        return [
            own("template/<str:form>/", self.template, "template"),
            own("export/<str:form>/", self.export, "export"),
            own("<uuid:run_id>/refused/", self.refused, "refused"),
            own("<uuid:run_id>/confirm/", self.confirm, "confirm"),
            own("<uuid:run_id>/cancel/", self.cancel, "cancel"),
            *super().get_urls(),
        ]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> ImportRun:  # noqa: ARG002, FBT001 - Django's signature
        """Keep the file, to be checked."""
        upload = form.cleaned_data["file"]
        return ask_import(
            company=form.cleaned_data["company"],
            name=upload.name,
            chunks=upload.chunks(),
            author=request.user,
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: an import has no rows of its own yet."""

    def response_add(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: ImportRun,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Lead to the page of the run."""
        return HttpResponseRedirect(_address(obj))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a file, with one way to send it."""
        context = {
            **(extra_context or {}),
            "title": _("Import statements"),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().add_view(request, form_url, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far a run is, what it comes to, and what may be done with it."""
        run = self._own(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": run.name,
            "run": run,
            "percent": 100 * run.done // max(run.total, 1),
            "may_edit": may_edit(request, run.company),
            "refused_lines": [
                {"line": one.line, "column": _column(one.column), "text": one.text}
                for one in run.errors.all()[:SHOWN_LINES]
            ],
            "kept": min(run.failed, checking.MAX_KEPT),
            "shown": SHOWN_LINES,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.run_template, context)

    def confirm(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Let what was checked be recorded: it is public from then on."""
        if request.method == "POST":
            require_second_factor(request)
        return self._act(request, run_id, confirm_import)

    def cancel(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Stop a run."""
        return self._act(request, run_id, cancel_import)

    def refused(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
        """Hand out the refused lines as CSV."""
        run = self._own(request, run_id)
        name = f"flashsesame-{_('refused-lines')}-{str(run.pk)[:8]}.csv"
        return csv_answer(request, _refused_rows(run), name)

    def template(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Hand out the file to fill in, in the reader's language."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = f"flashsesame-{_('template')}.{_form(form).value}"
        if _form(form) is Form.TEXT:
            return csv_answer(request, exporting.template_rows(language()), name)
        return workbook_answer(request, exporting.template(language()), name)

    def export(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Hand out what the companies state that this person sees."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        companies = Company.objects.visible_to(request.user)
        return exported(request, companies, _form(form))

    def _act(self, request: HttpRequest, run_id: Any, service: Any) -> HttpResponse:
        run = self._own(request, run_id)
        if request.method != "POST" or not may_edit(request, run.company):
            raise PermissionDenied
        try:
            service(run=run, author=request.user)
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
        return HttpResponseRedirect(_address(run))

    def _own(self, request: HttpRequest, run_id: Any) -> ImportRun:
        run = self.get_object(request, str(run_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run


def _form(name: str) -> Form:
    try:
        return Form(name)
    except ValueError as error:
        raise Http404 from error


def _address(run: ImportRun) -> str:
    return reverse("admin:companies_importrun_change", args=[run.pk])


def _column(key: str) -> str:
    """Return a column as a template of the reader's language writes it."""
    return headers.header(key, language()) if key in headers.NAMES else key


def _refused_rows(run: ImportRun) -> Iterator[list[str]]:
    yield [_("Line"), _("Column"), _("Code"), _("Why")]
    for one in run.errors.all():
        yield [str(one.line), _column(one.column), one.code, one.text]
