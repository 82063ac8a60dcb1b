"""Files that come in: one page to upload, then progress, the outcome, yes or no."""

import uuid
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
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
from companies.admin.exports import csv_answer
from companies.forms import RefusableForm
from companies.second_factor import require_second_factor
from companies.spreadsheets import Form

# So many refusals are on the page.
SHOWN = 100

M = TypeVar("M", bound=Model)


class TableForm(RefusableForm):
    """A table to upload."""

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


class UploadAdmin(RowLevelAdmin[M]):
    """Files that workers check; recorded once somebody confirms it."""

    member_actions = ("view", "add")
    list_display = ("name", "progress", "news", "failed", "created_at", "company")
    list_filter: ClassVar[Any] = ("state",)
    list_select_related = ("company",)
    search_fields: ClassVar[Any] = ("name", "company__name")
    date_hierarchy = "created_at"
    list_per_page = 50
    add_title: ClassVar[Any]
    page_template: ClassVar[str]

    @abstractmethod
    def ask(self, request: HttpRequest, form: Any) -> M:
        """Keep the file, to be checked."""

    @abstractmethod
    def record(self, request: HttpRequest, run: M) -> None:
        """Let what was checked be recorded."""

    @abstractmethod
    def stop(self, request: HttpRequest, run: M) -> None:
        """Cancel a run."""

    @abstractmethod
    def shown(self, run: M) -> dict[str, Any]:
        """Return what the page of a run says besides the run."""

    def how_far(self, run: Any) -> str:
        """Say how far a run is that is worked on."""
        return f"{run.done} / {run.total}"

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: M | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: another file is another run."""
        return False

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies."""
        return ("company",) if is_operator(request) else ()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def progress(self, run: Any) -> str:
        """Return the state, with how far it is."""
        state: str = run.get_state_display()
        return f"{state} ({self.how_far(run)})" if run.is_worked_on else state

    def get_urls(self) -> list[URLPattern]:
        """Add what may be done with a run."""
        return [
            self.own_url("<uuid:run_id>/confirm/", self.confirm, "confirm"),
            self.own_url("<uuid:run_id>/cancel/", self.cancel, "cancel"),
            *super().get_urls(),
        ]

    def own_url(self, address: str, view: Any, name: str) -> URLPattern:
        """Return a page of this admin, for those who are let into it."""
        whole = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        pattern: URLPattern = path(
            address, self.admin_site.admin_view(view), name=whole
        )
        return pattern

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> M:  # noqa: ARG002, FBT001 - Django's signature
        """Keep the file, to be checked."""
        return self.ask(request, form)

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: a run has no rows of its own yet."""

    def response_add(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: M,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Lead to the page of the run."""
        return self._to_page(obj)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a file, with one way to send it."""
        context = {
            **(extra_context or {}),
            "title": self.add_title,
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
        run = self.own_run(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(run),
            "run": run,
            "may_edit": may_edit(request, self.company_of(run)),
            "shown": SHOWN,
            **self.shown(run),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.page_template, context)

    def confirm(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Let what was checked be recorded: it is public from then on."""
        if request.method == "POST":
            require_second_factor(request)
        return self._act(request, run_id, self.record)

    def cancel(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Stop a run."""
        return self._act(request, run_id, self.stop)

    def own_run(self, request: HttpRequest, run_id: Any) -> M:
        """Return a run that this person sees."""
        run = self.get_object(request, str(run_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run

    def _act(self, request: HttpRequest, run_id: Any, act: Any) -> HttpResponse:
        run = self.own_run(request, run_id)
        if request.method != "POST" or not may_edit(request, self.company_of(run)):
            raise PermissionDenied
        try:
            act(request, run)
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
        return self._to_page(run)

    def _to_page(self, run: M) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[run.pk]))


class TableAdmin(UploadAdmin[M]):
    """Tables: there is a template to fill in, and refused lines are handed back."""

    form = TableForm
    # What operators alone are told of the company.
    operators_hint: ClassVar[Any]

    @abstractmethod
    def refused_rows(self, run: M) -> Iterator[list[str]]:
        """Return the refused lines, under their header."""

    @abstractmethod
    def empty_table(self, request: HttpRequest, form: Form) -> HttpResponseBase:
        """Answer with the table to fill in, in the reader's language."""

    def get_form(
        self,
        request: HttpRequest,
        obj: M | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Tell operators alone what is theirs alone."""
        if is_operator(request):
            kwargs["help_texts"] = {"company": self.operators_hint}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the files that are handed out."""
        return [
            self.own_url("template/<str:form>/", self.template, "template"),
            self.own_url("<uuid:run_id>/refused/", self.refused, "refused"),
            *super().get_urls(),
        ]

    def refused(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
        """Hand out the refused lines as CSV."""
        run = self.own_run(request, run_id)
        name = f"flashsesame-{_('refused-lines')}-{str(run.pk)[:8]}.csv"
        return csv_answer(request, self.refused_rows(run), name)

    def template(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Hand out the table to fill in."""
        return self.empty_table(request, self.wanted(request, form))

    def wanted(self, request: HttpRequest, form: str) -> Form:
        """Return the form in which somebody who may look wants a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return Form(form)
        except ValueError as error:
            raise Http404 from error
