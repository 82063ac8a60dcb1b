"""The civil status of a company, today or on a past day, and the list of companies."""

import json
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import canonical
from common.accepting import preferred
from common.caching import conditional, etag_of
from common.pagination import NewestFirst
from companies import civil_status, finding, linked_data, wording
from companies.errors import CompanyUnknown, InvalidInstant
from companies.models import Company, CompanyFigures
from companies.renewing import search_text
from companies.serializers import (
    CivilStatusDocument,
    CompanyListDocument,
    CompanyListQuery,
    listed,
)

CACHE_SECONDS = 5
JSON = "application/json"
LINKED_DATA = "application/ld+json"
MAX_WORDS = 8
FIRST_YEAR = 2


class CompanyDetail(APIView):
    """One company."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readCivilStatus",
        parameters=[
            OpenApiParameter(
                "company_id",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="Our identifier, a SIREN, a LEI or a VAT number.",
            ),
            OpenApiParameter(
                "at",
                OpenApiTypes.STR,
                description="A past day or instant: the civil status as it was then.",
            ),
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER
            ),
        ],
        responses={
            (200, JSON): CivilStatusDocument,
            (200, LINKED_DATA): OpenApiTypes.OBJECT,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, company_id: str) -> HttpResponse:
        """Answer every fact of the catalogue, the unknown ones too."""
        language = wording.language()
        if "at" in request.query_params:
            body = _replayed(company_id, request.query_params["at"], language)
            etag = etag_of(body)
        else:
            _key, body, etag = finding.read(company_id, language)
        wanted = preferred(request.headers.get("Accept", ""), (JSON, LINKED_DATA))
        if wanted == LINKED_DATA:
            body = canonical.dumps(
                linked_data.organization(json.loads(body), settings.BASE_URL)
            )
            etag = etag_of(body)
        response = conditional(
            request,
            body,
            etag=etag,
            max_age=CACHE_SECONDS,
            content_type=LINKED_DATA if wanted == LINKED_DATA else JSON,
        )
        patch_vary_headers(response, ["Accept"])
        return response


class CompanyList(APIView):
    """Companies, to be searched and compared."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="listCompanies",
        parameters=[
            CompanyListQuery,
            OpenApiParameter(
                "cursor", OpenApiTypes.STR, description="Where the last page ended."
            ),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="Up to 100."),
        ],
        responses={
            200: CompanyListDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer one page of the companies that fit, by name unless asked otherwise."""
        query = CompanyListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        paginator = NewestFirst()
        paginator.ordering = (asked["ordering"], "pk")
        rows = _fitting(asked).select_related("company")
        page = paginator.paginate_queryset(rows, request, self) or []
        language = wording.language()
        body = canonical.dumps(
            {
                "next": paginator.get_next_link(),
                "previous": paginator.get_previous_link(),
                "results": [listed(row, language) for row in page],
            }
        )
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


def _fitting(asked: dict[str, Any]) -> QuerySet[CompanyFigures]:
    """Return the figures of the companies that fit what is asked for."""
    rows = CompanyFigures.objects.all()
    for word in search_text([asked["q"]]).split()[:MAX_WORDS]:
        number = word.upper()
        rows = rows.filter(
            Q(search_text__contains=word)
            | Q(siren=number)
            | Q(vat_id=number)
            | Q(lei=number)
        )
    exact = {
        "country": asked.get("country", "").upper(),
        "tier": asked.get("tier", ""),
        "is_complete": asked.get("complete"),
        "company__is_fictitious": asked.get("fictitious"),
    }
    rows = rows.filter(
        **{key: one for key, one in exact.items() if one not in ("", None)}
    )
    if "min_index" in asked:
        rows = rows.filter(index__gte=10 * asked["min_index"])
    return rows


def _replayed(company_id: str, at: str, language: str) -> bytes:
    moment = past_moment(at)
    company = Company.objects.filter(pk=finding.find(company_id)).first()
    if company is None or company.created_at > moment:
        raise CompanyUnknown(_("No company had this identifier then."))
    document = civil_status.compose(company, language=language, moment=moment)
    return canonical.dumps({**document, "at": at})


def past_moment(text: str) -> datetime:
    """Return the instant that `at` says; a day means its last moment."""
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    if day is not None:
        moment = timezone.make_aware(datetime.combine(day, time.max))
        if day == timezone.localdate():
            moment = timezone.now()
    if moment is not None and timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment is not None and moment.year < FIRST_YEAR:
        # Such a time may lie before the calendar in another time zone.
        moment = None
    if moment is None or moment > timezone.now() + timedelta(seconds=1):
        raise InvalidInstant(
            _("“at” is a past day, 2026-03-14, or instant, 2026-03-14T09:00:00Z.")
        )
    return moment
