"""
What to do when the web server's process starts and before it ends: ASGI's lifespan.

A server that is told to stop may end by the signal itself, and then nothing registered
with `atexit` runs. Django does not speak this protocol.
"""

import asyncio
from collections.abc import Callable

from common.asgi import Application, Receive, Scope, Send


class Lifespan:
    """Call `begin` before the first request and `finish` after the last, in threads."""

    def __init__(
        self,
        application: Application,
        *,
        begin: Callable[[], object],
        finish: Callable[[], object],
    ) -> None:
        self.application = application
        self.begin = begin
        self.finish = finish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests on; answer the server's start and end here."""
        if scope["type"] != "lifespan":
            await self.application(scope, receive, send)
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await asyncio.to_thread(self.begin)
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self.finish)
                await send({"type": "lifespan.shutdown.complete"})
                return
