"""What is done when the web server's process starts, and before it ends."""

import asyncio
import threading
from functools import partial

from common.asgi import Message, Receive, Scope, Send
from common.lifespan import Lifespan


async def django(scope: Scope, _receive: Receive, send: Send) -> None:
    assert scope["type"] == "http", "Django knows nothing else"
    await send({"type": "http.response.start", "status": 204, "headers": []})


def exchange(scope_type: str, *messages: str) -> tuple[list[str], list[bool]]:
    """Return what the server is told between `begin` and `finish`, and from where."""
    told: list[str] = []
    beside_the_loop: list[bool] = []
    waiting = iter(messages)

    async def receive() -> Message:
        return {"type": next(waiting)}

    async def send(message: Message) -> None:
        told.append(message["type"])

    def noted(what: str) -> None:
        told.append(what)
        beside_the_loop.append(
            threading.current_thread() is not threading.main_thread()
        )

    application = Lifespan(
        django, begin=partial(noted, "begin"), finish=partial(noted, "finish")
    )
    asyncio.run(application({"type": scope_type}, receive, send))
    return told, beside_the_loop


def test_the_start_and_the_end_wait_for_what_is_to_be_done() -> None:
    told, beside = exchange("lifespan", "lifespan.startup", "lifespan.shutdown")

    assert told == [
        "begin",
        "lifespan.startup.complete",
        "finish",
        "lifespan.shutdown.complete",
    ]
    assert beside == [True, True]


def test_requests_pass() -> None:
    assert exchange("http") == (["http.response.start"], [])
