"""
The shortest way to a sheet: in front of Django, in the same process.

`GET` and `HEAD` of one address are answered here, with the bytes and headers that the
view would give (a test compares them). Whatever is not plain is handed on to Django: an
unknown product, a wrong number, a query, a cookie, a host or scheme that it must judge.
"""

import re
import time
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_language_from_request

from common.asgi import Application, Receive, Scope, Send
from common.caching import has_it, validators
from common.middleware import HEADER, begin_context, log_access
from common.waiting import in_pool
from products import gtin, lookup
from products.lookup import ServedSheet
from products.views import CACHE_SECONDS

PATH = re.compile("/api/v1/products/([0-9]{8}|[0-9]{12,14})")


class Wanted(NamedTuple):
    """The sheet that a request asks for, and what the answer depends on."""

    gtin: str
    language: str
    headers: dict[bytes, bytes]

    def header(self, name: bytes) -> str:
        """Return a header of the request, empty when it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")


class SheetFirst:
    """Answer the sheets; hand everything else on to `application`."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        started = time.perf_counter()
        wanted = _wanted(scope)
        sheet = await _found(wanted) if wanted is not None else None
        if wanted is None or sheet is None:
            await self.application(scope, receive, send)
            return
        status = await _answer(send, scope["method"], wanted, sheet)
        log_access(scope["method"], scope["path"], status, started)


def _wanted(scope: Scope) -> Wanted | None:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return None
    matched = PATH.fullmatch(scope["path"])
    if matched is None or scope["query_string"] or not gtin.is_gtin(matched[1]):
        return None
    headers = dict(scope["headers"])
    if b"cookie" in headers or not _is_plain(scope, headers):
        return None
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    return Wanted(matched[1].zfill(14), _language(accepted), headers)


def _is_plain(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Say whether host and scheme need no judgement of Django's."""
    domain, _port = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    # Behind a proxy Django decides whom to believe, and adds what https asks for.
    return not settings.SECURE_SSL_REDIRECT and scope["scheme"] == "http"


@lru_cache(maxsize=512)
def _language(accepted: str) -> str:
    """Choose as Django's middleware does, once for each header that phones send."""
    asked = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": accepted})
    return lookup.served_language(get_language_from_request(cast(HttpRequest, asked)))


async def _found(wanted: Wanted) -> ServedSheet | None:
    try:
        return await in_pool(lookup.current_sheet, wanted.gtin, wanted.language)
    except DatabaseError:
        # Django will meet it as well, and answer with a problem.
        return None


async def _answer(send: Send, method: str, wanted: Wanted, sheet: ServedSheet) -> int:
    identifier = begin_context(wanted.header(b"x-request-id"))
    headers = {
        **validators(sheet.etag, CACHE_SECONDS),
        "Vary": "Accept-Language",
        "Content-Language": wanted.language,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        HEADER: identifier,
    }
    status, body = 304, b""
    if not has_it(sheet.etag, wanted.header(b"if-none-match")):
        status, body = 200, sheet.body
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(body))
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (name.encode(), value.encode("latin-1")) for name, value in headers.items()
        ],
    }
    await send(start)
    shown = b"" if method == "HEAD" else body
    await send({"type": "http.response.body", "body": shown})
    return status
