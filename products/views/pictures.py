"""The doors of pictures: sent by a company's programs, loaded by anyone."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.caching import has_it
from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from products import services
from products.errors import PictureUnknown, product_unknown
from products.models import Picture, Product
from products.pictures import showing, store
from products.serializers.pictures import (
    PictureDocument,
    PictureInput,
    PictureListDocument,
)
from products.views.sheets import GTIN, normalized

DIGEST = OpenApiParameter("sha256", OpenApiTypes.STR, OpenApiParameter.PATH)
# The bytes under a digest never change.
FOR_EVER = "public, max-age=31536000, immutable"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    # A shop's own page may show it.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ProductPictures(APIView):
    """The pictures of one product, for the programs of its company."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope("products:write"),)
    parser_classes = (MultiPartParser,)
    throttle_classes = (KeyThrottle,)

    @extend_schema(
        operation_id="listPictures",
        parameters=[GTIN],
        responses={200: PictureListDocument},
    )
    def get(self, request: Request, gtin: str) -> Response:
        """Answer every picture that is not removed, with how far it is."""
        product = _own(request, gtin)
        rows = Picture.objects.filter(product=product, removed_at=None)
        ordered = rows.order_by("position", "uploaded_at", "pk")
        found = ordered.prefetch_related("renditions")
        return _private(Response(PictureListDocument({"pictures": found}).data))

    @extend_schema(
        operation_id="addPicture",
        parameters=[GTIN],
        request={"multipart/form-data": PictureInput},
        responses={202: PictureDocument},
    )
    def post(self, request: Request, gtin: str) -> Response:
        """
        Take a picture, whose sizes are made in the background.

        The same file again answers with the same picture. Readers see it with the next
        publication of the sheet.
        """
        product = _own(request, gtin)
        data = PictureInput(data=request.data)
        data.is_valid(raise_exception=True)
        given = dict(data.validated_data)
        file = given.pop("picture")
        picture = services.add_picture(
            product=product, blocks=file.chunks(), said=services.Said(**given)
        )
        picture.refresh_from_db()
        return _private(Response(PictureDocument(picture).data, status=202))


class PictureFile(APIView):
    """One size of a picture that a published sheet shows."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readPicture",
        parameters=[
            DIGEST,
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER
            ),
        ],
        responses={
            (200, "image/webp"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """Answer the bytes, for ever the same; 404 for what was never published."""
        if not showing.is_public(sha256):
            raise PictureUnknown(_("There is no such picture for you."))
        etag = f'"{sha256}"'
        headers = {**HEADERS, "ETag": etag, "Cache-Control": FOR_EVER}
        if has_it(etag, request.headers.get("If-None-Match", "")):
            response = HttpResponse(status=304, headers=headers)
            del response["Content-Type"]
            return response
        data = store.bytes_of(sha256)
        response = HttpResponse(data, content_type="image/webp", headers=headers)
        response["Content-Length"] = str(len(data))
        return response


def _own(request: Request, gtin: str) -> Product:
    """Return a product of the key's company; for others there is none."""
    number = normalized(gtin)
    product = (
        Product.objects.select_related("company")
        .filter(pk=number, company=key_of(request).company)
        .first()
    )
    if product is None:
        raise product_unknown(number)
    return product


def _private(response: Response) -> Response:
    response["Cache-Control"] = "no-store"
    return response
