"""Answers that a reader may already have."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags


def conditional(
    request: HttpRequest, body: bytes, *, etag: str, max_age: int
) -> HttpResponse:
    """
    Answer JSON bytes, or 304 when the reader has them; `etag` is quoted.

    `max_age` is in seconds, for any cache; the language is part of the key.
    """
    known = parse_etags(request.headers.get("If-None-Match", ""))
    is_known = "*" in known or etag in {tag.removeprefix("W/") for tag in known}
    response = (
        HttpResponse(status=304)
        if is_known
        else HttpResponse(body, content_type="application/json")
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max_age}"
    patch_vary_headers(response, ["Accept-Language"])
    return response
