"""
The GS1 resolver: where a Digital Link leads, and what is known about it.

A product whose company registered no default link has its own sheet as its default, so
that the sheet is the answer itself and not one request further. Nothing here depends on
a cookie, and every answer is open to other sites.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from common import accepting, canonical
from common.caching import conditional, etag_of
from common.errors import DomainError
from common.http import problem
from common.targets import raw_path
from products import lookup, parts, replacements
from products.errors import PartRefused, product_unknown
from products.lookup import ServedSheet
from products.parts import Part
from products.views import normalized
from products.views.sheets import with_part
from scanning import codes, counting
from scanning.codes import InvalidCode, ResolverKey
from scanning.codes.prefixes import names_a_product
from scanning.errors import LinkTypeUnavailable
from scanning.resolving import (
    choosing,
    documents,
    linktypes,
    registered,
    sheets,
    targets,
)
from scanning.resolving.choosing import Wanted
from scanning.resolving.documents import HTML, JSON, JSON_LD, LINKSET, Linkset
from scanning.resolving.registered import Found, Registered
from web import linksets, marks, negotiation, pages, reading, refusals
from web.pages import CACHE_SECONDS

METHODS = "GET, HEAD, OPTIONS"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
    "Access-Control-Expose-Headers": "Link, Location, ETag",
    "Access-Control-Max-Age": "86400",
}

View = Callable[..., HttpResponse]


def open_to_everyone(view: View) -> View:
    """
    Answer any site's script, on every status, and refuse what is no reading.

    Exempt from the form token, whose refusal would come before the 405.
    """

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = negotiation.language(request)
        with override(language):
            if request.method == "OPTIONS":
                response = HttpResponse(status=204, headers={"Allow": METHODS})
                del response["Content-Type"]
            elif request.method not in {"GET", "HEAD"}:
                detail = _("This address is only read.")
                response = problem(
                    request, status=405, code="method_not_allowed", detail=detail
                )
                response["Allow"] = METHODS
            else:
                response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        for name, value in OPEN.items():
            response[name] = value
        return response

    return opened


FROM_NO_PAGE = ("none", "navigate")


@open_to_everyone
def resolve(request: HttpRequest) -> HttpResponse:
    """Answer a Digital Link: a redirect, our sheet, the linkset, or a refusal."""
    sent = raw_path(request)
    query = request.META.get("QUERY_STRING", "")
    try:
        key = codes.resolve_path(sent, query)
    except InvalidCode as invalid:
        return _refuse(request, refusals.of_invalid(invalid, sent))
    found = registered.read(key)
    link_type = targets.asked(query, "linkType")
    form = negotiation.prefers(request, HTML, LINKSET, JSON, JSON_LD)
    if link_type in linktypes.WHOLE or form == LINKSET:
        return _linkset(request, key, found)
    response = _resolved(request, key, found, query)
    _count(request, key, is_known=response.status_code < 400)
    return response


def _count(request: HttpRequest, key: ResolverKey, *, is_known: bool) -> None:
    """
    Count a camera's scan: a page that was opened from no other page.

    A browser says so itself. What a page, a program or a search engine asks for is no
    scan, and a scan made on our own page was counted there.
    """
    if key.gtin14 is None or request.method != "GET":
        return
    said = (request.headers.get(name) for name in ("Sec-Fetch-Site", "Sec-Fetch-Mode"))
    if tuple(said) != FROM_NO_PAGE or not names_a_product(key.gtin14):
        return
    lot = dict(key.qualifiers).get("10", "")
    counting.note(gtin=key.gtin14, is_known=is_known, lot=lot)


@open_to_everyone
def description(request: HttpRequest) -> HttpResponse:
    """Say what this resolver resolves, for `/.well-known/gs1resolver`."""
    body = canonical.dumps(documents.description(settings.BASE_URL))
    return conditional(request, body, etag=etag_of(body), max_age=CACHE_SECONDS)


@open_to_everyone
def sheet(request: HttpRequest, gtin: str) -> HttpResponse:
    """Show our sheet of a product, wherever its company's own default leads."""
    try:
        number = normalized(gtin)
    except DomainError as refused:
        return _refuse(request, refused)
    served = lookup.current_sheet(number, negotiation.language(request))
    if served is None:
        return _refuse(request, product_unknown(number))
    lot, serial = (request.GET.get(name, "") for name in ("lot", "serial"))
    return _sheet(request, served, Part(number, lot, serial))


