"""What Django would say of a request's host and scheme, and add to its answer."""

from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

# A header by its name in WSGI, and what stands for it when it was not sent.
Header = Callable[[str, str], str]
Headers = list[tuple[str, str]]

# No header can say this: a line ends at it.
ABSENT = "\n"


class Judge:
    """The settings that are asked at each request, taken once as middleware does."""

    def __init__(self) -> None:
        allowed = list(settings.ALLOWED_HOSTS)
        self._is_allowed = lru_cache(512)(lambda host: _is_allowed(host, allowed))
        self._believes_proxy_host = settings.USE_X_FORWARDED_HOST
        self._proxy_header = settings.SECURE_PROXY_SSL_HEADER
        self._wants_tls = settings.SECURE_SSL_REDIRECT
        self._added = {secure: _added(secure=secure) for secure in (False, True)}

    def is_secure(self, scheme: str, header: Header) -> bool:
        """Say whether the reader came by https, as `HttpRequest.is_secure` does."""
        if self._proxy_header:
            name, secure = self._proxy_header
            told = header(name, ABSENT)
            if told != ABSENT:
                return bool(told.split(",", 1)[0].strip() == secure)
        return scheme == "https"

    def passes(self, header: Header, *, secure: bool) -> bool:
        """Say whether host and scheme are ours, and need no judgement of Django's."""
        if self._wants_tls and not secure:
            return False
        if self._believes_proxy_host and header("HTTP_X_FORWARDED_HOST", ""):
            return False
        return self._is_allowed(header("HTTP_HOST", ""))

    def added(self, *, secure: bool) -> Headers:
        """Return the headers that Django's middleware adds to any answer."""
        return self._added[secure]


def _is_allowed(host: str, allowed: list[str]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _added(*, secure: bool) -> Headers:
    request = cast(HttpRequest, SimpleNamespace(is_secure=lambda: secure))
    bare = HttpResponse()
    del bare["Content-Type"]
    made: Any = XFrameOptionsMiddleware(_unused).process_response(request, bare)
    made = SecurityMiddleware(_unused).process_response(request, made)
    return list(made.items())


def _unused(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError(request)
