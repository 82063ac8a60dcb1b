"""The line that a phone keeps open."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from checkout import delivering
from checkout.cards import phone_card
from checkout.views.crowding import farewell, line_of
from common.waiting import WaitingView, in_pool
from scanning import noticing
from shoppers.authentication import device_of
from shoppers.models import Device

RECONNECT_MS = 2_000
EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


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
        reconnects is told again what is pending or unseen, and the end of the prompt
        that it names in `Last-Event-ID`. The line ends when the phone is revoked, and,
        after `problem` with the code `too_many_streams`, when it is the oldest of more
        than six of one phone.
        """
        last_id = request.headers.get("Last-Event-ID", "")
        response = StreamingHttpResponse(
            events(device_of(request), last_id=last_id),
            content_type="text/event-stream; charset=utf-8",
        )
        response["Cache-Control"] = "no-cache"
        response["X-Accel-Buffering"] = "no"
        return response


class Turn(NamedTuple):
    """What a line is to be told now, ready to be written, by the id of the prompt."""

    ended: dict[str, bytes]
    asked: dict[str, bytes]


async def events(device: Device, *, last_id: str = "") -> AsyncIterator[bytes]:
    """
    Yield what a phone must know, for as long as it listens and is not revoked.

    Registered first, read afterwards: whatever is committed in between wakes the line
    again, and the ids already shown drop what was read twice.
    """
    shown: set[str] = set()
    told: set[str] = set()
    # The phone may still show what ended while it was away.
    before = {last_id} if EVENT_ID.fullmatch(last_id) else set()
    async with line_of(device) as waiter:
        yield f"retry: {RECONNECT_MS}\n\n".encode()
        heard_at = time.monotonic()
        while not waiter.is_closed:
            waiter.clear()
            turn = await in_pool(_read, device, shown, before)
            if turn is None:
                return
            before = set()
            for event in (*turn.ended.values(), *turn.asked.values()):
                yield event
            shown.difference_update(turn.ended)
            if turn.asked:
                shown.update(turn.asked)
                await in_pool(delivering.mark_sent, list(turn.asked))
            # Prompts come first: somebody stands at a till. And while every line reads
            # again and again, prompts alone.
            fresh = [] if waiter.is_deaf else await in_pool(_notices, device, told)
            for event in fresh:
                yield event
            is_quiet = not (turn.asked or turn.ended or fresh)
            heard_at = heard_at if is_quiet else time.monotonic()
            await waiter.wait(settings.STREAM_HEARTBEAT_SECONDS)
            if time.monotonic() - heard_at >= settings.STREAM_HEARTBEAT_SECONDS:
                heard_at = time.monotonic()
                yield b": still here\n\n"
        for event in farewell(waiter):
            yield event


def _read(device: Device, shown: set[str], before: set[str]) -> Turn | None:
    """Return what is new to a phone; none when it has no right to it any more."""
    pending = delivering.pending_of(device)
    # A revoked phone has nothing pending, so who has something is not asked again.
    if not pending and not Device.objects.active().filter(pk=device.pk).exists():
        return None
    gone = (shown | before) - {prompt.pk for prompt in pending}
    ended = delivering.ended_of(device.shopper_id, sorted(gone)) if gone else {}
    return Turn(
        {
            key: _event("prompt.closed", key, {"id": key, "state": state})
            for key, state in ended.items()
        },
        {
            prompt.pk: _event("prompt", prompt.pk, phone_card(prompt))
            for prompt in pending
            if prompt.pk not in shown
        },
    )


def _notices(device: Device, told: set[str]) -> list[bytes]:
    """Return the notices that this line was not told, and note them as told."""
    fresh = {
        key: notice
        for key, notice in noticing.unseen_of(device.shopper)
        if key not in told
    }
    told.update(fresh)
    return [_event("notice", key, notice) for key, notice in fresh.items()]


def _event(name: str, identifier: str, data: dict[str, Any]) -> bytes:
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {identifier}\ndata: {line}\n\n".encode()
