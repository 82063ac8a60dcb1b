"""The published products, searched by their words."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from common import canonical
from common.caching import conditional, etag_of
from companies import wording
from products.searching import (
    BrokenCursor,
    Card,
    Cursor,
    Found,
    Wanted,
    find,
    read_cursor,
)
from products.serializers.searching import SearchDocument, SearchQuery

CACHE_SECONDS = 5


class ProductList(APIView):
    """Products, to be searched."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "search"

    @extend_schema(
        operation_id="searchProducts",
        parameters=[SearchQuery],
        responses={
            200: SearchDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """
        Answer one page of the published products that fit, the best first.

        A word that no product has is taken for the nearest one that some product has,
        and the answer says so.
        """
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = _found(query)
        body = canonical.dumps(
            {
                "next": _link(request, found.next),
                "previous": _link(request, found.previous),
                "corrected": corrections(found),
                "results": [listed(card) for card in found.cards],
            }
        )
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


def listed(card: Card) -> Card:
    """Return a product as the list shows it."""
    return {**card, "url": f"{settings.BASE_URL}/api/v1/products/{card['gtin']}"}


def corrections(found: Found) -> list[dict[str, str]]:
    """Return which words were taken for which."""
    return [{"given": given, "taken": taken} for given, taken in found.taken.items()]


def _found(query: SearchQuery) -> Found:
    asked = query.validated_data
    cursor = asked.get("cursor")
    try:
        return find(
            Wanted(
                text=asked["q"],
                language=wording.language(),
                size=asked["page_size"],
                filters=query.filters(),
                cursor=read_cursor(cursor) if cursor else None,
                is_exact=asked["exact"],
            )
        )
    except BrokenCursor as error:
        raise NotFound(_("Invalid cursor")) from error


def _link(request: Request, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor.text())
