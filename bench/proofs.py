"""
Requests of tills that prove nothing, timed in turns, in a database of its own.

By the processor time of the thread: what other programs take is no part of it.
"""

import base64
import json
import os
import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from bench.tables import say

NOBODY = "3f0e3f1e-4c1e-4b6e-9b0a-000000000000"
WRONG = "wrong signature"
# The same again: what it differs by is what the machine does.
CONTROL = "wrong signature, again"
OUTSIDE = 330


class Attempt(NamedTuple):
    """One request: to which terminal, with which body and headers."""

    terminal: str
    body: bytes
    headers: Mapping[str, str]


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when an answer is not the one 401."""
    parser = ArgumentParser(
        prog="signature_times.py", description="Whether a refusal's time tells why."
    )
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ["FLASHSESAME_THROTTLE_PROMPT"] = "100000000/min"
        os.environ.pop("FLASHSESAME_DATABASE_URL", None)
        is_right = _measure(options.rounds)
    sys.exit(not is_right)


def _measure(rounds: int) -> bool:
    import django

    django.setup()
    from rest_framework.test import APIRequestFactory

    from bench import databases
    from checkout.views.tills import PromptCreate

    databases.prepare()
    families = _families()
    factory, view = APIRequestFactory(), PromptCreate.as_view()
    times: dict[str, list[float]] = {name: [] for name in families}
    answers = set()
    order = list(families)
    for turn in range(rounds + 1):
        random.shuffle(order)
        for name in order:
            one = families[name]()
            request = factory.post(
                f"/api/v1/terminals/{one.terminal}/payment-prompts",
                one.body,
                content_type="application/json",
                headers=one.headers,
            )
            started = time.thread_time()
            answer = view(request, terminal_id=one.terminal)
            passed = time.thread_time() - started
            answers.add((answer.status_code, answer.content))
            # The first turn fills caches.
            if turn:
                times[name].append(passed)
    _print(times, rounds)
    say(f"answers that differ: {len(answers) - 1}")
    return len(answers) == 1 and {status for status, _ in answers} == {401}


def _families() -> dict[str, Callable[[], Attempt]]:
    from checkout.services import register_terminal, replace_secret
    from checkout.services.terminals import disable_terminal
    from companies.models import Company

    company = Company.objects.create(name="Filature")
    known, secret = register_terminal(company=company, label="Till")
    rotated, _old = register_terminal(company=company, label="Rotated")
    replace_secret(rotated)
    off, off_secret = register_terminal(company=company, label="Off")
    disable_terminal(off)
    other = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    here = str(known.pk)

    def without(header: str) -> Attempt:
        one = _signed(here, secret)
        kept = {k: v for k, v in one.headers.items() if k != header}
        return one._replace(headers=kept)

    def with_header(header: str, value: str) -> Attempt:
        one = _signed(here, secret)
        return one._replace(headers={**one.headers, header: value})

    def altered() -> Attempt:
        one = _signed(here, secret)
        return one._replace(body=one.body.replace(b"1299", b"1298"))

    signature = "webhook-signature"
    return {
        WRONG: lambda: _signed(here, other),
        CONTROL: lambda: _signed(here, other),
        "altered body": altered,
        "no id": lambda: without("webhook-id"),
        "no timestamp": lambda: without("webhook-timestamp"),
        "no signature": lambda: without(signature),
        "too old": lambda: _signed(here, secret, -OUTSIDE),
        "too early": lambda: _signed(here, secret, OUTSIDE),
        "timestamp float": lambda: with_header("webhook-timestamp", "1614265330.9"),
        "no comma": lambda: with_header(signature, "invalid_signature"),
        "partial": lambda: with_header(signature, "v1,g0hM9"),
        "base64 with junk": lambda: with_header(signature, "v1,!!" + "A" * 43 + "="),
        "two secrets count": lambda: _signed(str(rotated.pk), other),
        "terminal unknown": lambda: _signed(NOBODY, secret),
        "terminal no UUID": lambda: _signed("nobody", secret),
        "terminal disabled": lambda: _signed(str(off.pk), off_secret),
    }


def _signed(terminal: str, key: str, offset: int = 0) -> Attempt:
    from common import signing

    content: dict[str, Any] = {
        "type": "payment_prompt.create",
        "terminal_id": terminal,
        "pass": "FS1.AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "amount": 1299,
        "currency": "EUR",
    }
    body, timestamp = json.dumps(content).encode(), int(time.time()) + offset
    headers = {
        "webhook-id": "msg_bench",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.sign(
            body, identifier="msg_bench", timestamp=timestamp, key=key
        ),
    }
    return Attempt(terminal, body, headers)


def _print(times: Mapping[str, Sequence[float]], rounds: int) -> None:
    base = median(times[WRONG])
    say(f"{rounds} rounds, one request of each family in a random order")
    say(f"{'family':<24}{'CPU µs':>10}{'ratio':>8}")
    for name, found in times.items():
        middle = median(found)
        say(f"{name:<24}{middle * 1e6:>10.0f}{middle / base:>8.3f}")
