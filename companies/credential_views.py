"""Signed credentials as they were received, for anyone to verify again."""

import re

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common.caching import has_it
from companies.errors import UnknownCredential
from companies.models import Credential

MEDIA_TYPE = "application/vc+jwt"
DIGEST = re.compile("[0-9a-f]{64}")
# Named by its own digest: these bytes never change.
CACHE = "public, max-age=31536000, immutable"


class CredentialDetail(APIView):
    """One credential by which a published fact was verified."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readCredential",
        parameters=[
            OpenApiParameter(
                "sha256",
                {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                OpenApiParameter.PATH,
                description="SHA-256 of the token, in hexadecimal.",
            ),
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER
            ),
        ],
        responses={
            (200, MEDIA_TYPE): OpenApiTypes.STR,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """Answer with the token, byte for byte; whether it still holds it says not."""
        rows = Credential.objects.filter(sha256=sha256).order_by("pk")
        # What is no digest may be no text that a database takes either.
        token = (
            rows.values_list("token", flat=True).first()
            if DIGEST.fullmatch(sha256)
            else None
        )
        if token is None:
            raise UnknownCredential(_("There is no credential with this digest here."))
        return credential_answer(
            token, sha256, if_none_match=request.headers.get("If-None-Match", "")
        )


def credential_answer(token: str, sha256: str, *, if_none_match: str) -> HttpResponse:
    """Return the token as it was received, or 304 to who has it."""
    etag = f'"{sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE,
        "X-Content-Type-Options": "nosniff",
    }
    if has_it(etag, if_none_match):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    headers["Content-Disposition"] = f'attachment; filename="{sha256[:16]}.vc.jwt"'
    return HttpResponse(token, content_type=MEDIA_TYPE, headers=headers)
