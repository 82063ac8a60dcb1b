"""The catalogue of facts, for programs: what can be stated, and what a fact means."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import canonical
from common.caching import conditional, etag_of
from companies import catalogue, crosschecks, wording
from companies.errors import FactUnknown
from companies.serializers import CatalogueDocument, FactDefinition

# It changes with a release of this service only.
CACHE_SECONDS = 3600


class FactList(APIView):
    """What a company can state about itself."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="listFacts",
        responses={
            200: CatalogueDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer the whole catalogue, in its order, with the index's parameters."""
        language = wording.language()
        document = {
            "facts": [
                _definition(fact, language) for fact in catalogue.facts().values()
            ],
            "transparency_index": catalogue.index_parameters(),
        }
        return _cached(request, document)


class FactDetail(APIView):
    """One fact of the catalogue."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readFact",
        parameters=[OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses={
            200: FactDefinition,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """Answer what the fact means, how it is checked, and who may verify it."""
        fact = catalogue.facts().get(key)
        if fact is None:
            raise FactUnknown(_("The catalogue has no fact “%s”.") % key[:60])
        return _cached(request, _definition(fact, wording.language()))


def _definition(fact: catalogue.Fact, language: str) -> dict[str, Any]:
    return {
        "key": fact.key,
        "id": f"{settings.BASE_URL}/facts/{fact.key}",
        "label": fact.label(language),
        "type": fact.type,
        "unit": fact.unit,
        "mandatory": fact.is_mandatory,
        "may_be_absent": fact.may_be_absent,
        "period": fact.period,
        "least": fact.least,
        "most": fact.most,
        "weight": fact.weight,
        "verifiable_by": list(fact.verifiable_by),
        "checks": [rule.id for rule in crosschecks.rules_of(fact.key)],
        "details": [
            {"key": one.key, "type": one.type, "label": one.label(language)}
            for one in fact.details
        ],
    }


def _cached(request: Request, document: dict[str, Any]) -> HttpResponse:
    body = canonical.dumps(document)
    return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)
