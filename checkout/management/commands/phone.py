"""`python3 manage.py phone`: a phone that shows its pass, listens and answers."""

import asyncio
import contextlib
import json
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from checkout.management.devices import (
    DeviceCommand,
    Exit,
    demonstration,
    ending,
    token_of,
)
from checkout.simulating.lines import Event, NotReached, Refused
from checkout.simulating.phone import AsyncPhone, Card

# A pass lives for a minute: the next one comes before its end.
PASS_SECONDS = 45
AGAIN_SECONDS = 2.0
YES = ("y", "yes", "o", "oui")
NO = ("n", "no", "non")


class Command(DeviceCommand):
    """Be a phone until Ctrl-C, or until the first payment is over."""

    help = (
        "A phone that is a program: it shows a pass, waits for questions, shows them "
        "as a phone must, and answers. With --once it ends as `terminal` does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the phone's own options."""
        super().add_arguments(parser)
        parser.add_argument(
            "--token", help="token of a phone; by default the demonstration’s"
        )
        parser.add_argument("--sign-up", action="store_true", help="be a new shopper")
        parser.add_argument("--claim", metavar="CODE", help="read the code of a till")
        parser.add_argument(
            "--answer",
            choices=["ask", "approve", "decline", "none"],
            default="ask",
            help="how every question is answered",
        )
        parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
        parser.add_argument(
            "--once", action="store_true", help="end with the first payment"
        )

    def run(self, options: dict[str, Any]) -> Exit:
        """Listen and answer."""
        token = options["token"] or token_of(demonstration(), options["language"])
        phone = AsyncPhone(options["url"], "" if options["sign_up"] else token)
        return asyncio.run(self._used(phone, options))

    async def _used(self, phone: AsyncPhone, options: dict[str, Any]) -> Exit:
        if not phone.token:
            token = await phone.sign_up(options["language"])
            self.say(_("A new shopper. Token of this phone: %s") % token)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(phone.close)
            if options["claim"]:
                await phone.claim(options["claim"])
            else:
                showing = asyncio.create_task(self._show_passes(phone, options))
                stack.push_async_callback(_end, showing)
            session = _Session(self, phone, options)
            stack.push_async_callback(session.close)
            return await session.run()

    async def _show_passes(self, phone: AsyncPhone, options: dict[str, Any]) -> None:
        is_first = True
        while True:
            with contextlib.suppress(NotReached, Refused):
                handle = await phone.mint_pass()
                self.say(_("Pass for a till: %s") % handle)
                if is_first:
                    self.draw(handle, options)
                    line = f"python3 manage.py terminal {handle}{_where(options)}"
                    self.say(_("In another shell: %s") % line)
                is_first = False
            await asyncio.sleep(PASS_SECONDS)

    def show(self, card: Card) -> None:
        """Show a question: amount and payee first, then the sentence on the rate."""
        self.say("")
        self.say(f"{card['amount_text']} — {card['payee']}", "MIGRATE_HEADING")
        self.say(_("Number on both sides: %s") % card["number"])
        self.say(card["text"])
        for line in (card["rate_text"], *(brand["text"] for brand in card["brands"])):
            if line:
                self.say(f"  {line}")


class _Session:
    """One phone at work: what it hears, what its owner types, what it answers."""

    def __init__(
        self, command: Command, phone: AsyncPhone, options: dict[str, Any]
    ) -> None:
        self.command, self.phone, self.options = command, phone, options
        self.typed: asyncio.Queue[str] = asyncio.Queue()
        self.answering: dict[str, asyncio.Task[None]] = {}
        self.ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        if options["answer"] == "ask":
            _read_lines(self.typed)

    async def run(self) -> Exit:
        """Listen until the first payment is over, or for ever."""
        hearing = asyncio.create_task(self._hear())
        try:
            await asyncio.wait(
                [hearing, self.ended], return_when=asyncio.FIRST_COMPLETED
            )
            return self.ended.result() if self.ended.done() else hearing.result()
        finally:
            await _end(hearing)

    async def close(self) -> None:
        """Leave what is still to be answered."""
        for task in self.answering.values():
            await _end(task)

    async def _hear(self) -> Exit:
        has_heard = False
        while True:
            try:
                async for event in self.phone.listen():
                    if not has_heard:
                        self.command.say(_("Waiting for a till. Ctrl-C ends."))
                    has_heard = True
                    self._take(event)
            except NotReached:
                if not has_heard:
                    raise
            self.command.say(_("The line broke; trying again."), "WARNING")
            await asyncio.sleep(AGAIN_SECONDS)

    def _take(self, event: Event) -> None:
        if event.name == "prompt":
            card = json.loads(event.data)
            if card["id"] not in self.answering:
                task = asyncio.create_task(self._answer(card))
                self.answering[card["id"]] = task
        elif event.name == "prompt.closed":
            self._closed(json.loads(event.data))

    def _closed(self, content: dict[str, Any]) -> None:
        task = self.answering.get(content["id"])
        if task is not None:
            task.cancel()
        told = ending(content["state"])
        self.command.say(told.words, told.style)
        self._end_with(told.code)

    async def _answer(self, card: Card) -> None:
        await self._acknowledge(card, "delivered")
        self.command.show(card)
        await self._acknowledge(card, "seen")
        is_approved = await self._choice()
        if is_approved is None:
            return
        try:
            decided = await self.phone.decide(card, approve=is_approved)
        except (Refused, NotReached) as error:
            self.command.say(_("Not taken: %s") % error, "ERROR")
            return
        told = ending(decided["state"])
        self.command.say(told.words, told.style)
        self._end_with(told.code)

    async def _acknowledge(self, card: Card, stage: str) -> None:
        # It only informs the till: a payment does not fail for it.
        with contextlib.suppress(Refused, NotReached):
            await self.phone.receipt(card, stage)

    async def _choice(self) -> bool | None:
        await asyncio.sleep(self.options["delay"])
        if self.options["answer"] != "ask":
            return {"approve": True, "decline": False}.get(self.options["answer"])
        while not self.typed.empty():
            self.typed.get_nowait()
        while True:
            self.command.say(_("Confirm the payment? [y/n]"))
            typed = (await self.typed.get()).strip().lower()
            if typed in (*YES, *NO):
                return typed in YES

    def _end_with(self, code: Exit) -> None:
        if self.options["once"] and not self.ended.done():
            self.ended.set_result(code)


async def _end(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, NotReached, Refused):
        await task


def _read_lines(into: "asyncio.Queue[str]") -> None:
    """Hand over what is typed; a thread, for a keyboard has no other way to wait."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(into.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()


def _where(options: dict[str, Any]) -> str:
    is_default = options["url"] == settings.BASE_URL
    return "" if is_default else f" --url {options['url']}"
