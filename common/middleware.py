"""
The request's context: an id that follows it everywhere, and one access line.

Written for both worlds, since streams and long polls are asynchronous.
"""

import re
import time
from collections.abc import Awaitable, Callable
from random import getrandbits

import structlog
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

HEADER = "X-Request-ID"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
LOGGED_CHARACTERS = 500
QUIET_PATHS = frozenset({"/healthz", "/readyz"})

logger = structlog.get_logger("flashsesame.access")

SyncView = Callable[[HttpRequest], HttpResponseBase]
AsyncView = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def RequestContext(  # noqa: N802 - a middleware is named like a class
    get_response: SyncView | AsyncView,
) -> SyncView | AsyncView:
    """Give each request an id, bound to its logs, and repeat it in the answer."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            started = _begin(request)
            return _end(request, await get_response(request), started)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        started = _begin(request)
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _end(request, response, started)

    return synchronous


def request_id(request: HttpRequest) -> str:
    """Return the id that `RequestContext` gave, or an empty text before it ran."""
    return str(request.META.get("flashsesame.request_id", ""))


def identifier_of(given: str) -> str:
    """Return the request's id: `given` when well formed, or one that is drawn."""
    if given and ACCEPTED_ID.fullmatch(given):
        return given
    return f"{getrandbits(128):032x}"


def begin_context(given: str) -> str:
    """Return the request's id, `given` when well formed; logs have it from now."""
    identifier = identifier_of(given)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=identifier)
    return identifier


def log_access(method: str, path: str, status: int, started: float) -> None:
    """Write the access line; `started` is the performance counter at the beginning."""
    # The path, not the query: a query may carry what a person typed.
    logger.info(
        "request",
        method=method,
        path=path[:LOGGED_CHARACTERS],
        status=status,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _begin(request: HttpRequest) -> float:
    identifier = begin_context(request.headers.get(HEADER, ""))
    request.META["flashsesame.request_id"] = identifier
    return time.perf_counter()


def _end(
    request: HttpRequest, response: HttpResponseBase, started: float
) -> HttpResponseBase:
    response[HEADER] = request_id(request)
    if request.path not in QUIET_PATHS:
        log_access(request.method or "", request.path, response.status_code, started)
    return response
