"""The sheets that were published, to be read."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from companies.access import OnlyRead, RowLevelAdmin
from products.models import Sheet


@admin.register(Sheet)
class SheetAdmin(OnlyRead[Sheet], RowLevelAdmin[Sheet]):
    """What was published, revision by revision. To be read."""

    company_path = "product__company"
    list_display = ("product", "language", "revision", "published_at")
    list_filter = ("language",)
    list_select_related = ("product",)
    search_fields = ("product__gtin", "product__name")
    date_hierarchy = "published_at"
    fields = ("product", "language", "revision", "published_at", "etag", "document")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sheet]:
        """Leave the documents where they are until one is opened."""
        return super().get_queryset(request).defer("body")

    @admin.display(description=gettext_lazy("Document"))
    def document(self, sheet: Sheet) -> str:
        """Return the published bytes, laid out."""
        if sheet.is_erased:
            return gettext("It was erased, as the law may ask. The log keeps that.")
        text = json.dumps(json.loads(bytes(sheet.body)), ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)
