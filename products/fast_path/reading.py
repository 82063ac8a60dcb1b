"""What is asked, and what is answered: the part that no server protocol reaches."""

import re
import threading
import time
from functools import cache, lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common.caching import has_it
from common.middleware import identifier_of
from products import gtin as arithmetic
from products import lookup
from products.fast_path.judging import Header, Headers, Judge, Reader
from products.fast_path.listening import Listener
from products.fast_path.shelf import Shelf
from products.lookup import ServedSheet

PATH = re.compile("/api/v1/products/([0-9]{8}|[0-9]{12,14})")
# What a sheet takes in memory besides its bytes: headers, tags, and their objects.
OVERHEAD = 3000
LONGEST_PATH = 40
METHODS = frozenset({"GET", "HEAD"})


class Request(NamedTuple):
    """What any server tells of a request."""

    method: str
    path: str
    query: str | bytes
    scheme: str
    header: Header


class Wanted(NamedTuple):
    """The sheet that a request asks for, and who asks."""

    gtin: str
    reader: Reader


class Found(NamedTuple):
    """A sheet, the headers of its answers, and those that describe its bytes."""

    etag: str
    body: bytes
    headers: Headers
    described: Headers
    # A door that must encode what it sends remembers it here.
    encoded: dict[tuple[int, bool], list[tuple[bytes, bytes]]]


class Answer(NamedTuple):
    """What any server can send; the request's id goes among the headers."""

    status: int
    headers: Headers
    body: bytes
    request_id: str


class Sheets:
    """The sheets as one process answers them: from memory, or by one select."""

    def __init__(self, shelf: Shelf[Found], listener: Listener | None = None) -> None:
        self._shelf = shelf
        self._listener = listener
        self._judge = Judge()

    def wanted(self, request: Request) -> Wanted | None:
        """Return what is asked for, or none when Django must judge the request."""
        method, path, query, scheme, header = request
        if query or method not in METHODS or len(path) > LONGEST_PATH:
            return None
        gtin = _gtin(path)
        reader = gtin and self._judge.reader(scheme, header)
        return Wanted(gtin, reader) if gtin and reader else None

    def kept(self, wanted: Wanted) -> Found | None:
        """Return the sheet if it is in memory: no input, no output, no waiting."""
        return self._shelf.get(wanted.gtin, wanted.reader.variant)

    def read(self, wanted: Wanted) -> Found | None:
        """Read the sheet and keep it; none if there is none, or no database."""
        if self._listener is not None:
            self._listener.start()
        gtin, (variant, _secure) = wanted
        reading = self._shelf.begin(gtin)
        try:
            sheet = lookup.read(_connection(), gtin, *variant)
        except DatabaseError:
            # Django will meet it as well, and answer with a problem.
            return None
        if sheet is None:
            return None
        found = _found(sheet, variant[0])
        self._shelf.put(
            gtin,
            variant,
            found,
            reading=reading,
            weight=len(found.body) + OVERHEAD,
            seconds=sheet.changes_at and sheet.changes_at - time.time(),
        )
        return found

    def answer(self, request: Request, wanted: Wanted, found: Found) -> Answer:
        """Return the answer: the bytes, or word that the reader has them already."""
        header = request.header
        request_id = identifier_of(header("HTTP_X_REQUEST_ID", ""))
        added = self._judge.added(secure=wanted.reader.secure)
        known = header("HTTP_IF_NONE_MATCH", "")
        if known and has_it(found.etag, known):
            return Answer(304, [*found.headers, *added], b"", request_id)
        headers = [*found.headers, *found.described, *added]
        body = b"" if request.method == "HEAD" else found.body
        return Answer(200, headers, body, request_id)


@cache
def of_this_process() -> Sheets:
    """Return the one that every request of this process shares."""
    shelf: Shelf[Found] = Shelf(
        max_bytes=settings.SHEET_CACHE_BYTES, seconds=settings.SHEET_CACHE_SECONDS
    )
    return Sheets(shelf, Listener(shelf) if settings.SHEET_CACHE_BYTES else None)


@lru_cache(maxsize=4096)
def _gtin(path: str) -> str | None:
    matched = PATH.fullmatch(path)
    if not matched or not arithmetic.is_gtin(matched[1]):
        return None
    return matched[1].zfill(14)


def _found(sheet: ServedSheet, language: str) -> Found:
    headers = [*sheet.headers, ("Content-Language", language)]
    length = ("Content-Length", str(len(sheet.body)))
    described = [*sheet.content_headers, length]
    return Found(sheet.etag, sheet.body, headers, described, {})


def _connection() -> BaseDatabaseWrapper:
    """Return this thread's connection, looked after as Django does between requests."""
    # Django's own way to it costs as much as reading all the columns.
    connection: BaseDatabaseWrapper | None = getattr(_of_thread, "connection", None)
    if connection is None:
        connection = connections[settings.SHEETS_DATABASE]
        _of_thread.connection = connection
    obsolete_at = connection.close_at
    if connection.errors_occurred or (
        obsolete_at is not None and time.monotonic() >= obsolete_at
    ):
        _renewed(connection)
    return connection


def _renewed(connection: BaseDatabaseWrapper) -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


_of_thread = threading.local()
