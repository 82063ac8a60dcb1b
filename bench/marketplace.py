"""A company with tills, shoppers with phones, and the hours in which they meet."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bench.customers import Habits, Question, Shopper, buy
from bench.hearing import PHONES, Ear
from bench.hearing import TILLS as TOLD
from checkout.simulating.till import AsyncTill
from tests.checkout.push_service import Phone

if TYPE_CHECKING:
    from checkout.models import Terminal
    from companies.models import Company
    from shoppers.models import Device

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
    # What the outcomes of every other till are signed with, where a server hears them.
    public_key: str = ""
    # The phones whose app is closed, by the path under which they are woken.
    closed: Mapping[str, Phone] = {}

    def is_told(self, number: int) -> bool:
        """Say whether the outcome of the question at this place is told to a server."""
        return bool(self.public_key) and number % TILLS % 2 == 1


def open_market(shoppers: int, ear: Ear | None = None) -> Market:
    """
    Make the rows of a company, its tills and so many people.

    With a server that hears, it is told the outcomes of every other till, and every
    fourth phone has its app closed and is woken through it.
    """
    from checkout.services import register_terminal
    from companies.models import Company
    from shoppers.services import register_shopper

    company = Company.objects.create(name="Magasin")
    registered = [
        register_terminal(company=company, label=f"Caisse {number}")
        for number in range(TILLS)
    ]
    terminals = [(str(one.terminal.pk), one.secret) for one in registered]
    people = [register_shopper(language="fr") for _ in range(shoppers)]
    market = Market(terminals, [one.token for one in people])
    if ear is None:
        return market
    told = [one.terminal for one in registered[1::2]]
    closed = {
        f"{PHONES}{number}": _closed(people[number].device, ear, number)
        for number in range(0, shoppers, 4)
    }
    return market._replace(public_key=_told(company, told, ear), closed=closed)


def _told(company: "Company", tills: "list[Terminal]", ear: Ear) -> str:
    """Have the outcomes of these tills told, and return what proves them."""
    from django.contrib.auth.models import User

    from checkout.services import endpoints

    operator = User.objects.create_superuser("operator")
    given = endpoints.register_endpoint(
        company=company,
        address=endpoints.Address(f"{ear.address}{TOLD}"),
        author=operator,
    )
    endpoints.attach_terminals(
        endpoint=given.key.endpoint, terminals=tills, author=operator
    )
    return given.secret


def _closed(device: "Device", ear: Ear, number: int) -> Phone:
    """Have a phone woken by messages, and return it."""
    from shoppers.services.push import subscribe

    phone = Phone()
    subscribe(
        device=device,
        kind="unified_push",
        endpoint=f"{ear.address}{PHONES}{number}",
        **phone.keys,
    )
    return phone


async def trade(
    address: str,
    market: Market,
    questions: Sequence[Question],
    pace: Pace,
    ear: Ear | None = None,
) -> dict[str, list[float]]:
    """
    Ask each question at its time, and wait until each is told its end.

    Return when the line of the phone that was asked had been opened, by question.
    """
    chance = random.Random(pace.seed)
    habits = Habits(chance, pace.silent)
    shoppers = [Shopper(address, token, habits) for token in market.tokens]
    if ear is not None:
        for path in market.closed:
            sleeper = shoppers[int(path.removeprefix(PHONES))]
            ear.wakes[path] = sleeper.close()
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
    await asyncio.gather(*(one.hang_up() for one in shoppers))
    await asyncio.gather(*(till.close() for till in tills))
    # A turn of the loop for each line to be closed in.
    await asyncio.sleep(0.1)
    return {reference: shopper.connected for reference, shopper in met.items()}
