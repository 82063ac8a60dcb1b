"""
One https request to the configured host, within limits. Standard library only.

No redirect is followed, no proxy of the environment used, nothing decompressed, and the
whole exchange has a deadline: a server that sends a byte now and then holds nobody.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
MAX_BYTES = 256 * 1024
PIECE_BYTES = 16 * 1024


class NoAnswer(Exception):
    """The network, or the other side, failed: worth another try. One word says how."""


class TooLarge(Exception):
    """The answer has more bytes than we take."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    retry_after: str | None


def get(base_url: str, path: str, *, user_agent: str) -> Answer:
    """
    Ask for `path` of `base_url`, an https address without path.

    Raise `NoAnswer` or `TooLarge`; every status is an answer.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname:
        raise NoAnswer("not_https")
    connection = http.client.HTTPSConnection(
        parts.hostname,
        parts.port or http.client.HTTPS_PORT,
        timeout=CONNECT_SECONDS,
        context=trusted(),
    )
    try:
        connection.connect()
        return _within(READ_SECONDS, connection, path, user_agent)
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except ssl.SSLError as error:
        raise NoAnswer("tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("network") from error
    finally:
        connection.close()


def trusted() -> ssl.SSLContext:
    """Return whose certificates are believed: the system's."""
    return ssl.create_default_context()


def _within(
    seconds: float, connection: http.client.HTTPSConnection, path: str, user_agent: str
) -> Answer:
    """Ask and read; raise `TimeoutError` when it is not all there in time."""
    is_late = threading.Event()
    line = connection.sock
    line.settimeout(seconds)

    def cut() -> None:
        is_late.set()
        # Below TLS: whoever reads in the other thread gets nothing more.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    # A socket's timeout begins again with every byte; this one does not.
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        answer = _exchange(connection, path, user_agent)
    except (OSError, http.client.HTTPException) as error:
        if is_late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise TimeoutError
    return answer


def _exchange(
    connection: http.client.HTTPSConnection, path: str, user_agent: str
) -> Answer:
    connection.request(
        "GET",
        path,
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": user_agent,
        },
    )
    response = connection.getresponse()
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise TooLarge
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return Answer(
        response.status, b"".join(pieces), response.headers.get("Retry-After")
    )
