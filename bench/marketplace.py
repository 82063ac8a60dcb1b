"""A company with tills, shoppers with phones, and the hours in which they meet."""

import asyncio
import random
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bench.customers import Habits, Question, Shopper, buy
from checkout.simulating.till import AsyncTill

TILLS = 4


class Pace(Protocol):
    """How fast questions come; `seed` draws what people answer."""

    @property
    def per_second(self) -> float:
        """Return questions a second."""

    @property
    def seed(self) -> int:
        """Return what the draws begin with."""

    @property
    def silent(self) -> float:
        """Return the share of questions that nobody answers."""


class Market(NamedTuple):
    """Terminals with their secrets, and the tokens of phones."""

    terminals: list[tuple[str, str]]
    tokens: list[str]


def open_market(shoppers: int) -> Market:
    """Make the rows of a company, its tills and so many people."""
    from checkout.services import register_terminal
    from companies.models import Company
    from shoppers.services import register_shopper

    company = Company.objects.create(name="Magasin")
    registered = [
        register_terminal(company=company, label=f"Caisse {number}")
        for number in range(TILLS)
    ]
    terminals = [(str(one.terminal.pk), one.secret) for one in registered]
    tokens = [register_shopper(language="fr").token for _ in range(shoppers)]
    return Market(terminals, tokens)


async def trade(
    address: str, market: Market, questions: Sequence[Question], pace: Pace
) -> dict[str, list[float]]:
    """
    Ask each question at its time, and wait until each is told its end.

    Return when the line of the phone that was asked had been opened, by question.
    """
    chance = random.Random(pace.seed)
    habits = Habits(chance, pace.silent)
    shoppers = [Shopper(address, token, habits) for token in market.tokens]
    lives = [asyncio.ensure_future(one.live()) for one in shoppers]
    tills = [AsyncTill(address, *terminal) for terminal in market.terminals]
    free: asyncio.Queue[Shopper] = asyncio.Queue()
    for one in shoppers:
        free.put_nowait(one)
    met: dict[str, Shopper] = {}

    async def visit(till: AsyncTill, question: Question) -> None:
        shopper = await free.get()
        met[question.reference] = shopper
        try:
            await buy(till, shopper, question)
        finally:
            free.put_nowait(shopper)

    visits = []
    begun = asyncio.get_running_loop().time()
    for number, question in enumerate(questions):
        at = begun + number / pace.per_second
        await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
        visits.append(asyncio.ensure_future(visit(tills[number % TILLS], question)))
    await asyncio.gather(*visits)
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    await asyncio.gather(*(one.phone.close() for one in shoppers))
    await asyncio.gather(*(till.close() for till in tills))
    # A turn of the loop for each line to be closed in.
    await asyncio.sleep(0.1)
    return {reference: shopper.connected for reference, shopper in met.items()}
