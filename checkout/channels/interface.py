"""What a channel is given, and the four ways in which sending ends."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple, Protocol

import structlog
from django.conf import settings

from common import outgoing
from shoppers.models import PushSubscription

USER_AGENT = f"Flashsesame/{settings.VERSION}"
# One message, names and handshake included: somebody stands at a till.
SEND_SECONDS = 5.0
MAX_ANSWER_BYTES = 4096
# A service may ask for patience, but no question lives longer than this.
LONGEST_PAUSE = timedelta(seconds=120)
OUR_FAULT = frozenset({400, 401, 403})
LATER = frozenset({408, 425, 429})

logger = structlog.get_logger(__name__)


class Message(NamedTuple):
    """What a phone is told; `topic` is the prompt's id, `seconds` its life."""

    topic: str
    content: Mapping[str, str]
    seconds: int

    @property
    def body(self) -> bytes:
        """Return the content as JSON."""
        return _json(self.content)

    @property
    def thin(self) -> Mapping[str, str]:
        """Return what is enough for a phone to ask for the rest itself."""
        return {
            key: self.content[key] for key in ("id", "state") if key in self.content
        }

    @property
    def thin_body(self) -> bytes:
        """Return the thin content as JSON."""
        return _json(self.thin)


class Sent(NamedTuple):
    """The service took the message, with this status."""

    status: int


class NotSent(Exception):
    """The message was not taken. One word says why; it is kept with the delivery."""


class Gone(NotSent):
    """The service does not know the phone any more: it is asked no more."""


class Refused(NotSent):
    """The service will refuse this message again, whenever it is sent."""


class TooBig(Refused):
    """The service takes shorter messages only."""


class Later(NotSent):
    """Worth another try, after `pause` if the service named one."""

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class PushChannel(Protocol):
    """A way to wake a phone."""

    def send(self, message: Message, subscription: PushSubscription) -> Sent:
        """Hand the message over, or raise `Gone`, `Refused` or `Later`."""
        ...


def post(url: str, body: bytes, headers: Mapping[str, str]) -> outgoing.Answer:
    """Post within our limits; no answer is worth another try."""
    try:
        base_url, path = outgoing.split(url)
        return outgoing.post(
            base_url,
            path,
            body,
            headers=headers,
            user_agent=USER_AGENT,
            seconds=SEND_SECONDS,
            max_bytes=MAX_ANSWER_BYTES,
        )
    except outgoing.NoAnswer as error:
        raise Later(str(error)) from error


def judged(answer: outgoing.Answer, *, service: str) -> Sent:
    """
    Return what an answer means, or raise it; `service` is the host, for the log.

    The address itself is never logged: who has it can wake the phone.
    """
    status = answer.status
    if 200 <= status < 300:
        return Sent(status)
    reason = f"status_{status}"
    if status in {404, 410}:
        raise Gone(reason)
    if status == 413:
        raise TooBig(reason)
    if status in LATER or status >= 500:
        raise Later(reason, answer.asked_pause(LONGEST_PAUSE))
    if status in OUR_FAULT:
        said = answer.body[:200].decode(errors="replace")
        logger.error("push.refused", service=service, status=status, said=said)
    raise Refused(reason)


def _json(content: Mapping[str, str]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