def _resolved(
    request: HttpRequest, key: ResolverKey, found: Found, query: str
) -> HttpResponse:
    wanted = _wanted(request, query)
    levels, served = found.levels, None
    links = choosing.choose(levels, wanted)
    # Read only where it can be the answer: a registered default needs one query.
    if key.gtin14 and wanted.link_type in {"", linktypes.PIP}:
        if not links or wanted.link_type:
            served = lookup.current_sheet(key.gtin14, negotiation.language(request))
        if served is not None:
            levels = sheets.added(levels, key, {})
            links = choosing.choose(levels, wanted)
    if not links:
        return _nothing(request, key, found, is_known=bool(levels or served))
    form = negotiation.prefers(request, HTML, LINKSET, JSON, JSON_LD)
    if not wanted.link_type and form in _linkset_forms(links[0]):
        return _linkset(request, key, found)
    if len(links) > 1:
        level = next(level for level in levels if links[0] in level.links)
        response = linksets.choice(request, Linkset(settings.BASE_URL, [level]), links)
    elif served is not None and links[0].is_sheet:
        finer = dict(key.qualifiers)
        asked = Part(key.gtin14 or "", finer.get("10", ""), finer.get("21", ""))
        response = _sheet(request, served, asked)
    else:
        response = _redirect(targets.location(links[0].href, targets.passed_on(query)))
    response["Link"] = documents.link_header(f"{settings.BASE_URL}{key.key}")
    return response


def _linkset_forms(link: Registered) -> frozenset[str]:
    """Return what is answered with the linkset; of our sheet, JSON is a form."""
    return frozenset({JSON_LD}) if link.is_sheet else frozenset({JSON, JSON_LD})


def _sheet(request: HttpRequest, served: ServedSheet, asked: Part) -> HttpResponse:
    """Answer the sheet, with what is told of the lot or the item that is asked for."""
    told = None
    if asked.lot or asked.serial:
        try:
            told = parts.document(
                asked.gtin,
                lot=asked.lot,
                serial=asked.serial,
                language=negotiation.language(request),
            )
        except PartRefused as refused:
            return _refuse(request, refused)
    if negotiation.prefers(request, HTML, JSON) == JSON:
        body, etag = served.body, served.etag
        if told is not None:
            body = with_part(body, told)
            etag = etag_of(body)
        return conditional(request, body, etag=etag, max_age=CACHE_SECONDS)
    language = negotiation.language(request)
    context = {
        "page": reading.read(json.loads(served.body)),
        "mark": marks.of_sheet(served, asked.gtin, language),
        "part": reading.read_part(told) if told else None,
        "lot": asked.lot,
        "serial": asked.serial,
    }
    return pages.checking_page(request, "web/sheet.html", context)


def _redirect(location: str) -> HttpResponse:
    """
    Redirect with 307: the method is kept, and the address is sent as it is.

    Django's own redirect would quote it again and cut its length.
    """
    response = HttpResponse(status=307, headers={"Location": location})
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def _linkset(request: HttpRequest, key: ResolverKey, found: Found) -> HttpResponse:
    """Answer every link of the entity and of the levels above it."""
    levels = found.levels
    if key.gtin14 and (named := sheets.names(key.gtin14)):
        levels = sheets.added(levels, key, named)
    if not levels:
        return _nothing(request, key, found, is_known=False)
    whole = Linkset(settings.BASE_URL, levels, found.elsewhere, key.key)
    return linksets.whole(request, whole)


def _nothing(
    request: HttpRequest, key: ResolverKey, found: Found, *, is_known: bool
) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    if is_known:
        detail = _("Nothing of this kind is known about it.")
        return _refuse(request, LinkTypeUnavailable(detail, key=key.key))
    if key.gtin14 and (current := replacements.current_of(key.gtin14)):
        # A printed code never dies: the product that took its place answers for it.
        return _redirect(targets.location(f"/01/{current}", targets.passed_on(query)))
    if found.elsewhere:
        sent = raw_path(request)
        passed = targets.as_header(query)
        address = f"{found.elsewhere.root}{targets.as_header(sent)}"
        return _redirect(f"{address}?{passed}" if passed else address)
    return _refuse(request, refusals.of_unknown(key))


def _refuse(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """Answer a page to people and a problem to programs; never a redirect."""
    status = refusals.status_of(refused)
    form = negotiation.prefers(
        request, HTML, JSON, "application/problem+json", LINKSET, JSON_LD
    )
    if form == HTML:
        context = refusals.shown(refused, raw_path(request))
        return pages.public_page(request, "web/refusal.html", context, status=status)
    response = problem(
        request,
        status=status,
        code=refused.code,
        detail=refused.detail,
        **refused.extra,
    )
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def _wanted(request: HttpRequest, query: str) -> Wanted:
    named = targets.asked(query, "language")
    header = named or request.headers.get("Accept-Language", "")
    link_type = targets.asked(query, "linkType")
    return Wanted(
        link_type=linktypes.in_full(link_type) if link_type else "",
        context=targets.asked(query, "context"),
        media=accepting.wishes(request.headers.get("Accept", "")),
        languages=accepting.wishes(header, of_languages=True),
    )
