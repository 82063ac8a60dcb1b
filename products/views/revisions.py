"""What was published before: the list, and what two revisions differ in."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import canonical
from common.caching import conditional, etag_of
from common.pagination import NewestFirst
from common.times import rfc3339
from products import history, links, lookup
from products.errors import product_unknown
from products.models import Sheet
from products.serializers.revisions import DifferenceDocument, RevisionListDocument
from products.views.sheets import (
    CACHE_SECONDS,
    GTIN,
    normalized,
    read_revision,
    revision_number,
)


class ByRevision(NewestFirst):
    """The latest revision first."""

    ordering = "-revision"


class RevisionList(APIView):
    """The revisions of one sheet."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="listRevisions",
        parameters=[
            GTIN,
            OpenApiParameter(
                "cursor", OpenApiTypes.STR, description="Where the last page ended."
            ),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="Up to 100."),
        ],
        responses={
            200: RevisionListDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer when the sheet was published, and where each revision is read."""
        number = normalized(gtin)
        language = lookup.served_language(get_language())
        paginator = ByRevision()
        rows = history.revisions(number, language)
        page = paginator.paginate_queryset(rows, request, self) or []
        if not page and not lookup.exists(number):
            raise product_unknown(number)
        body = canonical.dumps(
            {
                "next": paginator.get_next_link(),
                "previous": paginator.get_previous_link(),
                "results": [_listed(row) for row in page],
            }
        )
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


class RevisionDifference(APIView):
    """What changed between two revisions."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="compareRevisions",
        parameters=[
            GTIN,
            OpenApiParameter(
                "from",
                OpenApiTypes.INT,
                description="The older revision; the last but one when left out.",
            ),
            OpenApiParameter(
                "to",
                OpenApiTypes.INT,
                description="The newer revision; the current one when left out.",
            ),
        ],
        responses={
            200: DifferenceDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the changes, field by field, as readers saw them."""
        number = normalized(gtin)
        language = lookup.served_language(get_language())
        newest = history.revisions(number, language).first()
        if newest is None:
            raise product_unknown(number)
        asked = request.query_params
        to = revision_number(asked.get("to", str(newest.revision)))
        since = revision_number(asked.get("from", str(max(to - 1, 1))))
        found = [read_revision(number, language, one) for one in (since, to)]
        body = canonical.dumps(history.differences(*found))
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


def _listed(row: Sheet) -> dict[str, Any]:
    address = f"{settings.BASE_URL}/api/v1/products/{row.product_id}"
    return {
        "revision": row.revision,
        "published_at": rfc3339(row.published_at),
        "digest": bytes(row.digest).hex(),
        "salt": bytes(row.salt).hex() or None,
        "url": f"{address}?revision={row.revision}",
        "proof": links.proof(row.product_id, row.revision, row.language),
    }
