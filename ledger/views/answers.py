"""Answers that are the same for everyone, for caches and for scripts of any site."""

from typing import Any

from django.http import HttpResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common.caching import has_it, mark_same_for_all

# What was published once never changes.
FOR_EVER = "public, max-age=31536000, immutable"
# What grows with the log: no reader is longer behind than that.
BRIEFLY = "public, max-age=5"
NEVER = "no-store"
HEADERS = {
    # A browser of any site verifies the log by itself.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
JSON = "application/json"


class PublicRead(APIView):
    """A read that asks nobody who they are. No cache keeps a refusal."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Let any site read the answer, a refusal too."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        response.headers.setdefault("Cache-Control", NEVER)
        return response


def answered(
    request: Request,
    body: bytes,
    *,
    etag: str,
    cache: str,
    content_type: str = JSON,
) -> HttpResponse:
    """Answer bytes in nobody's language, or 304 to who has them; `etag` is quoted."""
    headers = {"ETag": etag, "Cache-Control": cache}
    if has_it(etag, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
    else:
        response = HttpResponse(body, content_type=content_type, headers=headers)
    mark_same_for_all(response)
    return response
