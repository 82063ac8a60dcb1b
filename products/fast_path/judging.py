"""Who asks: what Django would say of a request's headers, and add to its answer."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.translation import get_language_from_request

from common import encodings
from products import lookup
from products.fast_path.shelf import Variant

# A header by its name in WSGI, and what stands for it when it was not sent.
Header = Callable[[str, str], str]
Headers = list[tuple[str, str]]

# No header can say this: a line ends at it.
ABSENT = "\n"


# What decides who is answered here, and in which form.
DECIDING = (
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_COOKIE",
    "HTTP_X_FORWARDED_HOST",
)
# Of what is remembered; phones send less, and differ in little.
LONGEST_HEADER = 500
READERS = 2048


class Reader(NamedTuple):
    """What a request's headers mean: a language and a coding, and whether by https."""

    variant: Variant
    secure: bool


class Judge:
    """The settings that are asked at each request, taken once as middleware does."""

    def __init__(self) -> None:
        self._allowed = list(settings.ALLOWED_HOSTS)
        self._believes_proxy_host = settings.USE_X_FORWARDED_HOST
        self._proxy_header = settings.SECURE_PROXY_SSL_HEADER
        self._wants_tls = settings.SECURE_SSL_REDIRECT
        self._added = {secure: _added(secure=secure) for secure in (False, True)}
        self._asks = _deciding(self._proxy_header)
        self._absent = (ABSENT,) * len(self._asks)
        self._readers: dict[tuple[str, ...], Reader] = {}

    def reader(self, scheme: str, header: Header) -> Reader | None:
        """Return whom to answer in which form, or none when Django must judge."""
        sent = (scheme, *map(header, self._asks, self._absent))
        return self._readers.get(sent) or self._met(sent)

    def _met(self, sent: tuple[str, ...]) -> Reader | None:
        """Judge the headers, and remember what they mean if we may answer."""
        if max(map(len, sent)) > LONGEST_HEADER:
            return None
        named = dict(zip(self._asks, sent[1:], strict=True))
        told = {name: value for name, value in named.items() if value != ABSENT}
        secure = self.is_secure(sent[0], told.get)
        variant = _variant(told.get)
        if told.get("HTTP_COOKIE") or not self.passes(told.get, secure=secure):
            return None
        if variant is None:
            return None
        if len(self._readers) >= READERS:
            self._readers.clear()
        self._readers[sent] = reader = Reader(variant, secure)
        return reader

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
        domain, _port = split_domain_port(header("HTTP_HOST", ""))
        return bool(domain) and validate_host(domain, self._allowed)

    def added(self, *, secure: bool) -> Headers:
        """Return the headers that Django's middleware adds to any answer."""
        return self._added[secure]


def _deciding(proxy_header: tuple[str, str] | None) -> tuple[str, ...]:
    return (*DECIDING, proxy_header[0]) if proxy_header else DECIDING


def _variant(header: Header) -> Variant | None:
    """
    Choose language and coding, once for each set of headers that phones send.

    None where JSON is not all that is asked for: of other forms the view chooses.
    """
    accepted = header("HTTP_ACCEPT", "").replace(" ", "")
    if accepted not in {"", "*/*", "application/json"}:
        return None
    language = header("HTTP_ACCEPT_LANGUAGE", "")
    asked = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": language})
    # As Django's middleware does.
    chosen = get_language_from_request(cast(HttpRequest, asked))
    coding = encodings.chosen(header("HTTP_ACCEPT_ENCODING", ""))
    return lookup.served_language(chosen), coding


def _added(*, secure: bool) -> Headers:
    request = cast(HttpRequest, SimpleNamespace(is_secure=lambda: secure))
    bare = HttpResponse()
    del bare["Content-Type"]
    made: Any = XFrameOptionsMiddleware(_unused).process_response(request, bare)
    made = SecurityMiddleware(_unused).process_response(request, made)
    return list(made.items())


def _unused(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError(request)
