"""The QR code to print."""

from collections.abc import Callable

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from products import lookup
from products.errors import product_unknown
from products.views import GTIN, normalized
from scanning import labels
from scanning.labels.contents import Identity
from scanning.services.label_planning import require_printable

LOT = OpenApiParameter(
    "lot", description="Batch or lot, AI 10: at most 20 characters of GS1's set."
)
SERIAL = OpenApiParameter(
    "serial", description="Serial number, AI 21: at most 20 characters of GS1's set."
)


class _QrDetail(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    content_type: str
    draw: Callable[[str], bytes]

    def answer(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the QR code of a product that has a sheet, of its lot or its item."""
        number = normalized(gtin)
        query = request.query_params
        identity = Identity(number, query.get("lot", ""), query.get("serial", ""))
        if identity.lot or identity.serial:
            require_printable(identity)
        if not lookup.exists(number):
            raise product_unknown(number)
        image = type(self).draw(labels.printed_link(*identity))
        response = HttpResponse(image, content_type=self.content_type)
        response["Cache-Control"] = "public, max-age=86400"
        return response


class QrSvg(_QrDetail):
    """The QR code as SVG."""

    content_type = "image/svg+xml"
    draw = staticmethod(labels.qr_svg)

    @extend_schema(
        operation_id="readQrSvg",
        parameters=[GTIN, LOT, SERIAL],
        responses={(200, "image/svg+xml"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the product's Digital Link as a QR code, to be printed at any size."""
        return self.answer(request, gtin)


class QrPng(_QrDetail):
    """The QR code as PNG."""

    content_type = "image/png"
    draw = staticmethod(labels.qr_png)

    @extend_schema(
        operation_id="readQrPng",
        parameters=[GTIN, LOT, SERIAL],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the product's Digital Link as a QR code, ten pixels a module."""
        return self.answer(request, gtin)
