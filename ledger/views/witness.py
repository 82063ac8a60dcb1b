"""Our own witness, as C2SP's tlog-witness has it: other logs' heads are signed."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common.caching import etag_of
from common.errors import PayloadTooLarge
from ledger import cosigning
from ledger.errors import CheckpointStale
from ledger.views.answers import BRIEFLY, NEVER, TEXT, PublicRead, answered

SIZE = "text/x.tlog.size"


@extend_schema(exclude=True)
class AddCheckpoint(APIView):
    """Another log asks for our signature. Its own signature is who it is."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def post(self, request: Request) -> HttpResponse:
        """Answer our signature line, or our size in a 409."""
        # Never more of it than one byte too many.
        body: bytes = request._request.read(cosigning.MAX_BYTES + 1)
        if len(body) > cosigning.MAX_BYTES:
            raise PayloadTooLarge(
                _("A checkpoint to be witnessed has at most %(limit)s bytes.")
                % {"limit": cosigning.MAX_BYTES},
                limit=cosigning.MAX_BYTES,
            )
        try:
            return _plain(f"{cosigning.cosign(body)}\n", 200, TEXT)
        except CheckpointStale as stale:
            return _plain(f"{stale.extra['size']}\n", stale.status, SIZE)


@extend_schema(exclude=True)
class WitnessVerifierKey(PublicRead):
    """The key by which our signatures below other logs' heads are verified."""

    def get(self, request: Request) -> HttpResponse:
        """Answer the verifier key."""
        body = f"{cosigning.own_key()}\n".encode()
        return answered(
            request, body, etag=etag_of(body), cache=BRIEFLY, content_type=TEXT
        )


def _plain(text: str, status: int, content_type: str) -> HttpResponse:
    return HttpResponse(
        text.encode(),
        status=status,
        content_type=content_type,
        headers={"Cache-Control": NEVER},
    )
