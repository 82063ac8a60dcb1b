"""
What terminals asked before: a retry gets the first answer, a replay does nothing new.

The `webhook-id` is signed, and always remembered. An `Idempotency-Key` is not: it only
lets a till that signs each attempt anew say that they are one.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from checkout.errors import KeyReused, RequestInProgress, RetryKeyMalformed
from checkout.models import Terminal, TerminalRequest
from common import compiled

# By the unsigned key, beside the routes by the signed one.
BY_RETRY_KEY = "payment-prompts.retry-key"
LONGEST_RETRY_KEY = 255
# PostgreSQL: a lock was waited for too long, or two waited for each other.
IN_PROGRESS = frozenset({"55P03", "40P01"})

_NEW = compiled.Insert(TerminalRequest)


class Signed(NamedTuple):
    """A proven request: under which key, to which route, with which body."""

    terminal: Terminal
    key: str
    route: str
    body_sha256: str
    retry_key: str = ""


class Told(NamedTuple):
    """What a request was told before: an answer, or none when it was refused."""

    answer: dict[str, Any] | None

    def again(self) -> dict[str, Any]:
        """Return the answer. Raise `KeyReused`: the body was another one."""
        if self.answer is None:
            raise KeyReused(_("This key was used for another request."))
        return self.answer


def retry_key(header: str | None) -> str:
    """
    Return what is kept of an `Idempotency-Key`, quoted or bare; empty without one.

    Raise `RetryKeyMalformed` for what is no key.
    """
    if header is None:
        return ""
    text = header.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    is_printable = text.isascii() and text.isprintable()
    if not text.strip() or not is_printable or len(text) > LONGEST_RETRY_KEY:
        raise RetryKeyMalformed(
            _("An Idempotency-Key has 1 to %(most)s printable ASCII characters.")
            % {"most": LONGEST_RETRY_KEY}
        )
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def one_second() -> Iterator[None]:
    """
    Open a transaction that waits for the same request's end one second at most.

    PostgreSQL lets a duplicate wait at the unique index. Raise `RequestInProgress`.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in IN_PROGRESS:
            raise
        raise RequestInProgress(
            _("This request is being worked on."), retry_after=1
        ) from error


def remember(signed: Signed, answer: dict[str, Any]) -> None:
    """Keep a request with its answer. A repeat raises `IntegrityError`."""
    for route, key in _keys(signed):
        _NEW.run(
            TerminalRequest(
                terminal=signed.terminal,
                key=key,
                route=route,
                body_sha256=signed.body_sha256,
                answer=answer,
            )
        )


def set_answer(signed: Signed, answer: dict[str, Any]) -> None:
    """Keep the answer of a request that is remembered, in the same transaction."""
    _of(signed).update(answer=answer)


def told_before(signed: Signed) -> Told | None:
    """Return what this request was told before; none when it is new."""
    found = {row.route: row for row in _of(signed)}
    first = found.get(signed.route) or found.get(BY_RETRY_KEY)
    if first is None:
        return None
    is_same = first.body_sha256 == signed.body_sha256
    told = Told(first.answer if is_same else None)
    if signed.route not in found:
        # Its signed key is remembered too, refused or not: recorded on the line and
        # sent once more without the unsigned one, it asks nothing new.
        TerminalRequest.objects.get_or_create(
            terminal=signed.terminal,
            key=signed.key,
            route=signed.route,
            defaults={"body_sha256": signed.body_sha256, "answer": told.answer},
        )
    return told


def remember_once(signed: Signed) -> None:
    """
    Keep a request whose repeat may be answered anew: it changes nothing then.

    Raise `KeyReused` when its key was used for another body.
    """
    row, _is_new = TerminalRequest.objects.get_or_create(
        terminal=signed.terminal,
        key=signed.key,
        route=signed.route,
        defaults={"body_sha256": signed.body_sha256},
    )
    if row.body_sha256 != signed.body_sha256:
        raise KeyReused(_("This key was used for another request."))


def _keys(signed: Signed) -> list[tuple[str, str]]:
    keys = [(signed.route, signed.key)]
    return [*keys, (BY_RETRY_KEY, signed.retry_key)] if signed.retry_key else keys


def _of(signed: Signed) -> Any:
    either = Q(pk__in=[])
    for route, key in _keys(signed):
        either |= Q(route=route, key=key)
    return TerminalRequest.objects.filter(either, terminal=signed.terminal)
