"""Imports: a file on one page, then its progress, what it comes to, and yes or no."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.admin.exports import csv_answer, exported, workbook_answer
from companies.admin.uploads import SHOWN, TableAdmin, TableForm
from companies.importing import checking, exporting, headers
from companies.models import Company, ImportRun
from companies.services.importing import ask_import, cancel_import, confirm_import
from companies.spreadsheets import Form
from companies.wording import language


class ImportForm(TableForm):
    """A file of statements, and whose it is."""

    class Meta:
        model = ImportRun
        fields = ("company",)


@admin.register(ImportRun)
class ImportRunAdmin(TableAdmin[ImportRun]):
    """Files of statements. Uploaded on one page; afterwards looked at and confirmed."""

    form = ImportForm
    fields = ("company", "file")
    add_form_template = "admin/companies/importrun/add_form.html"
    list_before_template = "admin/companies/importrun/files.html"
    page_template: ClassVar[str] = "admin/companies/importrun/run.html"
    add_title: ClassVar[Any] = gettext_lazy("Import statements")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No import yet. Download the template, fill in what you know, and upload it."
    )
    operators_hint: ClassVar[Any] = gettext_lazy(
        "Operators may leave it empty: each line then names its company."
    )

    @admin.display(description=gettext_lazy("new or corrected"))
    def news(self, run: ImportRun) -> int:
        """Return how many lines state something new."""
        return run.news

    def get_urls(self) -> list[URLPattern]:
        """Add what the companies state, as a file."""
        export = self.own_url("export/<str:form>/", self.export, "export")
        return [export, *super().get_urls()]

    def ask(self, request: HttpRequest, form: Any) -> ImportRun:
        """Keep the file, to be checked."""
        upload = form.cleaned_data["file"]
        return ask_import(
            company=form.cleaned_data["company"],
            name=upload.name,
            chunks=upload.chunks(),
            author=request.user,
        )

    def record(self, request: HttpRequest, run: ImportRun) -> None:
        """Let what was checked be recorded."""
        confirm_import(run=run, author=request.user)

    def stop(self, request: HttpRequest, run: ImportRun) -> None:
        """Cancel a run."""
        cancel_import(run=run, author=request.user)

    def shown(self, run: ImportRun) -> dict[str, Any]:
        """Return how far it is, and the first refused lines."""
        return {
            "percent": 100 * run.done // max(run.total, 1),
            "refused_lines": [
                {"line": one.line, "column": _column(one.column), "text": one.text}
                for one in run.errors.all()[:SHOWN]
            ],
            "kept": min(run.failed, checking.MAX_KEPT),
        }

    def refused_rows(self, run: ImportRun) -> Iterator[list[str]]:
        """Return the refused lines, under their header."""
        yield [_("Line"), _("Column"), _("Code"), _("Why")]
        for one in run.errors.all():
            yield [str(one.line), _column(one.column), one.code, one.text]

    def empty_table(self, request: HttpRequest, form: Form) -> HttpResponseBase:
        """Answer with the file to fill in, in the reader's language."""
        name = f"flashsesame-{_('template')}.{form.value}"
        if form is Form.TEXT:
            return csv_answer(request, exporting.template_rows(language()), name)
        return workbook_answer(request, exporting.template(language()), name)

    def export(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Hand out what the companies state that this person sees."""
        wanted = self.wanted(request, form)
        return exported(request, Company.objects.visible_to(request.user), wanted)


def _column(key: str) -> str:
    """Return a column as a template of the reader's language writes it."""
    return headers.header(key, language()) if key in headers.NAMES else key
