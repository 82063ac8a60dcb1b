"""What this service signs, for anyone: its DID document, lists, credentials, scheme."""

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common import canonical
from common.caching import has_it
from companies import catalogue, finding
from companies.credentials import certificate, holding, own_key
from companies.errors import NoSuchCredential, UnknownScheme, UnknownStatusList
from companies.models import IssuedCredential, RevocationList

Kind = IssuedCredential.Kind
TOKEN = "application/vc+jwt"  # noqa: S105 - a media type
DID_JSON = "application/did+json"
JSON = "application/json"
# A key that was taken out, or a bit that was set, is seen after this at the latest.
CACHE_SECONDS = 300
# Numbers of status lists: far fewer than this, and no text that a database refuses.
MOST_LISTS = 1_000_000
HAVE_IT = OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)
UNCHANGED = OpenApiResponse(description="You have it already.")
COMPANY = OpenApiParameter(
    "company_id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Our identifier, a SIREN, a LEI or a VAT number.",
)


class Public(APIView):
    """Read by anyone, so many times a minute from one address."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope: ClassVar[str] = "credential"


class OwnDidDocument(Public):
    """The keys by which this service signs."""

    @extend_schema(
        operation_id="readDidDocument",
        description=(
            "The DID document of `did:web:` and our host: the keys that sign our "
            "credentials today, and those that signed what still holds."
        ),
        parameters=[HAVE_IT],
        responses={(200, DID_JSON): OpenApiTypes.OBJECT, 304: UNCHANGED},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with the document; any page of any site may read it."""
        return _answer(request, own_key.document(), DID_JSON)


class StatusListDetail(Public):
    """Which of our credentials are revoked."""

    @extend_schema(
        operation_id="readStatusList",
        description=(
            "A Bitstring Status List credential, signed; a set bit means revoked. "
            "Signed again on each revocation and each day."
        ),
        parameters=[
            OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH),
            HAVE_IT,
        ],
        responses={(200, TOKEN): OpenApiTypes.STR, 304: UNCHANGED},
        auth=[],
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        """Answer with the token as it was last signed."""
        rows = RevocationList.objects.filter(pk=min(number, MOST_LISTS))
        token = rows.values_list("token", flat=True).first()
        if token is None:
            raise UnknownStatusList(_("There is no status list of this number."))
        return _answer(request, token.encode(), TOKEN)


class TransparencyCertificate(Public):
    """The certificate of one company."""

    kind: ClassVar[str] = Kind.TRANSPARENCY

    @extend_schema(
        operation_id="readTransparencyCertificate",
        description=(
            "The transparency certificate that is in force: a UNTP Digital Conformity "
            "Credential as a JWT (ES256), verified with the DID document and the "
            "status list that it names. 404 where there is none."
        ),
        parameters=[COMPANY, HAVE_IT],
        responses={(200, TOKEN): OpenApiTypes.STR, 304: UNCHANGED},
        auth=[],
    )
    def get(self, request: Request, company_id: str) -> HttpResponse:
        """Answer with the token."""
        found = holding.held(finding.find(company_id), self.kind)
        if found is None:
            raise NoSuchCredential(_("This company has no such credential in force."))
        return _answer(request, found.token.encode(), TOKEN)


class IdentityCredential(TransparencyCertificate):
    """The identity of one company."""

    kind = Kind.IDENTITY

    @extend_schema(
        operation_id="readIdentityCredential",
        description=(
            "The identity credential that is in force: a UNTP Digital Identity Anchor "
            "as a JWT (ES256), which ties the company's did:web to its SIREN."
        ),
        parameters=[COMPANY, HAVE_IT],
        responses={(200, TOKEN): OpenApiTypes.STR, 304: UNCHANGED},
        auth=[],
    )
    def get(self, request: Request, company_id: str) -> HttpResponse:
        """Answer with the token."""
        return super().get(request, company_id)


def token_answer(request: Any, credential: IssuedCredential) -> HttpResponse:
    """Return a credential of ours as it was signed, revoked or not."""
    return _answer(request, credential.token.encode(), TOKEN)


def lines_answer(request: Any, credential: IssuedCredential) -> HttpResponse:
    """Return each line of a coverage: the bytes whose digest the credential carries."""
    if not credential.lines:
        raise NoSuchCredential(_("This credential has no lines."))
    return _answer(request, credential.lines.encode(), JSON)


def scheme_document(version: str) -> dict[str, Any]:
    """Return a version of our rules with all its figures; raise `UnknownScheme`."""
    scheme = certificate.scheme_named(version)
    if scheme is None:
        raise UnknownScheme(_("There is no conformity scheme of this version."))
    document = certificate.scheme_document(
        scheme, base_url=settings.BASE_URL, owner=settings.ISSUER_NAME
    )
    return {
        **document,
        "leastCoverage": scheme.least_coverage,
        "mandatoryFacts": list(catalogue.mandatory_keys()),
        "index": catalogue.index_parameters(),
        "weights": {fact.key: fact.weight for fact in catalogue.facts().values()},
    }


def scheme_answer(request: Any, version: str) -> HttpResponse:
    """Return a version of our rules for programs."""
    return _answer(request, canonical.dumps(scheme_document(version)), JSON)


def _answer(request: Any, body: bytes, content_type: str) -> HttpResponse:
    """Return bytes, or 304 to who has them; a verifier's own page may read them."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={CACHE_SECONDS}",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }
    if has_it(etag, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    return HttpResponse(body, content_type=content_type, headers=headers)
