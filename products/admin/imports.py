"""Products by file: one page to upload, then progress, what it comes to, yes or no."""

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
from companies.admin.exports import csv_answer, workbook_answer
from companies.forms import RefusableForm
from companies.second_factor import require_second_factor
from companies.spreadsheets import Form
from companies.wording import language
from products.importing import headers, holding, template
from products.importing.refusals import why_line
from products.models import ProductImport, RefusedProductLine
from products.services.importing import (
    By,
    Wish,
    ask_product_import,
    cancel_product_import,
    confirm_product_import,
)
from products.vocabulary import fields

SHOWN_LINES = 100


class ProductImportForm(RefusableForm):
    """A file of products, and whose it is."""

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
        model = ProductImport
        fields = ("company", "publishes")


@admin.register(ProductImport)
class ProductImportAdmin(RowLevelAdmin[ProductImport]):
    """Files of products. Uploaded on one page; afterwards looked at and confirmed."""

    form = ProductImportForm
    member_actions = ("view", "add")
    list_display = ("name", "progress", "news", "failed", "created_at", "company")
    list_filter = ("state",)
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    date_hierarchy = "created_at"
    list_per_page = 50
    fields = ("company", "file", "publishes")
    add_form_template = "admin/products/productimport/add_form.html"
    list_before_template = "admin/products/productimport/files.html"
    run_template: ClassVar[str] = "admin/products/productimport/run.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No import yet. Download the template, write one product in each line, and "
        "upload it."
    )

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: ProductImport | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: another file is another import."""
        return False

    def get_form(
        self,
        request: HttpRequest,
        obj: ProductImport | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Tell operators alone what is theirs alone."""
        if is_operator(request):
            kwargs["help_texts"] = {
                "company": _(
                    "Whose table it is. Empty for a dump of Open Food Facts (.jsonl.gz)"
                    "; the command import_products takes the whole one."
                )
            }
        return super().get_form(request, obj, change=change, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Search among many companies."""
        return ("company",) if is_operator(request) else ()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def progress(self, run: ProductImport) -> str:
        """Return the state, with how far it is."""
        state = run.get_state_display()
        return f"{state} ({run.percent} %)" if run.is_worked_on else state

    @admin.display(description=gettext_lazy("new or changed"))
    def news(self, run: ProductImport) -> int:
        """Return how many lines say something new."""
        return run.news

    def get_urls(self) -> list[URLPattern]:
        """Add the files that are handed out, and what may be done with a run."""

        def own(address: str, view: Any, name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            pattern: URLPattern = path(
                address, guarded, name=f"products_productimport_{name}"
            )
            return pattern

        return [
            own("template/<str:form>/", self.template, "template"),
            own("<uuid:run_id>/refused/", self.refused, "refused"),
            own("<uuid:run_id>/confirm/", self.confirm, "confirm"),
            own("<uuid:run_id>/cancel/", self.cancel, "cancel"),
            *super().get_urls(),
        ]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> ProductImport:  # noqa: ARG002, FBT001 - Django's signature
        """Keep the file, to be checked."""
        upload = form.cleaned_data["file"]
        return ask_product_import(
            company=form.cleaned_data["company"],
            name=upload.name,
            chunks=upload.chunks(),
            by=By(request.user),
            wish=Wish(publishes=form.cleaned_data["publishes"]),
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: an import has no rows of its own yet."""

    def response_add(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: ProductImport,
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
            "title": _("Import products"),
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
            "may_edit": may_edit(request, run.company),
            "refused_lines": list(_refused_rows(run))[1 : SHOWN_LINES + 1],
            "reasons": [
                (count, why_line(code))
                for code, count in sorted(run.reasons.items(), key=lambda one: -one[1])
                if code
            ],
            "kept": min(sum(run.reasons.values()), holding.MAX_KEPT),
            "shown": SHOWN_LINES,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.run_template, context)

    def confirm(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Let what was checked be recorded: it is public from then on."""
        if request.method == "POST":
            require_second_factor(request)
        return self._act(request, run_id, confirm_product_import)

    def cancel(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
        """Stop a run."""
        return self._act(request, run_id, cancel_product_import)

    def refused(self, request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
        """Hand out the refused lines as CSV."""
        run = self._own(request, run_id)
        name = f"flashsesame-{_('refused-lines')}-{str(run.pk)[:8]}.csv"
        return csv_answer(request, _refused_rows(run), name)

    def template(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Hand out the table to fill in, in the reader's language."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            wanted = Form(form)
        except ValueError as error:
            raise Http404 from error
        name = template.file_name(wanted)
        if wanted is Form.TEXT:
            return csv_answer(request, template.rows(language()), name)
        return workbook_answer(request, template.pages(language()), name)

    def _act(self, request: HttpRequest, run_id: Any, service: Any) -> HttpResponse:
        run = self._own(request, run_id)
        if request.method != "POST" or not may_edit(request, run.company):
            raise PermissionDenied
        try:
            service(run=run, by=By(request.user))
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
        return HttpResponseRedirect(_address(run))

    def _own(self, request: HttpRequest, run_id: Any) -> ProductImport:
        run = self.get_object(request, str(run_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run


def _address(run: ProductImport) -> str:
    return reverse("admin:products_productimport_change", args=[run.pk])


def _refused_rows(run: ProductImport) -> Iterator[list[str]]:
    yield [_("Line"), "GTIN", _("Column"), _("Value"), _("Code"), _("Why")]
    for one in run.errors.all().iterator():
        yield [
            str(one.line),
            one.gtin,
            _column(one),
            one.excerpt,
            one.code,
            why_line(one.code, one.field, one.excerpt),
        ]


def _column(one: RefusedProductLine) -> str:
    """Return a field as a template of the reader's language writes it."""
    if one.field in headers.OTHERS:
        return headers.header(headers.Column(one.field), language())
    return fields()[one.field].label(language()) if one.field in fields() else one.field
