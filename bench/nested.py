"""
The control that must come out slow: the sheet assembled at each request.

What one would write first with REST framework: rows with their relations prefetched,
nested serializers over them, the same words from the same functions. It shows the same
values, in lists instead of objects. A URL configuration, which `bench.serving` puts
behind the middleware of the real view.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies import catalogue, civil_status, wording
from companies.catalogue import Fact
from companies.models import SatisfactionRate, StatementBase
from companies.models import Statement as FactStatement
from companies.retaining import retain
from products.composing import COMPANY_FACTS_ON_SHEET
from products.links import digital_link
from products.models import Product, Statement, Stock
from products.serializers.sheets import ValueDocument
from products.stock import bucket
from products.vocabulary import Field, sections
from products.wording import describe


class Shown(NamedTuple):
    """One field or fact, and what is stated of it."""

    entry: Field | Fact
    statement: StatementBase | None

    @property
    def document(self) -> dict[str, Any]:
        """Return the value's members and its words."""
        today = timezone.localdate()
        stated = self.statement
        found = stated.as_document(today) if stated else civil_status.unknown()
        if isinstance(self.entry, Field):
            return describe(self.entry, found)
        return {**found, "text": wording.value_text(self.entry.type, found)}


class ShownSerializer(serializers.Serializer[Any]):
    """One entry of a section."""

    key = serializers.CharField(source="entry.key")
    title = serializers.SerializerMethodField()
    document = ValueDocument()

    def get_title(self, shown: Shown) -> str:
        """Return the label in the reader's language."""
        return shown.entry.label(get_language() or "fr")


class RateSerializer(serializers.ModelSerializer[SatisfactionRate]):
    """What the employees said."""

    class Meta:
        model = SatisfactionRate
        fields = [
            *("percent", "answers", "invited", "measured_on"),
            *("source_kind", "source_name", "level"),
        ]


class StockSerializer(serializers.ModelSerializer[Stock]):
    """What one shop has."""

    bucket = serializers.SerializerMethodField()

    class Meta:
        model = Stock
        fields = ["store", "bucket", "as_of"]

    def get_bucket(self, stock: Stock) -> str:
        """Return the public bucket of the quantity."""
        return bucket(stock.quantity)


class SheetSerializer(serializers.ModelSerializer[Product]):
    """The whole sheet."""

    digital_link = serializers.SerializerMethodField()
    sections = serializers.SerializerMethodField()
    company = serializers.SerializerMethodField()
    stocks = StockSerializer(many=True)

    class Meta:
        model = Product
        fields = [
            *("gtin", "name", "digital_link", "attribution", "attribution_url"),
            *("variant", "sections", "company", "stocks"),
        ]

    def get_digital_link(self, product: Product) -> str:
        """Return the product's address."""
        return digital_link(product.gtin)

    def get_sections(self, product: Product) -> list[dict[str, Any]]:
        """Return every section with every field, the unknown ones too."""
        stated = list(product.statements.all())
        return [
            {
                "key": section.key,
                "label": section.label(get_language() or "fr"),
                "fields": _entries(section.fields, stated, "path", "field"),
            }
            for section in sections()
        ]

    def get_company(self, product: Product) -> dict[str, Any]:
        """Return the civil status with the latest rate."""
        company = product.company
        assert company is not None
        facts = [
            fact
            for fact in catalogue.facts().values()
            if fact.key in COMPANY_FACTS_ON_SHEET
        ]
        return {
            "id": str(company.pk),
            "name": company.name,
            "rates": RateSerializer(company.satisfaction_rates.all(), many=True).data,
            "facts": _entries(facts, list(company.statements.all()), "key", "fact"),
        }


def _entries(
    entries: Sequence[Field | Fact],
    stated: Sequence[StatementBase],
    key: str,
    column: str,
) -> Any:
    shown = [
        Shown(
            entry,
            retain(
                [one for one in stated if getattr(one, column) == getattr(entry, key)]
            ),
        )
        for entry in entries
    ]
    return ShownSerializer(shown, many=True).data


class NestedDetail(APIView):
    """The same sheet, assembled."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request: Request, gtin: str) -> Response:  # noqa: ARG002 - REST framework's signature
        """Answer the sheet of one product."""
        return Response(SheetSerializer(get_object_or_404(PRODUCTS, pk=gtin)).data)


PRODUCTS = Product.objects.select_related("company", "family").prefetch_related(
    Prefetch("statements", Statement.objects.current()),
    Prefetch("company__statements", FactStatement.objects.current()),
    "company__satisfaction_rates",
    "stocks",
)

urlpatterns = [path("api/v1/products/<str:gtin>", NestedDetail.as_view())]
