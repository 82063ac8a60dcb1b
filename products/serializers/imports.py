"""Imports of products, as programs see them."""

from typing import Any

from rest_framework import serializers

from products.importing.refusals import why_line
from products.models import ProductImport, RefusedProductLine


class ProductImportInput(serializers.Serializer[Any]):
    """How a file is to be worked on."""

    dry_run = serializers.BooleanField(
        default=False, help_text="Only check; nothing is recorded until you confirm."
    )
    publish = serializers.BooleanField(
        default=True, help_text="Give the sheets of changed products a next revision."
    )
    kind = serializers.ChoiceField(
        choices=ProductImport.Kind.choices,
        required=False,
        help_text="Refuse the file if it is of another kind; its content decides.",
    )
    name = serializers.CharField(
        required=False, max_length=150, help_text="Of the file, for people."
    )


class ProductFileInput(ProductImportInput):
    """The same with the file, as a form."""

    file = serializers.FileField(allow_empty_file=True)


class RefusedProductLineDocument(serializers.ModelSerializer[RefusedProductLine]):
    """Why a line was refused, or a field of it was left out."""

    value = serializers.CharField(source="excerpt", help_text="Its beginning.")
    whole_line = serializers.BooleanField(
        source="is_whole", help_text="False: the line counts, without this field."
    )
    detail = serializers.SerializerMethodField()

    class Meta:
        model = RefusedProductLine
        fields = ("line", "gtin", "field", "code", "value", "whole_line", "detail")

    def get_detail(self, line: RefusedProductLine) -> str:
        """Return why, in the reader's language."""
        return why_line(line.code, line.field, line.excerpt)


class RefusedPage(serializers.Serializer[Any]):
    """Some refused lines, in the order of the file."""

    results = RefusedProductLineDocument(many=True)
    next = serializers.URLField(allow_null=True)


class ProductImportDocument(serializers.ModelSerializer[ProductImport]):
    """How far an import is, and what it comes to."""

    refused_by_code = serializers.SerializerMethodField()
    percent = serializers.IntegerField(min_value=0, max_value=100)
    refused = serializers.IntegerField(source="failed")
    publish = serializers.BooleanField(source="publishes")
    error = serializers.SerializerMethodField()

    class Meta:
        model = ProductImport
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "name",
            "sha256",
            "size",
            "state",
            "dry_run",
            "publish",
            "percent",
            "done",
            "added",
            "changed",
            "unchanged",
            "twice",
            "refused",
            "refused_by_code",
            "error",
            "created_at",
            "finished_at",
        )

    def get_refused_by_code(self, run: ProductImport) -> dict[str, int]:
        """Return how often each reason came up."""
        return {code: count for code, count in run.reasons.items() if code}

    def get_error(self, run: ProductImport) -> dict[str, str] | None:
        """Return why the whole file is refused."""
        if not run.error_code:
            return None
        return {"code": run.error_code, "detail": run.error_text}


class ProductImportDetailDocument(ProductImportDocument):
    """The same, with the refused lines."""

    lines = RefusedPage(help_text="What was refused; at most 1,000 lines are kept.")

    class Meta(ProductImportDocument.Meta):
        fields: tuple[str, ...] = (*ProductImportDocument.Meta.fields, "lines")
