"""The web server of `manage.py run`: its port, its signals, its end."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from common import hub

# Open streams are told to end; what has not ended by then is cut.
GRACE_SECONDS = 5
BACKLOG = 2048
FORCED_EXIT_CODE = 130


class PortRefused(Exception):
    """The address cannot be listened on; the text says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """
    Listen on the address, before anything else is started.

    Bound alone is not enough: two processes may bind a port, only one may listen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio would not switch Nagle's delay off (40 ms an answer).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortRefused(_refusal(host, port, error)) from error
    return listener


def address(host: str, port: int) -> str:
    """Return the URL under which this machine reaches the server."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return (
        f"http://[{reachable}]:{port}"
        if ":" in reachable
        else (f"http://{reachable}:{port}")
    )


def serve(listener: socket.socket, *, on_ready: Callable[[], Any]) -> None:
    """Answer requests until Ctrl-C or SIGTERM; `on_ready` is called once serving."""
    Signals().install()
    config = uvicorn.Config(
        "config.asgi:application",
        backlog=BACKLOG,
        # Django's own logging stands; our middleware writes the access lines.
        log_config=None,
        access_log=False,
        server_header=False,
        # Who calls is read from as many proxies as the settings trust, and no others.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config, on_ready=on_ready).run(sockets=[listener])


class Server(uvicorn.Server):
    """uvicorn, which says when it serves and ends the open streams when it stops."""

    def __init__(self, config: uvicorn.Config, *, on_ready: Callable[[], Any]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets=sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, which would otherwise be waited for and then cut."""
        hub.close_all()
        # A turn of the loop, so that the streams see it before they are waited for.
        await asyncio.sleep(0)
        await super().shutdown(sockets=sockets)


class Signals:
    """
    What Ctrl-C and SIGTERM do outside the server.

    uvicorn restores earlier handlers after its shutdown and raises what it caught
    again: without a handler of our own, the process would die before the worker is
    stopped. So the first signal has been dealt with by then; the second one forces.
    """

    def __init__(self) -> None:
        self._count = 0

    def install(self) -> None:
        """Handle both signals, from the main thread."""
        for caught in (signal.SIGINT, signal.SIGTERM):
            signal.signal(caught, self._handle)

    def _handle(self, _signal: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._count > 1:
            # Nothing is lost: what is due is a row, and the next start finds it.
            os._exit(FORCED_EXIT_CODE)


def _refusal(host: str, port: int, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return (
            f"Port {port} is reserved for root. Choose one above 1023: "
            "python3 manage.py run --port 8001"
        )
    if isinstance(error, OSError) and "in use" in str(error):
        return (
            f"Port {port} of {host} is in use by another program. Choose another: "
            f"python3 manage.py run --port {port + 1}"
        )
    return (
        f"Cannot listen on {host}, port {port}: {error}. "
        "Choose others with --host and --port."
    )
