"""Tills that ask and shoppers that answer, over HTTP, whatever is killed meanwhile."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from checkout.simulating.lines import NotReached, Refused
from checkout.simulating.phone import AsyncPhone
from checkout.simulating.till import AsyncTill, Prompt, new_identifier, prompt_of

# As a till's maker is told to: the same `webhook-id`, after a pause.
RETRY_SECONDS = 0.3
# A shopper does not stand at the till for longer.
PATIENCE_SECONDS = 45.0
RECONNECT_SECONDS = 0.2
# Of those that answer.
DECLINES = 0.10
THINKS_SECONDS = (0.2, 2.0)
TRY_AGAIN = {408, 409, 429}

T = TypeVar("T")


@dataclass
class Question:
    """One question, as the till and the phone lived through it. Times are epochs."""

    reference: str
    accepted_at: float = 0.0
    prompt: Prompt | None = None
    shown_at: float = 0.0
    # What the phone was told that its answer made of it.
    answered: str = ""
    answered_at: float = 0.0
    # Every final state that the till was told; there must be one.
    told: list[str] = field(default_factory=list)
    told_at: float = 0.0
    refused: str = ""


class Habits(NamedTuple):
    """What draws people's answers, and how many never answer."""

    chance: random.Random
    silent: float


class Shopper:
    """A person with a phone whose line is open, and who answers what is asked."""

    def __init__(self, address: str, token: str, habits: Habits) -> None:
        self.phone = AsyncPhone(address, token)
        self.question: Question | None = None
        # When its line was opened, each time.
        self.connected: list[float] = []
        self._habits = habits
        self._shown: set[str] = set()
        self._acts: set[asyncio.Task[None]] = set()
        self._woken: asyncio.Event | None = None

    def close(self) -> Callable[[], object]:
        """Close the app; return what a message to the phone does, in any thread."""
        self._woken = woken = asyncio.Event()
        loop = asyncio.get_running_loop()
        return lambda: loop.call_soon_threadsafe(woken.set)

    async def live(self) -> None:
        """Keep the line open for ever; a prompt that it brings is answered."""
        while self._woken is not None:
            await self._woken.wait()
            self._woken.clear()
            for card in await insisting(self.phone.pending) or []:
                self._show(card)
        while True:
            with contextlib.suppress(NotReached, Refused):
                is_new = True
                async for event in self.phone.listen():
                    if is_new:
                        self.connected.append(time.time())
                        is_new = False
                        self._act(self._pull())
                    if event.name == "prompt":
                        self._show(json.loads(event.data))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def hang_up(self) -> None:
        """Wait for the answer to what was said last, and let the connections go."""
        await asyncio.gather(*self._acts, return_exceptions=True)
        await self.phone.close()

    async def _pull(self) -> None:
        with contextlib.suppress(NotReached, Refused):
            for card in await self.phone.pending():
                self._show(card)

    def _show(self, card: Any) -> None:
        question = self.question
        if card["id"] in self._shown or question is None:
            return
        self._shown.add(card["id"])
        question.shown_at = time.time()
        chance, silent = self._habits
        if chance.random() >= silent:
            approve = chance.random() >= DECLINES
            self._act(self._answer(question, card, approve=approve))

    async def _answer(self, question: Question, card: Any, *, approve: bool) -> None:
        await asyncio.sleep(self._habits.chance.uniform(*THINKS_SECONDS))
        try:
            said = await insisting(lambda: self.phone.decide(card, approve=approve))
        except Refused:
            # Too late, or decided by an earlier answer whose reply was lost.
            return
        if said is not None:
            question.answered, question.answered_at = said["state"], time.time()

    def _act(self, act: Any) -> None:
        task = asyncio.ensure_future(act)
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)


async def insisting(
    act: Callable[[], Awaitable[T]], seconds: float = PATIENCE_SECONDS
) -> T | None:
    """Repeat until the server answers; `None` when patience ends first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return await act()
        except NotReached:
            pass
        except Refused as refused:
            if refused.status < 500 and not _may_repeat(refused):
                raise
        await asyncio.sleep(RETRY_SECONDS)
    return None


def _may_repeat(refused: Refused) -> bool:
    return refused.status in TRY_AGAIN and refused.code in (
        "request_in_progress",
        "throttled",
        "",
    )


async def buy(till: AsyncTill, shopper: Shopper, question: Question) -> None:
    """Show a pass, ask, and wait for the outcome: one question from begin to end."""
    shopper.question = question
    try:
        handle = await insisting(shopper.phone.mint_pass)
        if handle is None:
            return
        body = till.question(handle, 1299, "EUR", reference=question.reference)
        identifier = new_identifier()

        async def ask() -> Prompt:
            headers = till.signed(body, identifier=identifier)
            return prompt_of(await till.post(body, headers=headers))

        question.prompt = await insisting(ask)
        question.accepted_at = time.time()
        if question.prompt is not None:
            await _until_told(till, question, question.prompt)
    except Refused as refused:
        question.refused = f"{refused.status} {refused.code}"


async def _until_told(till: AsyncTill, question: Question, prompt: Prompt) -> None:
    if prompt.is_final:
        question.told.append(prompt.state)
        question.told_at = time.time()
        return
    deadline = time.monotonic() + 4 * PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = await insisting(lambda: till.read(prompt, wait=25))
        if found is not None and found.is_final:
            question.told.append(found.state)
            question.told_at = time.time()
            break
    # Asked again, the answer must be the same.
    again = await insisting(lambda: till.read(prompt))
    if again is not None and again.is_final:
        question.told.append(again.state)
