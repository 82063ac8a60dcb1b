"""
The doors that open to a terminal's signature. The order of the checks is the point.

Length, signature (with its headers, its time and the terminal, all at one price), the
limit of the terminal, then what the body says of its address. Only then its content.
"""

import hashlib
import json
import time
from typing import Any, ClassVar, NamedTuple, NoReturn

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from checkout.errors import SignatureInvalid
from checkout.proving import HEADERS, Proven, prove
from checkout.services.repeating import Signed, retry_key
from checkout.services.terminals import note_seen
from checkout.views.limits import AddressLimit, TerminalLimit
from common import signing
from common.errors import MalformedJson, PayloadTooLarge
from common.serializing import Kept

MAX_BODY_BYTES = 20_000
WEBHOOK_HEADERS = [
    OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)
    for name in HEADERS
]


class Entered(NamedTuple):
    """A request that passed every check: who, under which keys, and what it says."""

    signed: Signed
    data: dict[str, Any]


class SignedDoor(APIView):
    """A door for terminals alone."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (AddressLimit,)
    throttle_scope = "prompt"
    # The `type` that the body must say, and the name under which it is remembered.
    request_type: ClassVar[str]
    route: ClassVar[str]
    input: ClassVar[Kept]

    def enter(self, request: Request, terminal_id: str, **said: str) -> Entered:
        """
        Return who asks what. Every failure of the proof is the same 401.

        `said` is what the body must repeat of the address besides the terminal.
        """
        body = _read(request)
        proven = _proven(request, terminal_id, body)
        TerminalLimit().spend(proven.terminal, self.route)
        note_seen(proven.terminal)
        content = _object(body)
        _compare(content, "type", self.request_type)
        _compare(content, "terminal_id", str(proven.terminal.pk), terminal_id)
        for key, value in said.items():
            _compare(content, key, value)
        data = self.input.checked(content)
        signed = Signed(
            terminal=proven.terminal,
            key=proven.identifier,
            route=self.route,
            body_sha256=hashlib.sha256(body).hexdigest(),
            retry_key=retry_key(request.headers.get("Idempotency-Key")),
        )
        return Entered(signed, data)


def _compare(content: dict[str, Any], key: str, *right: str) -> None:
    """Refuse what was signed for another route or terminal, and sent here."""
    if key in content and content[key] not in right:
        _refuse()


def _read(request: Request) -> bytes:
    # The raw bytes are what was signed, and never more of them than one too many.
    body: bytes = request._request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise PayloadTooLarge(
            _("A request of a terminal has at most %(limit)s bytes.")
            % {"limit": MAX_BODY_BYTES},
            limit=MAX_BODY_BYTES,
        )
    return body


def _proven(request: Request, terminal_id: str, body: bytes) -> Proven:
    headers = {
        name: request.headers[name] for name in HEADERS if name in request.headers
    }
    try:
        return prove(terminal_id, body, headers, now=time.time())
    except signing.SignatureRefused:
        _refuse()


def _refuse() -> NoReturn:
    raise SignatureInvalid(
        _("The signature of this request cannot be verified.")
    ) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_("The body is not JSON.")) from error
    if not isinstance(content, dict):
        raise MalformedJson(_("The body is not a JSON object."))
    return content
