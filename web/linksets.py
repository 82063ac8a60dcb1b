"""The linkset and the choice among links, to programs as JSON, to people as a page."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from common import canonical
from common.caching import conditional, etag_of
from companies import wording
from scanning.resolving import documents, linktypes
from scanning.resolving.documents import HTML, JSON, JSON_LD, LINKSET, Linkset
from scanning.resolving.registered import Registered
from web import negotiation, pages
from web.pages import CACHE_SECONDS

# Inside a script element, only these could end it or be taken for markup.
ESCAPED = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def whole(request: HttpRequest, of: Linkset) -> HttpResponse:
    """Answer every link, in the form that the request wants most."""
    form = negotiation.prefers(request, LINKSET, JSON, JSON_LD, HTML)
    if form == HTML:
        response = _page(request, of)
    else:
        document = documents.json_ld if form == JSON_LD else documents.linkset
        body = canonical.dumps(document(of))
        response = conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)
        if response.status_code != 304:
            response["Content-Type"] = form
    linkset = documents.link_header(f"{of.root}{of.asked}")
    response["Link"] = f"{documents.CONTEXT_LINK}, {linkset}"
    return response


def choice(
    request: HttpRequest, of: Linkset, links: tuple[Registered, ...]
) -> HttpResponse:
    """Answer 300 with the links that nothing in the request tells apart."""
    form = negotiation.prefers(request, LINKSET, JSON, HTML)
    if form == HTML:
        context = {"links": [_shown(link) for link in links]}
        return pages.public_page(request, "web/choices.html", context, status=300)
    body = canonical.dumps(documents.alternatives(of, links))
    response = HttpResponse(body, status=300, content_type=form)
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def _page(request: HttpRequest, of: Linkset) -> HttpResponse:
    """Show the linkset to people; programs find it inside the page as well."""
    text = json.dumps(documents.json_ld(of), ensure_ascii=False)
    context = {
        "levels": [
            {
                "path": level.path,
                "description": level.description,
                "links": [_shown(link) for link in level.links],
            }
            for level in of.levels
        ],
        "json_ld": text.translate(ESCAPED),
    }
    return pages.public_page(request, "web/linkset.html", context)


def _shown(link: Registered) -> dict[str, Any]:
    return {
        "href": link.href,
        "title": link.title,
        "kind": linktypes.label(link.link_type, wording.language()),
        # Links that are alike in all else differ by where they lead.
        "address": link.href.partition("://")[2].partition("?")[0],
        "languages": ", ".join(link.hreflang),
        "lang": link.hreflang[0] if len(link.hreflang) == 1 else "",
        "media_type": link.media_type,
        "is_default": link.is_default,
    }
