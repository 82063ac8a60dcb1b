"""What is done before the web server's process ends."""

import asyncio
import threading

from common.asgi import Message, Receive, Scope, Send
from common.lifespan import BeforeTheEnd


async def django(scope: Scope, _receive: Receive, send: Send) -> None:
    assert scope["type"] == "http", "Django knows nothing else"
    await send({"type": "http.response.start", "status": 204, "headers": []})


def exchange(scope_type: str, *messages: str) -> tuple[list[str], list[bool]]:
    """Return what the server is told, and whether `finish` ran beside the loop."""
    told: list[str] = []
    finished: list[bool] = []
    waiting = iter(messages)

    async def receive() -> Message:
        return {"type": next(waiting)}

    async def send(message: Message) -> None:
        told.append(message["type"])

    def finish() -> None:
        finished.append(threading.current_thread() is not threading.main_thread())

    application = BeforeTheEnd(django, finish)
    asyncio.run(application({"type": scope_type}, receive, send))
    return told, finished


def test_the_end_waits_for_what_is_to_be_done() -> None:
    told, finished = exchange("lifespan", "lifespan.startup", "lifespan.shutdown")

    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert finished == [True]


def test_requests_pass() -> None:
    assert exchange("http") == (["http.response.start"], [])
