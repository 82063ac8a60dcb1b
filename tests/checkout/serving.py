"""The real application on a port of this machine, in a thread of the test's process."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn

from checkout.models import Terminal
from checkout.simulating.phone import AsyncPhone
from checkout.simulating.till import AsyncTill
from common import hub
from config.asgi import application
from config.testing.processes import free_port
from tests import make

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.01


class Shop:
    """A till, a phone whose shopper shows a pass, and the server between them."""

    def __init__(self, address: str, terminal: Terminal, secret: str) -> None:
        self.address = address
        self.credentials = (str(terminal.pk), secret)
        self.token = make.shopper().token

    def pay(self, scenario: Callable[[AsyncTill, AsyncPhone], Awaitable[Any]]) -> Any:
        """Run a scenario with both devices, and hang up."""

        async def run() -> Any:
            till = AsyncTill(self.address, *self.credentials)
            phone = AsyncPhone(self.address, self.token)
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await scenario(till, phone)
            finally:
                await till.close()
                await phone.close()

        return asyncio.run(run())


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Lend the address of a server that answers from this test's database."""
    port = free_port()
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="asyncio",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server never started"
        time.sleep(PAUSE_SECONDS)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        hub.close_all()
        thread.join(PATIENCE_SECONDS)
