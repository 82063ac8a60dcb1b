"""The scan, and the QR code to print."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common import canonical
from common.parsers import JsonParser
from products import lookup
from products.errors import product_unknown
from products.views import GTIN, normalized
from scanning import labels
from scanning.serializers import ScanDocument, ScanInput
from scanning.services import Scanned, scan_image, scan_text


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


class _QrDetail(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    content_type: str
    draw: Callable[[str], bytes]

    def answer(self, gtin: str) -> HttpResponse:
        """Answer the QR code of a product that has a sheet."""
        number = normalized(gtin)
        if not lookup.exists(number):
            raise product_unknown(number)
        image = type(self).draw(labels.printed_link(number))
        response = HttpResponse(image, content_type=self.content_type)
        response["Cache-Control"] = "public, max-age=86400"
        return response


class QrSvg(_QrDetail):
    """The QR code as SVG."""

    content_type = "image/svg+xml"
    draw = staticmethod(labels.qr_svg)

    @extend_schema(
        operation_id="readQrSvg",
        parameters=[GTIN],
        responses={(200, "image/svg+xml"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:  # noqa: ARG002 - REST framework's signature
        """Answer the product's Digital Link as a QR code, to be printed at any size."""
        return self.answer(gtin)


class QrPng(_QrDetail):
    """The QR code as PNG."""

    content_type = "image/png"
    draw = staticmethod(labels.qr_png)

    @extend_schema(
        operation_id="readQrPng",
        parameters=[GTIN],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:  # noqa: ARG002 - REST framework's signature
        """Answer the product's Digital Link as a QR code, ten pixels a module."""
        return self.answer(gtin)
