"""The scan, alone and by the hundred."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common import canonical
from common.parsers import JsonParser
from scanning.counting import Keeper
from scanning.serializers.scans import (
    BatchDocument,
    BatchInput,
    ScanDocument,
    ScanInput,
)
from scanning.services.batching import Item, parse_batch
from scanning.services.history import keeper_of
from scanning.services.reading import Origin, Scanned, Told, scan_image, scan_text
from shoppers.authentication import bearer_token

# Security requirements as OpenAPI writes them; the generator's own type says otherwise.
OPTIONAL_TOKEN: Any = [{}, {"deviceToken": []}]


class ScanCreate(APIView):
    """One reading of one code by one phone."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    parser_classes = (JsonParser, MultiPartParser)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "scan"

    @extend_schema(
        operation_id="scan",
        request=ScanInput,
        responses={200: ScanDocument},
        auth=OPTIONAL_TOKEN,
    )
    def post(self, request: Request) -> HttpResponse:
        """
        Read a photo or a code, and answer what was read with the sheet.

        With a phone's token, the scan joins its shopper's history if that is on; a
        token that opens nothing any more does not make a scan fail.
        """
        data = ScanInput(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        origin = _origin(given, keeper_of(bearer_token(request)))
        language = get_language()
        if "image" in given:
            photo = given["image"].read()
            shop = given.get("store")
            scanned = scan_image(photo, store=shop, origin=origin, language=language)
        else:
            scanned = scan_text(
                given["code"], told=_told(given), origin=origin, language=language
            )
        return _answer(scanned)


class BatchCreate(APIView):
    """Many codes, as a reader or a phone without signal collects them."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    parser_classes = (JsonParser,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "scan"

    @extend_schema(
        operation_id="scanBatch",
        request=BatchInput,
        responses={200: BatchDocument},
        auth=OPTIONAL_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """
        Answer what each of up to 100 codes is, and where its sheet is.

        Each is understood exactly as alone. A code with an `id` is counted as a scan.
        """
        data = BatchInput(data=request.data)
        data.is_valid(raise_exception=True)
        keeper = keeper_of(bearer_token(request))
        items = [
            Item(one["code"], _told(one), _origin(one, keeper))
            for one in data.validated_data["codes"]
        ]
        response = Response({"codes": parse_batch(items)})
        response["Cache-Control"] = "no-store"
        return response


def _told(given: dict[str, Any]) -> Told:
    return Told(
        given.get("format"), given.get("symbology_identifier"), given.get("store")
    )


def _origin(given: dict[str, Any], keeper: Keeper | None) -> Origin:
    return Origin(given.get("id"), given.get("scanned_at"), keeper)


def _answer(scanned: Scanned) -> HttpResponse:
    """Put the sheet's stored bytes into the answer without parsing them."""
    said = canonical.dumps(
        {
            "gtin": scanned.gtin,
            "read": scanned.found.as_document(),
            "codes": [found.as_document() for found in scanned.codes],
        }
    )
    body = b'%b,"sheet":%b}' % (said[:-1], scanned.sheet.body)
    response = HttpResponse(body, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
