"""The civil status of a company."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import canonical
from common.caching import conditional, etag_of
from companies import civil_status, wording
from companies.errors import CompanyUnknown
from companies.models import Company
from companies.serializers import CivilStatusDocument

CACHE_SECONDS = 5


class CompanyDetail(APIView):
    """One company."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readCivilStatus",
        responses={
            200: CivilStatusDocument,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, company_id: uuid.UUID) -> HttpResponse:
        """Answer every fact of the catalogue, the unknown ones too."""
        company = Company.objects.filter(pk=company_id).first()
        if company is None:
            raise CompanyUnknown(_("No company has this identifier."))
        status = civil_status.compose(company, language=wording.language())
        body = canonical.dumps(status)
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)
