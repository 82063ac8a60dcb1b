"""The till's doors: the signed questions, and the long poll for an outcome."""

import random
import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.cards import UNCONFIRMED_AFTER
from checkout.errors import PollRefused
from checkout.models import PaymentPrompt
from checkout.serializers.tills import (
    CancelInput,
    FindInput,
    PollInput,
    PromptAccepted,
    PromptInput,
    PromptsFound,
    TerminalAnswer,
)
from checkout.services import Asked, ask, read, terminal_answer
from checkout.services.asking import PROMPT_ROUTE
from checkout.services.canceling import CANCEL_ROUTE, cancel
from checkout.services.finding import FIND_ROUTE, find
from checkout.tokens import is_poll_token, poll_token
from checkout.views.doors import WEBHOOK_HEADERS, SignedDoor
from checkout.views.polling import INTERVAL_SECONDS, Read
from common import hub
from common.serializing import Kept
from common.waiting import WaitingView, in_pool

# A wake-up can be lost with its broker: the row is read again this often, in seconds.
REREAD_SECONDS = 5.0

_ACCEPTED = Kept(PromptAccepted)


class PromptCreate(SignedDoor):
    """A till asks a shopper, by a request signed as Standard Webhooks says."""

    request_type = "payment_prompt.create"
    route = PROMPT_ROUTE
    input = Kept(PromptInput)

    @extend_schema(
        operation_id="createPaymentPrompt",
        parameters=[
            *WEBHOOK_HEADERS,
            OpenApiParameter(
                "Idempotency-Key",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="For tills that give each attempt a `webhook-id` of its "
                "own: under one key there is one prompt.",
            ),
        ],
        request=PromptInput,
        responses={202: PromptAccepted},
        auth=[],
    )
    def post(self, request: Request, terminal_id: str) -> Response:
        """Answer 202 with the prompt, pending or rejected."""
        signed, data = self.enter(request, terminal_id)
        answer = ask(
            terminal=signed.terminal,
            key=signed.key,
            body_sha256=signed.body_sha256,
            retry_key=signed.retry_key,
            asked=Asked(
                handle=data.get("pass"),
                amount=data["amount"],
                currency=data["currency"],
                reference=data["reference"],
                gtins=tuple(line["gtin"] for line in data["basket"]),
                expires_in=data.get("expires_in"),
            ),
        )
        accepted = _ACCEPTED.shown(_with_token(answer))
        return Response(accepted, status=status.HTTP_202_ACCEPTED)


class PromptCancel(SignedDoor):
    """A till takes its question back."""

    request_type = "payment_prompt.cancel"
    route = CANCEL_ROUTE
    input = Kept(CancelInput)

    @extend_schema(
        operation_id="cancelPaymentPrompt",
        parameters=WEBHOOK_HEADERS,
        request=CancelInput,
        responses={200: TerminalAnswer},
        auth=[],
    )
    def post(self, request: Request, terminal_id: str, prompt_id: str) -> Response:
        """Cancel what nobody answered yet; too late, 409 says how it ended."""
        signed, _data = self.enter(request, terminal_id, prompt_id=prompt_id)
        prompt = cancel(signed=signed, prompt_id=prompt_id)
        return Response(TerminalAnswer(terminal_answer(prompt)).data)


class PromptFind(SignedDoor):
    """A till that lost an answer looks for what it asked."""

    request_type = "payment_prompt.find"
    route = FIND_ROUTE
    input = Kept(FindInput)

    @extend_schema(
        operation_id="findPaymentPrompts",
        parameters=WEBHOOK_HEADERS,
        request=FindInput,
        responses={200: PromptsFound},
        auth=[],
    )
    def post(self, request: Request, terminal_id: str) -> Response:
        """Return the terminal's latest prompts under its own reference."""
        signed, data = self.enter(request, terminal_id)
        found = find(signed=signed, reference=data["reference"])
        answers = [_with_token(terminal_answer(prompt)) for prompt in found]
        return Response(PromptsFound({"results": answers}).data)


def _with_token(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        **answer,
        "interval": INTERVAL_SECONDS,
        "poll_token": poll_token(answer["id"]),
        "poll_url": f"{settings.BASE_URL}/api/v1/payment-prompts/{answer['id']}",
    }


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
        """
        Answer at once, or up to `wait` seconds later when the outcome is known.

        With `delivery`, as soon as it is another than that as well. While it is
        pending, 429 `slow_down` to reads in vain within `interval` seconds, and to the
        older of two reads at once.
        """
        query = PollInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        _scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if not is_poll_token(prompt_id, token.strip()):
            raise PollRefused(_("This token does not open this prompt."))
        given = query.validated_data
        answer = await _outcome(prompt_id, given["wait"], given.get("delivery"))
        return Response(TerminalAnswer(answer).data)


async def _outcome(prompt_id: str, wait: int, known: str | None) -> dict[str, Any]:
    deadline, mine = time.monotonic() + wait, Read(prompt_id, wait)
    async with hub.subscribe(f"prompt.{prompt_id}") as waiter:
        while True:
            waiter.clear()
            prompt = await in_pool(_read, prompt_id)
            answer = terminal_answer(prompt)
            if prompt.is_final or waiter.is_closed:
                return answer
            left = deadline - time.monotonic()
            is_news = known is not None and answer["delivery"] != known
            is_last = is_news or left <= 0
            if not waiter.is_deaf:
                await in_pool(mine.end if is_last else mine.keep, answer["delivery"])
            if is_last:
                return answer
            await waiter.wait(min(left, _until_news(prompt), _until_look()))


def _until_look() -> float:
    """Return when a till looks for itself: not all that were woken at once, at once."""
    return REREAD_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


def _until_news(prompt: PaymentPrompt) -> float:
    """Return the seconds until time itself changes what a till is told."""
    now = time.time()
    moments = (
        prompt.expires_at.timestamp(),
        (prompt.created_at + UNCONFIRMED_AFTER).timestamp(),
    )
    return max(min((one - now for one in moments if one > now), default=0) + 0.01, 0.05)


def _read(prompt_id: str) -> PaymentPrompt:
    prompt = read(prompt_id)
    if prompt is None:
        raise PollRefused(_("This token does not open this prompt."))
    return prompt
