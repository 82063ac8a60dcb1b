"""Handing out a document: to be saved, never to be run or shown inside a page."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from common.caching import has_it
from companies import filing
from companies.models import Evidence

# Whatever the document is, no browser runs anything of it, even if it were opened.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A document that is hidden again disappears from caches as soon.
PUBLIC_CACHE = "public, max-age=300"
PRIVATE_CACHE = "private"


def document(
    request: HttpRequest, evidence: Evidence, *, is_for_anyone: bool
) -> HttpResponse:
    """
    Answer with the bytes of a document, or 304 when the reader has them.

    The bytes are read whole and compared with the digest before the first one leaves:
    `EvidenceDamaged` when they are not those that were filed.
    """
    etag = f'"{evidence.sha256}"'
    headers = {
        **HEADERS,
        "ETag": etag,
        "Cache-Control": PUBLIC_CACHE if is_for_anyone else PRIVATE_CACHE,
    }
    if has_it(etag, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    data = filing.bytes_of(evidence)
    response = HttpResponse(data, headers=headers)
    response["Content-Type"] = (
        "text/plain; charset=utf-8"
        if evidence.media_type == "text/plain"
        else evidence.media_type
    )
    response["Content-Length"] = str(len(data))
    response["Content-Disposition"] = _disposition(evidence.name)
    return response


def _disposition(name: str) -> str:
    """Name the file for every browser (RFC 6266): plain letters, and all of them."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
