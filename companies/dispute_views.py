"""The disputes about a company, as anyone may read them: never who opened them."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from common import canonical
from common.caching import conditional, etag_of
from companies import finding
from companies.dispute_documents import public_document
from companies.errors import CompanyUnknown
from companies.models import Company, Dispute
from companies.serializers import DisputeDocument

CACHE_SECONDS = 5
COMPANY_ID = OpenApiParameter(
    "company_id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Our identifier, a SIREN, a LEI or a VAT number.",
)


class DisputeList(GenericAPIView[Dispute]):
    """What is contested of what a company states. Whoever opens them adds `post`."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    serializer_class = DisputeDocument
    queryset = Dispute.objects.none()

    @extend_schema(
        operation_id="listDisputes",
        parameters=[COMPANY_ID],
        responses={
            200: DisputeDocument(many=True),
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, company_id: str) -> HttpResponse:
        """List the disputes about a company, the newest first, settled ones too."""
        disputes = Dispute.objects.filter(company=known_company(company_id))
        page = self.paginate_queryset(disputes) or []
        today = timezone.localdate()
        found = self.get_paginated_response(
            [public_document(dispute, on=today) for dispute in page]
        )
        body = canonical.dumps(found.data)
        return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


def known_company(identifier: str) -> Company:
    """
    Return the company that an identifier names, as the civil status does.

    Raise `CompanyUnknown`, `AmbiguousIdentifier` or `InvalidCompanyIdentifier`.
    """
    named = finding.lookup(identifier)
    key = named["pk"] if "pk" in named else finding.find(identifier)
    company = Company.objects.filter(pk=key).first()
    if company is None:
        raise CompanyUnknown(_("No company has this identifier."))
    return company
