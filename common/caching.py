"""Answers that a reader may already have."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import parse_etags

Headers = list[tuple[str, str]]


def etag_of(body: bytes) -> str:
    """Return the quoted tag of an answer: the same bytes, the same tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def has_it(etag: str, if_none_match: str) -> bool:
    """Say whether a reader who sends `If-None-Match` has what `etag`, quoted, tags."""
    known = parse_etags(if_none_match)
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def validators(etag: str, max_age: int) -> dict[str, str]:
    """Return the headers by which caches keep an answer, `max_age` in seconds."""
    return {"ETag": etag, "Cache-Control": f"public, max-age={max_age}"}


def mark_same_for_all(response: HttpResponse) -> None:
    """Say that an answer is the same in every language: see `SameForAll`."""
    response.flashsesame_same_for_all = True  # type: ignore[attr-defined]


class SameForAll(MiddlewareMixin):
    """
    Takes back what Django says of languages, from answers that have none.

    Caches would keep them once for each way in which browsers name a language.
    """

    def process_response(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        response: HttpResponse,
    ) -> HttpResponse:
        """Leave the marked ones without `Vary` and `Content-Language`."""
        if getattr(response, "flashsesame_same_for_all", False):
            del response["Vary"], response["Content-Language"]
        return response


def stored(
    request: HttpRequest,
    body: bytes,
    *,
    etag: str,
    headers: Headers,
    content_headers: Headers,
) -> HttpResponse:
    """
    Answer bytes that bring their own headers, or 304 without `content_headers`.

    `etag`, quoted, is among `headers`.
    """
    if has_it(etag, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    return HttpResponse(body, headers=[*headers, *content_headers])


def conditional(
    request: HttpRequest,
    body: bytes,
    *,
    etag: str,
    max_age: int,
    content_type: str = "application/json",
) -> HttpResponse:
    """
    Answer JSON bytes, or 304 when the reader has them; `etag` is quoted.

    `max_age` is in seconds, for any cache; the language is part of the key.
    """
    headers = validators(etag, max_age)
    response = (
        HttpResponse(status=304, headers=headers)
        if has_it(etag, request.headers.get("If-None-Match", ""))
        else HttpResponse(body, content_type=content_type, headers=headers)
    )
    if response.status_code == 304:
        # It has no content, and Django's default would replace what a cache knows.
        del response["Content-Type"]
    patch_vary_headers(response, ["Accept-Language"])
    return response
