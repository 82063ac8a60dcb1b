"""
What a till must not do, by name, and what the server must answer.

Each act gives the answers that came, in order; `EXPECTED` says which ones are right:
acts that repeat one request must also lead to one prompt and no more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from checkout.simulating.lines import Answer
from checkout.simulating.till import AsyncTill, Prompt, new_identifier

SOMEBODY_ELSE = "00000000-0000-4000-8000-000000000000"
TOO_MANY_BYTES = 20_001
STORM = 30
OLD_SECONDS = -400
EARLY_SECONDS = 400


class Wish(NamedTuple):
    """What the till is to ask while it misbehaves."""

    handle: str
    amount: int = 1299
    currency: str = "EUR"


Act = Callable[[AsyncTill, Wish], Awaitable[list[Answer]]]


class Expected(NamedTuple):
    """The right statuses, one for each answer; the last serves for the rest."""

    statuses: Sequence[frozenset[int]]
    is_one_prompt: bool = False

    def are_right(self, answers: Sequence[Answer]) -> bool:
        """Say whether the server answered as it must."""
        last = len(self.statuses) - 1
        rights = (
            answer.status in self.statuses[min(place, last)]
            for place, answer in enumerate(answers)
        )
        prompts = {answer.member("id") for answer in answers if answer.status == 202}
        return all(rights) and (not self.is_one_prompt or len(prompts) == 1)


async def misbehave(till: AsyncTill, name: str, wish: Wish) -> list[Answer]:
    """Do what `name` says, and return what came back. Raise `KeyError` if unknown."""
    return await ACTS[name](till, wish)


async def _wrong_signature(till: AsyncTill, wish: Wish) -> list[Answer]:
    body = till.question(*wish)
    return [await till.post(body, headers=till.signed(body + b" "))]


async def _stale(till: AsyncTill, wish: Wish) -> list[Answer]:
    body = till.question(*wish)
    return [await till.post(body, headers=till.signed(body, offset=OLD_SECONDS))]


async def _future(till: AsyncTill, wish: Wish) -> list[Answer]:
    body = till.question(*wish)
    return [await till.post(body, headers=till.signed(body, offset=EARLY_SECONDS))]


async def _replay(till: AsyncTill, wish: Wish) -> list[Answer]:
    """Send what somebody recorded on the line: the same bytes, headers included."""
    body = till.question(*wish)
    headers = till.signed(body)
    return [await till.post(body, headers=headers) for _ in range(2)]


async def _other_body_same_id(till: AsyncTill, wish: Wish) -> list[Answer]:
    first = till.question(*wish)
    second = till.question(*wish._replace(amount=wish.amount + 1))
    identifier = new_identifier()
    return [
        await till.post(body, headers=till.signed(body, identifier=identifier))
        for body in (first, second)
    ]


async def _other_terminal(till: AsyncTill, wish: Wish) -> list[Answer]:
    """Send here what was signed for another terminal's address."""
    elsewhere = AsyncTill(
        till.server.base_url, SOMEBODY_ELSE, till.key, server=till.server
    )
    return [await till.post(elsewhere.question(*wish))]


async def _huge_body(till: AsyncTill, wish: Wish) -> list[Answer]:
    body = till.question(*wish)
    return [await till.post(body + b" " * (TOO_MANY_BYTES - len(body)))]


async def _no_headers(till: AsyncTill, wish: Wish) -> list[Answer]:
    return [await till.post(till.question(*wish), headers={})]


async def _two_at_once(till: AsyncTill, wish: Wish) -> list[Answer]:
    return await _at_once(till, wish, 2)


async def _silent(till: AsyncTill, wish: Wish) -> list[Answer]:
    """Ask, and never read the outcome."""
    return [await till.post(till.question(*wish))]


async def _retry_storm(till: AsyncTill, wish: Wish) -> list[Answer]:
    """Repeat one question without waiting for an answer."""
    return await _at_once(till, wish, STORM)


async def _at_once(till: AsyncTill, wish: Wish, times: int) -> list[Answer]:
    body, identifier = till.question(*wish), new_identifier()
    return await asyncio.gather(
        *(
            till.post(body, headers=till.signed(body, identifier=identifier))
            for _ in range(times)
        )
    )


def cause(answer: Answer) -> str:
    """Return an answer in a few words: its code, or how the prompt stands."""
    return str(answer.member("code") or Prompt(answer.content(), "").state)


ACTS: Mapping[str, Act] = {
    "wrong_signature": _wrong_signature,
    "stale": _stale,
    "future": _future,
    "replay": _replay,
    "other_body_same_id": _other_body_same_id,
    "other_terminal": _other_terminal,
    "huge_body": _huge_body,
    "no_headers": _no_headers,
    "two_at_once": _two_at_once,
    "silent": _silent,
    "retry_storm": _retry_storm,
}
_TAKEN, _UNPROVEN = frozenset({202}), frozenset({401})
EXPECTED: Mapping[str, Expected] = {
    **dict.fromkeys(
        ("wrong_signature", "stale", "future", "other_terminal", "no_headers"),
        Expected([_UNPROVEN]),
    ),
    "replay": Expected([_TAKEN], is_one_prompt=True),
    "other_body_same_id": Expected([_TAKEN, frozenset({422})]),
    "huge_body": Expected([frozenset({413})]),
    # While the first is being worked on, the second may be told so.
    "two_at_once": Expected([frozenset({202, 409})], is_one_prompt=True),
    "silent": Expected([_TAKEN]),
    "retry_storm": Expected([frozenset({202, 409, 429})], is_one_prompt=True),
}
