"""How every page is answered: its language, its address, what it may load."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import override

from common.caching import conditional, etag_of
from common.http import CONTENT_SECURITY_POLICY
from common.targets import raw_path
from scanning.resolving import targets
from web import negotiation

CACHE_SECONDS = 60
# Its own script and what that asks of this site; no text becomes script or markup.
CHECKING = (
    "script-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
LANGUAGES_ASKED = ("lang=", "language=")


def form_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer a page with the scan form, whose token makes it one reader's own."""
    language = negotiation.language(request)
    with override(language):
        html = render_to_string(
            template, {**common_context(request, language), **context}, request=request
        )
    response = HttpResponse(html, status=status)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    patch_cache_control(response, private=True, no_cache=True)
    return secured(response)


def public_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """
    Answer a page that any cache may keep; the active language is the page's.

    Rendered without the request: it is for any reader, so no cookie may enter it.
    """
    language = negotiation.language(request)
    html = render_to_string(
        template, {**common_context(request, language), **context}
    ).encode()
    if status == 200:
        response = conditional(request, html, etag=etag_of(html), max_age=CACHE_SECONDS)
    else:
        response = HttpResponse(html, status=status)
        patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    if response.status_code != 304:
        response["Content-Type"] = "text/html; charset=utf-8"
    response["Content-Language"] = language
    return secured(response)


def checking_page(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Answer a public page with the script that checks it against the public log."""
    response = public_page(request, template, context)
    response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; {CHECKING}"
    return response


def common_context(request: HttpRequest, language: str) -> dict[str, Any]:
    """Return what the frame of every page shows."""
    asked = negotiation.asked_language(request)
    # A refused scan is shown at `/scan`, which has nothing to show in another language.
    is_read = request.method in {"GET", "HEAD"}
    return {
        "language": language,
        "query": f"?{urlencode({'lang': asked})}" if asked else "",
        "asked_language": asked,
        "path": raw_path(request) if is_read else "/",
        "kept_query": _kept(request) if is_read else "",
    }


def _kept(request: HttpRequest) -> str:
    """Return what stands in the query beside the language, as it was sent."""
    parts = targets.as_header(request.META.get("QUERY_STRING", "")).split("&")
    kept = [part for part in parts if part and not part.startswith(LANGUAGES_ASKED)]
    return "".join(f"{part}&" for part in kept)


def secured(response: HttpResponse) -> HttpResponse:
    """Let the page load its own style sheet and pictures, and nothing else."""
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
