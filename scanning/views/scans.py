"""The scan."""

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common import canonical
from common.parsers import JsonParser
from scanning.serializers.scans import ScanDocument, ScanInput
from scanning.services.reading import Scanned, scan_image, scan_text


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
        auth=[],
    )
    def post(self, request: Request) -> HttpResponse:
        """Read a photo or a code, and answer what was read with the sheet."""
        data = ScanInput(data=request.data)
        data.is_valid(raise_exception=True)
        language = get_language()
        if "image" in data.validated_data:
            photo = data.validated_data["image"]
            scanned = scan_image(photo.read(), language=language)
        else:
            scanned = scan_text(
                data.validated_data["code"],
                code_format=data.validated_data.get("format"),
                language=language,
            )
        return _answer(scanned)


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
