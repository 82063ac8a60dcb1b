"""
Five actors who want five ends of one prompt; and the form that lets two of them win.

Used by the tests and, at greater length, by `bench/settling_race.py`.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple
from unittest.mock import patch

from django.db import DatabaseError, IntegrityError, connections
from django.db.models import F, Q
from django.utils import timezone

from checkout import settling
from checkout.models import (
    Delivery,
    OutboxState,
    Outcome,
    PaymentPrompt,
    State,
    Terminal,
)
from checkout.services import decide
from common.errors import DomainError
from shoppers.models import Shopper

Actor = Callable[[PaymentPrompt], bool]
# How far from its expiry a prompt is raced for: long before, and at it.
LEFT = tuple(timedelta(milliseconds=ms) for ms in (60_000, 60_000, 60_000, 20, 5))


class Raced(NamedTuple):
    """What came of a race."""

    prompts: int
    # Ended by nobody, by one, and by more than one actor as they themselves tell it.
    none: int
    doubled: int
    # Refused by the table of outcomes: it hides a second end, and is none.
    refused: int
    # What the rows say otherwise than the winner was told.
    contradicted: int
    ends: dict[str, int]


def actors() -> dict[State, Actor]:
    """Return who ends a prompt how; each says whether it was the one."""
    return {
        State.APPROVED: lambda prompt: _decided(prompt, is_approved=True),
        State.DECLINED: lambda prompt: _decided(prompt, is_approved=False),
        State.CANCELED: lambda prompt: settling.settle(
            prompt.pk,
            State.CANCELED,
            where=settling.IN_TIME & Q(terminal=prompt.terminal_id),
        ),
        State.EXPIRED: lambda prompt: settling.expire(prompt.pk),
        State.UNREACHABLE: lambda prompt: settling.unreachable(prompt.pk),
    }


def _decided(prompt: PaymentPrompt, *, is_approved: bool) -> bool:
    assert prompt.shopper is not None
    try:
        decide(shopper=prompt.shopper, prompt_id=prompt.pk, is_approved=is_approved)
    except DomainError:
        return False
    return True


def prepare(terminal: Terminal, people: Sequence[Shopper]) -> list[PaymentPrompt]:
    """Ask each of these people what may end in all five ways."""
    now = timezone.now()
    prompts = PaymentPrompt.objects.bulk_create(
        PaymentPrompt(
            terminal=terminal,
            shopper=person,
            amount=1299,
            currency="EUR",
            payee="Magasin X",
            language="fr",
            expires_at=now + timedelta(minutes=2),
        )
        for person in people
    )
    Delivery.objects.bulk_create(
        Delivery(prompt=prompt, target="7", due_at=now, state=OutboxState.DEAD)
        for prompt in prompts
    )
    keys = [prompt.pk for prompt in prompts]
    PaymentPrompt.objects.filter(pk__in=keys).update(created_at=now - settling.GRACE)
    return prompts


def race(prompts: Sequence[PaymentPrompt]) -> Raced:
    """Let the five end each prompt at once, and count who won what."""
    everybody = actors()
    together = threading.Barrier(len(everybody))
    wins: dict[str, list[State]] = {prompt.pk: [] for prompt in prompts}
    refused: list[str] = []

    def act(state: State, actor: Actor) -> None:
        try:
            for number, prompt in enumerate(prompts):
                if together.wait() == 0:
                    _begin(prompt, number)
                together.wait()
                try:
                    if actor(prompt):
                        wins[prompt.pk].append(state)
                except IntegrityError:
                    refused.append(prompt.pk)
                except DatabaseError:
                    together.abort()
                    raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(everybody)) as pool:
        for done in [pool.submit(act, *one) for one in everybody.items()]:
            done.result()
    return _counted(wins, len(refused))


def _begin(prompt: PaymentPrompt, number: int) -> None:
    """Let the prompt be as near to its end as its turn says."""
    PaymentPrompt.objects.filter(pk=prompt.pk).update(
        expires_at=timezone.now() + LEFT[number % len(LEFT)]
    )


def _counted(wins: dict[str, list[State]], refused: int) -> Raced:
    kept = {one.pk: one for one in PaymentPrompt.objects.filter(pk__in=wins)}
    told = dict(Outcome.objects.filter(pk__in=wins).values_list("pk", "event"))
    ends: dict[str, int] = {}
    contradicted = 0
    for key, states in wins.items():
        row = kept[key]
        ends[row.state] = ends.get(row.state, 0) + 1
        # A late decision finds that the prompt expired, and settles it itself.
        said = states or [State(row.state)]
        is_true = row.state in said and told.get(key, row.state) == row.state
        contradicted += not is_true or (row.is_final and key not in told)
    return Raced(
        prompts=len(wins),
        none=sum(not row.is_final for row in kept.values()),
        doubled=sum(len(states) > 1 for states in wins.values()),
        refused=refused,
        contradicted=contradicted,
        ends=ends,
    )


def _naive(prompt_id: str, state: State, *, where: Q, reason: str = "") -> bool:
    """Settle as one must not: read, look, then write."""
    prompt = PaymentPrompt.objects.filter(where, pk=prompt_id).first()
    if prompt is None or prompt.is_final:
        return False
    PaymentPrompt.objects.filter(pk=prompt_id).update(
        state=state,
        reason=reason,
        decided_at=timezone.now(),
        version=F("version") + 1,
    )
    # Asked again here, the table would refuse: one mask of the two that hide this.
    settling._record(prompt, state)
    return True


@contextlib.contextmanager
def naive() -> Iterator[None]:
    """Let prompts be settled in the naive form: a mutant that a race must find."""
    with patch.object(settling, "settle", _naive):
        yield
