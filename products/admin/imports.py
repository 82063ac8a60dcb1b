"""Products by file: one page to upload, then progress, what it comes to, yes or no."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.admin.exports import csv_answer, workbook_answer
from companies.admin.uploads import SHOWN, TableAdmin, TableForm
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


class ProductImportForm(TableForm):
    """A file of products, and whose it is."""

    class Meta:
        model = ProductImport
        fields = ("company", "publishes")


@admin.register(ProductImport)
class ProductImportAdmin(TableAdmin[ProductImport]):
    """Files of products. Uploaded on one page; afterwards looked at and confirmed."""

    form = ProductImportForm
    fields = ("company", "file", "publishes")
    add_form_template = "admin/products/productimport/add_form.html"
    list_before_template = "admin/products/productimport/files.html"
    page_template: ClassVar[str] = "admin/products/productimport/run.html"
    add_title: ClassVar[Any] = gettext_lazy("Import products")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No import yet. Download the template, write one product in each line, and "
        "upload it."
    )
    operators_hint: ClassVar[Any] = gettext_lazy(
        "Whose table it is. Empty for a dump of Open Food Facts (.jsonl.gz)"
        "; the command import_products takes the whole one."
    )

    @admin.display(description=gettext_lazy("new or changed"))
    def news(self, run: ProductImport) -> int:
        """Return how many lines say something new."""
        return run.news

    def how_far(self, run: ProductImport) -> str:
        """Say how far it is; how many lines there are, nobody knows before."""
        return f"{run.percent} %"

    def ask(self, request: HttpRequest, form: Any) -> ProductImport:
        """Keep the file, to be checked."""
        upload = form.cleaned_data["file"]
        return ask_product_import(
            company=form.cleaned_data["company"],
            name=upload.name,
            chunks=upload.chunks(),
            by=By(request.user),
            wish=Wish(publishes=form.cleaned_data["publishes"]),
        )

    def record(self, request: HttpRequest, run: ProductImport) -> None:
        """Let what was checked be recorded."""
        confirm_product_import(run=run, by=By(request.user))

    def stop(self, request: HttpRequest, run: ProductImport) -> None:
        """Cancel a run."""
        cancel_product_import(run=run, by=By(request.user))

    def shown(self, run: ProductImport) -> dict[str, Any]:
        """Return the first refused lines, and how often each reason came up."""
        return {
            "refused_lines": list(self.refused_rows(run))[1 : SHOWN + 1],
            "reasons": [
                (count, why_line(code))
                for code, count in sorted(run.reasons.items(), key=lambda one: -one[1])
                if code
            ],
            "kept": min(sum(run.reasons.values()), holding.MAX_KEPT),
        }

    def refused_rows(self, run: ProductImport) -> Iterator[list[str]]:
        """Return the refused lines, under their header."""
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

    def empty_table(self, request: HttpRequest, form: Form) -> HttpResponseBase:
        """Answer with the table to fill in, in the reader's language."""
        name = template.file_name(form)
        if form is Form.TEXT:
            return csv_answer(request, template.rows(language()), name)
        return workbook_answer(request, template.pages(language()), name)


def _column(one: RefusedProductLine) -> str:
    """Return a field as a template of the reader's language writes it."""
    if one.field in headers.OTHERS:
        return headers.header(headers.Column(one.field), language())
    return fields()[one.field].label(language()) if one.field in fields() else one.field
