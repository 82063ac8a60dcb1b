"""What is asked, and what is answered: the part that no server protocol reaches."""

import re
import time
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import NamedTuple, cast

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from common import encodings
from common.caching import has_it
from common.middleware import HEADER, identifier_of
from products import gtin as arithmetic
from products import lookup
from products.fast_path.judging import Header, Headers, Judge
from products.fast_path.listening import Listener
from products.fast_path.shelf import Shelf, Variant
from products.lookup import ServedSheet

PATH = re.compile("/api/v1/products/([0-9]{8}|[0-9]{12,14})")
# What a sheet takes in memory besides its bytes: headers, tags, and their objects.
OVERHEAD = 3000
# Of a header that is remembered with what it means; a phone sends much less.
LONGEST_HEADER = 500
REMEMBERED = (
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
)


class Request(NamedTuple):
    """What any server tells of a request."""

    method: str
    path: str
    query: str | bytes
    scheme: str
    header: Header


class Wanted(NamedTuple):
    """The sheet that a request asks for, and whether by https."""

    gtin: str
    variant: Variant
    secure: bool


class Found(NamedTuple):
    """A sheet, and the headers of both answers that it may give."""

    etag: str
    body: bytes
    unchanged: Headers
    whole: Headers


class Answer(NamedTuple):
    """What any server can send."""

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
        if request.method not in {"GET", "HEAD"} or request.query:
            return None
        matched = PATH.fullmatch(request.path)
        gtin = _normalized(matched[1]) if matched else None
        header = request.header
        if gtin is None or header("HTTP_COOKIE", ""):
            return None
        remembered = [header(name, "") for name in REMEMBERED]
        if max(map(len, remembered)) > LONGEST_HEADER:
            return None
        secure = self._judge.is_secure(request.scheme, header)
        variant = _variant(*remembered[1:])
        if variant is None or not self._judge.passes(header, secure=secure):
            return None
        return Wanted(gtin, variant, secure)

    def kept(self, wanted: Wanted) -> Found | None:
        """Return the sheet if it is in memory: no input, no output, no waiting."""
        return self._shelf.get(wanted.gtin, wanted.variant)

    def read(self, wanted: Wanted) -> Found | None:
        """Read the sheet and keep it; none if there is none, or no database."""
        if self._listener is not None:
            self._listener.start()
        reading = self._shelf.begin(wanted.gtin)
        try:
            sheet = lookup.read(_connection(), wanted.gtin, *wanted.variant)
        except DatabaseError:
            # Django will meet it as well, and answer with a problem.
            return None
        if sheet is None:
            return None
        found = _found(sheet, wanted.variant[0])
        self._shelf.put(
            wanted.gtin,
            wanted.variant,
            found,
            reading=reading,
            weight=len(found.body) + OVERHEAD,
            seconds=sheet.changes_at and sheet.changes_at - time.time(),
        )
        return found

    def answer(self, request: Request, wanted: Wanted, found: Found) -> Answer:
        """Return the answer: the bytes, or word that the reader has them already."""
        request_id = identifier_of(request.header("HTTP_X_REQUEST_ID", ""))
        more = [*self._judge.added(secure=wanted.secure), (HEADER, request_id)]
        known = request.header("HTTP_IF_NONE_MATCH", "")
        if known and has_it(found.etag, known):
            return Answer(304, found.unchanged + more, b"", request_id)
        body = b"" if request.method == "HEAD" else found.body
        return Answer(200, found.whole + more, body, request_id)


@cache
def of_this_process() -> Sheets:
    """Return the one that every request of this process shares."""
    shelf: Shelf[Found] = Shelf(
        max_bytes=settings.SHEET_CACHE_BYTES, seconds=settings.SHEET_CACHE_SECONDS
    )
    return Sheets(shelf, Listener(shelf) if settings.SHEET_CACHE_BYTES else None)


@lru_cache(maxsize=4096)
def _normalized(digits: str) -> str | None:
    return digits.zfill(14) if arithmetic.is_gtin(digits) else None


@lru_cache(maxsize=2048)
def _variant(accept: str, language: str, encoding: str) -> Variant | None:
    """
    Choose language and coding, once for each set of headers that phones send.

    None where JSON is not all that is asked for: of other forms the view chooses.
    """
    if accept.replace(" ", "") not in {"", "*/*", "application/json"}:
        return None
    asked = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": language})
    # As Django's middleware does.
    chosen = get_language_from_request(cast(HttpRequest, asked))
    return lookup.served_language(chosen), encodings.chosen(encoding)


def _found(sheet: ServedSheet, language: str) -> Found:
    unchanged = [*sheet.headers.items(), ("Content-Language", language)]
    described = [
        *sheet.content_headers.items(),
        ("Content-Length", f"{len(sheet.body)}"),
    ]
    return Found(sheet.etag, sheet.body, unchanged, unchanged + described)


def _connection() -> BaseDatabaseWrapper:
    """Return this thread's connection, looked after as Django does between requests."""
    connection = connections[settings.SHEETS_DATABASE]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    return connection
