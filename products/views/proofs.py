"""The proof that a revision of a sheet is in the public log."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common.caching import conditional, etag_of
from ledger import proofs
from ledger.proof_files import ProofFile
from products import history, lookup
from products.errors import (
    ProofPending,
    RevisionNotLogged,
    RevisionUnknown,
    product_unknown,
    revision_erased,
)
from products.models import Sheet
from products.views.sheets import (
    GTIN,
    LANG,
    asked_language,
    normalized,
    revision_number,
)

# A proof below one head of the log stays one. Asked for later, it stands below a later
# head, which more witnesses may have signed: so it is kept for an hour, not for ever.
PROOF_SECONDS = 3600
# The log is numbered every second, and then its witnesses are asked.
WAIT_SECONDS = 5
TEXT = "text/plain; charset=utf-8"


class RevisionProof(APIView):
    """One revision's place in the log."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readRevisionProof",
        parameters=[
            GTIN,
            OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH),
            LANG,
        ],
        responses={
            (200, "text/plain"): OpenApiTypes.STR,
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str, number: str) -> HttpResponse:
        """Answer a proof file: leaf, index, hashes and the log's signed head."""
        product = normalized(gtin)
        sheet = _revision(product, asked_language(request), revision_number(number))
        body = str(_proof(sheet)).encode()
        return conditional(
            request,
            body,
            etag=etag_of(body),
            max_age=PROOF_SECONDS,
            content_type=TEXT,
        )


def _revision(gtin: str, language: str, number: int) -> Sheet:
    found = history.logged(gtin, language, number)
    if found is None:
        if not lookup.exists(gtin):
            raise product_unknown(gtin)
        detail = _("This sheet has no revision %(n)s.") % {"n": number}
        raise RevisionUnknown(detail, revision=number, gtin=gtin)
    return found


def _proof(sheet: Sheet) -> ProofFile:
    if sheet.is_erased:
        raise revision_erased(sheet.revision)
    if sheet.entry is None:
        raise RevisionNotLogged(_("This revision is older than the public log."))
    pending = ProofPending(
        _("This revision was just published. Its proof will be there in a minute."),
        retry_after=WAIT_SECONDS,
    )
    if sheet.entry.position is None:
        raise pending
    try:
        return proofs.proof_of(sheet.entry.position)
    except proofs.NotInLog as error:
        raise pending from error
