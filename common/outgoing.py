"""
One https request to a configured host, within limits. Standard library only.

The host is resolved once, and only a public address of it is connected to: whoever
answers for its name cannot lead us into our own network. No redirect is followed, no
proxy of the environment used, nothing decompressed, and the whole exchange has a
deadline: a server that sends a byte now and then holds nobody.
"""

import contextlib
import email.utils
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0
# Names, connection, handshake, question and answer together: below the limit of a task.
SECONDS = 9.0
MAX_BYTES = 256 * 1024
PIECE_BYTES = 16 * 1024
# Where the public addresses of IPv6 lie; those that carry one of IPv4 are told apart.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Relays, and protocols between routers: global by the book, and no web server.
NOT_SERVERS = [
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24")
]
# `host:port` that may be a private address. Tests name their own server here; there is
# no setting for it.
allowed_private: frozenset[str] = frozenset()


class NoAnswer(Exception):
    """The network, or the other side, failed: worth another try. One word says how."""


class TooLarge(Exception):
    """The answer has more bytes than we take."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    retry_after: str | None

    def asked_pause(self, longest: timedelta) -> timedelta | None:
        """Return `Retry-After`, in seconds or as a date, within `longest`."""
        text = (self.retry_after or "").strip()
        if text.isascii() and text.isdigit():
            # Of many digits the first ones are long enough.
            return min(timedelta(seconds=int(text[:9])), longest)
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        return min(max(moment - datetime.now(UTC), timedelta()), longest)


class Host(NamedTuple):
    """Whom to ask: a name, which the certificate must bear, and a port."""

    name: str
    port: int


def get(
    base_url: str,
    path: str,
    *,
    user_agent: str,
    accept: str = "application/json",
    seconds: float | None = None,
    max_bytes: int | None = None,
) -> Answer:
    """
    Ask for `path` of `base_url`, an https address without path.

    Raise `NoAnswer` or `TooLarge`; every status is an answer.
    """
    host = _host(base_url)
    if not (path.startswith("/") and path.isascii() and path.isprintable()):
        raise NoAnswer("not_a_path")
    headers = {
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": user_agent,
    }
    deadline = time.monotonic() + (SECONDS if seconds is None else seconds)
    try:
        with _connected(host, deadline) as line, _cut_at(deadline, line):
            return _exchange(
                host, line, path, headers, MAX_BYTES if max_bytes is None else max_bytes
            )
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except ssl.SSLError as error:
        raise NoAnswer("tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("network") from error


def trusted() -> ssl.SSLContext:
    """Return whose certificates are believed: the system's."""
    return ssl.create_default_context()


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet, and of one machine."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in GLOBAL_UNICAST and ip.sixtofour is None
    return not any(ip in network for network in NOT_SERVERS)


def _host(base_url: str) -> Host:
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise NoAnswer("not_https") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise NoAnswer("not_https")
    return Host(parts.hostname, port or http.client.HTTPS_PORT)


def _addresses(host: Host, deadline: float) -> list[str]:
    """Return the host's addresses that may be asked; raise `NoAnswer` without any."""
    box: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
            box.put([str(one[4][0]) for one in found])
        # UnicodeError: a label of the name is empty or too long.
        except (OSError, UnicodeError) as error:
            box.put(OSError(str(error)))

    # The system's resolver knows no deadline.
    threading.Thread(target=resolve, daemon=True).start()
    try:
        found = box.get(timeout=_left(deadline))
    except queue.Empty as error:
        raise TimeoutError from error
    if isinstance(found, OSError):
        raise found
    if f"{host.name}:{host.port}" in allowed_private:
        return found
    public = [address for address in found if is_public(address)]
    if not public:
        raise NoAnswer("private_address")
    return public


@contextlib.contextmanager
def _connected(host: Host, deadline: float) -> Iterator[ssl.SSLSocket]:
    """Lend a line to one of the host's addresses, before the handshake."""
    failure: OSError | None = None
    for address in _addresses(host, deadline):
        try:
            plain = socket.create_connection(
                (address, host.port), timeout=min(CONNECT_SECONDS, _left(deadline))
            )
        except OSError as error:
            failure = error
            continue
        with (
            contextlib.closing(plain),
            trusted().wrap_socket(
                plain, server_hostname=host.name, do_handshake_on_connect=False
            ) as line,
        ):
            line.settimeout(_left(deadline))
            yield line
        return
    raise failure or OSError("no address")


@contextlib.contextmanager
def _cut_at(deadline: float, line: ssl.SSLSocket) -> Iterator[None]:
    """Cut the line at the deadline; raise `TimeoutError` if that was needed."""
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        # Below TLS: whoever reads in the other thread gets nothing more.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    # A socket's timeout begins again with every byte; this one does not.
    timer = threading.Timer(_left(deadline), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if is_late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise TimeoutError


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _exchange(
    host: Host,
    line: ssl.SSLSocket,
    path: str,
    headers: dict[str, str],
    max_bytes: int,
) -> Answer:
    line.do_handshake()
    connection = http.client.HTTPSConnection(host.name, host.port)
    connection.sock = line
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise TooLarge
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return Answer(
        response.status, b"".join(pieces), response.headers.get("Retry-After")
    )
