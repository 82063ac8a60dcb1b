"""
Events by program: the capture interface of EPCIS 2.0, and its simple query.

A company's key opens its own captures and events, and no others.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.pagination import NewestFirst
from common.times import rfc3339
from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from products.epcis import reading
from products.epcis.identifiers import canonical
from products.errors import CaptureUnknown, EventQueryRefused
from products.models import Capture, Event, EventCorrection, EventThing
from products.serializers.events import (
    CaptureDocument,
    CaptureInput,
    EventQuery,
    EventQueryDocument,
    Position,
)
from products.services import ask_capture
from products.services.capturing import Way

BEHAVIOUR = "GS1-EPCIS-Capture-Error-Behaviour"
LIMITS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-EPCIS-Capture-Limit": str(reading.MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(reading.MAX_BYTES),
}
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
BLOCK = 65_536


class Untouched(BaseParser):
    """Leaves the body as it came: what is kept is what was sent, byte by byte."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - REST framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> Any:
        """Return the stream."""
        return stream


class UntouchedLinkedData(Untouched):
    """The same, by the name that EPCIS prefers."""

    media_type = "application/ld+json"


class LinkedData(JSONRenderer):
    """JSON by the name that EPCIS prefers."""

    media_type = "application/ld+json"
    format = "jsonld"


class CompanyEvents(APIView):
    """What a company's key for events opens."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope("events:write"),)
    throttle_classes = (KeyThrottle,)
    throttle_scope = "capture"


class CaptureList(CompanyEvents):
    """Documents that come in, and those that came."""

    parser_classes = (Untouched, UntouchedLinkedData)

    @extend_schema(
        operation_id="captureEvents",
        parameters=[
            OpenApiParameter("dry_run", OpenApiTypes.BOOL),
            OpenApiParameter(
                BEHAVIOUR,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                enum=Capture.Behaviour.values,
            ),
        ],
        request={"application/ld+json": OpenApiTypes.OBJECT},
        responses={202: CaptureDocument},
    )
    def post(self, request: Request) -> Response:
        """
        Keep an EPCIS document, and say where to see what becomes of it.

        With `rollback`, the default, one refused event refuses the whole document; with
        `proceed` the others are recorded. What is sent twice is recorded once.
        """
        given = CaptureInput(
            data={
                "dry_run": request.query_params.get("dry_run", "false"),
                "behaviour": request.headers.get(BEHAVIOUR) or "rollback",
            }
        )
        given.is_valid(raise_exception=True)
        capture = ask_capture(
            company=key_of(request).company,
            chunks=_blocks(request.data),
            way=Way(
                door=Capture.Door.API,
                name=key_of(request).name,
                is_dry_run=given.validated_data["dry_run"],
                behaviour=given.validated_data["behaviour"],
            ),
        )
        # Where tasks run at once, it is done already.
        capture.refresh_from_db()
        address = reverse("capture-detail", args=[capture.pk])
        return _answer(
            CaptureDocument(capture, context={"has_errors": True}).data,
            status=202,
            headers={"Location": request.build_absolute_uri(address)},
        )

    @extend_schema(
        operation_id="listCaptures",
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.STR),
            OpenApiParameter("page_size", OpenApiTypes.INT),
        ],
        responses={200: CaptureDocument(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Return the company's captures, newest first."""
        paginator: BasePagination = NewestFirst()
        rows = Capture.objects.filter(company=key_of(request).company)
        page = paginator.paginate_queryset(rows, request, self)
        answer = paginator.get_paginated_response(CaptureDocument(page, many=True).data)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class CaptureDetail(CompanyEvents):
    """One capture."""

    @extend_schema(operation_id="readCapture", responses={200: CaptureDocument})
    def get(self, request: Request, capture_id: uuid.UUID) -> Response:
        """Return how far a capture is, and what is refused of it."""
        company = key_of(request).company
        capture = Capture.objects.filter(company=company, pk=capture_id).first()
        if capture is None:
            raise CaptureUnknown(_("Your company has no such capture."))
        document = CaptureDocument(capture, context={"has_errors": True}).data
        headers = {"Retry-After": "1"} if capture.is_worked_on else {}
        return _answer(document, headers=headers)


class EventList(CompanyEvents):
    """The events that a company captured."""

    renderer_classes = (LinkedData,)

    @extend_schema(
        operation_id="queryEvents",
        parameters=[EventQuery],
        responses={200: EventQueryDocument},
    )
    def get(self, request: Request) -> Response:
        """Return a page of events, newest first, as an EPCIS query document."""
        if unknown := sorted(set(request.query_params) - set(EventQuery().fields)):
            raise EventQueryRefused(
                _("The parameter %(name)s is not answered here.")
                % {"name": unknown[0][:60]},
                parameter=unknown[0][:60],
            )
        given = EventQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        rows = Event.objects.filter(_wanted(asked), company=key_of(request).company)
        corrections = EventCorrection.objects.order_by("declared_at")
        page = list(
            rows.prefetch_related(Prefetch("corrections", corrections)).order_by(
                "-time", "hash"
            )[: asked["perPage"] + 1]
        )
        headers = _next(request, page, asked["perPage"])
        return _answer(_query_document(page[: asked["perPage"]]), headers=headers)


FILTERS = {
    "eventType": "type",
    "EQ_bizStep": "biz_step",
    "EQ_disposition": "disposition",
    "EQ_action": "action",
    "EQ_eventID": "event_id",
    "GE_eventTime": "time__gte",
    "LT_eventTime": "time__lt",
    "GE_recordTime": "created_at__gte",
    "LT_recordTime": "created_at__lt",
}


def _wanted(asked: dict[str, Any]) -> Q:
    wanted = Q(**{FILTERS[key]: asked[key] for key in FILTERS if key in asked})
    if "MATCH_anyEPC" in asked:
        key = canonical(asked["MATCH_anyEPC"])
        wanted &= Q(pk__in=EventThing.objects.filter(key=key).values("event"))
    if (after := asked.get("nextPageToken")) is not None:
        wanted &= Q(time__lt=after.time) | Q(time=after.time, hash__gt=after.hash)
    return wanted


def _query_document(page: list[Event]) -> dict[str, Any]:
    return {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": rfc3339(timezone.now()),
        "epcisBody": {
            "queryResults": {
                "queryName": "SimpleEventQuery",
                "resultsBody": {"eventList": [_as_sent(one) for one in page]},
            }
        },
    }


def _as_sent(event: Event) -> dict[str, Any]:
    """Return an event with its prefixes, its hash and when we recorded it."""
    document: dict[str, Any] = {
        **event.body,
        "recordTime": rfc3339(event.created_at),
        "eventHash": event.uri,
    }
    if event.namespaces:
        document["@context"] = [event.namespaces]
    if wrong := list(event.corrections.all()):
        document["errorDeclaration"] = wrong[-1].body
    return document


def _next(request: Request, page: list[Event], size: int) -> dict[str, str]:
    if len(page) <= size:
        return {}
    last = page[size - 1]
    query = request.query_params.dict()
    query["nextPageToken"] = Position(last.time, last.hash).as_token()
    address = request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
    return {"Link": f'<{address}>; rel="next"'}


def _answer(
    document: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return an answer that no cache keeps, with the limits of the interface."""
    return Response(
        document,
        status=status,
        headers={**LIMITS, "Cache-Control": "no-store", **(headers or {})},
    )


def _blocks(stream: Any) -> Iterator[bytes]:
    # An empty body leaves REST framework's empty form in the place of the stream.
    while hasattr(stream, "read") and (block := stream.read(BLOCK)):
        yield block
