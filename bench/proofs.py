"""
Requests of tills that prove nothing, timed in turns, in a database of its own.

By the processor time of the thread, in which other programs have no part, and by the
clock, which is what somebody far away can measure.
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
# Whoever sends these chooses the kind; the terminal must not tell in its time.
WRONG_PAIR = "v1a: wrong signature"
# The same again: what it differs by is what the machine does.
AGAIN = ", again"
OUTSIDE = 330


class Attempt(NamedTuple):
    """One request: to which terminal, with which body and headers."""

    terminal: str
    body: bytes
    headers: Mapping[str, str]


class Spent(NamedTuple):
    """What one refusal took, in seconds: of the processor, and by the clock."""

    cpu: float
    wall: float


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
    times: dict[str, list[Spent]] = {name: [] for name in families}
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
            started, clock = time.thread_time(), time.perf_counter()
            answer = view(request, terminal_id=one.terminal)
            passed = time.perf_counter() - clock
            spent = Spent(time.thread_time() - started, passed)
            answers.add((answer.status_code, answer.content))
            # The first turn fills caches.
            if turn:
                times[name].append(spent)
    _print(times, rounds)
    say(f"answers that differ: {len(answers) - 1}")
    return len(answers) == 1 and {status for status, _ in answers} == {401}


def _families() -> dict[str, Callable[[], Attempt]]:
    from checkout.services import register_terminal, replace_secret
    from checkout.services.terminals import add_public_key, disable_terminal
    from companies.models import Company

    company = Company.objects.create(name="Filature")
    known, secret = register_terminal(company=company, label="Till")
    rotated, _old = register_terminal(company=company, label="Rotated")
    replace_secret(rotated)
    off, off_secret = register_terminal(company=company, label="Off")
    disable_terminal(off)
    paired, _secret = register_terminal(company=company, label="Paired")
    pair, public_key = _pair()
    add_public_key(terminal=paired, public_key=public_key)
    other, other_pair = "whsec_" + base64.b64encode(os.urandom(32)).decode(), _pair()[0]
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
        WRONG + AGAIN: lambda: _signed(here, other),
        "altered body": altered,
        "one flipped bit": lambda: _flipped(_signed(here, secret)),
        "no id": lambda: without("webhook-id"),
        "no timestamp": lambda: without("webhook-timestamp"),
        "no signature": lambda: without(signature),
        "too old": lambda: _signed(here, secret, -OUTSIDE),
        "too early": lambda: _signed(here, secret, OUTSIDE),
        "timestamp float": lambda: with_header("webhook-timestamp", "1614265330.9"),
        "no comma": lambda: with_header(signature, "invalid_signature"),
        "partial": lambda: with_header(signature, "v1,g0hM9"),
        "non ASCII": lambda: with_header(signature, "v1,é"),
        "base64 with junk": lambda: with_header(signature, "v1,!!" + "A" * 43 + "="),
        "two secrets count": lambda: _signed(str(rotated.pk), other),
        "terminal unknown": lambda: _signed(NOBODY, secret),
        "terminal no UUID": lambda: _signed("nobody", secret),
        "terminal disabled": lambda: _signed(str(off.pk), off_secret),
        "terminal has a pair": lambda: _signed(str(paired.pk), other),
        WRONG_PAIR: lambda: _signed(str(paired.pk), other_pair),
        WRONG_PAIR + AGAIN: lambda: _signed(str(paired.pk), other_pair),
        "v1a: too old": lambda: _signed(str(paired.pk), pair, -OUTSIDE),
        "v1a: no pair known": lambda: _signed(here, pair),
        "v1a: terminal unknown": lambda: _signed(NOBODY, pair),
        "v1a: terminal disabled": lambda: _signed(str(off.pk), pair),
    }


def _pair() -> tuple[str, str]:
    """Return a new private key and its public key, as Standard Webhooks write them."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    pair = private.private_bytes_raw() + public
    return (
        "whsk_" + base64.b64encode(pair).decode(),
        "whpk_" + base64.b64encode(public).decode(),
    )


def _flipped(one: Attempt) -> Attempt:
    name = "webhook-signature"
    signature = bytearray(base64.b64decode(one.headers[name].removeprefix("v1,")))
    signature[-1] ^= 1
    flipped = "v1," + base64.b64encode(signature).decode()
    return one._replace(headers={**one.headers, name: flipped})


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


def _print(times: Mapping[str, Sequence[Spent]], rounds: int) -> None:
    say(f"{rounds} rounds, one request of each family in a random order")
    say(f"{'family':<24}{'CPU µs':>10}{'ratio':>8}{'wall µs':>10}{'ratio':>8}")
    middles = {name: _middle(found) for name, found in times.items()}
    for name, middle in middles.items():
        base = middles[WRONG_PAIR if name.startswith("v1a") else WRONG]
        cpu, wall = middle.cpu / base.cpu, middle.wall / base.wall
        say(
            f"{name:<24}{middle.cpu * 1e6:>10.0f}{cpu:>8.3f}"
            f"{middle.wall * 1e6:>10.0f}{wall:>8.3f}"
        )


def _middle(found: Sequence[Spent]) -> Spent:
    return Spent(median(one.cpu for one in found), median(one.wall for one in found))
