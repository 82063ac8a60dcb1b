"""Documents that anyone may read."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from companies.attachments import document
from companies.errors import EvidenceUnknown
from companies.filing.kinds import KINDS
from companies.models import Evidence


class EvidenceDetail(APIView):
    """One document that its company shows to anyone."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readEvidence",
        responses={
            **{(200, kind.media_type): OpenApiTypes.BINARY for kind in KINDS},
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, evidence_id: uuid.UUID) -> HttpResponse:
        """Answer with the document; 404 for one that is not public, as for none."""
        evidence = Evidence.objects.filter(pk=evidence_id, is_public=True).first()
        if evidence is None:
            raise EvidenceUnknown(_("There is no such document for you."))
        return document(request, evidence, is_for_anyone=True)
