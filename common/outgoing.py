"""
One https request to another's server, within limits. Standard library only.

The host is resolved once, and only a public address of it is connected to: whoever
answers for its name cannot lead us into our own network. No redirect is followed, no
proxy of the environment used, nothing decompressed, and the whole exchange has a
deadline: a server that sends a byte now and then holds nobody.

`get` asks a host that the operator has named. `post` tells one that somebody else has,
and therefore takes fewer of them: see `check_url`.
"""

import contextlib
import email.utils
import functools
import http.client
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECT_SECONDS = 2.0
# Names, connection, handshake, question and answer together: below the limit of a task.
SECONDS = 9.0
MAX_BYTES = 256 * 1024
# What is read of the answer to something told; the rest is left unread.
MAX_REPLY_BYTES = 64 * 1024
PIECE_BYTES = 16 * 1024
# Where others may want to be told something.
PORTS = frozenset({443, 8443})
# A name with a dot whose last part begins with a letter: no spelling of a number is
# one, be it decimal, octal, hexadecimal, short, or in letters of full width.
NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+"
    r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII | re.IGNORECASE,
)
# What may stand in a request line, as RFC 3986 spells a path and its question.
PATH = re.compile(r"/[!\"$-~]*")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
# Ours to say: they decide where the message begins, ends and goes.
OUR_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "expect", "te"}
)
# Where the public addresses of IPv6 lie; those that carry one of IPv4 are told apart.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Relays, protocols between routers, examples in books: global to Python, no web server.
NOT_SERVERS = [
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")
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
    content_type: str = ""

    def asked_pause(self, longest: timedelta) -> timedelta | None:
        """Return `Retry-After`, in seconds or as a date, within `longest`."""
        text = (self.retry_after or "").strip()
        if text.isascii() and text.isdigit():
            # Of many digits the first ones are long enough.
            return min(timedelta(seconds=int(text[:9])), longest)
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except (ValueError, OverflowError):  # the second one for a year of 20 digits
            return None
        if moment.tzinfo is None:
            return None
        return min(max(moment - datetime.now(UTC), timedelta()), longest)


class Host(NamedTuple):
    """Whom to ask: a name, which the certificate must bear, and a port."""

    name: str
    port: int

    @property
    def is_allowed_private(self) -> bool:
        """Say whether a test's own server is meant."""
        return f"{self.name}:{self.port}" in allowed_private


class Message(NamedTuple):
    """What is sent, and how much of the answer is read."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    max_bytes: int


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
    headers = {
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": user_agent,
    }
    most = MAX_BYTES if max_bytes is None else max_bytes
    answer = _send(_host(base_url), Message("GET", path, headers, None, most), seconds)
    if len(answer.body) > most:
        raise TooLarge
    return answer


def post(  # noqa: PLR0913 - what a message has, and two limits
    base_url: str,
    path: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    user_agent: str,
    seconds: float | None = None,
    max_bytes: int | None = None,
) -> Answer:
    """
    Tell `path` of `base_url`, which somebody else has chosen, `body`.

    Raise `NoAnswer`; every status is an answer, and of its body the first `max_bytes`
    are read. The address is held to what `check_url` demands, each time.
    """
    host = _others_host(base_url)
    for name, value in headers.items():
        if (
            name.lower() in OUR_HEADERS
            or not HEADER_NAME.fullmatch(name)
            or not HEADER_VALUE.fullmatch(value)
        ):
            raise NoAnswer("not_a_header")
    ours = {"Accept-Encoding": "identity", "User-Agent": user_agent}
    most = MAX_REPLY_BYTES if max_bytes is None else max_bytes
    message = Message("POST", path, {**headers, **ours}, body, most)
    answer = _send(host, message, seconds)
    return answer._replace(body=answer.body[:most])


def check_url(url: str, *, seconds: float | None = None) -> None:
    """
    Refuse an address that `post` would not tell anything; its name is looked up once.

    Raise `NoAnswer` with `not_https` (another scheme, or with a user), `not_a_port`
    (neither 443 nor 8443), `not_a_host` (a number that is no plain public address, a
    name without a dot), `not_a_path`, `private_address`, `network` (the name is not
    known) or `timeout`. What the name leads to may change: `post` looks again.
    """
    base_url, path = split(url)
    host = _others_host(base_url)
    _check_path(path)
    try:
        _addresses(host, time.monotonic() + (SECONDS if seconds is None else seconds))
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except OSError as error:
        raise NoAnswer("network") from error


def split(url: str) -> tuple[str, str]:
    """Return what of `url` is whom to ask, and the path with its question."""
    # `urlsplit` would drop line ends and blanks from the middle of it without a word.
    if not (url.isprintable() and " " not in url):
        raise NoAnswer("not_https")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NoAnswer("not_https") from error
    question = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return (
        f"{parts.scheme}://{parts.netloc}",
        f"{parts.path or '/'}{question}{fragment}",
    )


@functools.cache
def trusted() -> ssl.SSLContext:
    """Return whose certificates are believed: the system's, read once (25 ms)."""
    return ssl.create_default_context()


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet, and of one machine."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast:
        return False
    if ip.version == 6 and (ip not in GLOBAL_UNICAST or ip.sixtofour is not None):
        return False
    return not any(ip in network for network in NOT_SERVERS)


def _send(host: Host, message: Message, seconds: float | None) -> Answer:
    _check_path(message.path)
    deadline = time.monotonic() + (SECONDS if seconds is None else seconds)
    try:
        with _connected(host, deadline) as line, _cut_at(deadline, line):
            return _exchange(host, line, message)
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except ssl.SSLError as error:
        raise NoAnswer("tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("network") from error


def _host(base_url: str) -> Host:
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise NoAnswer("not_https") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise NoAnswer("not_https")
    return Host(parts.hostname, port or http.client.HTTPS_PORT)


def _others_host(base_url: str) -> Host:
    """Return the host that somebody else has named, if it may be told anything."""
    host = _host(base_url)
    if host.is_allowed_private:
        return host
    if host.port not in PORTS:
        raise NoAnswer("not_a_port")
    if NAME.fullmatch(host.name):
        return host
    try:
        is_ours = not is_public(host.name)
    except ValueError as error:
        raise NoAnswer("not_a_host") from error
    if is_ours:
        raise NoAnswer("private_address")
    return host


def _check_path(path: str) -> None:
    if not PATH.fullmatch(path):
        raise NoAnswer("not_a_path")


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
    if host.is_allowed_private:
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


def _exchange(host: Host, line: ssl.SSLSocket, message: Message) -> Answer:
    """Return the answer, with more than `max_bytes` of its body if it has more."""
    line.do_handshake()
    connection = http.client.HTTPSConnection(host.name, host.port)
    connection.sock = line
    connection.request(
        message.method, message.path, body=message.body, headers=message.headers
    )
    response = connection.getresponse()
    pieces: list[bytes] = []
    size = 0
    while size <= message.max_bytes and (piece := response.read1(PIECE_BYTES)):
        pieces.append(piece)
        size += len(piece)
    if response.length and size <= message.max_bytes:
        raise http.client.IncompleteRead(b"", response.length)
    return Answer(
        response.status,
        b"".join(pieces),
        response.headers.get("Retry-After"),
        response.headers.get("Content-Type", ""),
    )
