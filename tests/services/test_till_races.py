"""Duplicates at the same moment, on PostgreSQL, where they wait for each other."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from checkout.models import PaymentPrompt, State, TerminalRequest
from checkout.services import decide
from checkout.services.asking import PROMPT_ROUTE
from tests import make
from tests.checkout.tills import Till

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything in threads that start together, and return what came of it."""
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_attempts_at_once_under_one_unsigned_key_make_one_prompt(
    api: APIClient,
) -> None:
    till = Till(api)
    body = till.body()
    attempts = [
        {**make.signed(body, till.secret), "Idempotency-Key": "ticket-17"}
        for _ in range(8)
    ]

    answers = at_once([partial(till.post, body, one) for one in attempts])

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {202, 409}, statuses
    told = {answer.json()["id"] for answer in answers if answer.status_code == 202}
    assert len(told) == 1
    assert PaymentPrompt.objects.count() == 1


def test_a_duplicate_of_what_takes_longer_than_a_second_is_409(
    api: APIClient,
) -> None:
    till = Till(api)
    body = till.body()
    headers = make.signed(body, till.secret, identifier="msg_slow")
    is_written, is_answered = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            TerminalRequest.objects.create(
                terminal=till.terminal,
                key="msg_slow",
                route=PROMPT_ROUTE,
                body_sha256="0" * 64,
            )
            is_written.set()
            is_answered.wait(20)
            transaction.set_rollback(True)
        connection.close()

    first = threading.Thread(target=slow)
    first.start()
    assert is_written.wait(10)

    answer = till.post(body, headers)
    is_answered.set()
    first.join()

    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert answer["Retry-After"] == "1"
    assert not TerminalRequest.objects.exists()
    assert till.post(body, headers).json()["state"] == "pending"


def test_two_tills_ask_one_shopper_and_one_prompt_is_pending(api: APIClient) -> None:
    tills = [Till(api) for _ in range(6)]
    shopper = tills[0].shopper.shopper
    bodies = [till.body(**{"pass": make.handle(shopper)}) for till in tills]

    answers = at_once(
        [partial(till.post, body) for till, body in zip(tills, bodies, strict=True)]
    )

    states = Counter(answer.json().get("state", "409") for answer in answers)
    assert states["pending"] == 1
    assert set(states) <= {"pending", "rejected", "409"}
    causes = PaymentPrompt.objects.filter(state=State.REJECTED)
    assert set(causes.values_list("audit_reason", flat=True)) <= {"busy"}


def test_cancel_and_approve_at_once_have_one_winner(api: APIClient) -> None:
    till = Till(api)
    for _ in range(10):
        prompt_id = till.post(till.body()).json()["id"]

        def approve(prompt_id: str = prompt_id) -> str:
            try:
                shopper = till.shopper.shopper
                decide(shopper=shopper, prompt_id=prompt_id, is_approved=True)
            except Exception as error:
                return type(error).__name__
            return "approved"

        canceled, approved = at_once([partial(till.cancel, prompt_id), approve])

        state = PaymentPrompt.objects.get(pk=prompt_id).state
        if state == State.CANCELED:
            assert (canceled.status_code, approved) == (200, "PromptCanceled")
        else:
            assert state == State.APPROVED
            assert (canceled.status_code, approved) == (409, "approved")
            assert canceled.json()["code"] == "already_approved"
