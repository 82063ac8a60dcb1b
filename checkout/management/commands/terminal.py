"""`python3 manage.py terminal`: a till that asks, waits, cancels and misbehaves."""

import asyncio
import os
import sys
import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from checkout.management.devices import (
    DeviceCommand,
    Exit,
    demonstration,
    ending,
    minor_units,
    token_of,
)
from checkout.simulating.lines import Refused
from checkout.simulating.misbehaving import ACTS, EXPECTED, Wish, cause, misbehave
from checkout.simulating.phone import AsyncPhone
from checkout.simulating.till import AsyncTill, Optional, Prompt

SECRET = "FLASHSESAME_TERMINAL_SECRET"  # noqa: S105 - a variable's name
# Between two reads of a line that the server holds open.
READ_SECONDS = 20
# The server says "expired" at the end; a till that hears nothing must end as well.
GRACE_SECONDS = 15


class Command(DeviceCommand):
    """Ask one shopper, and end with what they answered."""

    help = (
        "A till that is a program: it signs a question, shows the number, waits, and "
        "ends with 0 approved, 2 declined, 3 expired or unreachable, 4 rejected, "
        "5 refused, 6 canceled, 1 anything else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the till's own options."""
        super().add_arguments(parser)
        parser.add_argument(
            "handle",
            nargs="?",
            metavar="pass",
            help="what the phone shows, or - to read it; by default the "
            "demonstration’s shopper shows one",
        )
        parser.add_argument("--terminal", help="identifier of the terminal")
        parser.add_argument(
            "--secret",
            default=os.environ.get(SECRET, ""),
            help=f"its whsec_ or whsk_ key; better in the variable {SECRET}",
        )
        parser.add_argument("--amount", default="12.99")
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--reference", default=f"T-{int(time.time())}")
        parser.add_argument(
            "--basket", default="", help="GTINs of what is bought, with commas"
        )
        parser.add_argument(
            "--claim", action="store_true", help="show a code that a phone reads"
        )
        parser.add_argument("--cancel-after", type=float, metavar="SECONDS")
        parser.add_argument("--misbehave", choices=sorted(ACTS), metavar="NAME")

    def run(self, options: dict[str, Any]) -> Exit:
        """Ask once."""
        known = demonstration()
        terminal = known.get("terminal", {})
        identifier = options["terminal"] or terminal.get("id")
        secret = options["secret"] or terminal.get("secret")
        if not identifier or not secret:
            raise ValueError(
                _("There is no demonstration here: say --terminal and --secret.")
            )
        till = AsyncTill(options["url"], identifier, secret)
        return asyncio.run(self._used(till, known, options))

    async def _used(
        self, till: AsyncTill, known: dict[str, Any], options: dict[str, Any]
    ) -> Exit:
        try:
            amount = minor_units(options["amount"], options["currency"])
            handle = "" if options["claim"] else await _pass(till, known, options)
            if options["misbehave"]:
                wish = Wish(handle, amount, options["currency"])
                return await self._misbehaved(till, options["misbehave"], wish)
            others = Optional(
                reference=options["reference"],
                basket=[one for one in options["basket"].split(",") if one],
                mode="claim" if options["claim"] else "",
            )
            prompt = await till.ask(handle, amount, options["currency"], **others)
            self._show(prompt, options)
            return self._told_ending(await self._ended(till, prompt, options))
        finally:
            await till.close()

    def _show(self, prompt: Prompt, options: dict[str, Any]) -> None:
        if prompt.is_final:
            return
        self.say(_("Prompt %(id)s, reference %(reference)s") % prompt.content)
        if options["claim"]:
            self.say(_("The phone reads this code: %s") % prompt.claim_code)
            self.draw(prompt.claim_code, options)
        self.say(_("Number on both sides: %s") % prompt.number, "MIGRATE_HEADING")

    async def _ended(
        self, till: AsyncTill, prompt: Prompt, options: dict[str, Any]
    ) -> Prompt:
        """Wait, show how far the question came, and withdraw it when asked to."""
        begun, seen = time.monotonic(), ""
        ends = begun + int(prompt.content["expires_in"]) + GRACE_SECONDS
        cancel_at = begun + (options["cancel_after"] or float("inf"))
        while not prompt.is_final and time.monotonic() < ends:
            if prompt.content["delivery"] != seen:
                seen = prompt.content["delivery"]
                self.say(_waiting(prompt))
            left = cancel_at - time.monotonic()
            if left < 1:
                await asyncio.sleep(left)
            wait = 0 if left < 1 else int(min(left, READ_SECONDS))
            prompt = await till.read(prompt, wait=wait, news=True)
            if not prompt.is_final and time.monotonic() >= cancel_at:
                cancel_at = float("inf")
                prompt = await self._canceled(till, prompt)
        return prompt

    async def _canceled(self, till: AsyncTill, prompt: Prompt) -> Prompt:
        try:
            return await till.cancel(prompt)
        except Refused as refused:
            # The shopper was quicker: the till must void its side.
            self.say(_("Too late to cancel: %s") % refused, "WARNING")
            return await till.read(prompt)

    def _told_ending(self, prompt: Prompt) -> Exit:
        if not prompt.is_final:
            self.say(_("The server never said how it ended."), "ERROR")
            return Exit.FAILED
        told = ending(prompt.state, prompt.reason)
        self.say(told.words, told.style)
        return told.code

    async def _misbehaved(self, till: AsyncTill, name: str, wish: Wish) -> Exit:
        answers = await misbehave(till, name, wish)
        for answer in answers:
            self.say(f"{answer.status} {cause(answer)}")
        if EXPECTED[name].are_right(answers):
            self.say(_("The server answered as it must."), "SUCCESS")
            return Exit.APPROVED
        self.say(_("The server should have answered otherwise."), "ERROR")
        return Exit.FAILED


async def _pass(till: AsyncTill, known: dict[str, Any], options: dict[str, Any]) -> str:
    """Return the pass: as said, as read, or as the demonstration's phone shows it."""
    said: str = options["handle"] or ""
    token = token_of(known, options["language"])
    if said == "-" or (not said and not token):
        return str(await asyncio.to_thread(sys.stdin.readline)).strip()
    if said:
        return said
    phone = AsyncPhone(till.server.base_url, token, server=till.server)
    return await phone.mint_pass()


def _waiting(prompt: Prompt) -> str:
    delivery = str(prompt.content["delivery"])
    words = {
        "queued": _("Waiting: not yet on a phone"),
        "sent": _("Waiting: sent to a phone"),
        "delivered": _("Waiting: on the phone"),
        "seen": _("Waiting: the shopper is reading"),
        "undeliverable": _("No phone takes it: offer the code, or a card"),
        "unconfirmed": _("No phone has confirmed it: offer the code, or a card"),
    }
    return f"{words.get(delivery, delivery)} ({prompt.content['expires_in']} s)"
