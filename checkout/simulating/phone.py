"""
A phone: it shows what it is asked and answers with the digest of what it shows.

The digest is computed from the shown values, not copied: a phone that was told another
amount than the till asked cannot confirm it.
"""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote

from checkout.simulating.lines import Event, Server
from common import canonical

Card = Mapping[str, Any]


class AsyncPhone:
    """One phone of one shopper; without a token it has to sign up first."""

    def __init__(
        self, base_url: str, token: str = "", *, server: Server | None = None
    ) -> None:
        self.server = server or Server(base_url)
        self.token = token

    async def sign_up(self, language: str = "fr") -> str:
        """Become a shopper, and return the token, which is told this once."""
        answer = await self.server.request(
            "POST",
            "/api/v1/shoppers",
            body=json.dumps({"language": language}).encode(),
        )
        self.token = str(answer.content()["token"])
        return self.token

    async def mint_pass(self) -> str:
        """Return a pass for one till, once."""
        return str((await self._post("/api/v1/me/pass"))["pass"])

    async def listen(self) -> AsyncIterator[Event]:
        """Yield what the open line tells: `prompt`, `prompt.closed`, `notice`, ''."""
        async for event in self.server.events("/api/v1/me/stream", headers=self._proof):
            yield event

    async def pending(self) -> list[Card]:
        """Pull what waits for an answer."""
        answer = await self.server.request(
            "GET", "/api/v1/me/prompts?state=pending", headers=self._proof
        )
        found: list[Card] = answer.content()["results"]
        return found

    async def receipt(self, prompt: Card, stage: str = "delivered") -> None:
        """Tell the server that the prompt is on the phone: `delivered`, or `seen`."""
        await self._post(_of(prompt, "receipts"), {"stage": stage})

    async def decide(self, prompt: Card, *, approve: bool) -> Card:
        """Answer; the same answer again is fine. Raise `Refused` when it is late."""
        decision = "approve" if approve else "decline"
        answer: Card = await self._post(
            _of(prompt, "decision"), {"decision": decision, "digest": digest(prompt)}
        )
        return answer

    async def claim(self, code: str) -> Card:
        """Take the prompt whose code a till shows."""
        card: Card = await self._post("/api/v1/me/prompts/claim", {"code": code})
        return card

    async def close(self) -> None:
        """Hang up."""
        await self.server.close()

    @property
    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _post(self, path: str, content: Mapping[str, Any] | None = None) -> Any:
        body = json.dumps(content or {}).encode()
        answer = await self.server.request("POST", path, body=body, headers=self._proof)
        if not answer.body and answer.status < 300:
            return {}
        return answer.content()


class Phone:
    """The same for whoever has no loop of its own."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self.device = AsyncPhone(base_url, token)
        self.loop = asyncio.Runner()

    def sign_up(self, language: str = "fr") -> str:
        """Become a shopper, and return the token, which is told this once."""
        return self.loop.run(self.device.sign_up(language))

    def mint_pass(self) -> str:
        """Return a pass for one till, once."""
        return self.loop.run(self.device.mint_pass())

    def listen(self) -> Iterator[Event]:
        """Yield what the open line tells: `prompt`, `prompt.closed`, `notice`, ''."""
        line = self.device.listen()
        with contextlib.suppress(StopAsyncIteration):
            while True:
                yield self.loop.run(_next(line))

    def pending(self) -> list[Card]:
        """Pull what waits for an answer."""
        return self.loop.run(self.device.pending())

    def receipt(self, prompt: Card, stage: str = "delivered") -> None:
        """Tell the server that the prompt is on the phone: `delivered`, or `seen`."""
        self.loop.run(self.device.receipt(prompt, stage))

    def decide(self, prompt: Card, *, approve: bool) -> Card:
        """Answer; the same answer again is fine. Raise `Refused` when it is late."""
        return self.loop.run(self.device.decide(prompt, approve=approve))

    def claim(self, code: str) -> Card:
        """Take the prompt whose code a till shows."""
        return self.loop.run(self.device.claim(code))

    def close(self) -> None:
        """Hang up."""
        self.loop.run(self.device.close())
        self.loop.close()


async def _next(line: AsyncIterator[Event]) -> Event:
    return await anext(line)


def digest(shown: Card) -> str:
    """
    Return SHA-256, in hexadecimal, of the canonical JSON of what the phone shows.

    Whole numbers only: minor units, percent, epoch seconds. Null is what is not shown.
    """
    measured = shown["rate_date"]
    bound = {
        name: shown[name]
        for name in (
            *("id", "amount", "currency", "payee", "text"),
            *("rate", "rate_source", "rate_n"),
        )
    }
    bound["rate_date"] = _midnight(measured) if measured else None
    bound["expires_at"] = int(datetime.fromisoformat(shown["expires_at"]).timestamp())
    return hashlib.sha256(canonical.dumps(bound)).hexdigest()


def _midnight(day: str) -> int:
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp())


def _of(prompt: Card, act: str) -> str:
    return f"/api/v1/me/prompts/{quote(str(prompt['id']))}/{act}"
