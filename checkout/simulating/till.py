"""A till: it signs, asks, waits, cancels and finds, as a terminal maker would."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypedDict, Unpack
from urllib.parse import quote

from checkout.simulating.lines import PATIENCE_SECONDS, Answer, Server
from common import signing

CREATE = "payment_prompt.create"
CANCEL = "payment_prompt.cancel"
# The server lets one read wait for 30 seconds at most.
LONGEST_WAIT = 25
PENDING = "pending"
SLOW_DOWN = "slow_down"


class Optional(TypedDict, total=False):
    """What a question may say besides pass and amount."""

    reference: str
    # GTINs: the phone then lists the rates of their brands.
    basket: Sequence[str]
    # "claim": the till shows a code, and a phone takes the prompt.
    mode: str


class Prompt(NamedTuple):
    """A prompt as the till last heard of it; the token comes with the first answer."""

    content: Mapping[str, Any]
    token: str

    @property
    def id(self) -> str:
        """Return the identifier."""
        return str(self.content["id"])

    @property
    def state(self) -> str:
        """Return where it stands."""
        return str(self.content["state"])

    @property
    def reason(self) -> str:
        """Return why it was rejected, or ended without an answer."""
        return str(self.content.get("reason") or "")

    @property
    def number(self) -> str:
        """Return the two digits to be shown on both sides."""
        return str(self.content.get("number") or "")

    @property
    def claim_code(self) -> str:
        """Return what a phone may read to take the prompt."""
        return str(self.content.get("claim_code") or "")

    @property
    def is_final(self) -> bool:
        """Say whether the state will never change again."""
        return self.state != PENDING


class AsyncTill:
    """One terminal: `key` is its `whsec_` secret or its `whsk_` private key."""

    def __init__(
        self, base_url: str, terminal_id: str, key: str, *, server: Server | None = None
    ) -> None:
        self.server = server or Server(base_url)
        self.terminal_id = terminal_id
        self.key = key

    @property
    def path(self) -> str:
        """Return the address that takes questions."""
        return f"/api/v1/terminals/{quote(self.terminal_id)}/payment-prompts"

    async def ask(
        self, handle: str, amount: int, currency: str, **others: Unpack[Optional]
    ) -> Prompt:
        """Ask whoever showed the pass `handle`; without one, `mode` must be "claim"."""
        answer = await self.post(self.question(handle, amount, currency, **others))
        return prompt_of(answer)

    async def wait(self, prompt: Prompt, seconds: float) -> Prompt:
        """Return the prompt once it is final, or as it stands after `seconds`."""
        deadline = time.monotonic() + seconds
        while not prompt.is_final:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            prompt = await self.read(prompt, wait=min(LONGEST_WAIT, max(1, int(left))))
        return prompt

    async def read(
        self, prompt: Prompt, *, wait: int = 0, news: bool = False
    ) -> Prompt:
        """
        Read the prompt once; the server may hold the answer for `wait` seconds.

        With `news` it answers as well when the question came further on its way. Told
        to slow down, it is as it was: the pause is as long as the wait would have been.
        """
        known = f"&delivery={prompt.content['delivery']}" if news else ""
        answer = await self.server.request(
            "GET",
            f"/api/v1/payment-prompts/{quote(prompt.id)}?wait={wait}{known}",
            headers={"Authorization": f"Bearer {prompt.token}"},
            seconds=wait + PATIENCE_SECONDS,
        )
        if answer.member("code") == SLOW_DOWN:
            await asyncio.sleep(min(wait, int(answer.headers["retry-after"])))
            return prompt
        return Prompt(answer.content(), prompt.token)

    async def cancel(self, prompt: Prompt) -> Prompt:
        """Withdraw the question. Raise `Refused` when the shopper was quicker."""
        body = self._body(type=CANCEL, prompt_id=prompt.id)
        answer = await self.post(body, path=f"{self.path}/{quote(prompt.id)}/cancel")
        return Prompt(answer.content(), prompt.token)

    async def find(self, reference: str) -> list[Prompt]:
        """Return what was asked under the till's own reference, the newest first."""
        body = self._body(type="payment_prompt.find", reference=reference)
        answer = await self.post(body, path=f"{self.path}/find")
        found = answer.content()["results"]
        return [Prompt(one, one.get("poll_token") or "") for one in found]

    def question(
        self, handle: str, amount: int, currency: str, **others: Unpack[Optional]
    ) -> bytes:
        """Return the body of a question: `amount` in minor units."""
        asked = {key: value for key, value in others.items() if value}
        if handle:
            asked["pass"] = handle
        return self._body(type=CREATE, amount=amount, currency=currency, **asked)

    def signed(
        self, body: bytes, *, identifier: str | None = None, offset: int = 0
    ) -> dict[str, str]:
        """Return the headers that prove `body`; a retry keeps its `identifier`."""
        identifier = identifier or new_identifier()
        timestamp = int(time.time()) + offset
        signature = signing.sign(
            body, identifier=identifier, timestamp=timestamp, key=self.key
        )
        return {
            "webhook-id": identifier,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
        }

    async def post(
        self,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        path: str | None = None,
    ) -> Answer:
        """Send a body with its own signature, or with the `headers` given."""
        proven = self.signed(body) if headers is None else headers
        return await self.server.request(
            "POST", path or self.path, body=body, headers=proven
        )

    async def close(self) -> None:
        """Hang up."""
        await self.server.close()

    def _body(self, **members: Any) -> bytes:
        return json.dumps({"terminal_id": self.terminal_id, **members}).encode()


class Till:
    """The same for whoever has no loop of its own."""

    def __init__(self, base_url: str, terminal_id: str, key: str) -> None:
        self.device = AsyncTill(base_url, terminal_id, key)
        self.loop = asyncio.Runner()

    def ask(
        self, handle: str, amount: int, currency: str, **others: Unpack[Optional]
    ) -> Prompt:
        """Ask whoever showed the pass `handle`; without one, `mode` must be "claim"."""
        return self.loop.run(self.device.ask(handle, amount, currency, **others))

    def wait(self, prompt: Prompt, seconds: float) -> Prompt:
        """Return the prompt once it is final, or as it stands after `seconds`."""
        return self.loop.run(self.device.wait(prompt, seconds))

    def cancel(self, prompt: Prompt) -> Prompt:
        """Withdraw the question. Raise `Refused` when the shopper was quicker."""
        return self.loop.run(self.device.cancel(prompt))

    def find(self, reference: str) -> list[Prompt]:
        """Return what was asked under the till's own reference, the newest first."""
        return self.loop.run(self.device.find(reference))

    def close(self) -> None:
        """Hang up."""
        self.loop.run(self.device.close())
        self.loop.close()


def new_identifier() -> str:
    """Return a `webhook-id` that nobody else has."""
    return f"msg_{secrets.token_hex(16)}"


def prompt_of(answer: Answer) -> Prompt:
    """Return the prompt of a first answer. Raise `Refused` for any other."""
    content = answer.content()
    return Prompt(content, str(content.get("poll_token") or ""))
