"""Counts of a company's programs, and what the shops have, for anyone."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import canonical
from common.caching import conditional, etag_of
from common.pagination import NewestFirst
from common.parsers import JsonParser
from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from companies.models import Scope
from products import lookup
from products.errors import ProductNotYours, product_unknown
from products.models import Offering, Product, Stock
from products.serializers.stocks import (
    CountsInput,
    CountsOutcome,
    CountsRequest,
    OfferingInput,
    OfferingRow,
    ShopStock,
    StockRow,
)
from products.services import set_offering
from products.services.stock_bulk import once, record_all_counts, record_counts
from products.stock import bucket, oldest_shown
from products.views.sheets import GTIN, normalized

CACHE_SECONDS = 5
MAY_COUNT = requires_scope(Scope.STOCK)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sent again within two days, the same answer and nothing twice.",
)
WRITES: dict[str, Any] = {
    "request": CountsRequest,
    "parameters": [IDEMPOTENCY_KEY],
    "responses": {200: CountsOutcome},
}


class CountsParser(JsonParser):
    """A thousand lines, with room to spare."""

    max_bytes = 500_000


class StockPages(NewestFirst):
    """By key, which no count changes; `?page_size=` up to 1,000."""

    ordering = "pk"
    page_size = 100
    max_page_size = 1000


class ShopPages(NewestFirst):
    """By the name of the shop."""

    ordering = "store"
    page_size = 50


class StockList(GenericAPIView[Stock]):
    """The exact stocks of a company's own products."""

    authentication_classes = (CompanyKey,)
    permission_classes = (MAY_COUNT,)
    throttle_classes = (KeyThrottle,)
    parser_classes = (CountsParser,)
    serializer_class = StockRow
    pagination_class = StockPages
    queryset = Stock.objects.none()

    @extend_schema(
        operation_id="listStocks",
        parameters=[
            OpenApiParameter("gtin", OpenApiTypes.STR, description="Of one product."),
            OpenApiParameter("store", OpenApiTypes.STR, description="Of one shop."),
        ],
        responses={200: StockRow(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List what is known exactly, with the version that a next count names."""
        stocks = Stock.objects.filter(product__company=key_of(request).company_id)
        page = self.paginate_queryset(_narrowed(stocks, request)) or []
        return self.get_paginated_response(StockRow(page, many=True).data)

    @extend_schema(operation_id="putStocks", **WRITES)
    def put(self, request: Request) -> HttpResponse:
        """Record up to 1,000 counts; each line has its own outcome."""
        return _record(request)

    @extend_schema(operation_id="postStocks", **WRITES)
    def post(self, request: Request) -> HttpResponse:
        """Record up to 1,000 counts; the same as PUT, for clients that lack it."""
        return _record(request)


class ProductOffering(APIView):
    """Whether a product of the company is sold."""

    authentication_classes = (CompanyKey,)
    permission_classes = (MAY_COUNT,)
    throttle_classes = (KeyThrottle,)

    @extend_schema(
        operation_id="setAvailability",
        parameters=[GTIN],
        request=OfferingInput,
        responses={200: OfferingRow},
    )
    def put(self, request: Request, gtin: str) -> Response:
        """Say that a product is on sale, on preorder or discontinued."""
        data = OfferingInput(data=request.data)
        data.is_valid(raise_exception=True)
        own = Product.objects.filter(company=key_of(request).company_id)
        product = own.filter(pk=normalized(gtin)).first()
        if product is None:
            raise ProductNotYours(
                _("Your company has declared no product with this number.")
            )
        row: Offering = set_offering(
            product=product, state=data.validated_data["state"]
        )
        return Response(OfferingRow(row).data)


class ShopList(GenericAPIView[Stock]):
    """The shops that told lately what they have of a product."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    serializer_class = ShopStock
    pagination_class = ShopPages
    queryset = Stock.objects.none()

    @extend_schema(
        operation_id="listShops",
        parameters=[GTIN],
        responses={
            200: ShopStock(many=True),
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """List every shop with about how many it has, and since when that is known."""
        number = normalized(gtin)
        if not lookup.exists(number):
            raise product_unknown(number)
        stocks = Stock.objects.filter(product=number).counted_after(oldest_shown())
        page = self.paginate_queryset(stocks) or []
        found = self.get_paginated_response(
            ShopStock([_shop(row) for row in page], many=True).data
        )
        body = canonical.dumps(found.data)
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


def _record(request: Request) -> HttpResponse:
    data = CountsInput(data=request.data)
    data.is_valid(raise_exception=True)
    given = data.validated_data
    company = key_of(request).company
    record = record_all_counts if given["atomic"] else record_counts

    def work() -> dict[str, Any]:
        return record(company=company, lines=given["lines"])

    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _answer(canonical.dumps(work()))
    done = once(company=company, key=key, content=given, work=work)
    answer = _answer(done.body)
    if done.is_repeated:
        answer["Idempotency-Replayed"] = "true"
    return answer


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def _narrowed(stocks: QuerySet[Stock], request: Request) -> QuerySet[Stock]:
    if gtin := request.query_params.get("gtin"):
        stocks = stocks.filter(product=normalized(gtin))
    if store := request.query_params.get("store"):
        # PostgreSQL refuses a NUL, which no name has.
        stocks = stocks.filter(store=store.replace("\0", ""))
    return stocks


def _shop(row: Stock) -> dict[str, Any]:
    return {"shop": row.store, "quantity": bucket(row.quantity), "as_of": row.as_of}
