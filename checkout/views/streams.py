"""The line that a phone keeps open."""

import json
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from checkout import delivering
from checkout.models import PaymentPrompt
from checkout.services import phone_card
from common import hub
from common.waiting import WaitingView, in_pool
from scanning import noticing
from shoppers.authentication import shopper_of
from shoppers.models import Shopper

RECONNECT_MS = 2_000


class Stream(WaitingView):
    """The line that a phone keeps open."""

    @extend_schema(
        operation_id="stream",
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    async def get(self, request: Request) -> StreamingHttpResponse:
        """
        Answer server-sent events.

        `prompt` carries a question, `prompt.closed` its end, `notice` a recall or a
        warning on something scanned; a comment keeps the line alive. A phone that
        reconnects is told again what is pending or unseen.
        """
        response = StreamingHttpResponse(
            events(shopper_of(request)), content_type="text/event-stream; charset=utf-8"
        )
        response["Cache-Control"] = "no-cache"
        response["X-Accel-Buffering"] = "no"
        return response


async def events(shopper: Shopper) -> AsyncIterator[bytes]:
    """
    Yield what a shopper's phone must know, for as long as it listens.

    Registered first, read afterwards: whatever is committed in between wakes the line
    again, and the ids already shown drop what was read twice.
    """
    shown: set[str] = set()
    told: set[str] = set()
    async with hub.subscribe(shopper.channel) as waiter:
        yield f"retry: {RECONNECT_MS}\n\n".encode()
        while not waiter.is_closed:
            waiter.clear()
            pending = await in_pool(delivering.pending_of, shopper.pk)
            ended = await in_pool(_ended, shown, pending)
            for prompt_id, state in ended.items():
                shown.discard(prompt_id)
                yield _event(
                    "prompt.closed", prompt_id, {"id": prompt_id, "state": state}
                )
            fresh = [prompt for prompt in pending if prompt.pk not in shown]
            for prompt in fresh:
                shown.add(prompt.pk)
                yield _event("prompt", prompt.pk, phone_card(prompt))
            if fresh:
                await in_pool(delivering.mark_sent, [prompt.pk for prompt in fresh])
            # Prompts come first: somebody stands at a till.
            unseen = await in_pool(noticing.unseen_of, shopper)
            for key, notice in unseen:
                if key not in told:
                    told.add(key)
                    yield _event("notice", key, notice)
            if not await waiter.wait(settings.STREAM_HEARTBEAT_SECONDS):
                yield b": still here\n\n"


def _ended(shown: set[str], pending: list[PaymentPrompt]) -> dict[str, str]:
    gone = shown - {prompt.pk for prompt in pending}
    return delivering.states_of(sorted(gone)) if gone else {}


def _event(name: str, identifier: str, data: dict[str, Any]) -> bytes:
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {identifier}\ndata: {line}\n\n".encode()
