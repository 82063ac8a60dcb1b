"""The till's doors: the signed question, and the long poll for its outcome."""

import hashlib
import json
import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from checkout.errors import PollRefused, SignatureInvalid
from checkout.models import PaymentPrompt, Terminal
from checkout.serializers.tills import (
    PollInput,
    PromptAccepted,
    PromptInput,
    TerminalAnswer,
)
from checkout.services import Asked, acknowledge, ask, refreshed, terminal_answer
from checkout.tokens import is_poll_token, poll_token
from common import hub, signing
from common.errors import MalformedJson, PayloadTooLarge
from common.waiting import WaitingView, in_pool

MAX_BODY_BYTES = 20_000
PROMPT_TYPE = "payment_prompt.create"
# An unknown terminal costs the same time as a known one.
DUMMY_KEY = "whsec_" + "A" * 43 + "="
# A wake-up can be lost with its broker: the row is read again this often, in seconds.
REREAD_SECONDS = 5.0

WEBHOOK_HEADERS = [
    OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]


class PromptCreate(APIView):
    """A till asks a shopper, by a request signed as Standard Webhooks says."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "prompt"

    @extend_schema(
        operation_id="createPaymentPrompt",
        parameters=WEBHOOK_HEADERS,
        request=PromptInput,
        responses={202: PromptAccepted},
        auth=[],
    )
    def post(self, request: Request, terminal_id: str) -> Response:
        """Answer 202 with the prompt, pending or rejected."""
        # The raw bytes are what was signed; `request.data` would consume them.
        body = request._request.body
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge(
                _("A request of a terminal has at most %(limit)s bytes.")
                % {"limit": MAX_BODY_BYTES},
                limit=MAX_BODY_BYTES,
            )
        terminal = _find_terminal(terminal_id)
        key = _verified_id(request, body, terminal)
        assert terminal is not None
        data = _content(body, terminal)
        answer = ask(
            terminal=terminal,
            key=key,
            body_sha256=hashlib.sha256(body).hexdigest(),
            asked=Asked(
                data["pass"], data["amount"], data["currency"], data["reference"]
            ),
        )
        address = f"{settings.BASE_URL}/api/v1/payment-prompts/{answer['id']}"
        accepted = PromptAccepted(
            {**answer, "poll_token": poll_token(answer["id"]), "poll_url": address}
        )
        return Response(accepted.data, status=status.HTTP_202_ACCEPTED)


def _find_terminal(terminal_id: str) -> Terminal | None:
    enabled = Terminal.objects.select_related("company").filter(is_enabled=True)
    try:
        return enabled.filter(pk=terminal_id).first()
    except ValidationError:
        return None


def _verified_id(request: Request, body: bytes, terminal: Terminal | None) -> str:
    """Return the signed `webhook-id`; every failure is the same 401."""
    headers = {
        name: request.headers[name]
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        if name in request.headers
    }
    keys = terminal.proving_keys if terminal is not None else [DUMMY_KEY]
    try:
        identifier = signing.verify(body, headers, keys, now=time.time())
    except signing.SignatureRefused as error:
        raise _unsigned() from error
    if terminal is None:
        raise _unsigned()
    return identifier


def _unsigned() -> SignatureInvalid:
    return SignatureInvalid(_("The signature of this request cannot be verified."))


def _content(body: bytes, terminal: Terminal) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(_("The body is not JSON.")) from error
    if not isinstance(content, dict):
        raise MalformedJson(_("The body is not a JSON object."))
    said = (content.get("type"), content.get("terminal_id"))
    if None not in said and said != (PROMPT_TYPE, str(terminal.pk)):
        # Signed for another route or another terminal, and replayed here.
        raise _unsigned()
    data = PromptInput(data=content)
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)


class PromptDetail(WaitingView):
    """The outcome of a prompt, for the till that asked."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readPaymentPrompt",
        parameters=[
            PollInput,
            OpenApiParameter(
                "Authorization",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="Bearer and the poll token of the prompt.",
            ),
        ],
        responses={200: TerminalAnswer},
        auth=[],
    )
    async def get(self, request: Request, prompt_id: str) -> Response:
        """Answer at once, or up to `wait` seconds later when the outcome is known."""
        query = PollInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        _scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if not is_poll_token(prompt_id, token.strip()):
            raise PollRefused(_("This token does not open this prompt."))
        prompt = await _outcome(prompt_id, query.validated_data["wait"])
        return Response(TerminalAnswer(terminal_answer(prompt)).data)


async def _outcome(prompt_id: str, wait: int) -> PaymentPrompt:
    deadline = time.monotonic() + wait
    async with hub.subscribe(f"prompt.{prompt_id}") as waiter:
        while True:
            waiter.clear()
            prompt = await in_pool(_read, prompt_id)
            left = deadline - time.monotonic()
            if prompt.is_final or left <= 0 or waiter.is_closed:
                return prompt
            until_expiry = prompt.expires_at.timestamp() - time.time() + 0.01
            await waiter.wait(min(left, max(until_expiry, 0.05), REREAD_SECONDS))


def _read(prompt_id: str) -> PaymentPrompt:
    prompt = (
        PaymentPrompt.objects.select_related("shopper").filter(pk=prompt_id).first()
    )
    if prompt is None:
        raise PollRefused(_("This token does not open this prompt."))
    if not prompt.is_final:
        prompt = refreshed(prompt)
    if prompt.is_final:
        acknowledge(prompt)
    return prompt
