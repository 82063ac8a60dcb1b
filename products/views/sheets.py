"""The sheet, its existence, and its QR code."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common.caching import conditional
from products import gtin as arithmetic
from products import lookup
from products.errors import InvalidGtin, product_unknown, wrong_check_digit
from products.serializers import SheetDocument

# Live stock is part of the answer: a cache may hold it for as long as nobody minds.
CACHE_SECONDS = 5
GTIN = OpenApiParameter("gtin", OpenApiTypes.STR, OpenApiParameter.PATH)


def normalized(gtin: str) -> str:
    """Return a GTIN of any length in 14 digits, or refuse it with the right digit."""
    if arithmetic.is_gtin(gtin):
        return gtin.zfill(14)
    if len(gtin) in arithmetic.LENGTHS and arithmetic.DIGITS.fullmatch(gtin):
        expected = str(arithmetic.check_digit(gtin[:-1]))
        raise wrong_check_digit(gtin, expected)
    raise InvalidGtin(_("A GTIN has 8, 12, 13 or 14 digits."), gtin=gtin[:200])


class ProductDetail(APIView):
    """The sheet of one product."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readSheet",
        parameters=[
            GTIN,
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER
            ),
        ],
        responses={
            200: SheetDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the current revision's bytes and the live stock."""
        number = normalized(gtin)
        language = lookup.served_language(get_language())
        sheet = lookup.current_sheet(number, language)
        if sheet is None:
            raise product_unknown(number)
        return conditional(request, sheet.body, etag=sheet.etag, max_age=CACHE_SECONDS)
