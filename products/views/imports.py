"""
Files of products by program: sent, followed, confirmed, cancelled.

A company's key opens its own imports and no others.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from companies.spreadsheets import Form
from companies.wording import language
from products.errors import ProductFileRefused, ProductImportUnknown
from products.importing import template
from products.importing.refusals import why_file
from products.models import ProductImport, RefusedProductLine
from products.serializers.imports import (
    ProductFileInput,
    ProductImportDetailDocument,
    ProductImportDocument,
    ProductImportInput,
    RefusedProductLineDocument,
)
from products.services import (
    ask_product_import,
    cancel_product_import,
    confirm_product_import,
)
from products.services.importing import PROGRAM, Wish

BLOCK = 1 << 16
LINES = 100
WISHES = [
    OpenApiParameter("dry_run", OpenApiTypes.BOOL),
    OpenApiParameter("publish", OpenApiTypes.BOOL),
    OpenApiParameter("kind", OpenApiTypes.STR, enum=ProductImport.Kind.values),
    OpenApiParameter("name", OpenApiTypes.STR),
]


class AnyFile(BaseParser):
    """Leaves the body as it came: its content, not its name, says what it is."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - REST framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> Any:
        """Return the stream."""
        return stream


class CompanyProducts(APIView):
    """What a company's key for products opens."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope("products:write"),)
    throttle_classes = (KeyThrottle,)

    def own(self, request: Request, import_id: uuid.UUID) -> ProductImport:
        """Return an import of the key's company, or refuse as for one that is not."""
        company = key_of(request).company
        run = ProductImport.objects.filter(pk=import_id, company=company).first()
        if run is None:
            raise ProductImportUnknown(_("Your company has no such import."))
        return run


class ProductImportList(CompanyProducts):
    """Files that come in."""

    parser_classes = (MultiPartParser, AnyFile)

    @extend_schema(
        operation_id="importProducts",
        parameters=WISHES,
        request={
            "multipart/form-data": ProductFileInput,
            "text/csv": OpenApiTypes.BINARY,
            template.CONTENT_TYPES[Form.WORKBOOK]: OpenApiTypes.BINARY,
        },
        responses={202: ProductImportDocument},
    )
    def post(self, request: Request) -> Response:
        """
        Keep a table of products, and say where to see what becomes of it.

        CSV or Excel, one line a product, as the template. What is sent twice changes
        nothing the second time.
        """
        body: Any = request.data
        is_form = isinstance(body, Mapping)
        fields = body if is_form else {}
        given = ProductImportInput(
            data={**request.query_params.dict(), **_texts(fields)}
        )
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        upload = request.FILES.get("file") if is_form else None
        if is_form and upload is None:
            raise ProductFileRefused(why_file("empty", {}), reason="empty")
        run = ask_product_import(
            company=key_of(request).company,
            name=wish.get("name")
            or getattr(upload, "name", "")
            or key_of(request).name,
            chunks=upload.chunks() if upload else _blocks(body),
            by=PROGRAM,
            wish=Wish(wish["dry_run"], wish["publish"], wish.get("kind", "")),
        )
        # Where tasks run at once, it is done already.
        run.refresh_from_db()
        address = reverse("product-import", args=[run.pk])
        return Response(
            ProductImportDocument(run).data,
            status=202,
            headers={"Location": request.build_absolute_uri(address)},
        )


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if isinstance(value, str)}


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(BLOCK), b"")


class ProductImportDetail(CompanyProducts):
    """How far one import is."""

    @extend_schema(
        operation_id="readProductImport",
        parameters=[
            OpenApiParameter(
                "after",
                OpenApiTypes.INT,
                description="Where the next refused lines begin, as `next` says.",
            )
        ],
        responses={200: ProductImportDetailDocument},
    )
    def get(self, request: Request, import_id: uuid.UUID) -> Response:
        """Answer with the state, the figures, and the refused lines page by page."""
        run = self.own(request, import_id)
        rows = RefusedProductLine.objects.filter(run=run, pk__gt=_after(request))
        found = list(rows.order_by("pk")[: LINES + 1])
        following = None
        if len(found) > LINES:
            found = found[:LINES]
            address = reverse("product-import", args=[run.pk])
            address = f"{address}?after={found[-1].pk}"
            following = request.build_absolute_uri(address)
        lines = RefusedProductLineDocument(found, many=True).data
        page = {"results": lines, "next": following}
        return Response({**ProductImportDocument(run).data, "lines": page})


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound(_("This position does not exist."))
    return int(text)


class ProductImportConfirmation(CompanyProducts):
    """The yes after a dry run."""

    @extend_schema(
        operation_id="confirmProductImport",
        request=None,
        responses={200: ProductImportDocument},
    )
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Record what was checked; lines that were refused are left out."""
        run = self.own(request, import_id)
        confirm_product_import(run=run, by=PROGRAM)
        run.refresh_from_db()
        return Response(ProductImportDocument(run).data)


class ProductImportCancellation(CompanyProducts):
    """The no, before or in the middle."""

    @extend_schema(
        operation_id="cancelProductImport",
        request=None,
        responses={200: ProductImportDocument},
    )
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Stop an import; what is recorded already stays."""
        run = self.own(request, import_id)
        cancel_product_import(run=run, by=PROGRAM)
        run.refresh_from_db()
        return Response(ProductImportDocument(run).data)


class ProductTemplate(APIView):
    """The table to fill in."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readProductTemplate",
        parameters=[
            OpenApiParameter(
                "form",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                enum=[form.value for form in Form],
            )
        ],
        responses={
            (200, kind.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY)
            for kind in template.CONTENT_TYPES.values()
        },
        auth=[],
    )
    def get(self, request: Request, form: str) -> HttpResponse:  # noqa: ARG002 - REST framework's signature
        """Answer with the template, in the reader's language."""
        try:
            wanted = Form(form)
        except ValueError as error:
            raise NotFound from error
        name = template.file_name(wanted)
        return HttpResponse(
            template.content(wanted, language()),
            content_type=template.CONTENT_TYPES[wanted],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
